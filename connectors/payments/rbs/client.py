"""How the RBS gateway is asked: form-encoded calls with errors in a 200, or the same by SOAP where the setting WIRE says so."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace

from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import ConnectorError, NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.payment import ASK_WITHIN_S, CREATE_WITHIN_S, Binding, FiscalReceipt, Order, Payment, PaymentPort, PaymentState, Refund
from connectors.payments.rbs import mapping, soap
from connectors.payments.rbs.errors import NO_BINDING, USED, checked
from connectors.payments.rbs.manifest import MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
RUB = "643"
SBP = "sbp"
log = logging.getLogger("hub.calls")


class Rbs:
    """The gateway for one shop."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._options = config.options
        self._caller = equipment.callers[PREFIX]
        self._soap = config.options.get("WIRE", "rest") == "soap"
        self._prepared = False
        # Receipts go by REST only: the service's description of the SOAP face has no bundle that we know of.
        self._prints = config.options.get("RECEIPTS", "yes") == "yes" and not self._soap
        tax = config.options.get("TAX_TYPE", "0")
        if not re.fullmatch(r"[0-9]{1,2}", tax):
            raise BadSetting("TAX_TYPE", "must be a small number")
        self._tax = int(tax)

    async def create(self, order: Order) -> Payment:
        deadline = Deadline(self.name, CREATE_WITHIN_S)
        return await self._with_link(await self._register(order, deadline), order, deadline)

    async def _register(self, order: Order, deadline: Deadline, binding: str = "") -> Payment:
        """The number is unique there: where it is used already, the order behind it is what was asked for."""
        fields = {
            "orderNumber": order.id,
            "amount": str(order.amount_kop),
            "currency": RUB,
            "returnUrl": order.return_url,
            "description": order.description,
            "language": "ru",
        }
        more = {"clientId": order.client, "bindingId": binding, "sessionTimeoutSecs": str(order.life_s or "")}
        fields |= {name: value for name, value in more.items() if value}
        if order.receipt is not None and self._prints:
            fields |= {"orderBundle": mapping.bundle(order.receipt, tax=self._tax), "taxSystem": self._options.get("TAX_SYSTEM", "0")}
        call = "registerPreAuth.do" if order.hold else "register.do"
        try:
            body = await self._ask(call, deadline, fields)
        except Rejected as error:
            if error.reason != USED:
                raise
            return self._same(await self._status(deadline, order=order.id), order)
        return mapping.registered(self.name, body, order=order.id, amount_kop=order.amount_kop)

    async def _with_link(self, found: Payment, order: Order, deadline: Deadline) -> Payment:
        """The bank's app opens by this link. Where the shop has no such, the bank's page offers СБП as well."""
        if order.method != SBP or found.state is not PaymentState.PENDING or self._soap:
            return found
        try:
            body = await self._ask("sbp/c2b/qr/dynamic/get.do", deadline, {"mdOrder": found.provider_id})
            return replace(found, pay_url=mapping.sbp_link(self.name, body))
        except ConnectorError as error:
            log.info("%s gives no link for a payment by SBP: %s", self.name, error.code)
            return found

    def _same(self, found: Payment, order: Order) -> Payment:
        if found.amount_kop != order.amount_kop:
            raise Rejected(self.name, "order_differs", "У банка под этим номером другой заказ.")
        return found

    async def status(self, provider_id: str) -> Payment:
        return await self._status(Deadline(self.name, ASK_WITHIN_S), provider_id=self._id(provider_id))

    async def find(self, order: Order) -> Payment:
        deadline = Deadline(self.name, ASK_WITHIN_S)
        found = self._same(await self._status(deadline, order=self._id(order.id)), order)
        return await self._with_link(found, order, deadline)

    async def _status(self, deadline: Deadline, *, provider_id: str = "", order: str = "") -> Payment:
        asked = {"orderId": provider_id} if provider_id else {"orderNumber": order}
        body = await self._ask("getOrderStatusExtended.do", deadline, asked)
        return mapping.status(self.name, body, provider_id=provider_id, order=order)

    async def capture(self, provider_id: str, amount_kop: int) -> Payment:
        """A second deposit of one order is refused there, so the state tells whether the first one came through."""
        deadline = Deadline(self.name, ASK_WITHIN_S)
        found = await self._status(deadline, provider_id=self._id(provider_id))
        if found.state is PaymentState.HELD:
            await self._act("deposit.do", deadline, {"orderId": provider_id, "amount": str(amount_kop)})
            found = await self._status(deadline, provider_id=provider_id)
        return found

    async def cancel(self, provider_id: str) -> Payment:
        deadline = Deadline(self.name, ASK_WITHIN_S)
        found = await self._status(deadline, provider_id=self._id(provider_id))
        if found.state is PaymentState.DECLINED:
            return found
        # Nothing was paid: the order is closed; what was held is reversed.
        call = "decline.do" if found.state is PaymentState.PENDING and not self._soap else "reverse.do"
        await self._act(call, deadline, {"orderId": provider_id})
        return await self._status(deadline, provider_id=provider_id)

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:
        """The gateway gives back as often as it is asked, so what it has given back already is looked at first."""
        deadline = Deadline(self.name, ASK_WITHIN_S)
        done = Refund(id=f"{provider_id}:{before_kop}", amount_kop=amount_kop, done=True)
        given = (await self._status(deadline, provider_id=self._id(provider_id))).refunded_kop
        if given == before_kop + amount_kop:
            return done
        if given != before_kop:
            raise Rejected(self.name, "refund_differs", "Банк вернул уже другую сумму.")
        await self._act("refund.do", deadline, {"orderId": provider_id, "amount": str(amount_kop)})
        return done

    async def charge(self, order: Order, binding: str) -> Payment:
        """Registers the order for this binding and pays it; a repeat finds what the first one did."""
        deadline = Deadline(self.name, CREATE_WITHIN_S)
        made = await self._register(order, deadline, binding)
        if made.state is not PaymentState.PENDING:
            return made
        await self._act("paymentOrderBinding.do", deadline, {"mdOrder": made.provider_id, "bindingId": binding})
        return await self._status(deadline, provider_id=made.provider_id)

    async def bindings(self, client: str) -> tuple[Binding, ...]:
        try:
            body = await self._ask("getBindings.do", Deadline(self.name, ASK_WITHIN_S), {"clientId": client})
        except Rejected as error:
            if error.reason == NO_BINDING:
                return ()
            raise
        return mapping.bindings(self.name, body)

    async def unbind(self, client: str, binding: str) -> None:  # noqa: ARG002 - the port's words
        await self._act("unBindCard.do", Deadline(self.name, ASK_WITHIN_S), {"bindingId": binding})

    async def receipts(self, provider_id: str) -> tuple[FiscalReceipt, ...]:
        if not self._prints:
            return ()
        try:
            body = await self._ask("getReceiptStatus.do", Deadline(self.name, ASK_WITHIN_S), {"orderId": self._id(provider_id)})
        except NotFound:
            return ()
        return mapping.receipts(self.name, body)

    async def _act(self, call: str, deadline: Deadline, fields: Mapping[str, str]) -> bytes:
        """Changes an order, so it is sent once."""
        return await self._ask(call, deadline, fields, acts=True)

    async def _ask(self, call: str, deadline: Deadline, fields: Mapping[str, str], *, acts: bool = False) -> bytes:
        user, password = self._options.get("USER", ""), self._options.get("PASSWORD", "")
        if self._soap:
            await self._ready()
            response = await self._caller.call(
                "POST",
                soap.PATH,
                deadline_s=deadline.left(),
                idempotent=not acts,
                headers=soap.HEADERS,
                content=soap.request(self.name, call, fields, user=user, password=password),
            )
            return checked(self.name, soap.as_rest(response), acts=acts)
        response = await self._caller.call(
            "POST",
            f"/payment/rest/{call}",
            deadline_s=deadline.left(),
            idempotent=not acts,
            headers={"Accept": "application/json"},
            data={"userName": user, "password": password, **fields},
        )
        return checked(self.name, response, acts=acts)

    async def _ready(self) -> None:
        """Reads the WSDL, which takes a second once in a process."""
        if not self._prepared:
            await asyncio.to_thread(soap.prepare)
            self._prepared = True

    def _id(self, text: str) -> str:
        if not _ID.fullmatch(text):
            raise NotFound(self.name, "not an id")
        return text


def connect(config: ConnectorConfig, equipment: Equipment) -> PaymentPort:
    return Rbs(config, equipment)
