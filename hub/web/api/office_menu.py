"""`/api/v1/office/menu`: the meals officer's week, dishes, a week copied, a table of the menu looked at and written."""

from __future__ import annotations

import datetime as dt

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

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
from hub.flows.views.school.meals import MenuPreview, OfficeMenu, TillRecords
from hub.web.answers import deps, json
from hub.web.api.reading import body, day
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_menu", __name__, url_prefix="/api/v1/office/menu")


class TypedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`meal` is breakfast, lunch, snack or buffet; a known `item`, or a `title`. `allergens` null: not said, empty: none inside."""

    day: dt.date
    meal: str
    item: str = ""
    title: str = ""
    category: str = "other"
    portion: str = ""
    composition: str = ""
    allergens: tuple[str, ...] | None = None


class TypedPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    day: dt.date
    meal: str
    item: str


class TypedCopy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Into the week that holds `week`, from so many weeks before."""

    week: dt.date
    weeks_back: int = 1


class TypedTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The CSV; without `apply` nothing is written."""

    text: str
    apply: bool = False


@routes.get("")
@tag(["Канцелярия"])
@document_response(OfficeMenu)
async def office_menu() -> Response:
    """`?week=` any day of it."""
    return json(await show_office_menu(deps(), await signed_in(), week=day("week")))


@routes.post("/lines")
@tag(["Канцелярия"])
@document_request(TypedLine)
@document_response(OfficeMenu)
async def new_menu_line() -> Response:
    who, typed = await signed_in_writer(), await body(TypedLine)

    async def act() -> Response:
        return json(await add_to_menu(deps(), who, _line(typed)))

    return await once(deps(), who, act)


@routes.put("/dishes/<dish>")
@tag(["Канцелярия"])
@document_request(TypedLine)
@document_response(OfficeMenu)
async def put_menu_dish(dish: str) -> Response:
    """What a dish is made of; `day` only says which week to answer with."""
    who, typed = await signed_in_writer(), await body(TypedLine)

    async def act() -> Response:
        return json(await describe_dish(deps(), who, dish, _line(typed)))

    return await once(deps(), who, act)


@routes.post("/lines/remove")
@tag(["Канцелярия"])
@document_request(TypedPlace)
@document_response(OfficeMenu)
async def remove_menu_line() -> Response:
    who, typed = await signed_in_writer(), await body(TypedPlace)

    async def act() -> Response:
        return json(await remove_from_menu(deps(), who, day=typed.day, meal=typed.meal, item=typed.item))

    return await once(deps(), who, act)


@routes.post("/copy")
@tag(["Канцелярия"])
@document_request(TypedCopy)
@document_response(OfficeMenu)
async def copy_menu_week() -> Response:
    """Days that have a menu keep it."""
    who, typed = await signed_in_writer(), await body(TypedCopy)

    async def act() -> Response:
        return json(await copy_week(deps(), who, week=typed.week, weeks_back=typed.weeks_back))

    return await once(deps(), who, act)


@routes.post("/import")
@tag(["Канцелярия"])
@document_request(TypedTable)
@document_response(MenuPreview)
async def import_menu_table() -> Response:
    """Line by line as it was understood; with `apply` the good lines are written, and the days they name are said anew."""
    who, typed = await signed_in_writer(), await body(TypedTable)

    async def act() -> Response:
        return json(await (apply_menu if typed.apply else preview_menu)(deps(), who, typed.text.encode()))

    return await once(deps(), who, act)


@routes.get("/records")
@tag(["Канцелярия"])
@document_response(TillRecords)
async def read_till_records() -> Response:
    """What tills sold without a card, without a connection or against a family's word; whom it concerns, never why."""
    return json(await list_till_records(deps(), await signed_in()))


def _line(typed: TypedLine) -> NewLine:
    return NewLine(
        day=typed.day, meal=typed.meal, item=typed.item, title=typed.title, category=typed.category, portion=typed.portion,
        composition=typed.composition, allergens=typed.allergens,
    )  # fmt: skip
