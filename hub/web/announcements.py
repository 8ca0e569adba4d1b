"""The office's page of announcements: what is shown, a new one, a correction, and its end."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import announce
from hub.flows.announce import NewAnnouncement
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.office_desk import to, typed_day
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("announcements", __name__, url_prefix="/office/announcements")

DONE: Mapping[str, str] = {
    "new": "Опубликовано: семьи видят это на главной странице.",
    "changed": "Исправлено.",
    "withdrawn": "Снято: больше никто этого не увидит.",
}
STATES: Mapping[str, str] = {"shown": "показываем", "over": "срок вышел", "withdrawn": "снято"}


@routes.get("")
@hide
async def board() -> Response:
    return await _board(done=DONE.get(request.args.get("done", ""), ""))


@routes.post("")
@hide
async def publish() -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await announce.announce(deps(), who, _typed(form), run=form.get("run", "")[:64])
    except Refused as error:
        return await _again(error, form, "")
    return to("/office/announcements?done=new")


@routes.post("/<announcement>")
@hide
async def correct(announcement: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await announce.change(deps(), who, announcement, _typed(form))
    except Refused as error:
        return await _again(error, form, announcement)
    return to("/office/announcements?done=changed")


@routes.post("/<announcement>/withdraw")
@hide
async def withdraw(announcement: str) -> Response:
    await announce.withdraw(deps(), await signed_in_writer(), announcement)
    return to("/office/announcements?done=withdrawn")


def _typed(form: Mapping[str, str]) -> NewAnnouncement:
    until = typed_day(form.get("until", ""), "Выберите последний день показа.")
    return NewAnnouncement(title=form.get("title", ""), text=form.get("text", ""), until=until, class_name=form.get("class", ""))


async def _again(error: Refused, form: Mapping[str, str], opened: str) -> Response:
    """What was typed stays."""
    if error.reason not in (Reason.MALFORMED, Reason.ALREADY_DECIDED):
        raise error
    return await _board(error=error, typed={name: form.get(name, "") for name in ("title", "text", "until", "class")}, opened=opened)


async def _board(*, done: str = "", error: Refused | None = None, typed: Mapping[str, str] | None = None, opened: str = "") -> Response:
    found, problem = await announce.list_of_school(deps(), await signed_in()), problem_of(error) if error else None
    return await page(
        "announce/office.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="announcements",
        found=found,
        states=STATES,
        done=done,
        problem=problem,
        typed=typed or {},
        opened=opened,
        run=secrets.token_urlsafe(18),
    )
