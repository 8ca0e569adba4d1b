"""Demand codes put together: the calls below /merchant, the demand's page, the counter, the control calls."""

from __future__ import annotations

import json
from typing import Any, Final

from quart import Blueprint, Response, g, jsonify, request

from sandbox import gosuslugi_page as pages
from sandbox.demand_code.routes import counter
from sandbox.demand_code.routes.calls import CALLS, Asked
from sandbox.demand_code.routes.desk import ID, PREFIX, TITLE, DemandDesk
from sandbox.demand_code.wire.errors import ERRORS, DemandError
from sandbox.demand_code.wire.hashing import CREATE
from sandbox.paying.control import add_control
from sandbox.switches import switch_routes
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS: Final = ("InvoiceId", "PaymentStatus", "Result")
SECRETS: Final = frozenset({"hash", "sign", "secretkey", "phone", "username", "email", "useremail"})
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]
NAMES: Final = {name.lower(): name for name in (*CREATE, "hash", "invoiceId", "phone")}


def system(sandbox: Sandbox) -> System:
    desk = DemandDesk(sandbox)
    return System(
        id=ID,
        title=TITLE,
        blueprints={PREFIX: _Site(desk).routes()},
        control=add_control(switch_routes(ID, desk), sandbox, desk),
        reset=desk.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"api.intellectmoney.ru": PREFIX, "merchant.intellectmoney.ru": PREFIX},
        secret_fields=SECRETS,
    )


class _Site:
    """One catch-all route; names of calls and of fields are taken in any case."""

    def __init__(self, desk: DemandDesk) -> None:
        self._desk = desk
        self._calls = {f"merchant/{name.lower()}": call for name, call in CALLS.items()}

    def routes(self) -> Blueprint:
        routes = Blueprint("demand_code", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "site", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        self._desk.settle()
        if path == "" and request.method == "GET":
            return counter.shown(self._desk, request.args.get("InvoiceId", ""))
        if path == "shop":
            return await counter.counter(self._desk)
        call = self._calls.get(path.lower())
        if call is None or request.method != "POST":
            return pages.page(TITLE, "Такого адреса нет", pages.paragraph("Вызовы — POST ниже /merchant."), 404)
        fields = await _fields()
        try:
            return jsonify(call(Asked(desk=self._desk, fields=fields)))
        except DemandError as error:
            return refusal(error, fields.get("eshopId", ""))


def refusal(error: DemandError, eshop: str) -> Response:
    g.verdicts = {**getattr(g, "verdicts", {}), "refused": error.key}
    made: Response = jsonify(error.body(eshop))
    return made


async def _fields() -> dict[str, str]:
    """JSON or a form; a sum may be an object with its currency."""
    if request.mimetype == "application/json":
        sent = await request.get_json(force=True, silent=True)
        given: dict[str, Any] = sent if isinstance(sent, dict) else {}
    else:
        given = dict((await request.form).items())
    found: dict[str, str] = {}
    for name, value in given.items():
        if isinstance(value, dict) and name.lower() == "recipientamount":
            found |= {"recipientAmount": str(value.get("amount", "")), "recipientCurrency": str(value.get("currencyCode", ""))}
        elif value is not None:
            found[NAMES.get(name.lower(), name)] = value if isinstance(value, str) else json.dumps(value)
    return found


def word_fault(fault: Fault) -> Response | None:
    if "/merchant/" not in request.path:
        return None
    if fault.kind == "rate_limit":
        seconds = 1 if fault.value is None else float(fault.value)
        made = refusal(DemandError("system"), "")
        made.status_code, made.headers["Retry-After"] = 429, f"{seconds:.0f}"
        return made
    if fault.kind == "auth_expired":
        return refusal(DemandError("access"), "")
    value = str(fault.value)
    key = next((one for one, (code, _) in ERRORS.items() if value in (one, str(code))), "system")
    return refusal(DemandError(key), "")
