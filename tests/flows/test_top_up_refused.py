"""Who may not pay in, where, and how much; and what a second press does (RULES A5, D2, D11)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.ledger.store.contracts import ContractState
from hub.ledger.store.tables import Contract
from tests.flows.kit import Hub
from tests.flows.money_kit import stranger
from tests.flows.pay_kit import paying


@pytest.mark.parametrize("amount", [0, -1, 1, 999, 1_500_001, 10**30])
async def test_a_sum_outside_the_bounds_is_refused(hub: Hub, amount: int) -> None:
    town = await paying(hub)
    refused = await town.top_up(amount, status=422)
    assert refused["type"].endswith("/wrong_amount")
    assert town.bank.told == []


@pytest.mark.parametrize("amount", ["106.50", "10650", 106.5, None, True, [1]])
async def test_a_sum_that_is_no_whole_number_of_kopecks_is_refused(hub: Hub, amount: Any) -> None:
    town = await paying(hub)
    await town.top_up(amount, status=400)
    assert await hub.rows("SELECT id FROM top_up") == []


async def test_a_benefit_is_not_paid_in(hub: Hub) -> None:
    town = await paying(hub)
    path = f"/api/v1/accounts/{town.family.id(Purpose.MEAL_BENEFIT)}/top-ups"
    answer = await town.family.browser.send("POST", path, json={"provider": "bank", "amount_kop": 5_000})
    assert (answer.status_code, (await answer.get_json())["type"]) == (409, "/problems/cannot_pay_in")


@pytest.mark.parametrize(("name", "value"), [("provider", "nobody"), ("method", "gold")])
async def test_a_way_that_is_none_is_refused(hub: Hub, name: str, value: str) -> None:
    town = await paying(hub)
    await town.top_up(status=400, more={name: value})


async def test_a_closed_contract_takes_nothing(hub: Hub) -> None:
    town = await paying(hub)
    await hub.deps.db.write(lambda: Contract.update(state=ContractState.CLOSING.value).execute())
    assert (await town.top_up(status=409))["type"].endswith("/cannot_pay_in")


@pytest.mark.security("7")
async def test_a_foreign_account_and_payment_are_as_if_they_were_not_there(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    other = await stranger(hub)
    for id_ in (town.family.id(), "0" * 32):
        answer = await other.send("POST", f"/api/v1/accounts/{id_}/top-ups", json={"provider": "bank", "amount_kop": 5_000})
        assert answer.status_code == 404
    assert [(await other.get(f"/api/v1/top-ups/{id_}")).status_code for id_ in (made["id"], "0" * 32)] == [404, 404]
    assert len(town.bank.told) == 1


async def test_without_the_pages_own_token_nothing_is_begun(hub: Hub) -> None:
    town = await paying(hub)
    path = f"/api/v1/accounts/{town.family.id()}/top-ups"
    asked = {"provider": "bank", "amount_kop": 5_000}
    assert (await town.family.browser.send("POST", path, json=asked, csrf="x")).status_code == 403
    assert (await town.family.browser.send("POST", path, json=asked, origin="https://evil.example")).status_code == 403
    assert (await hub.browser().send("POST", path, json=asked)).status_code == 401
    assert town.bank.told == []


async def test_a_double_submit_with_one_key_is_one_order(hub: Hub) -> None:
    town = await paying(hub)
    path, asked = f"/api/v1/accounts/{town.family.id()}/top-ups", {"provider": "bank", "amount_kop": 5_000}
    sent = [town.family.browser.send("POST", path, json=asked, **{"Idempotency-Key": "k"}) for _ in range(4)]
    answers = await asyncio.gather(*sent)
    assert {one.status_code for one in answers} <= {201, 409}
    again = await town.family.browser.send("POST", path, json=asked, **{"Idempotency-Key": "k"})
    assert again.status_code == 201
    assert len(town.bank.told) == 1


async def test_who_pays_in_stands_in_the_childs_log(hub: Hub) -> None:
    town = await paying(hub)
    await town.top_up()
    assert ("money.top_up",) in await hub.rows("SELECT action FROM audit_event")
