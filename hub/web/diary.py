"""A child's diary as pages: the week, the results, the year, the progress and its chart."""

from __future__ import annotations

import re
from datetime import date

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_diary.results import show_finals, show_progress
from hub.flows.show_diary.week import show_week
from hub.flows.views.diary import SubjectProgress
from hub.web.answers import deps
from hub.web.charts import class_averages, progress_svg
from hub.web.child_page import child_page, day_asked, picture
from hub.web.visitors import signed_in

routes = Blueprint("diary", __name__, url_prefix="/children/<child>")


@routes.get("/diary")
@hide
async def week(child: str) -> Response:
    """`?week=` is any day of the week; `?fresh=1` asks the diary now."""
    who = await signed_in()
    view = await show_week(deps(), who, child, day=day_asked("week"), forced="fresh" in request.args)
    return await child_page("week.html", who, view.child, section="diary", view=view)


@routes.get("/finals")
@hide
async def finals(child: str) -> Response:
    """`?year=` is the year in which the school year begins."""
    who = await signed_in()
    view = await show_finals(deps(), who, child, day=_school_year())
    return await child_page("finals.html", who, view.child, section="finals", view=view, today=deps().now().date())


@routes.get("/year")
@hide
async def year(child: str) -> Response:
    """`?from=&to=`; without them the school year so far."""
    who = await signed_in()
    end = day_asked("to") or deps().now().date()
    view = await show_progress(deps(), who, child, start=day_asked("from") or school_year_of(end).start, end=end)
    return await child_page("year.html", who, view.child, section="year", view=view)


@routes.get("/progress")
@hide
async def progress(child: str) -> Response:
    """`?subject=`; without it the subject with the most marks."""
    who = await signed_in()
    view = await show_progress(deps(), who, child, figures=True)
    chosen = _subject(view.subjects)
    compared = chosen is not None and any(value is not None for value in class_averages(chosen))
    return await child_page("progress.html", who, view.child, section="progress", view=view, subject=chosen, compared=compared)


@routes.get("/progress.svg")
@hide
async def chart(child: str) -> Response:
    who = await signed_in()
    view = await show_progress(deps(), who, child)
    chosen = _subject(view.subjects)
    if chosen is None:
        raise Refused(Reason.NOT_FOUND)
    return await picture(lambda: progress_svg(chosen))


def _subject(subjects: tuple[SubjectProgress, ...]) -> SubjectProgress | None:
    asked = request.args.get("subject")
    if asked:
        return next((row for row in subjects if row.subject == asked), None)
    return max(subjects, key=lambda row: len(row.points), default=None)


def _school_year() -> date | None:
    text = request.args.get("year", "")
    if not text:
        return None
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise Refused(Reason.MALFORMED, "Год в адресе записан неверно: нужен вид 2026.")
    return date(int(text), 9, 1)
