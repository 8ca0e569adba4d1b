"""T-Bank put together: the calls below /v2, the form for the payer, the control calls."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from quart import Blueprint, Response, g, jsonify, request

from sandbox import gosuslugi_page as pages
from sandbox.asked import Refused, body_object
from sandbox.paying import page
from sandbox.paying.control import REFUSALS, add_control
from sandbox.switches import switch_routes
from sandbox.system import Fault, Sandbox, System
from sandbox.tbank.routes.asked import Asked, Body
from sandbox.tbank.routes.calls import CALLS
from sandbox.tbank.routes.desk import ID, TITLE, BankDesk
from sandbox.tbank.wire.errors import ERRORS, BankError
from sandbox.tbank.wire.token import right

PREFIX: Final = ID
HOSTS: Final = ("securepay.tinkoff.ru", "rest-api-test.tinkoff.ru", "securepay.tbank.ru")
DRIFT_FIELDS: Final = ("Status", "PaymentId", "PaymentURL", "Success")
SECRETS: Final = frozenset({"token", "password", "rebillid", "customerkey", "cardid", "email", "phone"}) | page.SECRET_FIELDS
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def system(sandbox: Sandbox) -> System:
    desk = BankDesk(sandbox)
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
    """One catch-all route; every answer of a call has HTTP 200."""

    def __init__(self, desk: BankDesk) -> None:
        self._desk = desk

    def routes(self) -> Blueprint:
        routes = Blueprint("tbank", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "site", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        self._desk.settle()
        form = re.fullmatch(r"new/([\w-]+)", path, re.ASCII)
        if form is not None:
            return await self._form(self._desk.store.codes.get(form[1], ""))
        code = re.fullmatch("qr/([0-9A-F]{32})", path)
        if code is not None:
            return await self._form(next((it.id for it in self._desk.store.payments.values() if it.qr == code[1]), ""))
        call = CALLS.get(path.removeprefix("v2/")) if path.startswith("v2/") else None
        if call is None or request.method != "POST":
            return pages.page(TITLE, "Такого адреса нет", pages.paragraph("Вызовы — POST ниже /v2."), 404)
        raw: bytes = await request.body
        try:
            asked = self._asked(raw)
            g.verdicts = {"shop": asked.shop.id, "token": "ok"}
            return jsonify(call(asked))
        except BankError as error:
            return refusal(error)

    async def _form(self, payment_id: str) -> Response:
        found = self._desk.store.payments.get(payment_id)
        if found is not None:
            self._desk.store.show_form(found)
        return await page.serve(self._desk, payment_id)

    def _asked(self, raw: bytes) -> Asked:
        try:
            body: Body = json.loads(raw)
        except ValueError:
            raise BankError("203") from None
        if not isinstance(body, dict) or not body:
            raise BankError("203")
        shop = self._desk.shops.all.get(str(body.get("TerminalKey", "")))
        if shop is None:
            raise BankError("501")
        if self._desk.switches["blocked"]:
            raise BankError("202")
        if not right(raw, shop.secret):
            g.verdicts = {"token": "bad" if "Token" in body else "absent"}
            raise BankError("204")
        return Asked(desk=self._desk, shop=shop, body=body)


def refusal(error: BankError) -> Response:
    g.verdicts = {**getattr(g, "verdicts", {}), "refused": error.code}
    made: Response = jsonify(Success=False, ErrorCode=error.code, Message=error.text, Details=error.details)
    return made


def word_fault(fault: Fault) -> Response | None:
    """Forms have nothing to say to it."""
    if "/v2/" not in request.path:
        return None
    if fault.kind == "rate_limit":
        seconds = 1 if fault.value is None else float(fault.value)
        made = refusal(BankError("119"))
        made.status_code, made.headers["Retry-After"] = 429, f"{seconds:.0f}"
        return made
    if fault.kind == "auth_expired":
        return refusal(BankError("204"))
    return refusal(BankError(str(fault.value) if str(fault.value) in ERRORS else "9999"))


def _control(sandbox: Sandbox, desk: BankDesk) -> Blueprint:
    routes = add_control(switch_routes(ID, desk), sandbox, desk)

    @routes.get("/cards")
    async def cards() -> Any:
        names = ("id", "shop", "customer", "pan", "expiry", "rebill", "status", "refusal")
        return jsonify(cards=[{name: getattr(it, name) for name in names} for it in desk.store.cards.values()])

    @routes.post("/cards/<card_id>")
    async def spoil(card_id: str) -> Any:
        """`{refusal}`: what the bank will say to charges of this card; null pays again."""
        card, refused = desk.store.cards.get(card_id), (await body_object()).get("refusal")
        if card is None:
            raise Refused("Такой карты нет", 404)
        if refused is not None and refused not in REFUSALS:
            raise Refused(f"refusal — одно из: {', '.join(REFUSALS)}, или null")
        card.refusal = refused
        return jsonify(id=card_id, refusal=refused)

    return routes
