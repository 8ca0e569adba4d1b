"""The school decides: under the version it saw, once, never for its own, whatever way it comes."""

from __future__ import annotations

import asyncio

import pytest

from tests.sandbox.my_school.hub_side import System, refused


async def test_the_queue_shows_whom_and_on_what_ground(system: System) -> None:
    made, who = await system.submitted(), await system.officer()
    await system.ready(system.pupil, "student")
    draft = {"role": "pupil", "school_ogrn": system.school.ogrn, "class": "10А"}
    await system.data("POST", "bundles", system.pupil, draft)
    first, second = (await system.data("GET", "office/requests?state=submitted", who))["items"]
    assert (first["bundle"], first["child"]["first_name"], first["applicant"]["level"]) == (made["id"], "Глеб", "confirmed")
    assert (first["evidence"][0]["kind"], first["other"]["id"], second["kind"]) == (
        "gosuslugi_children",
        second["id"],
        "attach_representative",
    )
    assert (await system.data("GET", f"office/requests/{first['id']}", who)) == first
    page = await system.data("GET", "office/requests?limit=1", who)
    assert [it["id"] for it in page["items"]] == [page["next"]] == [first["id"]]
    assert [it["id"] for it in (await system.data("GET", f"office/requests?after={page['next']}", who))["items"]] == [second["id"]]


async def test_another_schools_administrator_sees_nothing(system: System) -> None:
    made, foreign = await system.submitted(), await system.officer(school="orn")
    (request, _) = made["requests"]
    assert (await system.data("GET", "office/requests", foreign))["items"] == []
    assert refused(await system.call("GET", f"office/requests/{request['id']}", foreign)) == (404, "not_found")
    assert refused(await system.decide(foreign, request)) == (404, "not_found")
    assert refused(await system.decide(system.father, request)) == (403, "office_only")


async def test_the_same_decision_again_is_the_first(system: System) -> None:
    (request, _), who = (await system.submitted())["requests"], await system.officer()
    first, second = [(await system.decide(who, request)).json()["data"] for _ in range(2)]
    assert first == second
    assert (first["version"], first["state"]) == (3, "approved")
    other = await system.decide(who, request, "reject", reason="Ошибка")
    assert (refused(other), other.json()["error"]["current"]["state"]) == ((409, "already_decided"), "approved")


async def test_of_two_administrators_at_once_one_decides(system: System) -> None:
    (request, _) = (await system.submitted())["requests"]
    one, two = await system.officer(), await system.officer(1)
    answers = await asyncio.gather(system.decide(one, request), system.decide(two, request))
    assert sorted(it.status_code for it in answers) == [200, 409]


async def test_an_old_page_decides_nothing(system: System) -> None:
    (request, _), who = (await system.submitted())["requests"], await system.officer()
    assert refused(await system.decide(who, request, version=1)) == (412, "version_changed")
    assert refused(await system.call("POST", f"office/requests/{request['id']}/approve", who)) == (428, "version_missing")


async def test_a_withdrawn_or_expired_request_is_not_approved(system: System) -> None:
    made, who = await system.submitted(), await system.officer()
    await system.data("POST", f"bundles/{made['id']}/withdraw", system.father)
    assert refused(await system.decide(who, made["requests"][0])) == (409, "withdrawn")
    anew = await system.data("POST", "bundles", system.father, system.form(previous=made["id"]))
    await system.stand.later(days=30)
    await system.sign_in()
    assert refused(await system.decide(who, anew["requests"][0])) == (409, "expired")


@pytest.mark.parametrize("reason", ["", "  "])
async def test_a_rejection_needs_a_reason(system: System, reason: str) -> None:
    (request, _), who = (await system.submitted())["requests"], await system.officer()
    assert refused(await system.decide(who, request, "reject", reason=reason)) == (422, "reason_missing")


async def test_nobody_decides_for_the_own_child(system: System) -> None:
    made, who = await system.submitted(), await system.officer()
    system.stand.wrote = True
    who.children = (system.son.id,)
    assert refused(await system.decide(who, made["requests"][0])) == (403, "own_request")
    assert (await system.decide(await system.officer(1), made["requests"][0])).is_success


async def test_an_attachment_works_only_when_the_account_is_confirmed(system: System) -> None:
    made, who = await system.submitted(), await system.officer()
    system.stand.wrote = True
    await system.stand.control("my-school/levels", {"person": system.father.id, "level": "standard"})
    for request in made["requests"]:
        await system.decide(who, request)
    done = await system.again(made)
    assert (done["state"], done["requests"][1]["effective"], done["requests"][1]["waits_for"]) == ("complete", False, "confirmed_account")
    await system.stand.control("my-school/levels", {"person": system.father.id, "level": "confirmed"})
    now = await system.again(made)
    assert (now["requests"][1]["effective"], now["version"], now["history"][-1]["event"]) == (True, done["version"] + 1, "confirmed")


class TestControl:
    async def test_a_school_without_an_administrator_is_decided_for_by_its_head(self, system: System) -> None:
        school = system.stand.town.schools["spb"]
        made = await system.submitted(school_ogrn=school.ogrn)
        waiting = (await system.stand.http.get("/_sandbox/my-school/requests?state=submitted")).json()["requests"]
        assert [it["bundle"] for it in waiting] == [made["id"]] * 2
        for request in made["requests"]:
            assert (await system.stand.control(f"my-school/requests/{request['id']}/approve", {}))["state"] == "approved"
        assert (await system.again(made))["requests"][0]["decided_by"]["name"] == "Вера Карловна А."

    async def test_a_decision_that_cannot_be_is_refused_in_words(self, system: System) -> None:
        made, foreign = await system.submitted(), system.admins("orn")[0]
        path = f"/_sandbox/my-school/requests/{made['requests'][0]['id']}"
        post = system.stand.http.post
        assert (await post(f"{path}/approve", json={"person": foreign.id})).status_code == 400
        assert (await post("/_sandbox/my-school/requests/r-0/approve")).status_code == 404
        assert (await post(f"{path}/reject", json={"reason": "Нет мест"})).json()["reason"] == "Нет мест"
        assert (await post(f"{path}/approve")).status_code == 409
        listed = (await system.stand.http.get("/_sandbox/my-school/bundles")).json()["bundles"]
        assert [it["id"] for it in listed] == [made["id"]]


class TestPage:
    """The administrator with a browser."""

    @staticmethod
    async def entered(system: System) -> str:
        own = system.admins()[0].esia
        assert own is not None
        http = system.stand.http
        answer = await http.post("/my-school/office", data={"login": own.login, "password": own.password}, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    async def test_signs_in_decides_and_sees_what_is_done(self, system: System) -> None:
        made, page = await system.submitted(), await self.entered(system)
        assert "Ждут решения: 2" in page and "Орлов Глеб" in page and "Присоединение" not in page
        action = f"/my-school/office/requests/{made['requests'][0]['id']}"
        after = await system.stand.http.post(action, data={"decision": "approved", "version": "2"}, follow_redirects=True)
        assert "Ждут решения: 1" in after.text and "Одобрен" in after.text
        assert (await system.again(made))["state"] == "partial"

    async def test_a_page_that_is_out_of_date_says_so_and_changes_nothing(self, system: System) -> None:
        made, _ = await system.submitted(), await self.entered(system)
        await system.data("POST", f"bundles/{made['id']}/withdraw", system.father)
        action = f"/my-school/office/requests/{made['requests'][0]['id']}"
        answer = await system.stand.http.post(action, data={"decision": "approved", "version": "2"})
        assert (answer.status_code, "Заявление отозвано. Заявление не изменено." in answer.text) == (409, True)

    async def test_a_rejection_without_a_reason_and_a_foreign_request_are_refused(self, system: System) -> None:
        made, _ = await system.submitted(), await self.entered(system)
        post = system.stand.http.post
        action = f"/my-school/office/requests/{made['requests'][0]['id']}"
        assert (await post(action, data={"decision": "rejected", "version": "2"})).status_code == 422
        assert (await post("/my-school/office/requests/r-0", data={"decision": "approved"})).status_code == 404
        system.stand.http.cookies.clear()
        assert (await post(action, data={"decision": "approved", "version": "2"})).status_code == 401
        assert (await system.again(made))["state"] == "submitted"

    async def test_who_is_no_administrator_stays_outside(self, system: System) -> None:
        own = system.father.esia
        assert own is not None
        answer = await system.stand.http.post("/my-school/office", data={"login": own.login, "password": own.password})
        assert (answer.status_code, "не связана со школой" in answer.text) == (403, True)
        assert "Вход через Госуслуги" in (await system.stand.http.get("/my-school/office")).text
