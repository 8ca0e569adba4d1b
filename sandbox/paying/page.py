"""The acquirer's own page for the payer: a card or SBP, the bank's code, and back to the shop; works without JavaScript."""

from __future__ import annotations

import html
import re
from typing import Final

from quart import Response, request

from sandbox import gosuslugi_page as pages
from sandbox.paying.cards import CARDS, CODE, find, luhn
from sandbox.paying.desk import Desk, Invoice, Means, Stopped

EXPIRY: Final = re.compile(r"(0[1-9]|1[0-2]) ?/? ?(?:20)?(\d\d)")
SECRET_FIELDS: Final = frozenset({"pan", "expiry", "cvc", "holder", "bank_code"})


def roubles(amount_kop: int) -> str:
    return f"{amount_kop // 100:,}".replace(",", "\N{NO-BREAK SPACE}") + f",{amount_kop % 100:02d}\N{NO-BREAK SPACE}₽"


async def serve(desk: Desk, order_id: str) -> Response:
    """GET shows the order, POST carries out one step of paying it."""
    desk.settle()
    invoice = desk.invoice(order_id)
    if invoice is None:
        return pages.page(desk.title, "Заказ не найден", pages.paragraph("Проверьте адрес или вернитесь в магазин."), 404)
    if request.method == "POST" and invoice.open:
        try:
            wrong = await _step(desk, invoice)
        except Stopped as error:
            wrong = str(error)
        invoice = desk.invoice(order_id) or invoice
        if wrong is not None:
            return _shown(desk, invoice, wrong)
        await desk.notices.settled()
        if not invoice.open and invoice.back:
            return Response("", status=303, headers={"Location": invoice.back, "Cache-Control": "no-store"})
    return _shown(desk, invoice)


async def _step(desk: Desk, invoice: Invoice) -> str | None:
    """What was wrong with the form; None: the step is done."""
    given = await request.form
    step = given.get("step", "")
    if step == "sbp" and "sbp" in invoice.kinds:
        desk.pay(invoice.id, Means(kind="sbp"))
        return None
    if step == "code" and invoice.waits_for is not None:
        means = invoice.waits_for
        wrong = means.card is not None and means.card.refusal is not None
        if wrong or given.get("bank_code", "").strip() != CODE:
            desk.decline(invoice.id, "check_failed", means)
        else:
            desk.pay(invoice.id, means)
        return None
    if step == "card" and "card" in invoice.kinds:
        return _card(desk, invoice, dict(given.items()))
    return "Выберите, как платить"


def _card(desk: Desk, invoice: Invoice, given: dict[str, str]) -> str | None:
    digits = re.sub(r"[ -]", "", given.get("pan", ""))
    card = find(digits)
    expiry = EXPIRY.fullmatch(given.get("expiry", "").strip())
    if not re.fullmatch(r"\d{13,19}", digits, re.ASCII) or not luhn(digits):
        return "Номер карты неверен"
    if card is None:
        return "Это песочница: настоящая карта не нужна, возьмите номер из списка внизу"
    if expiry is None:
        return "Срок карты — месяц и год, например 12/30"
    if not re.fullmatch(r"\d{3}", given.get("cvc", ""), re.ASCII):
        return "Код на обороте — три цифры"
    holder = given.get("holder", "").strip()[:50] or "CARDHOLDER NAME"
    means = Means(kind="card", card=card, holder=holder, expiry=f"20{expiry[2]}{expiry[1]}", ip=request.remote_addr or "127.0.0.1")
    if card.checked:
        desk.ask_code(invoice.id, means)
    elif card.refusal is not None:
        desk.decline(invoice.id, card.refusal, means)
    else:
        desk.pay(invoice.id, means)
    return None


def _shown(desk: Desk, invoice: Invoice, wrong: str = "") -> Response:
    head = (
        f"<p>{html.escape(invoice.shop)}, заказ {html.escape(invoice.number)}</p>\n"
        f"<p><strong>К оплате: {roubles(invoice.amount_kop)}</strong></p>\n"
    )
    if invoice.text:
        head += pages.paragraph(invoice.text)
    leave = f'<p><a href="{html.escape(invoice.back or "")}">Вернуться в магазин</a></p>' if _plain(invoice.back) else ""
    if not invoice.open:
        return pages.page(desk.title, invoice.result, head + leave)
    told = pages.paragraph(wrong, alert=True) if wrong else ""
    if invoice.waits_for is not None:
        return pages.page(desk.title, "Код из банка", head + told + _code_form() + leave)
    parts = [_card_form()] if "card" in invoice.kinds else []
    if "sbp" in invoice.kinds:
        parts.append("<h2>Система быстрых платежей</h2>\n" + pages.form("", {"step": "sbp"}, "", "Оплатить в приложении банка"))
    parts.append(leave)
    return pages.page(desk.title, "Оплата заказа", head + told + "\n".join(parts) + (_test_cards() if "card" in invoice.kinds else ""))


def _plain(address: str | None) -> bool:
    return address is not None and address.startswith(("http://", "https://"))


def _code_form() -> str:
    inputs = (
        '<label for="bank_code">Код, который прислал банк</label>\n'
        '<input id="bank_code" name="bank_code" inputmode="numeric" autocomplete="one-time-code" required>\n'
        f'<p class="note">В песочнице код всегда {CODE}.</p>'
    )
    return pages.form("", {"step": "code"}, inputs, "Подтвердить")


def _card_form() -> str:
    inputs = (
        '<label for="pan">Номер карты</label>\n<input id="pan" name="pan" inputmode="numeric" autocomplete="off" required>\n'
        '<label for="expiry">Срок, месяц/год</label>\n<input id="expiry" name="expiry" placeholder="12/30" autocomplete="off" required>\n'
        '<label for="cvc">Код на обороте</label>\n<input id="cvc" name="cvc" inputmode="numeric" autocomplete="off" required>\n'
        '<label for="holder">Имя на карте</label>\n<input id="holder" name="holder" autocomplete="off">'
    )
    return "<h2>Банковская карта</h2>\n" + pages.form("", {"step": "card"}, inputs, "Оплатить картой")


def _test_cards() -> str:
    rows = "".join(f"<li><code>{_spaced(card.number)}</code> — {html.escape(card.title)}</li>" for card in CARDS)
    return f'<h2>Карты песочницы</h2>\n<p class="note">Срок и код на обороте — любые, код из банка — {CODE}.</p>\n<ul>{rows}</ul>'


def _spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
