"""The gateway put together: REST, the newer JSON addresses, SOAP, the payment page, the control calls."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from quart import Blueprint, Response, g, jsonify, request

from sandbox import gosuslugi_page as pages
from sandbox.asked import Refused, body_object
from sandbox.paying import page
from sandbox.paying.control import REFUSALS, add_control
from sandbox.paying.shops import Shop
from sandbox.rbs.routes.asked import Asked
from sandbox.rbs.routes.desk import ID, TITLE, RbsDesk
from sandbox.rbs.routes.operations import REST
from sandbox.rbs.routes.soap import Soap
from sandbox.rbs.wire.errors import RbsError, by_code
from sandbox.rbs.wire.shapes import words
from sandbox.switches import switch_routes
from sandbox.system import Fault, Sandbox, System

PREFIX: Final = ID
HOSTS: Final = (
    "securepayments.sberbank.ru", "3dsec.sberbank.ru", "ecommerce.sberbank.ru", "ecomtest.sberbank.ru", "pay.alfabank.ru",
    "web.rbsuat.com", "test.paymentgate.ru", "engine.paymentgate.ru", "pay.mtsbank.ru",
)  # fmt: skip
DRIFT_FIELDS: Final = ("orderId", "orderStatus", "OrderStatus", "formUrl", "paymentAmountInfo", "return")
SECRETS: Final = frozenset({"username", "token", "password", "pan", "cvc", "checksum", "clientid", "bindingid"}) | page.SECRET_FIELDS
CALL: Final = re.compile(r"(?:test)?payment/rest/(.+)\.do|ecomm/gw/partner/api/v1/(.+)\.do")
PAGE: Final = re.compile(r"(?:test)?payment/merchants/[^/]+/[^/]+\.html")
SOAP: Final = re.compile(r"(?:test)?payment/webservices/merchant-ws|webservices/merchant(?:-ws)?")
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def system(sandbox: Sandbox) -> System:
    desk = RbsDesk(sandbox)
    return System(
        id=ID,
        title=TITLE,
        blueprints={PREFIX: _Site(desk).routes()},
        control=_control(sandbox, desk),
        reset=desk.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts=dict.fromkeys(HOSTS, PREFIX),
        secret_fields=SECRETS,
    )


class _Site:
    """One catch-all route: old and new bases lead to the same calls."""

    def __init__(self, desk: RbsDesk) -> None:
        self._desk = desk
        self._soap = Soap(desk)

    def routes(self) -> Blueprint:
        routes = Blueprint("rbs", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "site", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        self._desk.settle()
        if SOAP.fullmatch(path):
            return await self._soap.serve(self._base())
        if PAGE.fullmatch(path):
            return await page.serve(self._desk, request.args.get("mdOrder", ""))
        found = CALL.fullmatch(path)
        if found is not None and request.method in ("GET", "POST"):
            return await self._called(found[1] or found[2])
        code = re.fullmatch("payment/sbp/([0-9A-F]{32})", path)
        order = next((it for it in self._desk.gateway.orders.values() if code is not None and it.qr == code[1]), None)
        if order is not None:
            return await page.serve(self._desk, order.id)
        return pages.page(TITLE, "Такого адреса нет", pages.paragraph("Проверьте адрес платёжного шлюза."), 404)

    def _base(self) -> str:
        return f"{self._desk.sandbox.base_url()}{pages.own_base(PREFIX)}"

    async def _called(self, name: str) -> Response:
        fields = await _fields()
        try:
            shop = self._shop(fields)
            _meet_fault()
            call = REST.get(name)
            if call is None:
                return pages.page(TITLE, "Такого вызова нет", pages.paragraph(name), 404)
            g.verdicts = {"shop": shop.id, "call": name}
            asked = Asked(gateway=self._desk.gateway, shop=shop, fields=fields, now=self._desk.sandbox.clock.now(), base=self._base())
            return jsonify(call(asked))
        except RbsError as error:
            g.verdicts = {**getattr(g, "verdicts", {}), "refused": error.key}
            text = error.text(words(fields.get("language", "")))
            if self._desk.switches["modern_errors"]:
                return jsonify(success=False, error={"code": str(error.code), "message": text, "description": text})
            if name == "getOrderStatus":
                return jsonify(ErrorCode=str(error.code), ErrorMessage=text)
            return jsonify(errorCode=str(error.code), errorMessage=text)

    def _shop(self, fields: dict[str, str]) -> Shop:
        token = fields.get("token")
        if token:
            found = next((it for it in self._desk.shops.all.values() if it.more.get("token") == token), None)
        else:
            found = self._desk.shops.authenticated(fields.get("userName", ""), fields.get("password", ""))
        if found is None:
            raise RbsError("access")
        return found


async def _fields() -> dict[str, str]:
    """Query, form and JSON as one; a JSON object or list inside stays JSON."""
    found = dict(request.args.items())
    if request.mimetype == "application/json":
        given = await request.get_json(force=True, silent=True)
        for name, value in given.items() if isinstance(given, dict) else ():
            found[name] = _text(value)
    else:
        found |= dict((await request.form).items())
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def word_fault(fault: Fault) -> Response | None:
    """Only a call words a fault, and only when its shop is known."""
    if CALL.fullmatch(request.path.removeprefix(f"/{PREFIX}/")) or SOAP.fullmatch(request.path.removeprefix(f"/{PREFIX}/")):
        if fault.kind == "rate_limit":
            seconds = 1 if fault.value is None else float(fault.value)
            return Response("Too many requests\n", 429, {"Retry-After": f"{seconds:.0f}"}, content_type="text/plain")
        g.rbs_fault = fault
    return None


def _meet_fault() -> None:
    fault: Fault | None = getattr(g, "rbs_fault", None)
    if fault is None:
        return
    if fault.kind == "auth_expired":
        raise RbsError("access")
    raise by_code(fault.value)


def _control(sandbox: Sandbox, desk: RbsDesk) -> Blueprint:
    routes = add_control(switch_routes(ID, desk), sandbox, desk)

    @routes.get("/key.pem")
    async def key() -> Any:
        return Response(desk.seal.public_pem, content_type="application/x-pem-file")

    @routes.get("/certificate.pem")
    async def certificate() -> Any:
        return Response(desk.seal.certificate_pem, content_type="application/x-pem-file")

    @routes.get("/bindings")
    async def bindings() -> Any:
        names = ("id", "shop", "client", "masked", "expiry", "active", "refusal")
        return jsonify(bindings=[{name: getattr(it, name) for name in names} for it in desk.gateway.bindings.values()])

    @routes.post("/bindings/<binding_id>")
    async def spoil(binding_id: str) -> Any:
        """`{refusal}`: what the bank will say to payments by this saved card; null pays again."""
        binding, refusal = desk.gateway.bindings.get(binding_id), (await body_object()).get("refusal")
        if binding is None:
            raise Refused("Такой связки нет", 404)
        if refusal is not None and refusal not in REFUSALS:
            raise Refused(f"refusal — одно из: {', '.join(REFUSALS)}, или null")
        binding.refusal = refusal
        return jsonify(id=binding.id, refusal=refusal)

    return routes
