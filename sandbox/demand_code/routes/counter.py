"""Pages for people: the demand to show or print with its bar code, and a shop's counter that takes the money."""

from __future__ import annotations

import html
import re
from typing import Final

from quart import Response, request

from sandbox import gosuslugi_page as pages
from sandbox.demand_code.routes.desk import PREFIX, TITLE, DemandDesk
from sandbox.demand_code.routes.desk import roubles as plain
from sandbox.demand_code.state import CANCELED, PAID, Demand
from sandbox.demand_code.wire.barcode import picture
from sandbox.paying.desk import Stopped
from sandbox.paying.page import roubles

SUM: Final = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?", re.ASCII)
IDENTITY_KOP: Final = 1_500_000
RESULTS: Final = {PAID: "Оплачено", CANCELED: "Код не действует"}


def shown(desk: DemandDesk, code: str) -> Response:
    it = desk.demands.all.get(code)
    if it is None:
        return pages.page(TITLE, "Кода нет", pages.paragraph("Проверьте номер."), 404)
    if not it.open:
        title = RESULTS.get(it.status, "Оплачено частично, срок вышел")
        back = f'<p><a href="{html.escape(it.success_url)}">Вернуться в магазин</a></p>' if it.success_url else ""
        return pages.page(TITLE, title, _facts(it) + back)
    how = (
        "<p>В салоне связи назовите кассиру код или номер телефона, или наберите код в терминале: «Интернет-магазин». "
        f"Свыше {roubles(IDENTITY_KOP)} нужен паспорт.</p>\n"
    )
    number = f'<p style="font-size:1.75rem"><strong>{it.code[:3]} {it.code[3:6]} {it.code[6:]}</strong></p>\n'
    leave = f'<p><a href="{html.escape(it.back_url)}">Вернуться в магазин</a></p>' if it.back_url else ""
    return pages.page(TITLE, "Код требования", number + picture(it.code) + _facts(it) + how + leave)


def _facts(it: Demand) -> str:
    rows = [it.service, f"К оплате {roubles(it.amount)}"]
    if it.paid:
        rows.append(f"Внесено {roubles(it.paid)}, осталось {roubles(it.left)}")
    return "".join(f"<p>{html.escape(row)}</p>\n" for row in rows if row)


async def counter(desk: DemandDesk) -> Response:
    """The cashier finds the demand by its code or by the payer's phone, and takes a part or all of it."""
    given = {name: value.strip() for name, value in (await request.form).items()} if request.method == "POST" else {}
    it = _found(desk, given.get("code", ""))
    if not given.get("code"):
        return _ask()
    if it is None:
        return _ask("Такого кода нет, или он уже не действует")
    if "sum" not in given:
        return _take(it)
    amount = SUM.fullmatch(given["sum"])
    if amount is None:
        return _take(it, "Сумма — рубли и копейки, например 100 или 100,50")
    try:
        desk.demands.pay(it, int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0")))
    except Stopped as error:
        return _take(it, str(error))
    await desk.notices.settled()
    return pages.page(TITLE, "Деньги приняты", f"<p>Код {it.code}</p>\n{_facts(it)}" + _again())


def _found(desk: DemandDesk, text: str) -> Demand | None:
    digits = re.sub(r"\D", "", text)
    by_code = desk.demands.all.get(digits)
    if by_code is not None and by_code.open:
        return by_code
    phones = (it for it in reversed(desk.demands.all.values()) if it.open and it.phone is not None and it.phone[-10:] == digits[-10:])
    return next(phones, None) if len(digits) >= 10 else None


def _ask(wrong: str = "") -> Response:
    inputs = '<label for="code">Код требования или телефон покупателя</label>\n<input id="code" name="code" inputmode="numeric" required>'
    told = pages.paragraph(wrong, alert=True) if wrong else ""
    return pages.page(TITLE, "Касса салона связи", told + pages.form("", {}, inputs, "Найти"))


def _take(it: Demand, wrong: str = "") -> Response:
    inputs = f'<label for="sum">Вносит, руб.</label>\n<input id="sum" name="sum" inputmode="decimal" required value="{plain(it.left)}">'
    told = pages.paragraph(wrong, alert=True) if wrong else ""
    note = pages.paragraph("Нужен документ покупателя.") if it.left > IDENTITY_KOP else ""
    return pages.page(TITLE, "Касса салона связи", told + _facts(it) + note + pages.form("", {"code": it.code}, inputs, "Принять деньги"))


def _again() -> str:
    return f'<p><a href="{pages.own_base(PREFIX)}/shop">Следующий покупатель</a></p>'
