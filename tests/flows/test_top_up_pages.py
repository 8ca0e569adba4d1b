"""Paying in as pages: the totals before paying, one wish for one form, the result told by the ledger."""

from __future__ import annotations

import re

import pytest

from connectors.kit.payment import PaymentState
from tests.flows.kit import Hub
from tests.flows.pay_kit import Paying, open_doors, paying


async def text_of(town: Paying, path: str, status: int = 200) -> str:
    answer = await town.family.browser.get(path, Accept="text/html")
    assert answer.status_code == status
    return str(await answer.get_data(as_text=True)).replace("\u00a0", " ")


@pytest.mark.rule("D6")
@pytest.mark.feature("F032")
async def test_the_amount_comes_first_and_the_ways_after_it(hub: Hub) -> None:
    town = await paying(hub)
    path = f"/money/{town.family.id()}/top-up"
    first = await text_of(town, path)
    assert 'name="amount"' in first and "Далее" in first and 'name="way"' not in first
    assert 'name="way"' in await text_of(town, f"{path}?amount=106,50")


@pytest.mark.rule("D6")
async def test_the_free_way_stands_first_and_each_has_its_total(hub: Hub) -> None:
    town = await paying(hub)
    open_doors(hub, "osmp")
    assert f"/money/{town.family.id()}/top-up" in await text_of(town, f"/children/{town.family.child}/money")
    shown = await text_of(town, f"/money/{town.family.id()}/top-up?amount=1%20000,50")
    assert shown.index("без комиссии") < shown.index("1 007,50 ₽") < shown.index("1 050,53 ₽")
    assert "0270390000" in shown


@pytest.mark.parametrize("amount", ["%D0%BC%D0%BD", "1e3", "-5", "10,505", "1", "999999999"])
async def test_a_sum_that_is_none_is_told_and_may_be_written_again(hub: Hub, amount: str) -> None:
    town = await paying(hub)
    shown = await text_of(town, f"/money/{town.family.id()}/top-up?amount={amount}", status=422)
    assert 'role="alert"' in shown and 'name="amount"' in shown


@pytest.mark.rule("D4")
async def test_one_form_sent_twice_is_one_order_and_the_result_is_the_ledgers(hub: Hub) -> None:
    town = await paying(hub)
    path = f"/money/{town.family.id()}/top-up"
    shown = await text_of(town, f"{path}?amount=100")
    form = {name: re.findall(rf'name="{name}" value="([^"]+)"', shown)[0] for name in ("csrf_token", "form", "amount")}
    places = set()
    for _ in range(2):
        answer = await town.family.browser.client.post(
            path, form={**form, "way": "bank:sbp"}, headers={"Host": "localhost:8000", "Origin": "http://localhost:8000"}
        )
        assert answer.status_code == 303
        places.add(answer.headers["Location"])
    (place,) = places
    assert len(town.bank.told) == 1 and town.bank.told[0].method == "sbp"
    waits = await text_of(town, place)
    assert "Ждём оплату" in waits and "https://bank.example/pay" in waits and 'http-equiv="refresh"' in waits
    town.bank.put("P1", PaymentState.PAID)
    hub.clock.go(seconds=3)
    done = await text_of(town, place)
    assert "Оплачено" in done and "https://bank.example/pay" not in done and 'http-equiv="refresh"' not in done


async def test_a_declined_payment_leads_back_to_the_ways(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", PaymentState.DECLINED)
    hub.clock.go(seconds=3)
    assert f"/money/{town.family.id()}/top-up" in await text_of(town, f"/money/top-ups/{made['id']}")
