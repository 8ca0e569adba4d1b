"""A child's diary as pages: the week, the results, the year, the progress and its chart."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_diary.results import show_finals, show_progress
from hub.flows.show_diary.week import show_week
from hub.flows.show_me import list_children
from hub.flows.views.diary import ChildHead, SubjectProgress
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, tagged, use_formats
from hub.web.charts import class_averages, progress_svg
from hub.web.diary_choice import offered
from hub.web.region_cookie import chosen
from hub.web.visitors import signed_in

routes = Blueprint("diary", __name__, url_prefix="/children/<child>")

COLOURS = 6
# The picture styles itself; as an image it can do nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@routes.get("/diary")
@hide
async def week(child: str) -> Response:
    """`?week=` is any day of the week; `?fresh=1` asks the diary now."""
    who = await signed_in()
    view = await show_week(deps(), who, child, day=_day("week"), forced="fresh" in request.args)
    return await _page("week.html", who, view.child, section="diary", view=view)


@routes.get("/finals")
@hide
async def finals(child: str) -> Response:
    """`?year=` is the year in which the school year begins."""
    who = await signed_in()
    view = await show_finals(deps(), who, child, day=_school_year())
    return await _page("finals.html", who, view.child, section="finals", view=view, today=deps().now().date())


@routes.get("/year")
@hide
async def year(child: str) -> Response:
    """`?from=&to=`; without them the school year so far."""
    who = await signed_in()
    end = _day("to") or deps().now().date()
    view = await show_progress(deps(), who, child, start=_day("from") or school_year_of(end).start, end=end)
    return await _page("year.html", who, view.child, section="year", view=view)


@routes.get("/progress")
@hide
async def progress(child: str) -> Response:
    """`?subject=`; without it the subject with the most marks."""
    who = await signed_in()
    view = await show_progress(deps(), who, child)
    chosen = _subject(view.subjects)
    compared = chosen is not None and any(value is not None for value in class_averages(chosen))
    return await _page("progress.html", who, view.child, section="progress", view=view, subject=chosen, compared=compared)


@routes.get("/progress.svg")
@hide
async def chart(child: str) -> Response:
    who = await signed_in()
    view = await show_progress(deps(), who, child)
    chosen = _subject(view.subjects)
    if chosen is None:
        raise Refused(Reason.NOT_FOUND)
    await use_formats()
    return tagged(progress_svg(chosen), "image/svg+xml", headers={"Content-Security-Policy": PICTURE_POLICY})


async def _page(template: str, who: Visitor, child: ChildHead, **context: Any) -> Response:
    siblings = (await list_children(deps(), who)).items
    ids = [sibling.id for sibling in siblings]
    colour = ids.index(child.id) % COLOURS + 1 if child.id in ids else 1
    # Only a child without any diary is shown what can be connected.
    diaries = [] if getattr(context.get("view"), "sources", None) else offered(deps(), await chosen())
    return await page(template, siblings=siblings, head=child, colour=colour, diaries=diaries, **context)


def _subject(subjects: tuple[SubjectProgress, ...]) -> SubjectProgress | None:
    asked = request.args.get("subject")
    if asked:
        return next((row for row in subjects if row.subject == asked), None)
    return max(subjects, key=lambda row: len(row.points), default=None)


def _day(name: str) -> date | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "День в адресе записан неверно: нужен вид 2026-11-16.") from error


def _school_year() -> date | None:
    text = request.args.get("year", "")
    if not text:
        return None
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise Refused(Reason.MALFORMED, "Год в адресе записан неверно: нужен вид 2026.")
    return date(int(text), 9, 1)
