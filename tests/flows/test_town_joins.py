"""«Моя школа» of the town and the hub are kept equal: whoever decides, whatever answer is lost (RULES B1, B2; docs/wire/my_school.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from connectors.kit.errors import AccessDenied
from connectors.kit.school_joining import Application, ChildByName, Role
from hub.deps import Deps
from hub.flows.join_school.outside import deliver, follow
from hub.store.joining.tables import JoinErrand
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import go


@dataclass
class Town:
    """A parent of the town with a child below 14 in no school, and the administrator of a school, each in an own browser."""

    deps: Deps
    home: httpx.AsyncClient
    office: httpx.AsyncClient
    parent: dict[str, Any]
    child: str
    school: dict[str, Any]
    admin: dict[str, Any]

    async def post(self, browser: httpx.AsyncClient, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        answer = await browser.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def join(self, **changes: Any) -> dict[str, Any]:
        body = {"child": self.child, "school_ogrn": self.school["ogrn"], "class": "5А", "role": "legal_representative"} | changes
        return await self.post(self.home, "/joins", body, 201)

    async def read(self, bundle: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.home.get(f"/api/v1/joins/{bundle}")).json()
        return found

    async def control(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        url = f"{SANDBOX_URL}/_sandbox/{path}"
        answer = await (self.home.get(url) if body is None else self.home.post(url, json=body))
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def there(self) -> dict[str, Any]:
        """The newest bundle there."""
        found: list[dict[str, Any]] = (await self.control("my-school/bundles"))["bundles"]
        return found[-1]

    async def decide(self, kind: str, decision: str, **body: Any) -> None:
        """By the school's administrator at «Моя школа»."""
        request = next(one["id"] for one in (await self.there())["requests"] if one["kind"] == kind)
        await self.control(f"my-school/requests/{request}/{decision}", body)

    async def tell(self) -> None:
        while await deliver(self.deps):
            pass

    async def hasten(self) -> None:
        """What waits for a second try is tried now, and the pause after failures is over."""
        self.deps.callers["my-school"].breaker.success()
        await self.deps.db.write(lambda: JoinErrand.update(due_at=self.deps.now()).where(JoinErrand.state == "waiting").execute())
        await self.tell()


async def sign_in(browser: httpx.AsyncClient, person: dict[str, Any]) -> dict[str, Any]:
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": person["id"], "times": 1})
    assert (await go(browser, "/auth/esia/start")).status_code == 200
    me: dict[str, Any] = (await browser.get("/api/v1/me")).json()
    browser.headers.update({"X-CSRF-Token": me["csrf_token"], "Origin": HUB_URL})
    return me


@pytest.fixture
async def town(open_browser: OpenBrowser, hub_deps: Deps) -> Town:
    home, office = open_browser(), open_browser()
    shown = (await home.get(f"{SANDBOX_URL}/_sandbox/people")).json()
    people = {one["id"]: one for one in shown["people"]}
    parent = next(
        one
        for one in shown["people"]
        if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed"
        and any(people[kid]["school"] is None and people[kid]["birth_date"] > "2013" for kid in one["children"])
    )  # fmt: skip
    kid = next(people[kid] for kid in parent["children"] if people[kid]["school"] is None)
    admin = next(one for one in shown["people"] if one["role"] == "school_admin" and not one["children"])
    me = await sign_in(home, parent)
    await sign_in(office, admin)
    child = next(one["id"] for one in me["children"] if one["first_name"] == kid["first_name"])
    school = next(one for one in shown["schools"] if one["id"] == admin["school"])
    return Town(deps=hub_deps, home=home, office=office, parent=parent, child=child, school=school, admin=admin)


@pytest.mark.rule("B2")
@pytest.mark.feature("F076")
@pytest.mark.feature("F082")
@pytest.mark.feature("F083")
async def test_an_application_is_told_there_once_and_decided_there(town: Town) -> None:
    made = await town.join()
    await town.tell()
    there = await town.there()
    assert (there["state"], there["class"], [one["kind"] for one in there["requests"]]) == (
        "submitted", "5А", ["register_pupil", "attach_representative"],
    )  # fmt: skip
    await town.decide("register_pupil", "approve")
    await follow(town.deps)
    half = await town.read(made["id"])
    assert (half["state"], half["requests"][0]["state"]) == ("partial", "approved")
    assert half["requests"][0]["decided_by"]["post"]
    assert half["history"][-1]["side"] == "outside"
    await town.decide("attach_representative", "approve")
    await follow(town.deps)
    done = await town.read(made["id"])
    assert (done["state"], [one["effective"] for one in done["requests"]]) == ("complete", [True, True])
    mine = next(one for one in (await town.home.get("/api/v1/me")).json()["children"] if one["id"] == town.child)
    assert (mine["school"]["ogrn"], mine["school"]["class"]) == (town.school["ogrn"], "5А")
    assert mine["diaries"]
    assert (await town.control("my-school/bundles"))["bundles"] == [await town.there()]


@pytest.mark.rule("B4")
async def test_what_the_office_here_decides_is_decided_there(town: Town) -> None:
    made = await town.join()
    first, second = (one["id"] for one in made["requests"])
    await town.post(town.office, f"/office/joins/{first}/approve")
    await town.post(town.office, f"/office/joins/{second}/reject", {"reason": "Нет документа"})
    await town.tell()
    await town.tell()
    await town.tell()
    there = await town.there()
    assert [(one["state"], one["reason"]) for one in there["requests"]] == [("approved", None), ("rejected", "Нет документа")]
    assert there["state"] == (await town.read(made["id"]))["state"] == "rejected"
    anew = await town.join()
    assert anew["previous"] == made["id"]
    await town.tell()
    again = await town.there()
    assert (again["state"], again["previous"]) == ("submitted", there["id"])


@pytest.mark.rule("B1")
async def test_withdrawn_here_is_withdrawn_there_and_the_other_way(town: Town) -> None:
    made = await town.join()
    await town.tell()
    await town.post(town.home, f"/joins/{made['id']}/withdraw")
    await town.tell()
    assert (await town.there())["state"] == "withdrawn"
    stale = await town.office.post(f"/api/v1/office/joins/{made['requests'][0]['id']}/approve")
    assert (stale.status_code, stale.json()["state"]) == (409, "withdrawn")


@pytest.mark.rule("B4")
async def test_a_page_that_is_older_than_the_decision_there_hears_of_it(town: Town) -> None:
    """Nobody polled meanwhile: the office asks before it decides."""
    made = await town.join()
    await town.tell()
    await town.decide("register_pupil", "reject", reason="Другой район")
    stale = await town.office.post(f"/api/v1/office/joins/{made['requests'][0]['id']}/approve")
    assert (stale.status_code, stale.json()["state"]) == (409, "rejected")
    assert (await town.read(made["id"]))["requests"][0]["reason"] == "Другой район"


@pytest.mark.rule("B4")
async def test_both_decide_while_they_cannot_hear_each_other(town: Town) -> None:
    """Here it stays as the family was told, and the office is shown that it differs there."""
    made = await town.join()
    await town.tell()
    request = made["requests"][0]["id"]
    await town.control("faults", {"system": "my-school", "kind": "status", "value": 503, "times": 50})
    await town.post(town.office, f"/office/joins/{request}/approve")
    await town.home.delete(f"{SANDBOX_URL}/_sandbox/faults")
    await town.decide("register_pupil", "reject", reason="Другой район")
    await town.hasten()
    await follow(town.deps)
    case = (await town.office.get(f"/api/v1/office/joins/{request}")).json()
    assert (case["state"], case["differs"], case["outside"]) == ("approved", "rejected", "told")


@pytest.mark.rule("B1")
async def test_an_application_made_there_by_the_same_parent_is_taken_over(town: Town) -> None:
    """The parent agreed to this hub with an earlier one; the second is made at the other side itself."""
    made = await town.join()
    await town.tell()
    other = next(one for one in (await town.control("people"))["schools"] if one["ogrn"] != town.school["ogrn"])
    port = town.deps.joining["my-school"]
    kid = next(one for one in (await town.home.get("/api/v1/me")).json()["children"] if one["id"] == town.child)
    named = ChildByName(last_name=kid["last_name"], first_name=kid["first_name"], birth_date=date.fromisoformat(kid["birth_date"]))
    asked = Application(role=Role.LEGAL_REPRESENTATIVE, school_ogrn=other["ogrn"], class_name="5Б", child=named)
    await port.create(town.parent["esia"]["oid"], asked, submit=True)
    await follow(town.deps)
    items = (await town.home.get("/api/v1/joins")).json()["items"]
    assert {(one["school"]["ogrn"], one["state"]) for one in items} == {(town.school["ogrn"], "submitted"), (other["ogrn"], "submitted")}
    assert made["id"] in [one["id"] for one in items]


@pytest.mark.rule("B2")
async def test_without_the_other_side_the_hub_decides_alone(town: Town) -> None:
    await town.control("faults", {"system": "my-school", "kind": "status", "value": 503})
    made = await town.join()
    await town.tell()
    for one in made["requests"]:
        await town.post(town.office, f"/office/joins/{one['id']}/approve")
    assert (await town.read(made["id"]))["state"] == "complete"
    await town.home.delete(f"{SANDBOX_URL}/_sandbox/faults")
    for _ in range(4):
        await town.hasten()
    assert (await town.there())["state"] == "complete"


@pytest.mark.rule("B1")
@pytest.mark.rule("A12")
@pytest.mark.feature("F081")
async def test_a_child_without_certificate_is_refused_there_and_decided_here(town: Town) -> None:
    for one in town.parent["children"]:
        await town.control("my-school/certificates", {"child": one, "certificate": False})
    made = await town.join()
    await town.tell()
    assert (await town.control("my-school/bundles"))["bundles"] == []
    told = await town.read(made["id"])
    assert (told["state"], told["outside"], told["outside_reason"]) == ("submitted", "refused", "certificate_missing")
    page = await town.home.get(f"/children/{town.child}/school/{made['id']}", headers={"Accept": "text/html"})
    assert "Придите в школу с документом" in page.text
    for request in made["requests"]:
        await town.post(town.office, f"/office/joins/{request['id']}/approve")
    await town.tell()
    assert (await town.read(made["id"]))["state"] == "complete"


@pytest.mark.rule("A14")
async def test_who_leaves_the_hub_ends_the_consent_there_too(town: Town) -> None:
    await town.join()
    await town.tell()
    left = await town.home.post("/api/v1/me/leave", json={"confirm": "удалить"})
    assert left.status_code == 204, left.text
    port = town.deps.joining["my-school"]
    with pytest.raises(AccessDenied, match="consent_missing"):
        await port.profile(town.parent["esia"]["oid"])


@pytest.mark.rule("B3")
async def test_a_school_renamed_there_is_shown_by_its_present_name(town: Town) -> None:
    made = await town.join()
    await town.tell()
    name = "Муниципальное автономное общеобразовательное учреждение «Лицей имени Попова»"
    await town.control(f"my-school/schools/{town.school['ogrn']}/rename", {"legal_name": name})
    await town.decide("register_pupil", "approve")
    await follow(town.deps)
    school = (await town.read(made["id"]))["school"]
    assert (school["legal_name"], school["legal_name_now"]) == (town.school["legal_name"], name)
    found = (await town.home.get("/api/v1/schools", params={"q": "лицей попова"})).json()["items"]
    assert [one["ogrn"] for one in found] == [town.school["ogrn"]]


@pytest.mark.rule("B2")
async def test_one_that_could_not_be_read_among_others_is_asked_for_by_itself(town: Town) -> None:
    made = await town.join()
    other = next(one for one in (await town.control("people"))["schools"] if one["ogrn"] != town.school["ogrn"])
    second = await town.join(school_ogrn=other["ogrn"])
    await town.tell()
    there = (await town.control("my-school/bundles"))["bundles"]
    for bundle in there:
        await town.control(f"my-school/requests/{bundle['requests'][0]['id']}/approve", {})
    await town.control("faults", {"system": "my-school", "kind": "drift", "path": f"*/bundles/{there[0]['id']}"})
    await follow(town.deps)
    assert [(await town.read(one["id"]))["state"] for one in (made, second)] == ["submitted", "partial"]
    await town.home.delete(f"{SANDBOX_URL}/_sandbox/faults")
    await town.hasten()
    assert (await town.read(made["id"]))["state"] == "partial"


@pytest.mark.rule("A14")
@pytest.mark.feature("F076")
async def test_a_form_without_the_consent_is_not_handed_over(town: Town) -> None:
    path = f"/children/{town.child}/school/apply"
    typed = {"ogrn": town.school["ogrn"], "class": "5А", "csrf_token": town.home.headers["X-CSRF-Token"]}
    headers = {"Accept": "text/html"}
    refused = await town.home.post(path, data=typed, headers=headers)
    assert (refused.status_code, "Отметьте" in refused.text, 'value="5А"' in refused.text) == (400, True, True)
    assert " checked" not in (await town.home.get(f"{path}?ogrn={town.school['ogrn']}", headers=headers)).text
    assert (await town.home.post(path, data=typed | {"agreed": "yes"}, headers=headers)).status_code == 303
