"""A family's own money as pages: the day's limit, a transfer, a duplicate card, paid services, and «Это не мы»."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import disputes
from hub.flows.debits.agree_service import say_on_service, show_services
from hub.flows.debits.limit import say_limit, show_limit
from hub.flows.debits.order_card import order_card, show_card_orders
from hub.flows.debits.transfer import show_transfer, transfer_money
from hub.flows.money import show_month
from hub.flows.refusals import Reason, Refused
from hub.ledger.money import kopecks, roubles
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("debits", __name__)
WRONG = frozenset(
    {Reason.MALFORMED, Reason.WRONG_AMOUNT, Reason.NO_FUNDS, Reason.ALREADY_DECIDED, Reason.PRICE_CHANGED, Reason.CANNOT_PAY_IN}
)
"""Refusals that keep the page."""
DONE: Mapping[str, str] = {
    "limit": "Предел записан и действует с этой минуты.",
    "moved": "Деньги переведены: на обоих счетах появилось по строке.",
    "card": "Карта заказана. Когда она будет готова, вы увидите это здесь и в уведомлениях.",
    "word": "Ответ записан.",
    "asked": "Отправлено: школа проверит списание и ответит в срок. Ничего больше делать не нужно.",
    "again": "Об этом списании уже спрашивают: ответ придёт по тому запросу.",
    "withdrawn": "Запрос отозван, списание остаётся.",
}
ORDERS: Mapping[str, str] = {"ordered": "заказана", "ready": "готова, заберите в школе", "handed": "выдана", "called_off": "отменена"}
STANDS: Mapping[str, str] = {"open": "проверяется", "reversed": "деньги вернули", "refused": "списание оставили", "withdrawn": "отозвано"}
SERVICES: Mapping[str, str] = {
    "agreed": "вы согласны", "refused": "вы отказались", "wanted": "ждёт вашего решения", "waits": "ждём второго согласия",
}  # fmt: skip
routes.add_app_template_filter(lambda state: ORDERS.get(str(state), str(state)), "card_order_state")
routes.add_app_template_filter(lambda state: STANDS.get(str(state), str(state)), "dispute_state")
routes.add_app_template_filter(lambda state: SERVICES.get(str(state), str(state)), "service_state")
NOT_AN_AMOUNT = "Напишите сумму в рублях, например 150 или 99,50."


@routes.get("/money/<account>/limit")
@hide
async def limit(account: str) -> Response:
    return await _limit(await signed_in(), account)


@routes.post("/money/<account>/limit")
@hide
async def set_limit(account: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await say_limit(deps(), who, account, None if given.get("how") == "none" else _kop(given.get("amount", "")))
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _limit(who, account, error, typed=given.get("amount", ""))
    return to(f"/money/{account}/limit?done=limit")


async def _limit(who: Visitor, account: str, error: Refused | None = None, *, typed: str = "") -> Response:
    view, month = await show_limit(deps(), who, account), await show_month(deps(), who, account)
    again = again_unless_fresh(deps(), who, f"/money/{account}/limit")
    typed = typed or (roubles(view.daily_kop) if view.daily_kop is not None else "")
    return await _page("limit", error, view=view, month=month, again=again, typed=typed)


@routes.get("/money/<account>/transfer")
@hide
async def transfer(account: str) -> Response:
    return await _page("transfer", None, view=await show_transfer(deps(), await signed_in(), account), amount="", chosen="")


@routes.post("/money/<account>/transfer")
@hide
async def move(account: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    target, amount = given.get("to", ""), given.get("amount", "")
    try:
        await transfer_money(deps(), who, account, to=target, amount_kop=_kop(amount), form=given.get("form", ""))
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _page("transfer", error, view=await show_transfer(deps(), who, account), amount=amount, chosen=target)
    return to(f"/money/{account}/transfer?done=moved")


@routes.get("/money/<account>/card")
@hide
async def card(account: str) -> Response:
    return await _page("card", None, view=await show_card_orders(deps(), await signed_in(), account))


@routes.post("/money/<account>/card")
@hide
async def order(account: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    shown = given.get("price_kop", "")
    try:
        await order_card(
            deps(), who, account, price_kop=int(shown) if shown.isascii() and shown.isdigit() else 0, form=given.get("form", "")
        )
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _page("card", error, view=await show_card_orders(deps(), who, account))
    return to(f"/money/{account}/card?done=card")


@routes.get("/children/<child>/money/services")
@hide
async def services(child: str) -> Response:
    return await _services(await signed_in(), child)


@routes.post("/children/<child>/money/services/<service>")
@hide
async def say(child: str, service: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await say_on_service(deps(), who, child, service, word=given.get("word", ""), version=given.get("version", ""))
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _services(who, child, error)
    return to(f"/children/{child}/money/services?done=word")


async def _services(who: Visitor, child: str, error: Refused | None = None) -> Response:
    around = await frame(deps(), who, child) | {"section": "money"}
    return await _page("services", error, view=await show_services(deps(), who, child), **around)


@routes.post("/money/<account>/disputes")
@hide
async def dispute(account: str) -> Response:
    """One tap on a row."""
    who, given = await signed_in_writer(), await request.form
    _, new = await disputes.dispute_debit(deps(), who, account, given.get("transaction_id", ""), text=given.get("text", ""))
    return to(f"/money/disputes?done={'asked' if new else 'again'}")


@routes.get("/money/disputes")
@hide
async def my_disputes() -> Response:
    return await _disputes(await signed_in())


@routes.post("/money/disputes/<dispute>/withdraw")
@hide
async def withdraw(dispute: str) -> Response:
    who = await signed_in_writer()
    try:
        await disputes.withdraw(deps(), who, dispute)
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _disputes(who, error)
    return to("/money/disputes?done=withdrawn")


async def _disputes(who: Visitor, error: Refused | None = None) -> Response:
    return await _page("disputes", error, view=await disputes.list_mine(deps(), who))


async def _page(template: str, error: Refused | None, **more: Any) -> Response:
    problem = problem_of(error) if error else None
    done = None if problem else DONE.get(request.args.get("done", ""))
    return await page(f"debits/{template}.html", problem.status if problem else 200, problem=problem, done=done, **more)


def _kop(text: str) -> int:
    """People write a comma, and spaces between thousands."""
    found = kopecks("".join(text.split()).replace(",", "."))
    if found is None:
        raise Refused(Reason.WRONG_AMOUNT, NOT_AN_AMOUNT)
    return found
