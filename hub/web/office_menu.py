"""`/office/menu`: the week's menu with one form a line, a week copied, a table looked at before it is written, what tills did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide
from werkzeug.exceptions import RequestEntityTooLarge

from hub.errors import problem_of
from hub.flows.meals import (
    NewLine,
    add_to_menu,
    apply_menu,
    copy_week,
    describe_dish,
    list_till_records,
    preview_menu,
    remove_from_menu,
    show_office_menu,
)
from hub.flows.meals import words as said
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.meals import MenuPreview
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.menus import ALLERGENS
from hub.web.office_desk import ELSEWHERE, to, typed_day
from hub.web.roster import as_file
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("office_menu", __name__, url_prefix="/office/menu")
DONE: Mapping[str, str] = {
    "line": "Записано: семьи уже видят это в меню.",
    "gone": "Убрано из меню.",
    "copied": "Неделя скопирована в дни, где меню ещё не было.",
    "dish": "Записано: состав виден во всех днях, где есть это блюдо.",
    "table": "Таблица записана.",
}
NO_DAY = "Выберите день."
SAMPLE = (
    "Дата;Приём пищи;Блюдо;Порция;Состав;Аллергены;Вид;Цена\r\n"
    "{day:%d.%m.%Y};обед;Борщ со сметаной;250 г;свёкла, капуста;молоко;горячее;62\r\n"
)


@routes.get("")
@hide
async def week() -> Response:
    return await _week(await signed_in())


@routes.post("/lines")
@hide
async def new_line() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        day = typed_day(given.get("day", ""), NO_DAY)
        await add_to_menu(deps(), who, _line(given, day))
    except Refused as error:
        return await _week(who, _kept(error), typed=given)
    return to(f"/office/menu?week={day}&done=line")


@routes.post("/lines/remove")
@hide
async def no_line() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        day = typed_day(given.get("day", ""), NO_DAY)
        await remove_from_menu(deps(), who, day=day, meal=given.get("meal", ""), item=given.get("item", ""))
    except Refused as error:
        return await _week(who, _kept(error))
    return to(f"/office/menu?week={day}&done=gone")


@routes.post("/copy")
@hide
async def copied() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        day = typed_day(given.get("week", ""), NO_DAY)
        await copy_week(deps(), who, week=day)
    except Refused as error:
        return await _week(who, _kept(error), week=given.get("week"))
    return to(f"/office/menu?week={day}&done=copied")


@routes.get("/dishes/<dish>")
@hide
async def dish_form(dish: str) -> Response:
    return await _dish(await signed_in(), dish)


@routes.post("/dishes/<dish>")
@hide
async def put_dish(dish: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        found = await show_office_menu(deps(), who)
        await describe_dish(deps(), who, dish, _line(given, found.today))
    except Refused as error:
        return await _dish(who, dish, _kept(error), typed=given)
    return to("/office/menu?done=dish")


@routes.post("/import")
@hide
async def upload() -> Response:
    """Shown as it was understood; the table itself comes back by the form below."""
    try:
        who = await signed_in_writer()
        given = (await request.files).get("file")
        if given is None or not given.filename:
            raise Refused(Reason.MALFORMED, "Выберите файл и нажмите «Проверить».")
        found = await preview_menu(deps(), who, given.read())
    except RequestEntityTooLarge:
        return await _week(await signed_in(), Refused(Reason.MALFORMED, "Файл больше 1 МБ: загрузите меню частями."))
    except Refused as error:
        return await _week(await signed_in(), _kept(error))
    return await _preview(found)


@routes.post("/import/apply")
@hide
async def apply() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await apply_menu(deps(), who, given.get("text", "").encode())
    except Refused as error:
        return await _week(who, _kept(error))
    return to("/office/menu?done=table")


@routes.get("/sample.csv")
@hide
async def sample() -> Response:
    """For whom the menu is; of the next Monday, so that it can be tried."""
    today = (await show_office_menu(deps(), await signed_in())).today
    day = today + timedelta(days=7 - today.weekday())
    return as_file(f"\ufeff{SAMPLE.format(day=day)}".encode(), "menu.csv")


@routes.get("/records")
@hide
async def records() -> Response:
    found = await list_till_records(deps(), await signed_in())
    return await _page("records", None, found=found)


async def _week(who: Visitor, error: Refused | None = None, *, week: str | None = None, typed: Any = None) -> Response:
    text = week or (typed.get("day") if typed else None) or request.args.get("week")
    try:
        found = await show_office_menu(deps(), who, week=typed_day(text, NO_DAY) if text else None)
    except Refused as wrong:
        error = error or _kept(wrong)
        found = await show_office_menu(deps(), who)
    step = timedelta(days=7)
    days = [one.date for one in found.items if one.date >= found.today]
    lists = {"categories": said.CATEGORIES, "meals": said.MEALS, "allergens": ALLERGENS}
    return await _page(
        "week", error, found=found, before=found.start - step, after=found.start + step, days=days, typed=typed or {}, **lists
    )


async def _dish(who: Visitor, item: str, error: Refused | None = None, *, typed: Any = None) -> Response:
    found = await show_office_menu(deps(), who)
    one = next((one for one in found.dishes if one.item == item), None)
    if one is None:
        raise Refused(Reason.NOT_FOUND)
    return await _page("dish", error, one=one, typed=typed or {}, categories=said.CATEGORIES, allergens=ALLERGENS)


async def _preview(found: MenuPreview) -> Response:
    return await _page("preview", None, found=found)


async def _page(template: str, error: Refused | None, **more: Any) -> Response:
    problem = problem_of(error) if error else None
    done = None if problem else DONE.get(request.args.get("done", ""))
    status = problem.status if problem else 200
    return await page(f"office_menu/{template}.html", status, here="office", office=True, tab="menu", problem=problem, done=done, **more)


def _line(given: Any, day: date) -> NewLine:
    """`inside`: «said» with what is ticked below, or nothing where the school does not say."""
    return NewLine(
        day=day, meal=given.get("meal", ""), item=given.get("item", ""), title=given.get("title", ""),
        category=given.get("category") or "other", portion=given.get("portion", ""), composition=given.get("composition", ""),
        allergens=tuple(given.getlist("allergen")) if given.get("inside") == "said" or given.getlist("allergen") else None,
    )  # fmt: skip


def _kept(error: Refused) -> Refused:
    """Refusals with a page of their own go on; the others keep the form."""
    if error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN) and not (error.reason is Reason.NOT_FOUND and error.detail):
        raise error
    return error
