"""How ЮKassa is asked: Basic, JSON, and an idempotency key by which a repeat is the same payment."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.payment import ASK_WITHIN_S, CREATE_WITHIN_S, Binding, FiscalReceipt, Order, Payment, PaymentPort, PaymentState, Refund
from connectors.payments.yookassa import mapping
from connectors.payments.yookassa.errors import DIFFERS, KEY, checked
from connectors.payments.yookassa.manifest import MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Yookassa:
    """ЮKassa for one shop."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._options = config.options
        self._caller = equipment.callers[PREFIX]
        vat_code = config.options.get("VAT_CODE", "1")
        if not re.fullmatch(r"[1-9][0-9]?", vat_code):
            raise BadSetting("VAT_CODE", "must be a small number")
        self._vat_code = int(vat_code)
        self._prints = config.options.get("RECEIPTS", "yes") == "yes"

    async def create(self, order: Order) -> Payment:
        return await self._made(order)

    async def find(self, order: Order) -> Payment:
        """The same request with the same key brings the first answer back, address and all; what became of it since is asked then."""
        made = await self._made(order)
        now = await self.status(made.provider_id)
        return replace(now, pay_url=now.pay_url or made.pay_url) if now.state is PaymentState.PENDING else now

    async def charge(self, order: Order, binding: str) -> Payment:
        return await self._made(order, binding)

    async def _made(self, order: Order, binding: str = "") -> Payment:
        told = mapping.asked(
            order if self._prints else replace(order, receipt=None), vat_code=self._vat_code, binding=binding or order.binding
        )
        body = await self._ask("POST", "/payments", CREATE_WITHIN_S, told, key=order.id)
        found = mapping.payment(self.name, body)
        if found.order not in ("", order.id) or found.amount_kop != order.amount_kop:
            raise Rejected(self.name, DIFFERS, "У ЮKassa под этим ключом другой платёж.")
        return found

    async def status(self, provider_id: str) -> Payment:
        return mapping.payment(self.name, await self._ask("GET", f"/payments/{self._id(provider_id)}", ASK_WITHIN_S), provider_id)

    async def capture(self, provider_id: str, amount_kop: int) -> Payment:
        told = {"amount": mapping.roubles(amount_kop)}
        path = f"/payments/{self._id(provider_id)}/capture"
        body = await self._ask("POST", path, ASK_WITHIN_S, told, key=f"{provider_id}-take-{amount_kop}")
        return mapping.payment(self.name, body, provider_id)

    async def cancel(self, provider_id: str) -> Payment:
        """Only what waits for its capture can be let go; an order that nobody paid ends there by itself."""
        found = await self.status(provider_id)
        if found.state is PaymentState.DECLINED:
            return found
        body = await self._ask("POST", f"/payments/{provider_id}/cancel", ASK_WITHIN_S, {}, key=f"{provider_id}-drop")
        return mapping.payment(self.name, body, provider_id)

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:
        told = {"payment_id": self._id(provider_id), "amount": mapping.roubles(amount_kop)}
        body = await self._ask("POST", "/refunds", ASK_WITHIN_S, told, key=f"{provider_id}-{before_kop}-{amount_kop}")
        return mapping.refund(self.name, body, provider_id)

    async def bindings(self, client: str) -> tuple[Binding, ...]:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "ЮKassa не показывает сохранённые способы оплаты.")

    async def unbind(self, client: str, binding: str) -> None:  # noqa: ARG002 - the port's words
        raise Rejected(self.name, "cannot", "Способ оплаты отвязывается на стороне ЮKassa.")

    async def receipts(self, provider_id: str) -> tuple[FiscalReceipt, ...]:
        body = await self._ask("GET", f"/receipts?payment_id={self._id(provider_id)}&limit=100", ASK_WITHIN_S)
        return mapping.receipts(self.name, body, provider_id)

    async def _ask(self, method: str, path: str, within_s: float, json: Mapping[str, Any] | None = None, *, key: str = "") -> bytes:
        """Every POST has its key, so each call may be sent again."""
        pair = f"{self._options.get('SHOP_ID', '')}:{self._options.get('SECRET_KEY', '')}"
        headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), "Accept": "application/json"}
        if key:
            headers[KEY] = key[:64]
        response = await self._caller.call(
            method, f"/v3{path}", deadline_s=Deadline(self.name, within_s).left(), idempotent=True, headers=headers, json=json
        )
        return checked(self.name, response)

    def _id(self, text: str) -> str:
        if not _ID.fullmatch(text):
            raise NotFound(self.name, "not an id")
        return text


def connect(config: ConnectorConfig, equipment: Equipment) -> PaymentPort:
    return Yookassa(config, equipment)
