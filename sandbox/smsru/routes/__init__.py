"""SMS.RU put together: its calls by path, the control calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from quart import Blueprint, Response, g, request

from sandbox.smsru.routes import cabinet, calls
from sandbox.smsru.routes.gateway import ID, TITLE, SmsRuGateway
from sandbox.smsru.wire.answers import refused
from sandbox.smsru.wire.asked import Asked, read
from sandbox.smsru.wire.codes import TEXTS, SmsRuError
from sandbox.system import Fault, Sandbox, System
from sandbox.texting.accounts import Account
from sandbox.texting.control import add_control

CALLS: Final[Mapping[str, Callable[[SmsRuGateway, Account, Asked], Response]]] = {
    "sms/send": calls.send,
    "sms/status": calls.status,
    "sms/cost": calls.cost,
    "my/balance": cabinet.balance,
    "my/limit": cabinet.limit,
    "my/free": cabinet.free,
    "my/senders": cabinet.senders,
    "auth/check": cabinet.check,
    "stoplist/add": cabinet.stop,
    "stoplist/del": cabinet.unstop,
    "stoplist/get": cabinet.stopped,
    "callback/add": cabinet.add_handler,
    "callback/del": cabinet.drop_handler,
    "callback/get": cabinet.handlers,
}
DRIFT_FIELDS: Final = ("status", "status_code", "sms", "sms_id", "balance")
SECRETS: Final = frozenset({"api_id", "sig", "to", "msg", "text", "stoplist_phone"})


def system(sandbox: Sandbox) -> System:
    gateway = SmsRuGateway(sandbox)
    routes = Blueprint("smsru", __name__)

    async def serve(path: str = "") -> Response:
        gateway.settle()
        body: bytes = await request.body
        asked = read(request.query_string, body, request.content_type or "")
        if path == "auth/get_token":
            return Response(gateway.new_token(), content_type="text/html; charset=utf-8")
        try:
            account = gateway.authenticated(asked)
            if path not in CALLS:
                raise SmsRuError(211)
            return CALLS[path](gateway, account, asked)
        except SmsRuError as error:
            return refusal(error.code, as_json=asked.as_json)

    routes.add_url_rule("/", "root", serve, methods=["GET", "POST"])
    routes.add_url_rule("/<path:path>", "site", serve, methods=["GET", "POST"])
    return System(
        id=ID,
        title=TITLE,
        blueprints={ID: routes},
        control=add_control(Blueprint("smsru_control", __name__), sandbox, gateway),
        reset=gateway.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"sms.ru": ID, "www.sms.ru": ID},
        secret_fields=SECRETS,
    )


def refusal(code: int, *, as_json: bool) -> Response:
    g.verdicts = {"refused": code}
    return refused(code, as_json=as_json)


def word_fault(fault: Fault) -> Response | None:
    """JSON unless the query says otherwise: a form's own wish is not read here."""
    code = {"rate_limit": 220, "auth_expired": 301}.get(fault.kind)
    if code is None:
        code = int(fault.value) if str(fault.value).lstrip("-").isdecimal() and int(fault.value) in TEXTS else 500
    return refusal(code, as_json=request.args.get("json", "1" if request.method == "POST" else "0") != "0")
