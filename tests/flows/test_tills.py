"""A till's receipt becomes a debit once, by a device that signs; a weaker one is only seen (RULES D7, E6)."""

from __future__ import annotations

import pytest

from hub.ledger.model import Purpose
from hub.store.school.devices import DeviceKind, Sign
from tests.flows.debit_kit import Canteen
from tests.flows.kit import Hub
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
