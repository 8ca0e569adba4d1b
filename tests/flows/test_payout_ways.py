"""A remainder goes to a sibling at once, or back the way it came: reserved, asked, and given back once (RULES D2, D4, D9)."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any, cast

import pytest

from connectors.kit.errors import Rejected, TimedOut
from connectors.kit.payment import PaymentState, Refund
from hub.flows.payout.refunding import follow_refunds
from hub.ledger.model import Purpose
from hub.ledger.store import contracts
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.tables import Entry
from tests.flows.contract_kit import ask, closed, end, fill, living, said, way, whole, work
from tests.flows.kit import Hub, kid, parent
from tests.flows.money_kit import SCHOOL, Family
from tests.flows.pay_kit import FakeAcquirer, Paying, paying
from tests.unit.ledger import kit as ledger

pytestmark = [pytest.mark.rule("D9"), pytest.mark.feature("F156")]
CARD = "4111111111111111"


async def sibling(hub: Hub, town: Family, *, school: str = SCHOOL) -> str:
    """Anna's other child with a living contract."""
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Ольга")))
    await town.browser.sign_in()
    other = next(one["id"] for one in (await town.browser.me())["children"] if one["id"] != town.child)
    new = NewContract(number="0270390001", school=school, class_name="2Б", purposes=(Purpose.MEAL, Purpose.NOTICES), child=other)
    card = await hub.deps.db.write(lambda: contracts.open_contract(hub.deps.keys, new, now=hub.clock()))
    return card.id


@pytest.mark.rule("D2")
async def test_a_sibling_gets_it_at_once_each_for_the_same(hub: Hub) -> None:
    town, card = await living(hub)
    to = await sibling(hub, town)
    await fill(town, meal=10_000, notices=300, services=50)
    done = await said(await ask(town.browser, f"/contracts/{card.id}/close"))
    (payout,) = done["payouts"]
    assert [one["first_name"] for one in payout["siblings"]] == ["Ольга"]
    after = await way(town, payout["id"], way="sibling", contract=to)
    assert (after["state"], after["way"]) == ("done", "sibling")
    every = {one["id"]: one for one in await town.contracts()}
    assert {one["purpose"]: one["balance_kop"] for one in every[to]["accounts"]} == {"meal": 10_050, "notices": 300}
    assert every[card.id]["state"] == "closed"
    assert (await way(town, payout["id"], 409, way="sibling", contract=to))["type"].endswith("/already_decided")
    await whole(hub)


async def test_two_tabs_pay_a_sibling_once(hub: Hub) -> None:
    town, card = await living(hub)
    to = await sibling(hub, town)
    await fill(town, meal=10_000)
    (payout,) = (await said(await ask(town.browser, f"/contracts/{card.id}/close")))["payouts"]
    answers = await asyncio.gather(*(ask(town.browser, f"/payouts/{payout['id']}/way", way="sibling", contract=to) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    await whole(hub)


async def test_money_does_not_go_to_a_school_where_another_firm_holds_it(hub: Hub) -> None:
    town, card = await living(hub)
    to = await sibling(hub, town, school="1027700000002")
    await fill(town, meal=10_000)
    (payout,) = (await said(await ask(town.browser, f"/contracts/{card.id}/close")))["payouts"]
    assert payout["siblings"] == []
    assert (await ask(town.browser, f"/payouts/{payout['id']}/way", way="sibling", contract=to)).status_code == 404


class Refunding(FakeAcquirer):
    """Gives back, refuses, or answers nothing after having given back."""

    refunds: list[tuple[str, int, int]]
    says: Any = True

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:
        if self.says == "refused":
            raise Rejected(self.name, "no", "нельзя")
        known = self.orders[provider_id]
        if (known.refunded_kop or 0) == before_kop:
            self.refunds.append((provider_id, amount_kop, before_kop))
            self.put(provider_id, PaymentState.REFUNDED, refunded_kop=before_kop + amount_kop)
        if self.says == "lost":
            raise TimedOut(self.name, "no answer")
        return Refund(id="r", amount_kop=amount_kop, done=self.says is True)


async def paid(hub: Hub, *sums: int) -> tuple[Paying, Refunding]:
    """A family that paid these sums through the acquirer, by which they can go back."""
    town = await paying(hub)
    bank = Refunding()
    bank.refunds = []
    cast("MutableMapping[str, object]", hub.deps.payments)["bank"] = bank
    town.bank = bank
    for kop in sums:
        made = await town.top_up(kop)
        bank.put(made["provider_id"], PaymentState.PAID)
        assert (await town.look(made["id"]))["status"] == "paid"
    return town, bank


async def test_it_goes_back_the_way_it_came_and_is_taken_from_nobody_twice(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    town, bank = await paid(hub, 10_000, 5_000)
    payout = await end(town.family)
    assert payout["refunds"] == [{"provider": "bank", "title": "bank", "amount_kop": 15_000}]
    with monkeypatch.context() as patched:
        patched.setattr("hub.flows.payout.seen.PROVIDERS", {"bank": "ЮKassa"})
        assert "ЮKassa: до" in await (await town.family.browser.get(f"/payouts/{payout['id']}")).get_data(as_text=True)
    done = await way(town.family, payout["id"], way="refund")
    assert (done["state"], sorted(bank.refunds)) == ("done", [("P1", 10_000, 0), ("P2", 5_000, 0)])
    for id_ in ("P1", "P2"):
        await town.notice(id=id_)
    assert await town.balance() == 0
    assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'provider:bank'") == [(-750,)], "the fee stays"
    assert (await town.family.contracts())[0]["state"] == "closed"
    await whole(hub)


async def test_what_was_not_paid_there_becomes_a_payout_of_its_own(hub: Hub) -> None:
    town, bank = await paid(hub, 10_000)
    await fill(town.family, services=2_500)
    payout = await end(town.family)
    assert payout["amount_kop"] == 12_500
    done = await way(town.family, payout["id"], way="refund")
    assert (done["state"], done["amount_kop"], bank.refunds) == ("done", 10_000, [("P1", 10_000, 0)])
    rest = (await said(await town.family.browser.get(f"/api/v1/contracts/{payout['contract']}/payouts")))["items"]
    assert [(one["state"], one["amount_kop"], one["due_at"] == payout["due_at"]) for one in rest if one["id"] != payout["id"]] == [
        ("open", 2_500, True)
    ]
    await whole(hub)


async def test_only_what_was_not_spent_goes_back(hub: Hub) -> None:
    town, bank = await paid(hub, 10_000)
    found = await town.family.statement()
    assert found["balance_kop"] == 10_000
    await town.family.put(ledger.meal(town.family.own[Purpose.MEAL], 4_000, at=hub.clock()))
    payout = await end(town.family)
    await way(town.family, payout["id"], way="refund")
    assert bank.refunds == [("P1", 6_000, 0)]
    await whole(hub)


@pytest.mark.rule("D4")
async def test_a_lost_answer_is_asked_again_and_given_back_once(hub: Hub) -> None:
    town, bank = await paid(hub, 10_000)
    bank.says = "lost"
    payout = await end(town.family)
    waiting = await way(town.family, payout["id"], way="refund")
    assert (waiting["state"], waiting["may_choose"]) == ("sending", False)
    assert (await town.family.contracts())[0]["state"] == "closing"
    await town.notice(id="P1")
    assert await town.balance() == 0
    bank.says = True
    hub.clock.go(minutes=2)
    await follow_refunds(hub.deps)
    assert bank.refunds == [("P1", 10_000, 0)]
    assert (await said(await town.family.browser.get(f"/api/v1/payouts/{payout['id']}")))["state"] == "done"
    await work(hub)
    assert (await town.family.contracts())[0]["state"] == "closed"
    await whole(hub)


async def test_a_refused_refund_is_chosen_anew(hub: Hub) -> None:
    town, bank = await paid(hub, 10_000)
    bank.says = "refused"
    payout = await end(town.family)
    failed = await way(town.family, payout["id"], way="refund")
    assert (failed["state"], failed["ways"]) == ("failed", ["refund", "requisites"])
    assert await hub.rows("SELECT refunded_kop FROM top_up") == [(0,)]
    bank.says = True
    assert (await way(town.family, payout["id"], way="refund"))["state"] == "done"
    assert await hub.deps.db.read(lambda: Entry.select().where(Entry.account == "clearing:payout").count()) == 2
    await whole(hub)


async def test_paid_at_a_terminal_there_is_nowhere_to_give_it_back_to(hub: Hub) -> None:
    town, _ = await living(hub)
    payout = await closed(town, meal=10_000)
    assert payout["ways"] == ["requisites"]
    assert (await way(town, payout["id"], 409, way="refund"))["type"].endswith("/contract_state")
