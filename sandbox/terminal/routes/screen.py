"""The terminal's own screen for people: number of the contract, what for, sum; the hub is asked first, then paid; a receipt."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any, Final

from quart import Response, request

from sandbox import gosuslugi_page as pages
from sandbox.asked import Refused
from sandbox.system import Sandbox
from sandbox.terminal.routes.player import Player, Target
from sandbox.terminal.wire.dialects import Payment

TITLE: Final = "Терминал оплаты"
SUM: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?", re.ASCII)


FIELDS: Final = (
    ("account", "Номер договора", ' inputmode="numeric" required'),
    ("pay_type", "Назначение (pay_type), если есть", ""),
    ("sum", "Сумма, руб.", ' inputmode="decimal" required'),
)


class Screen:
    """Pays by the OSMP dialect at the hub that the sandbox knows."""

    def __init__(self, sandbox: Sandbox, player: Player) -> None:
        self._sandbox = sandbox
        self._player = player

    async def serve(self) -> Response:
        hub = self._sandbox.merchants.hub_url
        if hub is None:
            return pages.page(TITLE, "Терминал не работает", pages.paragraph("Песочница не знает адреса хаба."), 503)
        if request.method != "POST":
            return _first({})
        given = {name: value.strip() for name, value in (await request.form).items()}
        if not SUM.fullmatch(given.get("sum", "")) or not given.get("account"):
            return _first(given, "Введите номер договора и сумму, например 100 или 100,50")
        roubles = f"{Decimal(given['sum'].replace(',', '.')):.2f}"
        payment = Payment(
            dialect="osmp",
            account=given["account"],
            sum=roubles,
            txn_id=given.get("txn_id") or self._player.till.number(),
            at=self._sandbox.clock.now(),
            pay_type=given.get("pay_type") or None,
        )
        paid = given.get("step") == "pay"
        try:
            told = await self._player.send(Target(url=f"{hub.rstrip('/')}/pay/osmp"), payment, "pay" if paid else "check")
        except Refused as error:
            return _first(given, str(error))
        if told["result"] != "0":
            return _first(given, _why(told))
        return _receipt(payment, told) if paid else _asked(payment, told)


def _why(told: dict[str, Any]) -> str:
    """What a terminal prints: the comment, where there is one."""
    if told["result"] is None:
        return "Получатель не отвечает. Деньги не приняты, попробуйте позже"
    return f"Платёж не принят: {told.get('comment') or 'без объяснения'} (код {told['result']})"


def _first(given: dict[str, str], wrong: str = "") -> Response:
    inputs = "\n".join(
        f'<label for="{name}">{label}</label>\n<input id="{name}" name="{name}"{more} value="{html.escape(given.get(name, ""))}">'
        for name, label, more in FIELDS
    )
    told = pages.paragraph(wrong, alert=True) if wrong else ""
    return pages.page(TITLE, "Пополнить школьный счёт", told + pages.form("", {"step": "check"}, inputs, "Дальше"))


def _asked(payment: Payment, told: dict[str, Any]) -> Response:
    comment = told.get("comment")
    shown = (f"<p>{html.escape(comment)}</p>" if comment and comment != "OK" else "") + _fields(told)
    kept = {"account": payment.account, "sum": payment.sum, "txn_id": payment.txn_id, "step": "pay"}
    if payment.pay_type:
        kept["pay_type"] = payment.pay_type
    body = f"<p>Договор {html.escape(payment.account)}, {html.escape(payment.sum)} руб.</p>\n{shown}\n"
    return pages.page(TITLE, "Проверьте платёж", body + pages.form("", kept, "", "Внести деньги") + '<p><a href="">Отмена</a></p>')


def _fields(told: dict[str, Any]) -> str:
    """What the receiver wants shown, under its own names."""
    return "".join(f"<p>{html.escape(name)}: {html.escape(value)}</p>" for name, value in told.get("fields", {}).items() if value)


def _receipt(payment: Payment, told: dict[str, Any]) -> Response:
    rows = {
        "Договор": payment.account,
        "Сумма": f"{payment.sum} руб.",
        "Номер платежа": payment.txn_id,
        "Номер у получателя": told.get("prv_txn") or "",
    }
    listed = "".join(f"<p>{name}: {html.escape(value)}</p>" for name, value in rows.items() if value)
    return pages.page(TITLE, "Деньги приняты", listed + _fields(told) + '<p><a href="">Ещё один платёж</a></p>')
