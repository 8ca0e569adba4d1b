"""Phone shops played behind the port: a demand's code, parts taken at a counter, a phone's balance; on top of the played acquirer."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import msgspec

from connectors.kit.errors import NotFound, Rejected
from connectors.kit.manifest import Instance, Kind, Manifest, PayMethod, PayWay
from connectors.kit.payment import Demand, Order, Payment, PaymentState
from tests.flows.kit import Hub
from tests.flows.pay_kit import FakeAcquirer, FakeReader, Paying, paying

CODE = "3000000001"


@dataclass
class FakeShops(FakeAcquirer):
    """`fee` of the shops, in hundredths of a per cent; an order by the method `balance` has no demand."""

    name: str = "demand"
    fee: int = 0
    hub: Hub | None = None
    looked_for: list[Order] = field(default_factory=list)

    @property
    def manifest(self) -> Manifest:
        instance = Instance(name=self.name, title="Салоны связи", prefixes=(self.name,))
        methods = (
            PayMethod(name="shops", title="Салоны связи", fee_hundredths=self.fee, way=PayWay.SHOP),
            PayMethod(name="balance", title="Со счёта телефона", fee_hundredths=990, way=PayWay.MOBILE),
        )
        return Manifest(id="demand_code", title="Код", kind=Kind.PAYMENT, instances=(instance,), documents=(), methods=methods)

    async def create(self, order: Order) -> Payment:
        self.told.append(order)
        if self.refused is not None:
            raise self.refused
        code = f"300000000{len(self.orders) + 1}"
        made = Payment(provider_id=code, order=order.id, state=PaymentState.PENDING, word="3", amount_kop=order.amount_kop)
        if order.method != "balance":
            assert self.hub is not None and order.life_s is not None
            ends = self.hub.clock() + timedelta(seconds=order.life_s)
            made = replace(made, demand=Demand(code=code, expires_at=ends, open=True), pay_url=f"https://shops.example/?InvoiceId={code}")
        self.orders[code] = made
        if self.lost is not None:
            raise self.lost
        return made

    async def find(self, order: Order) -> Payment:
        self.looked_for.append(order)
        return await FakeAcquirer.find(self, order)

    async def cancel(self, provider_id: str) -> Payment:
        found = self.orders.get(provider_id)
        if found is None:
            raise NotFound(self.name, provider_id)
        if found.paid_kop:
            raise Rejected(self.name, "paid")
        self.come(provider_id, 0, PaymentState.DECLINED, open_=False)
        return self.orders[provider_id]

    def come(self, code: str, paid_kop: int, state: PaymentState | None = None, *, open_: bool = True, **more: Any) -> None:
        """So much has come by now."""
        before = self.orders[code]
        assert before.demand is not None
        whole = paid_kop >= before.amount_kop
        meant = state or (PaymentState.PAID if whole else PaymentState.PART)
        demand = replace(before.demand, open=open_ and not whole)
        self.orders[code] = replace(before, state=meant, word=meant.value, paid_kop=paid_kop, demand=demand, **more)


@dataclass
class Counter:
    """The family, and the shops behind its hub."""

    town: Paying
    shops: FakeShops

    async def code(self, amount_kop: int = 10_000, **more: Any) -> dict[str, Any]:
        return await self.town.top_up(amount_kop, more={"provider": "demand", **more})

    async def look_later(self, id_: str, **span: float) -> dict[str, Any]:
        """After so long the payer has to sign in again."""
        self.town.hub.clock.go(**span)
        await self.town.family.browser.sign_in()
        return await self.town.look(id_)

    async def tell(self, code: str = CODE, *, path: str = "/pay/demand/notify") -> None:
        body = msgspec.json.encode({"id": code})
        answer = await self.town.hub.app.test_client().post(path, data=body, headers={"Host": "localhost:8000"})
        assert (answer.status_code, await answer.get_data(as_text=False)) == (200, b"OK")


async def counter(hub: Hub, *, fee: int = 0) -> Counter:
    town = await paying(hub)
    shops = FakeShops(fee=fee, hub=hub)
    cast("MutableMapping[str, object]", hub.deps.payments)["demand"] = shops
    cast("MutableMapping[str, object]", hub.deps.payment_notices)["demand"] = FakeReader()
    return Counter(town, shops)
