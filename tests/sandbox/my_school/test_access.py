"""Who may ask: consents, levels, profiles, tokens, the sign-in in a browser, schools, faults."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sandbox.my_school.state.access import Access
from tests.sandbox.my_school.hub_side import CLIENT, RETURN, System, oid, refused


async def test_without_consent_a_person_is_not_there(system: System) -> None:
    assert refused(await system.call("GET", "me", system.father)) == (403, "consent_missing")
    assert refused(await system.call("GET", "me", None, X_Person="1")) == (403, "consent_missing")
    assert refused(await system.call("GET", "me")) == (403, "consent_missing")
    assert [(await system.agree(system.father)).status_code for _ in range(2)] == [201, 200]
    told = await system.data("GET", "me", system.father)
    assert (told["oid"], told["level"], told["profile"], told["offices"]) == (oid(system.father), "confirmed", None, [])
    assert [(it["first_name"], it["age"], it["certificate"], it["account"]) for it in told["children"]] == [("Глеб", 11, True, False)]
    await system.data("DELETE", "persons", system.father)
    assert refused(await system.call("GET", "me", system.father)) == (403, "consent_missing")


@pytest.mark.parametrize("wrong", [{"snils": "000-000-000 00"}, {"last_name": "Иванов"}, {"oid": "1"}])
async def test_whatever_does_not_agree_is_one_refusal(system: System, wrong: dict[str, str]) -> None:
    who = system.father
    right = {"oid": oid(who), "last_name": who.last_name, "first_name": who.first_name, "snils": who.snils, "agreed_at": "2026-11-20"}
    assert refused(await system.call("POST", "persons", None, right | wrong)) == (404, "person_unknown")


async def test_a_simplified_account_may_nothing_and_a_standard_one_lists_no_children(system: System) -> None:
    assert refused(await system.agree(system.named("Тихонов", "Роман"))) == (403, "level_too_low")
    standard = system.named("Белова", "Ирина")
    await system.ready(standard)
    assert (await system.data("GET", "me", standard))["children"] == []
    son = {"snils": system.named("Белов", "Марк").snils}
    assert refused(await system.call("POST", "bundles", standard, system.form(child=son))) == (422, "child_unknown")


async def test_a_profile_comes_first_and_is_chosen_once(system: System) -> None:
    await system.agree(system.father)
    assert refused(await system.call("POST", "bundles", system.father, system.form())) == (403, "profile_missing")
    choice = {"kind": "legal_representative", "terms": "2026-09", "agreed": True}
    for spoilt, code in (({"terms": "2020"}, "terms_changed"), ({"agreed": False}, "value"), ({"kind": "teacher"}, "value")):
        assert refused(await system.call("PUT", "me/profile", system.father, choice | spoilt)) == (422, code)
    for _ in range(2):
        assert (await system.data("PUT", "me/profile", system.father, choice))["profile"]["kind"] == "legal_representative"
    assert refused(await system.call("PUT", "me/profile", system.father, choice | {"kind": "student"})) == (409, "profile_exists")


async def test_before_14_there_is_no_profile_of_a_pupil(system: System) -> None:
    eva = system.named("Лебедева", "Ева")
    await system.agree(eva)
    choice = {"kind": "student", "terms": "2026-09", "agreed": True}
    assert refused(await system.call("PUT", "me/profile", eva, choice)) == (403, "too_young")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"role": "teacher"}, 422, "value"),
        ({"role": "pupil", "child": None}, 403, "wrong_profile"),
        ({"child": {"last_name": "Орлов"}}, 422, "child_unknown"),
        ({"child": "Глеб"}, 400, "malformed"),
        ({"school_ogrn": "1000000000000"}, 404, "school_unknown"),
        ({"class": ""}, 422, "value"),
        ({"class": 6}, 400, "malformed"),
        ({"school_year": "2025/2026"}, 422, "school_year"),
        ({"school_year": "2027/2028"}, 422, "school_year"),
        ({"previous": "b-0"}, 404, "not_found"),
    ],
)
async def test_a_bundle_that_cannot_be_is_refused(system: System, changes: dict[str, Any], status: int, code: str) -> None:
    await system.ready(system.father)
    assert refused(await system.call("POST", "bundles", system.father, system.form(**changes))) == (status, code)


async def test_a_child_of_14_acts_alone(system: System) -> None:
    mother = system.named("Соколова", "Анна")
    await system.ready(mother)
    answer = await system.call("POST", "bundles", mother, system.form(child={"snils": system.pupil.snils}))
    assert refused(answer) == (403, "pupil_acts_alone")


async def test_a_child_without_a_certificate_goes_to_the_school(system: System) -> None:
    await system.ready(system.father)
    await system.stand.control("my-school/certificates", {"child": system.son.id, "certificate": False})
    assert refused(await system.call("POST", "bundles", system.father, system.form())) == (422, "certificate_missing")


async def test_the_next_year_opens_in_april(system: System) -> None:
    await system.stand.control("clock", {"now": "2027-04-01T09:00:00+00:00"})
    await system.sign_in()
    assert (await system.submitted(school_year="2027/2028"))["school_year"] == "2027/2028"


async def test_anothers_bundle_is_no_bundle(system: System) -> None:
    made, other = await system.submitted(), system.named("Лебедев", "Алексей")
    await system.ready(other)
    for method, path in (("GET", ""), ("POST", "/submit"), ("POST", "/withdraw"), ("PATCH", "")):
        body = {"class": "6А"} if method == "PATCH" else None
        assert refused(await system.call(method, f"bundles/{made['id']}{path}", other, body)) == (404, "not_found")
    assert (await system.data("GET", "bundles", other))["items"] == []


class TestSchools:
    @pytest.mark.parametrize(
        ("query", "first"),
        [
            ("мбоу «средняя школа 167»", "kry"),
            ('Муниципальное бюджетное общеобразовательное учреждение "СРЕДНЯЯ ШКОЛА № 167"', "kry"),
            ("СОШ №71", "orn"),
            ("гимназия 15 им. адмирала Г.И. Невельского", "khv"),
            ("углубленным изучением", "nn"),
            ("шахтёрская", None),
            ("кемерово оош 104", "kem"),
        ],
    )
    async def test_are_found_however_they_are_written(self, system: System, query: str, first: str | None) -> None:
        await system.agree(system.father)
        items = (await system.data("GET", str(httpx.URL("schools", params={"q": query})), system.father))["items"]
        town = system.stand.town
        assert [it["ogrn"] for it in items][:1] == ([town.schools[first].ogrn] if first else [])
        assert all(it["legal_name"] and len(it["inn"]) == 10 for it in items)

    async def test_are_found_by_number_and_by_a_former_name(self, system: System) -> None:
        await system.agree(system.father)
        for number in (system.school.ogrn, system.school.inn):
            (found,) = (await system.data("GET", f"schools?q={number}", system.father))["items"]
            assert found["ogrn"] == system.school.ogrn
        await system.stand.control(f"my-school/schools/{system.school.ogrn}/rename", {"legal_name": "МБОУ «Лицей имени Сурикова»"})
        (found,) = (await system.data("GET", "schools?q=школа 167", system.father))["items"]
        assert (found["legal_name"], found["former_names"]) == ("МБОУ «Лицей имени Сурикова»", [system.school.legal_name])
        assert "8А" in (await system.data("GET", f"schools/{system.school.ogrn}", system.father))["classes"]

    async def test_keep_in_a_bundle_the_name_of_its_day(self, system: System) -> None:
        made = await system.submitted()
        await system.stand.control(f"my-school/schools/{system.school.ogrn}/rename", {"legal_name": "Лицей"})
        now = (await system.again(made))["school"]
        assert (now["legal_name"], now["legal_name_now"]) == (system.school.legal_name, "Лицей")

    @pytest.mark.parametrize("query", ["schools", "schools?q=аб", "schools?q=школа&limit=51", "schools?q=школа&limit=0"])
    async def test_are_not_searched_by_nonsense(self, system: System, query: str) -> None:
        await system.agree(system.father)
        assert refused(await system.call("GET", query, system.father)) == (422, "value")


class TestBrowser:
    @staticmethod
    async def back(system: System, answer: httpx.Response) -> dict[str, str]:
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(RETURN)
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    ASKED = {"client_id": str(CLIENT["client_id"]), "redirect_uri": RETURN, "state": "s1"}

    async def test_rights_are_asked_for_once_and_a_person_has_an_own_token(self, system: System) -> None:
        own, http = system.father.esia, system.stand.http
        assert own is not None
        form = {**self.ASKED, "login": own.login, "password": own.password}
        page = await http.post("/my-school/login", data=form)
        assert "Предоставление прав доступа" in page.text
        ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
        came = await self.back(system, await http.post("/my-school/login/rights", data={"ticket": ticket, "agree": "yes"}))
        assert (came["state"], "code" in came) == ("s1", True)
        pair = await system.grant(grant_type="authorization_code", code=came["code"], redirect_uri=RETURN)
        assert pair.json()["oid"] == oid(system.father)
        again = await system.grant(grant_type="authorization_code", code=came["code"], redirect_uri=RETURN)
        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        system.token = pair.json()["access_token"]
        assert (await system.data("GET", "me"))["first_name"] == "Павел"
        assert refused(await system.agree(system.named("Лебедев", "Алексей"))) == (403, "system_only")
        assert (await system.grant(grant_type="refresh_token", refresh_token=pair.json()["refresh_token"])).status_code == 200
        spent = await system.grant(grant_type="refresh_token", refresh_token=pair.json()["refresh_token"])
        assert spent.json()["error"] == "invalid_grant"
        assert "code" in await self.back(system, await http.post("/my-school/login", data=form))

    async def test_who_refuses_comes_back_with_that(self, system: System) -> None:
        own = system.father.esia
        assert own is not None
        page = await system.stand.http.post("/my-school/login", data={**self.ASKED, "login": own.login, "password": own.password})
        ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
        came = await self.back(system, await system.stand.http.post("/my-school/login/rights", data={"ticket": ticket, "agree": "no"}))
        assert came == {"error": "access_denied", "state": "s1"}

    async def test_a_chosen_person_needs_no_page(self, system: System) -> None:
        for name, key in ((("Орлов", "Павел"), "code"), (("Тихонов", "Роман"), "error")):
            await system.stand.control("my-school/sign_in_as", {"person": system.named(*name).id, "times": 1})
            assert key in await self.back(system, await system.stand.http.get("/my-school/login", params=self.ASKED))

    @pytest.mark.parametrize("wrong", [{"client_id": "other"}, {"redirect_uri": "http://example.org/"}])
    async def test_an_unknown_system_gets_a_page(self, system: System, wrong: dict[str, str]) -> None:
        assert (await system.stand.http.get("/my-school/login", params={**self.ASKED, **wrong})).status_code == 400


class TestTokens:
    async def test_a_wrong_secret_and_an_unknown_grant_are_refused(self, system: System) -> None:
        post = system.stand.http.post
        wrong = await post("/my-school/oauth/token", data={"grant_type": "client_credentials"}, auth=("school-hub", "no"))
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
        assert (await system.grant(grant_type="password")).json()["error"] == "unsupported_grant_type"

    async def test_a_token_ends_after_an_hour_and_with_its_client(self, system: System) -> None:
        await system.agree(system.father)
        await system.stand.later(hours=1)
        assert refused(await system.call("GET", "me", system.father)) == (401, "token_expired")
        await system.sign_in()
        await system.stand.control("my-school/clients", {"client_id": "school-hub", "active": False})
        assert refused(await system.call("GET", "me", system.father)) == (401, "token_expired")
        assert (await system.grant(grant_type="client_credentials")).status_code == 401
        await system.stand.control("my-school/clients", CLIENT)

    def test_601_calls_a_minute_are_too_many(self) -> None:
        access, now = Access(), datetime(2026, 11, 20, 9, 0, 18, tzinfo=UTC)
        waits = [access.wait_s("token", now) for _ in range(601)]
        assert (set(waits[:600]), waits[600]) == ({0}, 42)
        assert access.wait_s("another", now) == access.wait_s("token", now + timedelta(minutes=1)) == 0


@pytest.mark.parametrize(
    ("kind", "value", "status", "code"),
    [
        ("auth_expired", None, 401, "token_expired"),
        ("rate_limit", 7, 429, "too_many"),
        ("error", "maintenance", 503, "maintenance"),
        ("error", "version_changed", 412, "version_changed"),
        ("error", "nonsense", 500, "internal"),
    ],
)
async def test_faults_are_worded_by_the_service(system: System, kind: str, value: Any, status: int, code: str) -> None:
    await system.stand.fault(kind, value=value)
    answer = await system.call("GET", "me", system.father)
    assert refused(answer) == (status, code)
    assert kind != "rate_limit" or answer.headers["retry-after"] == "7"


async def test_faults_of_the_token_address_are_those_of_oauth(system: System) -> None:
    for kind, code in (("auth_expired", "invalid_client"), ("rate_limit", "temporarily_unavailable"), ("error", "temporarily_unavailable")):
        await system.stand.fault(kind, times=1)
        assert (await system.grant(grant_type="client_credentials")).json()["error"] == code


async def test_drift_renames_what_a_reader_needs(system: System) -> None:
    made = await system.submitted()
    await system.stand.fault("drift")
    drifted = await system.again(made)
    assert {"state_v2", "requests_v2", "version_v2"} <= set(drifted)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "nothing", 404, "not_found"), ("DELETE", "me", 405, "method_unknown"), ("GET", "office/requests", 403, "office_only")],
)
async def test_an_unknown_address_or_method_is_said(system: System, method: str, path: str, status: int, code: str) -> None:
    await system.agree(system.father)
    assert refused(await system.call(method, path, system.father)) == (status, code)


async def test_a_call_without_a_token_is_said_and_the_log_holds_no_names(system: System) -> None:
    answer = await system.stand.http.get("/my-school/api/v1/me")
    assert refused(answer) == (401, "token_missing")
    await system.agree(system.father)
    text = str(await system.stand.log())
    for secret in (system.father.last_name, system.father.snils, system.token, str(CLIENT["client_secret"])):
        assert str(secret) not in text


async def test_a_reset_forgets_bundles_and_consents_but_no_clients(system: System) -> None:
    await system.submitted()
    await system.stand.control("reset", {})
    await system.sign_in()
    assert refused(await system.call("GET", "me", system.father)) == (403, "consent_missing")
    assert (await system.stand.http.get("/_sandbox/my-school/bundles")).json() == {"bundles": []}
