"""`/office/debits`: a class by list, usable with one thumb; a meal by hand; paid lessons; cards to hand over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import disputes
from hub.flows.debits.class_list import debit_class, debit_one, show_class_list
from hub.flows.debits.lessons import hold_lesson, list_services, show_group
from hub.flows.debits.order_card import list_card_orders, turn_card_order
from hub.flows.debits.undo import undo_debit
from hub.flows.debits.words import OUTCOMES
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.debits import DebitResults
from hub.ledger.debits.decide import Wanted
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, unkept
from hub.web.office_desk import ELSEWHERE, to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("office_debits", __name__, url_prefix="/office")
MONEY: Mapping[str, str] = {
    "enough": "", "debt": "поест в долг", "no_funds": "денег не хватает", "limit": "предел семьи", "no_account": "нет счёта",
}  # fmt: skip
DONE: Mapping[str, str] = {
    "undone": "Списание отменено, деньги вернулись на счёт. Семья узнает.",
    "asked": "Запрос отправлен: решит канцелярия. Семья узнает, что вы заметили ошибку.",
    "ready": "Отмечено: карта готова, семья узнает.",
    "handed": "Отмечено: карта выдана.",
}
LATER = "День уже прошёл: отменить сразу нельзя. Отправьте запрос, решит канцелярия."


@routes.get("/debits")
@hide
async def class_list() -> Response:
    """`?class=` and `?item=`; a tutor's own class stands there at once."""
    return await _list(await signed_in())


@routes.post("/debits")
@hide
async def charge() -> Response:
    """Then what came of it, child by child, above the list."""
    who, given = await signed_in_writer(), await request.form
    try:
        said = await debit_class(
            deps(),
            who,
            klass=given.get("class", ""),
            item=given.get("item", ""),
            present=given.getlist("present"),
            form=given.get("form", ""),
        )
    except Refused as error:
        if error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN):
            raise
        return await _list(who, error=error, klass=given.get("class"), item=given.get("item"), chosen=given.getlist("present"))
    return await _list(who, said=said, klass=given.get("class"), item=given.get("item"))


@routes.post("/debits/one")
@hide
async def by_hand() -> Response:
    """One pupil whose card is not there: the operator chooses the account."""
    who, given = await signed_in_writer(), await request.form
    account = given.get("account", "auto")
    try:
        if account not in set(Wanted):
            raise Refused(Reason.MALFORMED, "Выберите счёт.")
        item, form = given.get("item", ""), given.get("form", "")
        one = await debit_one(deps(), who, child=given.get("child", ""), item=item, account=Wanted(account), form=form)
    except Refused as error:
        if error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN):
            raise
        return await _list(who, error=error, klass=given.get("class"), item=given.get("item"))
    paid = one.outcome == "debited"
    said = DebitResults(items=(one,), debited=int(paid), sum_kop=one.amount_kop if paid else 0)
    return await _list(who, said=said, klass=given.get("class"), item=given.get("item"))


@routes.post("/debits/<txn>/undo")
@hide
async def undo(txn: str) -> Response:
    """`back` is where it was pressed: the class or the group."""
    who, given = await signed_in_writer(), await request.form
    asked = given.get("back", "")
    back = quote(asked, safe="/?=&%") if asked.startswith("/office/") else "/office/debits"
    try:
        await undo_debit(deps(), who, txn, given.get("reason"))
    except Refused as error:
        if error.reason not in (Reason.MALFORMED, Reason.ALREADY_DECIDED, Reason.UNDO_BY_REQUEST, Reason.OWN_FAMILY):
            raise
        problem = problem_of(error)
        return await _page("undo", problem.status, tab="debits", problem=problem, txn=txn, reason=given.get("reason", ""), back=back)
    return to(f"{back}{'&' if '?' in back else '?'}done=undone")


@routes.post("/debits/<txn>/request")
@hide
async def ask(txn: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await disputes.ask_as_staff(deps(), who, txn, given.get("reason"))
    except Refused as error:
        if error.reason not in (Reason.MALFORMED, Reason.ALREADY_DECIDED, Reason.OWN_FAMILY):
            raise
        problem = problem_of(error)
        return await _page(
            "undo", problem.status, tab="debits", problem=problem, txn=txn, reason=given.get("reason", ""), back="/office/debits"
        )
    return to("/office/debits?done=asked")


@routes.get("/lessons")
@hide
async def lessons() -> Response:
    return await _page("lessons", tab="lessons", found=await list_services(deps(), await signed_in()), problem=None)


@routes.get("/lessons/<service>")
@hide
async def group(service: str) -> Response:
    return await _group(await signed_in(), service)


@routes.post("/lessons/<service>")
@hide
async def hold(service: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    present = given.getlist("present")
    try:
        said = await hold_lesson(deps(), who, service, present=present, form=given.get("form", ""), day=_day(given.get("day", "")))
    except Refused as error:
        if error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN) and not (error.reason is Reason.NOT_FOUND and error.detail):
            raise
        return await _group(who, service, error=error, chosen=present)
    return await _group(who, service, said=said)


@routes.get("/card-orders")
@hide
async def card_orders() -> Response:
    return await _page("cards", tab="carriers", found=await list_card_orders(deps(), await signed_in()), problem=None)


@routes.post("/card-orders/<order>/<to_state>")
@hide
async def turn_order(order: str, to_state: str) -> Response:
    who = await signed_in_writer()
    try:
        await turn_card_order(deps(), who, order, to_state)
    except Refused as error:
        if error.reason not in (Reason.ALREADY_DECIDED, Reason.OWN_FAMILY):
            raise
        problem = problem_of(error)
        return await _page("cards", problem.status, tab="carriers", found=await list_card_orders(deps(), who), problem=problem)
    return to(f"/office/card-orders?done={to_state}")


async def _list(
    who: Visitor,
    *,
    said: DebitResults | None = None,
    error: Refused | None = None,
    klass: str | None = None,
    item: str | None = None,
    chosen: list[str] | None = None,
) -> Response:
    asked = request.args
    found = await show_class_list(deps(), who, klass=klass or asked.get("class") or None, item=item or asked.get("item") or None)
    problem = problem_of(error) if error else None
    more = {"found": found, "said": said, "problem": problem, "chosen": chosen or [], "words": OUTCOMES, "money": MONEY}
    answer = await _page("list", problem.status if problem else 200, tab="debits", **more)
    return answer if said is None else unkept(answer)


async def _group(
    who: Visitor, service: str, *, said: DebitResults | None = None, error: Refused | None = None, chosen: list[str] | None = None
) -> Response:
    found, problem = await show_group(deps(), who, service), problem_of(error) if error else None
    status = problem.status if problem else 200
    answer = await _page("group", status, tab="lessons", found=found, said=said, problem=problem, chosen=chosen or [], words=OUTCOMES)
    return answer if said is None else unkept(answer)


async def _page(template: str, status: int = 200, **more: Any) -> Response:
    done = DONE.get(request.args.get("done", "")) if status < 400 else None
    return await page(f"office_debits/{template}.html", status, here="office", office=True, done=done, **more)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "День записан неверно.") from error
