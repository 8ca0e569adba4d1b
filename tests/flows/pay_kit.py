"""A played acquirer behind the port: orders in a dict, each call answered, lost or late as a test says."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import msgspec

from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import ConnectorError, NotFound
from connectors.kit.manifest import Instance, Kind, Manifest, PayMethod, PayWay
from connectors.kit.payment import (
    Binding,
    Hint,
    NotAsked,
    Notification,
    Order,
    Payment,
    PaymentState,
    Refund,
    Signature,
)
from hub.flows.top_up import ask_pending
from tests.flows.kit import Hub
from tests.flows.money_kit import Family, family

HEAR = "/pay/bank/notify"


@dataclass
class FakeAcquirer:
    """`lost`: raised by `create` after its effect; `refused`: instead of it; `silent`: raised by every question."""

    name: str = "bank"
    orders: dict[str, Payment] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: list[Order] = field(default_factory=list)
    lost: ConnectorError | None = None
    refused: ConnectorError | None = None
    silent: ConnectorError | None = None
    during_create: Any = None

    @property
    def manifest(self) -> Manifest:
        instance = Instance(name=self.name, title="Банк", prefixes=(self.name,))
        methods = (
            PayMethod(name="card", title="Карта", fee_hundredths=500),
            PayMethod(name="sbp", title="СБП", fee_hundredths=70, way=PayWay.SBP),
        )
        return Manifest(id=self.name, title="Банк", kind=Kind.PAYMENT, instances=(instance,), documents=(), methods=methods)

    async def create(self, order: Order) -> Payment:
        self.told.append(order)
        if self.refused is not None:
            raise self.refused
        made = Payment(
            provider_id=f"P{len(self.orders) + 1}",
            order=order.id,
            state=PaymentState.PENDING,
            word="new",
            amount_kop=order.amount_kop,
            pay_url="https://bank.example/pay",
        )
        self.orders[made.provider_id] = made
        if self.during_create is not None:
            await self.during_create(made)
        if self.lost is not None:
            raise self.lost
        return made

    async def status(self, provider_id: str) -> Payment:
        self.asked.append(provider_id)
        if self.silent is not None:
            raise self.silent
        if provider_id not in self.orders:
            raise NotFound(self.name, provider_id)
        return replace(self.orders[provider_id], pay_url="")

    async def find(self, order: Order) -> Payment:
        self.asked.append(order.id)
        if self.silent is not None:
            raise self.silent
        found = next((one for one in self.orders.values() if one.order == order.id), None)
        if found is None:
            raise NotFound(self.name, "no order")
        return found

    def put(self, provider_id: str, state: PaymentState, **more: Any) -> None:
        before = self.orders[provider_id]
        paid = before.amount_kop if state in (PaymentState.PAID, PaymentState.REFUNDED) else 0
        self.orders[provider_id] = replace(before, **{"state": state, "word": state.value, "paid_kop": paid, **more})

    async def capture(self, provider_id: str, amount_kop: int) -> Payment:
        raise NotFound(self.name, "not played")

    async def cancel(self, provider_id: str) -> Payment:
        raise NotFound(self.name, "not played")

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:
        raise NotFound(self.name, "not played")

    async def charge(self, order: Order, binding: str) -> Payment:
        raise NotFound(self.name, "not played")

    async def bindings(self, client: str) -> tuple[Binding, ...]:
        return ()

    async def unbind(self, client: str, binding: str) -> None:
        return None


@dataclass
class FakeReader:
    answer: bytes = b"OK"

    def read(self, notification: Notification) -> Hint:
        try:
            fields = msgspec.json.decode(notification.body, type=dict[str, str])
        except msgspec.DecodeError as error:
            raise NotAsked("nothing") from error
        return Hint(
            provider_id=fields.get("id", ""),
            order=fields.get("order", ""),
            word="",
            signature=Signature(fields.get("signature", "good")),
        )


@dataclass
class Paying:
    hub: Hub
    family: Family
    bank: FakeAcquirer

    async def top_up(self, amount_kop: int = 10_650, *, status: int = 201, more: dict[str, Any] | None = None) -> dict[str, Any]:
        body = {"provider": "bank", "amount_kop": amount_kop, **(more or {})}
        answer = await self.family.browser.send("POST", f"/api/v1/accounts/{self.family.id()}/top-ups", json=body)
        assert answer.status_code == status, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def look(self, id_: str, *, later_s: float = 3) -> dict[str, Any]:
        self.hub.clock.go(seconds=later_s)
        answer = await self.family.browser.get(f"/api/v1/top-ups/{id_}")
        assert answer.status_code == 200
        found: dict[str, Any] = await answer.get_json()
        return found

    async def notice(self, *, status: int = 200, **fields: str) -> bytes:
        answer = await self.hub.app.test_client().post(HEAR, data=msgspec.json.encode(fields), headers={"Host": "localhost:8000"})
        assert answer.status_code == status
        said = await answer.get_data(as_text=False)
        assert isinstance(said, bytes)
        return said

    async def balance(self) -> int:
        found = (await self.family.contracts())[0]["accounts"]
        return next(int(one["balance_kop"]) for one in found if one["purpose"] == "meal")

    async def work(self, later_s: float = 60) -> None:
        self.hub.clock.go(seconds=later_s)
        await ask_pending(self.hub.deps)


def open_doors(hub: Hub, *dialects: str, since: str = "") -> None:
    """Terminals and banks may call."""
    for name in dialects:
        config = ConnectorConfig(instance=name, base_urls={}, options={"SINCE": since} if since else {}, demo=True)
        cast("MutableMapping[str, object]", hub.deps.settings.connectors)[name] = config


async def paying(hub: Hub) -> Paying:
    bank = FakeAcquirer()
    cast("MutableMapping[str, object]", hub.deps.payments)["bank"] = bank
    cast("MutableMapping[str, object]", hub.deps.payment_notices)["bank"] = FakeReader()
    return Paying(hub, await family(hub), bank)
