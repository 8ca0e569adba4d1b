"""How demand codes are made, asked about and given up: forms with a hash, an order's number once for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.payment import ASK_WITHIN_S, CREATE_WITHIN_S, Binding, Order, Payment, PaymentPort, PaymentState, Refund
from connectors.payments.demand_code import mapping
from connectors.payments.demand_code.errors import USED, checked
from connectors.payments.demand_code.manifest import MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes


class DemandCodes:
    """The service for one shop."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._options = config.options
        self._caller = equipment.callers[PREFIX]
        self._now = equipment.now
        self._page = config.options.get("PAGE_URL", "") or config.base_urls[PREFIX]

    async def create(self, order: Order) -> Payment:
        """The order's number is unique there: where it has an invoice already, that one is what was asked for."""
        if order.hold:
            raise Rejected(self.name, "cannot", "В салоне связи деньги не удерживают, а платят сразу.")
        deadline = Deadline(self.name, CREATE_WITHIN_S)
        expires_at = self._now() + timedelta(seconds=order.life_s) if order.life_s else None
        fields = {
            "orderId": order.id,
            "serviceName": order.description[:256],
            "recipientAmount": mapping.roubles(order.amount_kop),
            "recipientCurrency": "RUB",
            "successUrl": order.return_url,
            "failUrl": order.return_url,
            "backUrl": order.return_url,
            "expireDate": mapping.moscow(expires_at) if expires_at else "",
            "phone": order.phone.reveal(),
        }
        try:
            body = await self._ask("createInvoice", deadline, fields, mapping.CREATE)
        except Rejected as error:
            if error.reason != USED:
                raise
            return await self._of_order(order, deadline)
        return self._shown(mapping.made(self.name, body, order=order.id, amount_kop=order.amount_kop, expires_at=expires_at))

    async def _of_order(self, order: Order, deadline: Deadline) -> Payment:
        body = await self._ask("getPaymentState", deadline, {"orderId": order.id}, mapping.BY_ORDER)
        found = mapping.state(self.name, body, order=order.id)
        if found.amount_kop != order.amount_kop:
            raise Rejected(self.name, "order_differs", "Под этим номером уже есть код на другую сумму.")
        return self._shown(found)

    def _shown(self, found: Payment) -> Payment:
        open_ = found.demand is not None and found.demand.open
        return replace(found, pay_url=f"{self._page}/?InvoiceId={found.provider_id}") if open_ else found

    async def status(self, provider_id: str) -> Payment:
        return await self._state(Deadline(self.name, ASK_WITHIN_S), self._id(provider_id))

    async def _state(self, deadline: Deadline, code: str) -> Payment:
        body = await self._ask("getPaymentState", deadline, {"invoiceId": code}, mapping.BY_CODE)
        return mapping.state(self.name, body, code=code)

    async def find(self, order: Order) -> Payment:
        return await self._of_order(order, Deadline(self.name, ASK_WITHIN_S))

    async def capture(self, provider_id: str, amount_kop: int) -> Payment:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "В салоне связи деньги не удерживают, а платят сразу.")

    async def cancel(self, provider_id: str) -> Payment:
        deadline = Deadline(self.name, ASK_WITHIN_S)
        found = await self._state(deadline, self._id(provider_id))
        if found.state is PaymentState.DECLINED:
            return found
        if found.paid_kop:
            raise Rejected(self.name, "paid", "По этому коду уже заплачено.")
        body = await self._ask("cancelInvoice", deadline, {"invoiceId": provider_id}, mapping.BY_CODE, acts=True)
        return mapping.state(self.name, body, code=provider_id)

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "Деньги, внесённые в салоне связи, возвращает сам салон.")

    async def charge(self, order: Order, binding: str) -> Payment:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "В салоне связи нет автоматических списаний.")

    async def bindings(self, client: str) -> tuple[Binding, ...]:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "В салоне связи нечего сохранять.")

    async def unbind(self, client: str, binding: str) -> None:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "В салоне связи нечего отвязывать.")

    async def _ask(self, call: str, deadline: Deadline, told: Mapping[str, str], names: Sequence[str], *, acts: bool = False) -> bytes:
        """`names` are the fields of the hash, in its order."""
        options = self._options
        fields = {"eshopId": options.get("ESHOP_ID", ""), **{name: text for name, text in told.items() if text}}
        fields["hash"] = mapping.md5(fields, names, options.get("SECRET_KEY", ""), options.get("ENCODING") or "utf-8")
        headers = {"Accept": "application/json"}
        if options.get("SIGN_SECRET_KEY") and options.get("BEARER_TOKEN"):
            headers |= {
                "Authorization": f"Bearer {options['BEARER_TOKEN']}",
                "Sign": mapping.sha256(fields, names, options["SIGN_SECRET_KEY"]),
            }
        response = await self._caller.call(
            "POST", f"/merchant/{call}", deadline_s=deadline.left(), idempotent=not acts, headers=headers, data=fields
        )
        return checked(self.name, response)

    def _id(self, text: str) -> str:
        if not mapping.CODE.fullmatch(text):
            raise NotFound(self.name, "not an id")
        return text


def connect(config: ConnectorConfig, equipment: Equipment) -> PaymentPort:
    return DemandCodes(config, equipment)
