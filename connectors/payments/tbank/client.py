"""How T-Bank's acquiring is asked: JSON with a Token; an order's id is not unique there, so it is made once."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

import msgspec

from connectors.kit.answers import any_json
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import ConnectorError, NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.payment import ASK_WITHIN_S, CREATE_WITHIN_S, Binding, Order, Payment, PaymentPort, PaymentState, Refund
from connectors.payments.tbank import mapping
from connectors.payments.tbank.errors import checked
from connectors.payments.tbank.manifest import MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes
_ID = re.compile(r"[0-9]{1,20}")
SBP = "sbp"
log = logging.getLogger("hub.calls")


class Tbank:
    """T-Bank's acquiring for one terminal."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._options = config.options
        self._caller = equipment.callers[PREFIX]

    async def create(self, order: Order) -> Payment:
        deadline = Deadline(self.name, CREATE_WITHIN_S)
        return await self._with_link(await self._init(order, deadline), order, deadline)

    async def _with_link(self, found: Payment, order: Order, deadline: Deadline) -> Payment:
        """The bank's app opens by this link. Where the terminal has no such, the bank's page offers СБП as well."""
        if order.method != SBP or found.state is not PaymentState.PENDING:
            return found
        try:
            body = await self._ask("GetQr", deadline, {"PaymentId": found.provider_id, "DataType": "PAYLOAD"})
            return replace(found, pay_url=mapping.sbp_link(self.name, body))
        except ConnectorError as error:
            log.info("%s gives no link for a payment by SBP: %s", self.name, error.code)
            return found

    async def _init(self, order: Order, deadline: Deadline) -> Payment:
        told: dict[str, Any] = {
            "Amount": order.amount_kop,
            "OrderId": order.id,
            "Description": order.description[:140],
            "PayType": "T" if order.hold else "O",
            "SuccessURL": order.return_url,
            "FailURL": order.return_url,
        }
        if order.receipt is not None and self._options.get("RECEIPTS", "yes") == "yes":
            taxes = {"taxation": self._options.get("TAXATION", "osn"), "tax": self._options.get("TAX", "none")}
            told["Receipt"] = mapping.receipt(order.receipt, **taxes)
        if order.client:
            told |= {"CustomerKey": order.client, "Recurrent": "Y"}
        made = mapping.made(self.name, await self._ask("Init", deadline, told, idempotent=False))
        return self._same(made, order)

    def _same(self, found: Payment, order: Order) -> Payment:
        if (found.order, found.amount_kop) != (order.id, order.amount_kop):
            raise Rejected(self.name, "order_differs", "У Т-Банка под этим номером другой заказ.")
        return found

    async def status(self, provider_id: str) -> Payment:
        return await self._state(Deadline(self.name, ASK_WITHIN_S), self._id(provider_id))

    async def _state(self, deadline: Deadline, provider_id: str) -> Payment:
        return mapping.state(self.name, await self._ask("GetState", deadline, {"PaymentId": provider_id}), provider_id)

    async def find(self, order: Order) -> Payment:
        deadline = Deadline(self.name, ASK_WITHIN_S)
        body = await self._ask("CheckOrder", deadline, {"OrderId": order.id})
        found = self._same(await self._state(deadline, mapping.best_try(self.name, body, order.id)), order)
        return await self._with_link(found, order, deadline)

    async def capture(self, provider_id: str, amount_kop: int) -> Payment:
        """Whole only: the bank's state does not tell a part, and nobody could say later what was paid."""
        deadline = Deadline(self.name, ASK_WITHIN_S)
        found = await self._state(deadline, self._id(provider_id))
        if found.amount_kop != amount_kop:
            raise Rejected(self.name, "cannot", "Т-Банк не сообщает о списании части суммы.")
        if found.state is PaymentState.HELD:
            await self._ask("Confirm", deadline, {"PaymentId": provider_id}, idempotent=False)
            found = await self._state(deadline, provider_id)
        return found

    async def cancel(self, provider_id: str) -> Payment:
        deadline = Deadline(self.name, ASK_WITHIN_S)
        found = await self._state(deadline, self._id(provider_id))
        if found.state in (PaymentState.PAID, PaymentState.REFUNDED):
            raise Rejected(self.name, "paid", "Заказ уже оплачен.")
        if found.state is not PaymentState.DECLINED:
            await self._ask("Cancel", deadline, {"PaymentId": provider_id}, idempotent=False)
            found = await self._state(deadline, provider_id)
        return found

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:
        """The request's own id makes a repeat the same refund."""
        id_ = f"{provider_id}-{before_kop}-{amount_kop}"
        told = {"PaymentId": self._id(provider_id), "Amount": amount_kop, "ExternalRequestId": id_}
        found = mapping.given_back(self.name, await self._ask("Cancel", Deadline(self.name, ASK_WITHIN_S), told), provider_id)
        return Refund(id=id_, amount_kop=amount_kop, done=found.status in ("REFUNDED", "PARTIAL_REFUNDED"))

    async def charge(self, order: Order, binding: str) -> Payment:
        deadline = Deadline(self.name, CREATE_WITHIN_S)
        made = await self._init(order, deadline)
        await self._ask("Charge", deadline, {"PaymentId": made.provider_id, "RebillId": binding}, idempotent=False)
        return await self._state(deadline, made.provider_id)

    async def bindings(self, client: str) -> tuple[Binding, ...]:
        return tuple(binding for _, binding in await self._cards(client, Deadline(self.name, ASK_WITHIN_S)))

    async def _cards(self, client: str, deadline: Deadline) -> tuple[tuple[str, Binding], ...]:
        body = await self._ask("GetCardList", deadline, {"CustomerKey": client}, is_list=True)
        return mapping.cards(self.name, body)

    async def unbind(self, client: str, binding: str) -> None:
        deadline = Deadline(self.name, ASK_WITHIN_S)
        for card, kept in await self._cards(client, deadline):
            if kept.id == binding:
                await self._ask("RemoveCard", deadline, {"CustomerKey": client, "CardId": card})

    async def _ask(self, call: str, deadline: Deadline, told: dict[str, Any], *, idempotent: bool = True, is_list: bool = False) -> bytes:
        """`is_list`: the one call whose good answer is a bare list."""
        signed = {"TerminalKey": self._options.get("TERMINAL_KEY", ""), **told}
        signed["Token"] = mapping.token(signed, self._options.get("PASSWORD", ""))
        response = await self._caller.call(
            "POST",
            f"/v2/{call}",
            deadline_s=deadline.left(),
            idempotent=idempotent,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            content=msgspec.json.encode(signed),
        )
        if is_list and response.status_code == 200 and isinstance(any_json(response.content), list):
            return response.content
        return checked(self.name, response)

    def _id(self, text: str) -> str:
        if not _ID.fullmatch(text):
            raise NotFound(self.name, "not an id")
        return text


def connect(config: ConnectorConfig, equipment: Equipment) -> PaymentPort:
    return Tbank(config, equipment)
