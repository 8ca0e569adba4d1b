"""A guardian's SNILS beside an active guardian needs another officer and a day's notice, then the worker attaches it (RULES A3, B5)."""

from __future__ import annotations

from typing import Any

import pytest

from identity.model import PersonId
from identity.store import put_card_guardian
from tests.flows.desk_kit import DOCUMENT, WHY, Desk, father, open_desk, snils
from tests.flows.kit import Hub, parent
from tests.flows.office_kit import OGRN, signed


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def type_father(desk: Desk, officer: Any = None, **typed: str) -> None:
    """Nina writes the father into Petya's card."""
    by = PersonId(await desk.person(officer or desk.nina))
    names = {"last_name": "Орлов", "first_name": "Иван"} | typed
    number, now, keys = father().snils, desk.hub.clock(), desk.hub.deps.keys
    assert number
    child = PersonId(desk.petya)
    await desk.hub.deps.db.write(
        lambda: put_card_guardian(keys, school=OGRN, child=child, snils=number, officer=by, now=now, **names)  # type: ignore[arg-type]  # names only
    )


@pytest.mark.rule("B5")
async def test_a_second_officer_signs_and_the_father_sees_after_a_day_without_signing_in_again(desk: Desk) -> None:
    desk.hub.esia.claims["ivan"] = parent("2000", last_name="Орлов", first_name="Иван", snils=father().snils, children=())
    ivan = await signed(desk.hub, "ivan")
    await type_father(desk)
    item = await desk.only("card_guardian", desk.rita)
    assert (item["needs"], item["may"], item["pupil"]["first_name"]) == ("second_officer", ["sign", "refuse"], "Пётр")
    assert (await desk.sign(item["id"], desk.rita)).status_code == 200
    await desk.work("attach_cards")
    assert not await desk.sees(ivan), "the notice lasts a day"
    desk.hub.clock.go(hours=24)
    await desk.work("attach_cards")
    assert await desk.sees(ivan)
    assert "guardian_added" in await desk.notices(desk.anna)
    await desk.work("attach_cards")
    assert (await desk.notices(desk.anna)).count("guardian_added") == 1


@pytest.mark.rule("B5")
async def test_who_entered_a_guardian_may_strike_it_out_but_not_sign(desk: Desk) -> None:
    await type_father(desk)
    item = await desk.only("card_guardian")
    assert (item["may"], item["blocked"]) == (["refuse"], "same_officer")
    answer = await desk.sign(item["id"], desk.nina)
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/same_officer")
    assert (await desk.refuse(item["id"], desk.nina)).status_code == 200
    assert "guardian_struck_out" in await desk.notices(desk.anna)
    assert await desk.queue() == []
    ivan = await desk.father()
    desk.hub.clock.go(days=2)
    await desk.work("attach_cards")
    assert "snils_in_school_card" not in str(await (await ivan.get(f"/api/v1/children/{desk.petya}/guardians")).get_json())


@pytest.mark.rule("B5")
async def test_of_two_second_officers_at_once_one_signs_and_the_other_hears_it_is_decided(desk: Desk) -> None:
    await type_father(desk)
    item = (await desk.only("card_guardian"))["id"]
    assert (await desk.sign(item, desk.rita)).status_code == 200
    again = await desk.sign(item, desk.rita)
    assert (again.status_code, (await again.get_json())["type"]) == (409, "/problems/already_decided")


@pytest.mark.rule("B5")
async def test_nobody_signs_for_the_own_child_or_the_own_snils(desk: Desk) -> None:
    rita = parent("of rita", last_name="Лапина", first_name="Рита", snils=snils(155000009), children=(parent().children or ())[:1])
    await type_father(desk)
    desk.hub.esia.claims["rita"] = rita
    mother = await signed(desk.hub, "rita")
    item = await desk.only("card_guardian", mother)
    assert (item["may"], item["blocked"]) == ([], "own_family")
    for answer in (await desk.sign(item["id"], mother), await desk.refuse(item["id"], mother)):
        assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")


@pytest.mark.rule("A8")
@pytest.mark.parametrize("known", [True, False], ids=["another name in the hub", "a SNILS that the hub does not know"])
async def test_the_office_is_not_told_whether_the_hub_knows_a_snils(desk: Desk, known: bool) -> None:
    if known:
        await desk.father()
    await type_father(desk, last_name="Кукушкин")
    await desk.sign((await desk.only("card_guardian"))["id"], desk.rita)
    desk.hub.clock.go(days=5)
    await desk.work("attach_cards")
    item = {**(await desk.only("card_unmatched")), "id": "", "since": ""}
    assert item["differences"] == [{"field": "snils", "known": "", "told": "***-***-*** 85"}]
    assert {key: value for key, value in item.items() if key not in ("pupil", "differences")} == {
        "id": "",
        "since": "",
        "kind": "card_unmatched",
        "reason": "snils_in_school_card",
        "needs": "decision",
        "person": "Иван Кукушкин",
        "evidence": [],
        "document": "",
        "first_by": "nina Ким",
        "works_from": None,
        "may": ["refuse"],
        "blocked": None,
    }


@pytest.mark.rule("A13")
async def test_the_family_sees_that_the_office_looked(desk: Desk) -> None:
    await type_father(desk)
    await desk.queue()
    log = (await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json())["items"]
    assert ("Ким nina Игоревна, Администратор школы", "office.reviews") in [(one["who"], one["action"]) for one in log]


@pytest.mark.security("27")
async def test_decisions_need_our_own_page_and_a_reason_where_they_say_no(desk: Desk) -> None:
    await type_father(desk)
    item = (await desk.only("card_guardian"))["id"]
    path = f"/api/v1/office/reviews/{item}/refuse"
    assert (await desk.rita.send("POST", path, json=WHY, csrf="wrong")).status_code == 403
    assert (await desk.rita.send("POST", path, json=WHY, origin="https://evil.test")).status_code == 403
    assert (await desk.rita.send("POST", path, json={"reason": "  "})).status_code == 400
    assert (await desk.rita.send("POST", path, json={"document": {**DOCUMENT, "date": "вчера"}})).status_code == 400
