"""`/console/money`: the operator's book: days, differences, what is held; a register is taken here as by the command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import reconcile, turnover
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.child_page import day_asked, picture
from hub.web.exports import handed
from hub.web.money_charts import days_svg
from hub.web.office_desk import to, typed_day
from hub.web.visitors import led_from_elsewhere, signed_in, signed_in_writer

routes = Blueprint("console_money", __name__, url_prefix="/console/money")

KINDS: Mapping[str, str] = {
    "ours_only": "есть у нас, нет в реестре", "theirs_only": "есть в реестре, не было у нас", "sum_differs": "суммы расходятся",
    "duplicate": "строка повторяется", "date_shift": "другой день", "fee_differs": "комиссия не та, что в договоре",
    "reversed_by_provider": "банк вернул деньги плательщику, у нас возврата ещё нет",
}  # fmt: skip
STATES: Mapping[str, str] = {"closed": "закрыт", "open": "есть расхождения", "waiting": "реестра ещё нет"}
CREDITED: Mapping[str, str] = {"account": "зачислено на счёт", "suspense": "лежит в невыясненных", "": "деньги не двигались"}
NOTES: Mapping[str, str] = {
    "account_differs": "номер договора другой",
    "contradictory": "две строки с одним номером противоречат друг другу",
    "asked": "оплата по частям: банк спрошен, ждём его ответа",
    "unknown_order": "такого платежа мы не начинали",
}
WORDS = {"kinds": KINDS, "states": STATES, "credited": CREDITED, "notes": NOTES}
STRANGE = "Таблицу забирают со страницы «Деньги»."
SHOWN_HERE = (Reason.MALFORMED, Reason.ALREADY_DECIDED)


@routes.get("")
@hide
async def book() -> Response:
    done = {"settled": "Записано: расхождение закрыто."}.get(request.args.get("done", ""), "")
    return await _book(done=done)


@routes.post("/register")
@hide
async def take() -> Response:
    who, form, files = await signed_in_writer(), await request.form, await request.files
    file = files.get("file")
    try:
        data = file.read() if file else b""
        day, refunds = typed_day(form.get("day", ""), "День записан неверно."), form.get("kind") == "refunds"
        found = await reconcile.take_upload(deps(), who, form.get("provider", ""), day, data, refunds=refunds)
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _book(error=error)
    counted = f"Совпало: {found.matched}, известно раньше: {found.already_imported}, зачислено: {found.credited}"
    return await _book(done=f"Реестр принят. {counted}, расхождений: {len(found.work_items)}.")


@routes.post("/items/<item>/settle")
@hide
async def settle(item: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await reconcile.settle(deps(), who, item, form.get("note", ""))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _book(error=error)
    return to("/console/money?done=settled")


def period() -> dict[str, Any]:
    """`?from=&to=`: whole days; without them this month."""
    return {"first": day_asked("from"), "last": day_asked("to")}


@routes.get("/turnover.csv")
@hide
async def as_table() -> Response:
    """`?by=school&from=&to=`: one cut a file."""
    who, asked = await signed_in(), request.args
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    return handed(await turnover.turnover_csv(deps(), who, asked.get("by") or "day", school=asked.get("school") or None, **period()))


@routes.get("/days.svg")
@hide
async def days_picture() -> Response:
    view = await turnover.of_everybody(deps(), await signed_in(), **period())
    return await picture(lambda: days_svg(view))


async def _book(*, done: str = "", error: Refused | None = None) -> Response:
    who, problem = await signed_in(), problem_of(error) if error else None
    found = await reconcile.show_book(deps(), who)
    moved = await turnover.of_everybody(deps(), who, **period())
    answer = await page(
        "console/money.html",
        problem.status if problem else 200,
        here="console",
        tab="money",
        found=found,
        moved=moved,
        words=WORDS,
        done=done,
        problem=problem,
        zone="Europe/Moscow",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
