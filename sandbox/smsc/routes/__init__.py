"""SMSC.ru put together: calls below /sys and /rest, the control calls."""

from __future__ import annotations

import re
from typing import Any, Final

from quart import Blueprint, Response, g, request

from sandbox import gosuslugi_page as pages
from sandbox.smsc.routes import calls
from sandbox.smsc.routes.gateway import ID, TITLE, SmscGateway
from sandbox.smsc.wire import answers, errors
from sandbox.smsc.wire.asked import Asked, read
from sandbox.smsc.wire.errors import TEXTS, SmscError
from sandbox.system import Fault, Sandbox, System
from sandbox.texting.control import add_control

CALLS: Final = {"send": calls.send, "status": calls.status, "balance": calls.balance}
PATH: Final = re.compile(r"sys/([a-z]+)\.php|rest/([a-z]+)")
DRIFT_FIELDS: Final = ("id", "cnt", "status", "balance", "error_code")
SECRETS: Final = frozenset({"psw", "apikey", "phones", "phone", "mes", "list"})
HOSTS: Final = ("smsc.ru", "www.smsc.ru", "www2.smsc.ru", "www3.smsc.ru", "www4.smsc.ru", "www5.smsc.ru")


def system(sandbox: Sandbox) -> System:
    gateway = SmscGateway(sandbox)
    routes = Blueprint("smsc", __name__)

    async def serve(path: str = "") -> Response:
        gateway.settle()
        found = PATH.fullmatch(path)
        name = (found[1] or found[2]) if found else ""
        if name not in CALLS:
            return pages.page(TITLE, "Такого адреса нет", pages.paragraph("Вызовы: /sys/send.php, /sys/status.php, /sys/balance.php."), 404)
        fmt = 0
        try:
            body: bytes = await request.body
            asked = read(request.query_string, body, request.content_type or "")
            fmt = asked.number("fmt", 3)
            return answered(gateway, name, asked, fmt)
        except SmscError as error:
            return refusal(error, fmt)

    routes.add_url_rule("/", "root", serve, methods=["GET", "POST"])
    routes.add_url_rule("/<path:path>", "site", serve, methods=["GET", "POST"])
    return System(
        id=ID,
        title=TITLE,
        blueprints={ID: routes},
        control=add_control(Blueprint("smsc_control", __name__), sandbox, gateway),
        reset=gateway.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts=dict.fromkeys(HOSTS, ID),
        secret_fields=SECRETS,
    )


def answered(gateway: SmscGateway, name: str, asked: Asked, fmt: int) -> Response:
    account = gateway.authenticated(asked.get("login"), asked.get("psw"), asked.get("apikey"))
    if account is None:
        raise SmscError(errors.PASSWORD)
    return CALLS[name](gateway, account, asked, fmt)


def refusal(error: SmscError, fmt: int) -> Response:
    g.verdicts = {"refused": error.code}
    return answers.error(error, fmt)


def word_fault(fault: Fault) -> Response | None:
    """In the format that the query asks for; a form's own is not read here."""
    if "/sys/" not in request.path and "/rest/" not in request.path:
        return None
    wanted: Any = request.args.get("fmt", "3" if request.method == "POST" else "0")
    code = {"rate_limit": errors.OFTEN, "auth_expired": errors.PASSWORD}.get(fault.kind)
    if code is None:
        code = int(fault.value) if str(fault.value).isdecimal() and int(fault.value) in TEXTS else errors.ADDRESS
    return refusal(SmscError(code), int(wanted) if wanted in ("0", "1", "2", "3") else 0)
