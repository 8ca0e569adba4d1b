"""The control calls: play a payment, read the day's register as the provider would send it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from quart import Blueprint, jsonify, request

from sandbox.asked import Refused, body_object
from sandbox.paying.register import PAYMENTS, answered
from sandbox.paying.shops import demo_key
from sandbox.system import Sandbox
from sandbox.terminal.routes.player import Player, Target
from sandbox.terminal.state.till import Till
from sandbox.terminal.wire.dialects import COMMANDS, DIALECTS, MOSCOW, WAYS, Payment
from sandbox.terminal.wire.register import FORMS

MOST: Final = 200
SECRET: Final = demo_key("sber2")


def control(sandbox: Sandbox, player: Player) -> Blueprint:
    routes = Blueprint("terminal_control", __name__)

    @routes.post("/pay")
    async def pay() -> Any:
        """`{target_url, dialect, account, sum, txn_id?, repeat?, parallel?}`, and `pay_type`, `command`, `check`, `secret`, `basic`,
        `txn_date`, `tamper: hash`, `more: {name: value}` for whatever else a provider may send, `method` (GET, POST, FORM), `headers`."""
        body = await body_object()
        payment, target, command = _payment(sandbox, player.till, body), _target(body), body.get("command", "pay")
        if command not in COMMANDS:
            raise Refused(f"command — одно из: {', '.join(COMMANDS)}")
        repeat, parallel = _count(body, "repeat"), _count(body, "parallel")
        told: dict[str, Any] = {"txn_id": payment.txn_id, "dialect": payment.dialect}
        if body.get("check") is True:
            told["check"] = await player.send(target, payment, "check")
        told["answers"] = await player.send_often(target, payment, str(command), repeat=repeat, parallel=parallel)
        return jsonify(told)

    @routes.get("/register")
    async def register() -> Any:
        """`?dialect=osmp&form=osmp&day=YYYY-MM-DD&spoil=`: the bank's dialects have a form of their own too, `sber`."""
        dialect = request.args.get("dialect", "osmp")
        form = request.args.get("form", "osmp")
        if dialect not in DIALECTS:
            raise Refused(f"dialect — одно из: {', '.join(DIALECTS)}")
        if form not in FORMS:
            raise Refused(f"form — одно из: {', '.join(FORMS)}")
        return answered(FORMS[form], lambda _: player.till.of_dialect(dialect), sandbox.clock.now(), kinds=(PAYMENTS,))

    @routes.get("/payments")
    async def payments() -> Any:
        rows = [
            {"dialect": dialect, "txn_id": it.id, "account": it.order, "amount_kop": it.amount_kop, "at": it.at.isoformat()}
            for (dialect, _), it in player.till.paid.items()
        ]
        return jsonify(payments=rows)

    return routes


def _payment(sandbox: Sandbox, till: Till, body: dict[str, Any]) -> Payment:
    dialect, account, amount, more = (body.get(name) for name in ("dialect", "account", "sum", "more"))
    if dialect not in DIALECTS:
        raise Refused(f"dialect — одно из: {', '.join(DIALECTS)}")
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        raise Refused("sum — рубли с точкой, строкой или числом")
    if not isinstance(account, str | int) or isinstance(account, bool):
        raise Refused("account — номер договора")
    if more is not None and not (isinstance(more, dict) and all(isinstance(value, str) for value in more.values())):
        raise Refused("more — объект из строк")
    return Payment(
        dialect=str(dialect),
        account=str(account),
        sum=amount if isinstance(amount, str) else f"{amount:.2f}",
        txn_id=till.number() if body.get("txn_id") is None else str(body["txn_id"]),
        at=_at(sandbox, body),
        pay_type=None if body.get("pay_type") is None else str(body["pay_type"]),
        more=more,
    )


def _at(sandbox: Sandbox, body: dict[str, Any]) -> datetime:
    """`txn_date` as RFC 3339, or as the protocol writes it in Moscow time."""
    given = body.get("txn_date")
    if given is None:
        return sandbox.clock.now()
    text = str(given)
    try:
        at = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=MOSCOW) if text.isdecimal() else datetime.fromisoformat(text)
    except ValueError:
        raise Refused("txn_date — YYYYMMDDHHMMSS или RFC 3339") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=MOSCOW)


def _target(body: dict[str, Any]) -> Target:
    url, secret, basic = body.get("target_url"), body.get("secret", SECRET), body.get("basic")
    if not isinstance(url, str) or not url:
        raise Refused("target_url — адрес, по которому хаб принимает платежи")
    if secret is not None and not isinstance(secret, str):
        raise Refused("secret — строка или null")
    if basic is not None and not (
        isinstance(basic, dict) and isinstance(basic.get("user"), str) and isinstance(basic.get("password"), str)
    ):
        raise Refused("basic — {user, password}")
    way, headers = body.get("method"), body.get("headers")
    if way is not None and way not in WAYS:
        raise Refused(f"method — одно из: {', '.join(WAYS)}")
    if headers is not None and not (
        isinstance(headers, dict) and all(isinstance(value, str) and value.isascii() for value in headers.values())
    ):
        raise Refused("headers — объект из строк ASCII")
    pair = (basic["user"], basic["password"]) if basic else None
    return Target(url=url, secret=secret, basic=pair, spoilt=body.get("tamper") == "hash", way=way, headers=headers)


def _count(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    value = 1 if value is None else value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise Refused(f"{name} — целое от 1 до {MOST}")
    return value
