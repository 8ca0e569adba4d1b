"""A payer whom a court keeps from the child: no school, class, meal or pass of the child by way of the money (RULES A5a)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.ledger.store.contracts import ContractCard
from identity.model import PersonId
from identity.store.family import restrictions
from tests.flows.contract_kit import accepted, closed, fill, living
from tests.flows.kit import Hub
from tests.flows.money_kit import Family


async def restrict(hub: Hub, town: Family) -> None:
    who = PersonId((await town.browser.me())["person"]["id"])

    def unit() -> None:
        of = {"school": "1023800000017", "child": PersonId(town.child), "officer": PersonId("first"), "document": "решение суда"}
        made = restrictions.propose_restriction(hub.deps.keys, guardian=who, now=hub.clock(), **of)  # type: ignore[arg-type]  # one table
        restrictions.sign_restriction(hub.deps.keys, made, PersonId("second"), now=hub.clock())

    await hub.deps.db.write(unit)


async def paying(hub: Hub) -> tuple[Family, ContractCard]:
    """A payer by her own word, with money and a statement she has looked at."""
    town, card = await living(hub)
    await accepted(town, card.id)
    await fill(town, meal=50_000, services=20_000)
    await town.statement()
    return town, card


READS = (
    "/api/v1/accounts/{meal}/statement",
    "/api/v1/accounts/{meal}/limit",
    "/api/v1/accounts/{meal}/transfers/form",
    "/api/v1/accounts/{services}/card-orders",
    "/api/v1/accounts/{meal}/top-ups/ways?amount_kop=10000",
    "/api/v1/contracts/{contract}",
    "/api/v1/contracts/{contract}/offer",
    "/api/v1/contracts/{contract}/tariff",
    "/api/v1/children/{child}/money",
    "/api/v1/children/{child}/notices",
    "/api/v1/children/{child}/money/services",
    "/money/{meal}",
    "/money/{meal}.csv",
    "/money/{meal}/balance.svg",
    "/money/{meal}/kinds.svg",
    "/money/{meal}/limit",
    "/money/{meal}/top-up",
    "/money/{meal}/autopay",
    "/contracts/{contract}",
    "/contracts/{contract}/close",
    "/contracts/{contract}/benefit",
    "/children/{child}/money/month",
    "/children/{child}/tariff",
)


@pytest.mark.rule("A5a")
@pytest.mark.security("7")
async def test_a_restricted_payer_reads_nothing_of_the_child_in_the_money(hub: Hub) -> None:
    town, card = await paying(hub)
    names = {"meal": town.id(), "services": town.id(Purpose.SERVICES), "contract": card.id, "child": town.child}
    before = {path: (await town.browser.get(path.format(**names))).status_code for path in READS}
    assert set(before.values()) == {200}, before
    await restrict(hub, town)
    after = {path: (await town.browser.get(path.format(**names))).status_code for path in READS}
    assert set(after.values()) == {404}, {path: status for path, status in after.items() if status != 404}
    assert await town.contracts() == []


@pytest.mark.rule("A5a")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/accounts/{meal}/limit", {"daily_kop": 1}),
        ("POST", "/accounts/{meal}/transfers", {"to": "{services}", "amount_kop": 100, "form": "x"}),
        ("POST", "/accounts/{services}/card-orders", {"price_kop": 5_000}),
        ("PUT", "/contracts/{contract}/tariff", {"tariff": "mobile", "accepted_price_kop": 9_500, "text_version": "x"}),
        ("PUT", "/children/{child}/notices/pass", {"channel": "sms", "enabled": True, "accepted_price_kop": 50}),
        ("POST", "/contracts/{contract}/close", {}),
    ],
)
async def test_a_restricted_payer_decides_nothing_for_the_child(hub: Hub, method: str, path: str, body: dict[str, Any]) -> None:
    town, card = await paying(hub)
    names = {"meal": town.id(), "services": town.id(Purpose.SERVICES), "contract": card.id, "child": town.child}
    await restrict(hub, town)
    sent = {name: value.format(**names) if isinstance(value, str) else value for name, value in body.items()}
    answer = await town.browser.send(method, f"/api/v1{path.format(**names)}", json=sent)
    assert answer.status_code == 404, await answer.get_data(as_text=True)


@pytest.mark.rule("A5a", "A5b")
async def test_the_payout_of_a_restricted_payer_stays_visible_and_the_school_does_the_rest(hub: Hub) -> None:
    town, card = await paying(hub)
    payout = await closed(town)
    await restrict(hub, town)
    seen = await town.browser.get(f"/api/v1/payouts/{payout['id']}")
    assert seen.status_code == 200 and (await seen.get_json())["may_choose"] is False
    page = await (await town.browser.get(f"/payouts/{payout['id']}")).get_data(as_text=True)
    assert f"/contracts/{card.id}" not in page


@pytest.mark.rule("A5a", "A14")
async def test_a_restricted_payers_own_export_names_no_school_and_no_meal(hub: Hub) -> None:
    town, card = await paying(hub)
    await restrict(hub, town)
    answer = await town.browser.get("/export/mine.json")
    assert answer.status_code == 200
    money = (await answer.get_json())["money"]
    assert money["contracts"] == [] and card.school not in str(money)
