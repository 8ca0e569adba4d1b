"""`/directory`: phones, hours and «сейчас открыто» without a sign-in; whom to ask about a child; what the office keeps of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import directory
from hub.flows.choose_region import list_regions
from hub.flows.directory import TypedContact
from hub.flows.phones import dialled
from hub.flows.refusals import Reason, Refused
from hub.store.school.contacts import Shift
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.region_cookie import chosen
from hub.web.visitors import signed_in, signed_in_writer, visitor

routes = Blueprint("directory", __name__)
routes.add_app_template_filter(dialled, "dialled")

LINES = 3
DAYS: Mapping[int, str] = {1: "пн", 2: "вт", 3: "ср", 4: "чт", 5: "пт", 6: "сб", 7: "вс"}
FIELDS = (
    "topic",
    "person",
    "phones",
    "email",
    "note",
    *(f"{name}_{n}" for n in range(1, LINES + 1) for name in ("from", "till", "start", "end")),
)
DONE: Mapping[str, str] = {
    "added": "Записали: запись уже видна всем.", "changed": "Исправили: запись уже видна всем.", "removed": "Удалили.",
}  # fmt: skip


@routes.get("/directory")
@hide
async def show() -> Response:
    """`?q=` a name, `?region=` a code, `?kind=` school or system."""
    await visitor()
    asked = {name: request.args.get(name, "").strip() for name in ("q", "region", "kind")}
    found = await directory.list_directory(deps(), query=asked["q"], region=asked["region"], kind=asked["kind"])
    regions = list_regions(deps(), asked["region"] or await chosen())
    return await page("directory/list.html", found=found, asked=asked, regions=regions)


@routes.get("/directory/<place>")
@hide
async def one(place: str) -> Response:
    await visitor()
    return await page("directory/one.html", item=await directory.show_place(deps(), place))


@routes.get("/children/<child>/ask")
@hide
async def ask(child: str) -> Response:
    who = await signed_in()
    found = await directory.whom_to_ask(deps(), who, child)
    return await page("directory/child.html", found=found, **(await frame(deps(), who, child) | {"section": "ask"}))


@routes.get("/office/contacts")
@hide
async def own() -> Response:
    return await _own(done=DONE.get(request.args.get("done", "")))


@routes.post("/office/contacts")
@hide
async def add() -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await directory.add_contact(deps(), who, typed(form))
    except Refused as error:
        return await _again(error, form)
    return to("/office/contacts?done=added")


@routes.post("/office/contacts/<contact>")
@hide
async def change(contact: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await directory.change_contact(deps(), who, contact, typed(form))
    except Refused as error:
        return await _again(error, form, contact)
    return to("/office/contacts?done=changed")


@routes.post("/office/contacts/<contact>/remove")
@hide
async def remove(contact: str) -> Response:
    await directory.remove_contact(deps(), await signed_in_writer(), contact)
    return to("/office/contacts?done=removed")


def typed(form: Any) -> TypedContact:
    """Three lines of hours, each «from day, to day, start, end»; an empty one counts for none."""
    hours = []
    for number in range(1, LINES + 1):
        parts = [form.get(f"{name}_{number}", "") for name in ("from", "till", "start", "end")]
        if not parts[2] and not parts[3]:
            continue
        first, last = _day(parts[0]), _day(parts[1])
        hours.append(Shift(days=tuple(range(first, max(first, last) + 1)), start=parts[2], end=parts[3]))
    return TypedContact(
        topic=form.get("topic", ""),
        person=form.get("person", ""),
        phones=[part for part in form.get("phones", "").replace(";", ",").split(",") if part.strip()],
        email=form.get("email", ""),
        hours=hours,
        note=form.get("note", ""),
    )


def _day(text: str) -> int:
    return int(text) if text in {str(day) for day in DAYS} else 1


async def _again(error: Refused, form: Any, opened: str = "") -> Response:
    """What was typed stays; an office that is not theirs is refused as everywhere."""
    if error.reason is not Reason.MALFORMED:
        raise error
    return await _own(error=error, form=form, opened=opened)


async def _own(*, done: str | None = None, error: Refused | None = None, form: Any = None, opened: str = "") -> Response:
    found = await directory.own_contacts(deps(), await signed_in())
    problem = problem_of(error) if error else None
    return await page(
        "directory/office.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="contacts",
        found=found,
        days=DAYS,
        lines=range(1, LINES + 1),
        typed={name: form.get(name, "") if form else "" for name in FIELDS},
        blank=dict.fromkeys(FIELDS, ""),
        opened=opened,
        done=done,
        problem=problem,
    )
