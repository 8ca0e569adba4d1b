"""YooKassa put together: the API below /v3, the page for the payer, the control calls."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from quart import Blueprint, Response, g, jsonify, request

from sandbox import gosuslugi_page as pages
from sandbox.asked import Refused, body_object
from sandbox.paying import page
from sandbox.paying.control import REFUSALS, add_control
from sandbox.paying.shops import Shop
from sandbox.switches import switch_routes
from sandbox.system import Fault, Sandbox, System
from sandbox.yookassa.routes import calls
from sandbox.yookassa.routes.calls import Asked, Body
from sandbox.yookassa.routes.desk import ID, TITLE, YooDesk
from sandbox.yookassa.state.store import KEY_LIFE, Repeated
from sandbox.yookassa.wire.errors import EXPIRED, LATER, STATUS, UNKNOWN_SHOP, YooError

PREFIX: Final = ID
HOSTS: Final = ("api.yookassa.ru", "yoomoney.ru", "payment.yandex.net")
DRIFT_FIELDS: Final = ("id", "status", "amount", "confirmation", "items")
SECRETS: Final = frozenset({"confirmation_token", "phone", "customer", "payment_method_id"}) | page.SECRET_FIELDS
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]
CALLS: Final[Mapping[str, Mapping[str, Callable[..., Body]]]] = {
    "payments": {"POST": calls.create, "GET": calls.payments},
    "payments/([^/]+)": {"GET": calls.show},
    "payments/([^/]+)/capture": {"POST": calls.capture},
    "payments/([^/]+)/cancel": {"POST": calls.cancel},
    "refunds": {"POST": calls.create_refund, "GET": calls.refunds},
    "refunds/([^/]+)": {"GET": calls.show_refund},
    "receipts": {"POST": calls.create_receipt, "GET": calls.receipts},
    "receipts/([^/]+)": {"GET": calls.show_receipt},
    "me": {"GET": calls.me},
    "webhooks": {"GET": calls.webhooks, "POST": calls.webhooks},
}
KEY: Final = re.compile(r"[\x21-\x7e]{1,64}")


def system(sandbox: Sandbox) -> System:
    desk = YooDesk(sandbox)
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
    """One catch-all route, because the API words its own 404."""

    def __init__(self, desk: YooDesk) -> None:
        self._desk = desk

    def routes(self) -> Blueprint:
        routes = Blueprint("yookassa", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "site", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        self._desk.settle()
        if re.fullmatch("checkout/payments/v2/contract(/[a-z]+)?", path):
            return await page.serve(self._desk, request.args.get("orderId", ""))
        if not path.startswith("v3/"):
            return pages.page(TITLE, "Такого адреса нет", pages.paragraph("Проверьте адрес: вызовы лежат ниже /v3."), 404)
        try:
            return await self._called(path.removeprefix("v3/"))
        except YooError as error:
            return refusal(error)

    async def _called(self, path: str) -> Response:
        shop = self._shop()
        g.verdicts = {"shop": shop.id}
        for pattern, by_method in CALLS.items():
            found = re.fullmatch(pattern, path, re.ASCII)
            call = by_method.get(request.method) if found is not None else None
            if found is not None and call is not None:
                asked = Asked(desk=self._desk, shop=shop, body=await _body(), query=dict(request.args.items()))
                return await self._once(asked, call, found.groups()) if request.method == "POST" else _answer(call(asked, *found.groups()))
        raise YooError("not_found", "Method or address is not found")

    async def _once(self, asked: Asked, call: Callable[..., Body], names: tuple[str, ...]) -> Response:
        """The same key and request: the same answer for a day, whatever has become of the payment."""
        key = request.headers.get("Idempotence-Key", "")
        if not KEY.fullmatch(key):
            raise YooError("invalid_request", "Idempotence key is missing or is longer than 64 characters", "Idempotence-Key")
        raw: bytes = await request.body
        digest = hashlib.sha256(request.path.encode() + b"\0" + raw).hexdigest()
        store, now = self._desk.store, self._desk.sandbox.clock.now()
        known = store.keys.get((asked.shop.id, key))
        if known is not None and now < known.until:
            g.verdicts = {**g.verdicts, "idempotence": "repeated" if known.digest == digest else "other request"}
            if known.digest != digest:
                raise YooError("invalid_request", "Idempotence key duplicated", "Idempotence-Key")
            return _answer(known.body)
        if self._desk.switches["no_answer"]:
            raise YooError("processing", LATER)
        told = call(asked, *names)
        store.keys[asked.shop.id, key] = Repeated(digest=digest, status=200, body=told, until=now + KEY_LIFE)
        return _answer(told)

    def _shop(self) -> Shop:
        given = request.authorization
        known = given is not None and given.type == "basic"
        shop = self._desk.shops.authenticated(given.username or "", given.password or "") if known and given is not None else None
        if shop is None:
            raise YooError(*UNKNOWN_SHOP)
        return shop


async def _body() -> Body:
    """Of POST only; no body is an empty object."""
    if request.method != "POST" or not (await request.get_data()).strip():
        return {}
    found = await request.get_json(force=True, silent=True)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise YooError("invalid_request", "Request body is not a JSON object")
    return found


def _answer(body: Body, status: int = 200) -> Response:
    made: Response = jsonify(body)
    made.status_code = status
    return made


def refusal(error: YooError) -> Response:
    g.verdicts = {**getattr(g, "verdicts", {}), "refused": error.code}
    made = _answer(error.body(), error.status)
    if error.retry_after_ms is not None:
        made.headers["Retry-After"] = f"{max(1, error.retry_after_ms // 1000)}"
    return made


def word_fault(fault: Fault) -> Response | None:
    """Pages have nothing to say to it."""
    if "/v3/" not in request.path:
        return None
    if fault.kind == "rate_limit":
        seconds = 1 if fault.value is None else float(fault.value)
        return refusal(YooError("too_many_requests", "Too many requests", retry_after_ms=int(seconds * 1000)))
    if fault.kind == "auth_expired":
        return refusal(YooError("invalid_credentials", EXPIRED, "Authorization"))
    value = str(fault.value)
    code = value if value in STATUS else next((name for name, status in STATUS.items() if str(status) == value), "internal_server_error")
    return refusal(YooError(code, LATER if code == "processing" else "Fault that was switched on in the sandbox"))


def _control(sandbox: Sandbox, desk: YooDesk) -> Blueprint:
    routes = add_control(switch_routes(ID, desk), sandbox, desk)

    @routes.get("/methods")
    async def methods() -> Any:
        rows = [{"id": key, "shop": it.shop, "type": it.method.kind, "refusal": it.refusal} for key, it in desk.store.saved.items()]
        return jsonify(methods=rows)

    @routes.post("/methods/<method_id>")
    async def spoil(method_id: str) -> Any:
        """`{refusal}`: what will happen to payments by this saved method; permission_revoked too; null pays again."""
        saved, refused = desk.store.saved.get(method_id), (await body_object()).get("refusal")
        if saved is None:
            raise Refused("Такого способа оплаты нет", 404)
        if refused is not None and refused not in (*REFUSALS, "permission_revoked"):
            raise Refused(f"refusal — одно из: {', '.join(REFUSALS)}, permission_revoked, или null")
        saved.refusal = refused
        return jsonify(id=method_id, refusal=refused)

    return routes
