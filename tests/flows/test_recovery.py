"""Recovery in person: two officers and a document, a code for a day, the old way in closed, 72 hours of waiting (RULES A17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.flows.holds import require_no_hold
from hub.flows.refusals import Refused
from identity.claims import Level
from identity.model import EdgeRight, PersonId
from identity.store import act_right
from tests.flows.desk_kit import DOCUMENT, Desk, open_desk, snils
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import signed


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    found = await open_desk(hub)
    hub.esia.claims["new"] = parent("3000", level=Level.STANDARD, snils=None, children=())
    return found


async def code_of(desk: Desk, who: str) -> str:
    made = await desk.nina.send("POST", f"/api/v1/office/pupils/{desk.petya}/recoveries", json={"person": who, "document": DOCUMENT})
    assert made.status_code == 201, await made.get_data(as_text=True)
    answer = await (await desk.sign((await made.get_json())["id"], desk.rita)).get_json()
    assert answer["expires_at"].startswith("2026-11-19")
    return str(answer["code"])


async def redeem(browser: Browser, code: str) -> Any:
    await browser.me()
    return await browser.send("POST", "/api/v1/recovery/redeem", json={"code": code})


@pytest.mark.rule("A17")
async def test_a_code_makes_the_new_account_the_way_in_and_ends_the_old_ones(desk: Desk) -> None:
    anna = await desk.person(desk.anna)
    code = await code_of(desk, anna)
    new = await signed(desk.hub, "new")
    assert await desk.person(new) != anna
    answer = await redeem(new, code)
    assert (answer.status_code, (await answer.get_json())["held_until"][:10]) == (200, "2026-11-21")
    assert await desk.person(new) == anna, "the same browser goes on as the recovered person"
    assert (await desk.anna.get("/api/v1/me")).status_code == 401, "every old session ended"
    assert await desk.notices(new) == ["recovered", *(await desk.notices(new))[1:]]
    links = await desk.hub.rows(f"SELECT state, evidence FROM account_link WHERE person = '{anna}' ORDER BY evidence_at")
    assert [state for state, _ in links] == ["closed", "active"]
    assert await desk.person(await signed(desk.hub, "new")) == anna


@pytest.mark.rule("A17")
async def test_money_and_guardianship_acts_wait_72_hours_and_a_weak_account_gives_nothing_back(desk: Desk) -> None:
    anna = PersonId(await desk.person(desk.anna))
    new = await signed(desk.hub, "new")
    assert (await redeem(new, await code_of(desk, anna))).status_code == 200
    deps, child = desk.hub.deps, PersonId(desk.petya)
    assert not await desk.sees(new), "an account that is not confirmed sees what it would see anyway"
    desk.hub.esia.claims["new"] = parent("3000", children=(kid(1, "Пётр"),))
    confirmed = await signed(desk.hub, "new")
    assert await desk.person(confirmed) == anna
    assert await desk.sees(confirmed)

    def acts() -> bool:
        return act_right(deps.keys, anna, child, EdgeRight.PAY, now=deps.now()).allowed

    async def held() -> bool:
        try:
            await deps.db.read(lambda: require_no_hold(deps, anna))
        except Refused:
            return True
        return False

    assert (await deps.db.read(acts), await held()) == (False, True)
    desk.hub.clock.go(hours=71)
    assert (await deps.db.read(acts), await held()) == (False, True)
    desk.hub.clock.go(hours=2)
    assert (await deps.db.read(acts), await held()) == (True, False)


@pytest.mark.rule("A17")
@pytest.mark.parametrize("fault", ["unknown", "used", "over", "not signed", "refused", "own account", "account in use", "another snils"])
async def test_every_failure_has_one_answer(desk: Desk, fault: str) -> None:
    anna = await desk.person(desk.anna)
    code, browser = "ABCD-EFGH-JKMN", await signed(desk.hub, "new")
    if fault != "unknown":
        code = await code_of(desk, anna) if fault not in ("not signed", "refused") else code
    if fault == "used":
        assert (await redeem(browser, code)).status_code == 200
        desk.hub.esia.claims["third"] = parent("3001", level=Level.STANDARD, snils=None, children=())
        browser = await signed(desk.hub, "third")
    elif fault == "over":
        desk.hub.clock.go(hours=24)
    elif fault in ("not signed", "refused"):
        path = f"/api/v1/office/pupils/{desk.petya}/recoveries"
        made = await desk.nina.send("POST", path, json={"person": anna, "document": DOCUMENT})
        if fault == "refused":
            assert (await desk.refuse((await made.get_json())["id"], desk.rita)).status_code == 200
    elif fault == "own account":
        browser = desk.anna
    elif fault == "account in use":
        browser = await desk.father()
        assert (await browser.link("anna")).status_code == 303
    elif fault == "another snils":
        desk.hub.esia.claims["other"] = parent("3002", snils=snils(188000001), children=())
        browser = await signed(desk.hub, "other")
    answer = await redeem(browser, code)
    found = await answer.get_json()
    assert (answer.status_code, found["type"], found["title"]) == (422, "/problems/recovery_refused", "Код не подошёл")
    assert set(found) == {"type", "title", "status", "detail", "instance", "request_id"}


@pytest.mark.rule("A17")
@pytest.mark.security("29")
async def test_after_ten_wrong_codes_the_right_one_is_refused_too(desk: Desk) -> None:
    code = await code_of(desk, await desk.person(desk.anna))
    new = await signed(desk.hub, "new")
    for _ in range(10):
        assert (await redeem(new, "WRON-GCOD-EXXX")).status_code == 422
    answer = await redeem(new, code)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.rule("A17")
@pytest.mark.rule("B5")
async def test_two_officers_open_it_for_a_guardian_of_their_own_pupil_and_for_nobody_else(desk: Desk) -> None:
    path, anna = f"/api/v1/office/pupils/{desk.petya}/recoveries", await desk.person(desk.anna)
    stranger = await desk.person(await signed(desk.hub, "new"))
    for who in (stranger, "nobody"):
        assert (await desk.nina.send("POST", path, json={"person": who, "document": DOCUMENT})).status_code == 404
    assert (await desk.oleg.send("POST", path, json={"person": anna, "document": DOCUMENT})).status_code == 404
    assert (await desk.nina.send("POST", path, json={"person": anna, "document": DOCUMENT | {"number": ""}})).status_code == 422
    item = (await (await desk.nina.send("POST", path, json={"person": anna, "document": DOCUMENT})).get_json())["id"]
    assert (await desk.sign(item, desk.nina)).status_code == 403
    assert (await desk.sign(item, desk.oleg)).status_code == 404
    first, again = await desk.sign(item, desk.rita), await desk.sign(item, desk.rita)
    assert (first.status_code, again.status_code) == (200, 404)


@pytest.mark.rule("A17")
@pytest.mark.rule("A5a")
async def test_a_restricted_parent_recovers_the_account_and_not_the_child(desk: Desk) -> None:
    ivan = await desk.father()
    who = await desk.person(ivan)
    await desk.restrict(who)
    code = await code_of(desk, who)
    desk.hub.esia.claims["new"] = parent("3000", last_name="Орлов", first_name="Иван", snils=None, children=(replace(kid(1, "Пётр")),))
    new = await signed(desk.hub, "new")
    assert (await redeem(new, code)).status_code == 200
    assert not await desk.sees(new)
    assert not await desk.sees(await signed(desk.hub, "new"))


@pytest.mark.security("27")
async def test_a_code_is_taken_from_our_own_page_only(desk: Desk) -> None:
    new = await signed(desk.hub, "new")
    for more in ({"csrf": "wrong"}, {"origin": "https://evil.test"}):
        assert (await new.send("POST", "/api/v1/recovery/redeem", json={"code": "x"}, **more)).status_code == 403
    assert (await desk.hub.browser().send("POST", "/api/v1/recovery/redeem", json={"code": "x"})).status_code == 401


@pytest.mark.rule("A17")
async def test_what_a_guardian_does_for_a_child_waits_and_what_protects_the_child_does_not(desk: Desk) -> None:
    new = await signed(desk.hub, "new")
    assert (await redeem(new, await code_of(desk, await desk.person(desk.anna)))).status_code == 200
    desk.hub.esia.claims["new"] = parent("3000", children=(kid(1, "Пётр"),))
    anna = await signed(desk.hub, "new")
    path = f"/api/v1/children/{desk.petya}"
    listed = (await (await anna.get("/api/v1/consents")).get_json())["items"]
    photo = next(one for one in listed if one["purpose"] == "photo" and one["subject"]["id"] == desk.petya)
    word = {"subject": desk.petya, "purpose": "photo", "version": photo["text"]["version"]}

    async def states() -> list[int]:
        acts = [
            anna.send("POST", f"{path}/delegations", json={"days": 7}),
            anna.send("POST", f"{path}/proposals", json={"act": "change_school"}),
            anna.send("POST", f"{path}/login", json={}),
            anna.send("POST", "/api/v1/consents", json=word | {"word": "given"}),
        ]
        return [(await act).status_code for act in acts]

    assert await states() == [403, 403, 403, 403]
    assert (await anna.send("POST", "/api/v1/consents", json=word | {"word": "refused"})).status_code == 201
    desk.hub.clock.go(hours=73)
    anna = await signed(desk.hub, "new")
    assert 403 not in await states()
