"""merchant-ws: the WSDL by GET, every operation by POST, over the same store as REST."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from quart import Response, g, request

from sandbox.paying.shops import Shop
from sandbox.paying.xml import NotXml, parse
from sandbox.rbs.routes.asked import Asked
from sandbox.rbs.routes.desk import RbsDesk
from sandbox.rbs.routes.operations import REST
from sandbox.rbs.wire import envelope
from sandbox.rbs.wire.envelope import Call, SoapFault
from sandbox.rbs.wire.errors import RbsError, by_code
from sandbox.system import Fault

WSDL: Final = (Path(__file__).parents[1] / "wire" / "merchant.wsdl").read_text("utf-8")
XML: Final = ("text/xml", "application/xml")
OPERATIONS: Final = {
    "registerOrder": "register", "registerOrderPreAuth": "registerPreAuth", "getOrderStatus": "getOrderStatus",
    "getOrderStatusExtended": "getOrderStatusExtended", "depositOrder": "deposit", "reverseOrder": "reverse", "refundOrder": "refund",
    "addParams": "addParams",
    "paymentOrderBinding": "paymentOrderBinding", "getBindings": "getBindings", "bindCard": "bindCard", "unBindCard": "unBindCard",
    "extendBinding": "extendBinding", "verifyEnrollment": "verifyEnrollment", "paymentOrder": "paymentOrder",
    "finishThreeDs": "finish3dsPayment",
}  # fmt: skip


class Soap:
    """Refusals of the shop's own making are `errorCode` in an answer; Faults are for the envelope and for who asks."""

    def __init__(self, desk: RbsDesk) -> None:
        self._desk = desk

    async def serve(self, base: str) -> Response:
        if request.method == "GET":
            address = escape(f"{base}/payment/webservices/merchant-ws", {'"': "&quot;"})
            return _xml(WSDL.replace("{address}", address).encode())
        if request.method != "POST":
            return Response("Method not allowed\n", 405, {"Allow": "GET, POST"}, content_type="text/plain; charset=utf-8")
        if request.mimetype not in XML:
            return Response("text/xml is expected\n", 415, content_type="text/plain; charset=utf-8")
        body: bytes = await request.body
        try:
            call = envelope.read(parse(body, request.mimetype_params.get("charset")))
            g.verdicts = {"operation": call.operation}
            shop = self._shop(call)
            if call.operation not in OPERATIONS:
                raise SoapFault("Client", f"Message part {{{envelope.OWN[1:-1]}}}{call.operation} was not recognized")
        except NotXml as wrong:
            return _xml(envelope.fault(SoapFault("Client", f"Error reading the envelope: {wrong}")), 500)
        except SoapFault as wrong:
            g.verdicts = {**getattr(g, "verdicts", {}), "fault": wrong.text}
            return _xml(envelope.fault(wrong), 500)
        return _xml(self._answered(call, shop, base))

    def _shop(self, call: Call) -> Shop:
        shop = self._desk.shops.all.get(call.user)
        fault: Fault | None = getattr(g, "rbs_fault", None)
        if shop is None or not call.knows(shop.secret) or (fault is not None and fault.kind == "auth_expired"):
            raise SoapFault("Client", "The security token could not be authenticated or authorized")
        return shop

    def _answered(self, call: Call, shop: Shop, base: str) -> bytes:
        fields = dict(call.fields)
        if call.params:
            fields["jsonParams"] = json.dumps(call.params, ensure_ascii=False)
        gateway = self._desk.gateway
        asked = Asked(gateway=gateway, shop=shop, fields=fields, now=self._desk.sandbox.clock.now(), base=base)
        try:
            fault: Fault | None = getattr(g, "rbs_fault", None)
            if fault is not None:
                raise by_code(fault.value)
            if call.operation in ("getOrderStatus", "getOrderStatusExtended"):
                order = asked.order(number_too=call.operation == "getOrderStatusExtended")
                binding = gateway.bindings.get(order.binding or "")
                if call.operation == "getOrderStatus":
                    return envelope.answer(call.operation, *envelope.status(order, binding, asked.language))
                return envelope.answer(call.operation, *envelope.extended(order, binding, asked.language))
            return envelope.answer(call.operation, *_told(REST[OPERATIONS[call.operation]](asked)))
        except RbsError as error:
            g.verdicts = {**getattr(g, "verdicts", {}), "refused": error.key}
            told: dict[str, Any] = {"errorCode": error.code, "errorMessage": error.text(asked.language)}
            if call.operation == "getOrderStatus":
                told = {"orderStatus": 0, "amount": 0, "authCode": 0, **told}
            return envelope.answer(call.operation, told, [])


def _told(result: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Plain values are attributes, the page's address is a child."""
    children = [envelope.element("formUrl", result["formUrl"])] if "formUrl" in result else []
    children += envelope.bindings(result.get("bindings", []))
    told = {name: str(value).lower() if isinstance(value, bool) else value for name, value in result.items()}
    plain = {name: value for name, value in told.items() if name not in ("formUrl", "bindings")}
    return {"errorCode": 0, "errorMessage": "Success", **plain}, children


def _xml(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type="text/xml; charset=utf-8")
