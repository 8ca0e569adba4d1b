"""A till's receipt becomes a debit once, by a device that signs; a weaker one is only seen (RULES D7, E6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.ledger.model import Purpose
from hub.ledger.store import contracts
from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind
from hub.store.school.devices import DeviceKind, Sign
from tests.flows.debit_kit import Canteen
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL, open_for
from tests.flows.till_kit import receipt, sell, till, tilled


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    return await tilled(hub)


@pytest.mark.rule("D7")
@pytest.mark.feature("F015")
async def test_a_receipt_is_debited_once_and_explains_itself(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    before = await canteen.left()
    event = receipt(one, hub)
    assert await sell(hub, one, event, event) == ["stored", "duplicate"]
    assert await sell(hub, one, event) == ["duplicate"]
    assert await canteen.left() == before - 11_000
    row = (await canteen.family.statement(Purpose.MEAL))["items"][-1]
    assert (row["kind"], row["amount_kop"]) == ("meal", -11_000)
    assert row["cause"]["event"] == "r1"
    assert (row["cause"]["item"], row["cause"]["place"]) == ("Обед", "Буфет")
    assert "цена из чека кассы" in row["why"] and "till" not in row["why"]


@pytest.mark.rule("E6")
@pytest.mark.parametrize("sign", [Sign.BASIC, Sign.SERIAL])
async def test_a_till_that_does_not_sign_moves_no_money_and_is_seen(canteen: Canteen, sign: Sign) -> None:
    hub, one = canteen.hub, await till(canteen.hub, sign)
    before = await canteen.left()
    assert await sell(hub, one, receipt(one, hub)) == ["stored"]
    assert await canteen.left() == before
    answer = await canteen.family.browser.get(f"/api/v1/children/{canteen.family.child}/timeline")
    (item,) = (await answer.get_json())["items"]
    assert (item["kind"], item["provenance"]["confirmed"]) == ("meal", False)


async def test_an_unknown_card_and_an_empty_sum_debit_nobody(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    before = await canteen.left()
    strange = receipt(one, hub, id_="x", credential={"kind": "card", "number": "9999"})
    assert await sell(hub, one, strange, receipt(one, hub, id_="free", kop=0)) == ["stored", "stored"]
    assert await canteen.left() == before


async def test_a_contract_that_waits_for_its_child_is_found_by_the_first_receipt(hub: Hub) -> None:
    await hub.deps.db.write(lambda: open_for(hub, "0270390000"))
    browser = hub.browser()
    await browser.sign_in()
    child = (await browser.me())["children"][0]["id"]
    now = hub.clock()
    since = now - timedelta(days=2)
    await hub.deps.db.write(
        lambda: carriers.add(hub.deps.keys, child=child, school=SCHOOL, kind=CarrierKind.CARD, number="0001", since=since, by="t", now=now)
    )
    one = await till(hub)
    assert await sell(hub, one, receipt(one, hub)) == ["stored"]
    assert [card.number for card in await hub.deps.db.read(lambda: contracts.of_children([child]))] == ["0270390000"]


@pytest.mark.rule("D1")
async def test_a_receipt_that_the_till_takes_back_is_reversed_once(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    before = await canteen.left()
    await sell(hub, one, receipt(one, hub))
    for id_ in ("back1", "back2"):
        await sell(hub, one, receipt(one, hub, id_=id_, reversal_of="r1"))
    assert await canteen.left() == before
    assert "отменили на кассе" in (await canteen.family.statement(Purpose.MEAL))["items"][-1]["why"]


@pytest.mark.rule("D7")
async def test_a_debit_of_a_day_without_a_pass_is_flagged_where_doors_speak(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    gate = await till(hub, kind=DeviceKind.TURNSTILE)
    await sell(hub, one, receipt(one, hub, id_="early", kop=5_000))
    await sell(hub, gate, gate.passed(hub.clock()))
    hub.clock.go(seconds=30)
    await sell(hub, one, receipt(one, hub, id_="later", kop=5_000))
    early, later = (await canteen.family.statement(Purpose.MEAL))["items"][-2:]
    assert "no_pass" in early["cause"]["flag"]
    assert "no_pass" not in (later["cause"]["flag"] or "")
