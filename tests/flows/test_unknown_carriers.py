"""A card that nobody has is kept, shown to the office, and brings its passes and its meals to its owner, each meal once (RULES E5)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.flows.charge_tills import charge_tills
from hub.flows.watch_carriers import watch_carriers
from tests.flows.debit_kit import Canteen
from tests.flows.gate_kit import carded, device, guarded, send, timeline, verdicts
from tests.flows.kit import Browser, Hub
from tests.flows.test_desk_pages import post, text
from tests.flows.till_kit import receipt, sell, till, tilled
from tests.ingest_kit import batch

UNKNOWN = "/api/v1/office/carriers/unknown"


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    return await tilled(hub)


async def unknown(office: Browser) -> list[dict[str, Any]]:
    answer = await office.get(UNKNOWN)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    items: list[dict[str, Any]] = (await answer.get_json())["items"]
    return items


async def settle(hub: Hub) -> None:
    while await watch_carriers(hub.deps) or await charge_tills(hub.deps):
        pass


@pytest.mark.rule("E5")
async def test_a_meal_of_an_unknown_card_is_debited_once_when_the_card_gets_its_owner(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    before = await canteen.left()
    strange: dict[str, Any] = {"credential": {"kind": "card", "number": "77-88"}}
    first, taken_back = receipt(one, hub, id_="r1", **strange), receipt(one, hub, id_="r2", **strange)
    assert await sell(hub, one, first, taken_back, receipt(one, hub, id_="r3", reversal_of="r2", **strange)) == ["stored"] * 3
    assert await canteen.left() == before
    await settle(hub)
    admin = await canteen.by("school_admin")
    (seen,) = await unknown(admin)
    assert (seen["number"], seen["uses"], seen["place"]) == ("…88", 3, "Буфет")
    body = {"child": canteen.family.child}
    answers = await asyncio.gather(*(admin.send("POST", f"{UNKNOWN}/{seen['id']}/attach", json=body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers)[0] == 200 and {answer.status_code for answer in answers} <= {200, 404, 409}
    await settle(hub)
    await settle(hub)
    assert await canteen.left() == before - 11_000, "the one that the till took back is not paid"
    assert await sell(hub, one, first) == ["duplicate"]
    assert (await canteen.left(), await unknown(admin)) == (before - 11_000, [])
    assert await hub.rows("SELECT COUNT(*) FROM unowned_meal") == [(0,)]


@pytest.mark.rule("E5")
async def test_a_card_entered_by_its_number_brings_its_meals_too_but_none_from_before_its_time(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    before = await canteen.left()
    strange: dict[str, Any] = {"credential": {"kind": "card", "number": "5566"}}
    early = receipt(one, hub, id_="early", **strange)
    hub.clock.go(minutes=30)
    since = hub.clock().isoformat()
    await sell(hub, one, early, receipt(one, hub, id_="late", **strange))
    admin = await canteen.by("school_admin")
    path = f"/api/v1/office/pupils/{canteen.family.child}/carriers"
    assert (await admin.send("POST", path, json={"kind": "card", "number": "5566", "since": since})).status_code == 201
    await settle(hub)
    assert await canteen.left() == before - 11_000
    assert await hub.rows("SELECT event, child FROM unowned_meal") == [("early", None)]


@pytest.mark.rule("E5")
async def test_what_is_bought_with_a_lost_card_is_never_the_childs_even_when_it_opens_again(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    before = await canteen.left()
    mine = f"/api/v1/children/{canteen.family.child}/cards"
    (card,) = (await (await canteen.family.browser.get(mine)).get_json())["items"]
    assert (await canteen.family.browser.send("POST", f"{mine}/{card['id']}/lose")).status_code == 200
    hub.clock.go(minutes=1)
    assert await sell(hub, one, receipt(one, hub, id_="thief")) == ["stored"]
    admin = await canteen.by("school_admin")
    assert (await admin.send("POST", f"/api/v1/office/carriers/{card['id']}/found")).status_code == 200
    await settle(hub)
    assert (await canteen.left(), await unknown(admin)) == (before, [])


@pytest.mark.rule("E5")
async def test_a_card_attached_from_the_list_opens_from_its_first_use_and_whoever_types_it_later_is_refused(hub: Hub) -> None:
    desk = await guarded(hub)
    gate, at = await device(desk), hub.clock()
    await carded(desk)
    hub.clock.go(minutes=3)
    await verdicts(
        await send(hub, gate, batch(gate.passed(at, number="99-88-77"), gate.passed(hub.clock(), number="998877"), gate.passed(at)))
    )
    await settle(hub)
    (seen,) = await unknown(desk.nina)
    assert (seen["uses"], seen["number"], seen["place"]) == (2, "…877", "Вход")
    for q, found in (("ор", [desk.petya]), ("пёт", [desk.petya]), ("о", []), ("", [])):
        whose = await (await desk.nina.send("POST", f"{UNKNOWN}/{seen['id']}/owners", json={"q": q})).get_json()
        assert [one["child"] for one in whose["items"]] == found, q
    assert (await desk.nina.send("POST", f"{UNKNOWN}/{seen['id']}/attach", json={"child": desk.petya})).status_code == 200
    assert len(await timeline(desk)) == 3
    later = hub.clock() + timedelta(minutes=4)
    await verdicts(await send(hub, gate, batch(gate.passed(later, number="998877"))))
    assert (await timeline(desk))[-1]["at"] == later.isoformat().replace("+00:00", "Z")
    own = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/cards")).get_json()
    assert {one["number"] for one in own["items"]} == {"…01", "…877"}


@pytest.mark.rule("B6")
async def test_the_list_is_the_own_schools_office_alone(hub: Hub) -> None:
    desk = await guarded(hub)
    gate = await device(desk)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number="4242"))))
    await settle(hub)
    (seen,) = await unknown(desk.nina)
    assert await unknown(desk.oleg) == []
    for browser, status in ((desk.oleg, 404), (desk.anna, 403)):
        assert (await browser.send("POST", f"{UNKNOWN}/{seen['id']}/owners", json={"q": "орл"})).status_code == status
        for act in ("attach", "put-aside"):
            assert (await browser.send("POST", f"{UNKNOWN}/{seen['id']}/{act}", json={"child": desk.petya})).status_code == status
    assert (await desk.nina.send("POST", f"{UNKNOWN}/{seen['id']}/attach", json={"child": "nobody"})).status_code == 404
    page = "/office/carriers/unknown"
    assert "Чья это карта" in await text(desk.nina, page)
    assert "Начало фамилии" in await text(desk.nina, f"{page}/{seen['id']}")
    assert "Пётр" in await (await post(desk.nina, f"{page}/{seen['id']}", q="Пё")).get_data(as_text=True)
    assert (await post(desk.nina, f"{page}/{seen['id']}/put-aside")).status_code == 303
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number="4242"))))
    await settle(hub)
    assert await unknown(desk.nina) == [] and "Незнакомых карт нет" in await text(desk.nina, page)
