"""A family that lets a played bank keep its card: a rule through the JSON, the first payment, and the worker's turns."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, cast

from connectors.kit.errors import ConnectorError, Rejected
from connectors.kit.payment import Binding, Order, Payment, PaymentState
from hub.flows.autopay import bind_cards, charge_due, follow_charges, unbind_ended
from hub.flows.autopay.words import VERSION
from hub.flows.top_up import ask_pending
from hub.ledger.model import Purpose
from hub.ledger.posting import Act, correction
from tests.flows.kit import Hub
from tests.flows.money_kit import family
from tests.flows.pay_kit import FakeAcquirer, FakeReader, Paying

CARD = "MIR ··0004"
DAY_S = 86_400.0


@dataclass
class KeepingBank(FakeAcquirer):
    """`says` is what a charge comes to; `lost_charge` is raised after its effect, `no_charge` instead of it."""

    charged: list[tuple[Order, str]] = field(default_factory=list)
    says: PaymentState = PaymentState.PAID
    lost_charge: ConnectorError | None = None
    no_charge: ConnectorError | None = None
    kept: dict[str, str] = field(default_factory=dict)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    no_unbind: ConnectorError | None = None
    lists: bool = True

    async def charge(self, order: Order, binding: str) -> Payment:
        self.charged.append((order, binding))
        if self.no_charge is not None:
            raise self.no_charge
        made = Payment(
            provider_id=f"C{len(self.charged)}", order=order.id, state=PaymentState.PENDING, word="new", amount_kop=order.amount_kop
        )
        self.orders[made.provider_id] = made
        if self.says is not PaymentState.PENDING:
            self.put(made.provider_id, self.says)
        if self.lost_charge is not None:
            raise self.lost_charge
        return self.orders[made.provider_id]

    def pay_first(self, provider_id: str = "P1", *, binding: str = "B-secret-1") -> None:
        """The payer pays on the bank's page, which keeps the card for the client of the order."""
        order = next(one for one in self.told if one.id == self.orders[provider_id].order)
        self.put(provider_id, PaymentState.PAID)
        if order.client and binding:
            self.kept[order.client] = binding

    async def bindings(self, client: str) -> tuple[Binding, ...]:
        if not self.lists:
            raise Rejected(self.name, "cannot")
        return (Binding(id=self.kept[client], title=CARD),) if client in self.kept else ()

    async def unbind(self, client: str, binding: str) -> None:
        if self.no_unbind is not None:
            raise self.no_unbind
        self.forgotten.append((client, binding))


@dataclass
class Automatic(Paying):
    bank: KeepingBank

    async def turn_on(self, status: int = 201, **more: Any) -> dict[str, Any]:
        """By default: under 100.00 top up by 500.00, at most 2000.00 a month; the played bank's fee is 5 %."""
        wish: dict[str, Any] = {"kind": "threshold", "threshold_kop": 10_000, "amount_kop": 50_000, "cap_kop": 200_000, "provider": "bank"}
        amount = more.get("amount_kop", 50_000)
        wish |= {"consent": VERSION, "accepted_total_kop": amount + (amount * 500 + 5000) // 10_000} | more
        answer = await self.family.browser.send("POST", f"/api/v1/accounts/{self.family.id()}/autopay", json=wish)
        assert answer.status_code == status, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def active(self, **more: Any) -> dict[str, Any]:
        """Turned on, and the first payment paid and its card kept."""
        made = await self.turn_on(**more)
        first = next(id_ for id_, one in self.bank.orders.items() if one.order == made["top_up"])
        self.bank.pay_first(first)
        await self.turns(10)
        found = await self.rule(made["id"])
        assert found["state"] == "active", found
        return found

    async def turns(self, later_s: float = 30) -> None:
        """The worker's jobs, in its order, once."""
        self.hub.clock.go(seconds=later_s)
        for work in (ask_pending, follow_charges, bind_cards, charge_due, unbind_ended):
            await work(self.hub.deps)

    async def rule(self, id_: str, status: int = 200) -> dict[str, Any]:
        answer = await self.family.browser.get(f"/api/v1/autopay/{id_}")
        assert answer.status_code == status
        found: dict[str, Any] = await answer.get_json()
        return found

    async def spend_all_but(self, left_kop: int) -> None:
        """The account comes to hold this much."""
        change = left_kop - await self.balance()
        act = Act(scope="test", key=f"spend-{self.hub.clock().isoformat()}-{change}", at=self.hub.clock(), actor="test")
        if change:
            await self.family.put(correction(act, self.family.own[Purpose.MEAL], amount_kop=change))

    async def told(self) -> list[str]:
        answer = await self.family.browser.get("/api/v1/me/notices")
        return [one["kind"] for one in (await answer.get_json())["items"] if one["kind"].startswith("autopay")]


async def automatic(hub: Hub) -> Automatic:
    bank = KeepingBank()
    cast("MutableMapping[str, object]", hub.deps.payments)["bank"] = bank
    cast("MutableMapping[str, object]", hub.deps.payment_notices)["bank"] = FakeReader()
    return Automatic(hub, await family(hub), bank)
