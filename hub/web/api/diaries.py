"""`/api/v1/children/{id}/…`: one child's diary by kind, and who looked."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from connectors.kit.diary import Datum
from hub.flows.show_diary.listing import PAGE, list_items
from hub.flows.views.base import View
from hub.flows.views.diary import SourceState
from hub.flows.views.items import AnnouncementItem, AttendanceItem, FigureItem, FinalItem, HomeworkItem, LessonItem, MarkItem, TermItem
from hub.flows.views.people.family import AccessLogView
from hub.flows.views.people.guardianship import GuardianList
from hub.flows.who_looked import who_looked
from hub.flows.who_sees import freeze_guardian, who_sees
from hub.web.answers import deps, empty, json
from hub.web.api.reading import Page, asks_now, day, number
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_diaries", __name__, url_prefix="/api/v1/children/<child>")


class LessonList(View, frozen=True, kw_only=True):
    items: tuple[LessonItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class MarkList(View, frozen=True, kw_only=True):
    items: tuple[MarkItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class HomeworkList(View, frozen=True, kw_only=True):
    items: tuple[HomeworkItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class FinalList(View, frozen=True, kw_only=True):
    items: tuple[FinalItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class AttendanceList(View, frozen=True, kw_only=True):
    items: tuple[AttendanceItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class AnnouncementList(View, frozen=True, kw_only=True):
    items: tuple[AnnouncementItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class FigureList(View, frozen=True, kw_only=True):
    items: tuple[FigureItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


class TermList(View, frozen=True, kw_only=True):
    items: tuple[TermItem, ...]
    sources: tuple[SourceState, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """`from` and `to` in the address, both ends included; `cursor` is the `next` of the page before."""

    # The query's `from` is a word of Python; the document names it as the address does.
    from_: str | None = None
    to: str | None = None
    cursor: str | None = None
    limit: int | None = None


async def _list(child: str, datum: Datum, *, dated: bool = True) -> Response:
    who = await signed_in()
    listing = await list_items(
        deps(),
        who,
        child,
        datum,
        start=day("from") if dated else None,
        end=day("to") if dated else None,
        cursor=request.args.get("cursor") or None,
        limit=number("limit", default=PAGE, most=PAGE),
        forced=asks_now(),
    )
    return json(listing)


@routes.get("/lessons")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(LessonList)
async def lessons(child: str) -> Response:
    """The timetable by the lessons' dates."""
    return await _list(child, Datum.LESSONS)


@routes.get("/marks")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(MarkList)
async def marks(child: str) -> Response:
    """Marks as written, by the lessons' dates; `revisions` are older values."""
    return await _list(child, Datum.MARKS)


@routes.get("/homework")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(HomeworkList)
async def homework(child: str) -> Response:
    """Homework by the date it is due."""
    return await _list(child, Datum.HOMEWORK)


@routes.get("/finals")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(FinalList)
async def finals(child: str) -> Response:
    """Results of the school year."""
    return await _list(child, Datum.FINALS)


@routes.get("/attendance")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(AttendanceList)
async def attendance(child: str) -> Response:
    """Absences and late arrivals by date."""
    return await _list(child, Datum.ATTENDANCE)


@routes.get("/announcements")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(AnnouncementList)
async def announcements(child: str) -> Response:
    """What the school, the class or the system announced, by the day; without dates the last 90 days."""
    return await _list(child, Datum.ANNOUNCEMENTS)


@routes.get("/terms")
@tag(["Дневник"])
@document_querystring(Span)
@document_response(TermList)
async def terms(child: str) -> Response:
    """The school year's calendar: periods of study and holidays."""
    return await _list(child, Datum.TERMS)


@routes.get("/statistics")
@tag(["Дневник"])
@document_querystring(Page)
@document_response(FigureList)
async def statistics(child: str) -> Response:
    """The figures by which the diary sums the child up now, in its own order; `value` is null where it has no data."""
    return await _list(child, Datum.STATISTICS, dated=False)


@routes.get("/access-log")
@tag(["Дневник"])
@document_querystring(Page)
@document_response(AccessLogView)
async def access_log(child: str) -> Response:
    """Who read or changed what of this child, newest first."""
    return json(await who_looked(deps(), await signed_in(), child, cursor=request.args.get("cursor") or None))


@routes.get("/guardians")
@tag(["Дневник"])
@document_response(GuardianList)
async def child_guardians(child: str) -> Response:
    """Who sees this child, and on what evidence."""
    return json(await who_sees(deps(), await signed_in(), child))


@routes.post("/guardians/<guardian>/freeze")
@tag(["Дневник"])
async def freeze(child: str, guardian: str) -> Response:
    """«Я не знаю этого человека»: the guardian sees nothing until the school decides."""
    who = await signed_in_writer()

    async def act() -> Response:
        await freeze_guardian(deps(), who, child, guardian)
        return empty()

    return await once(deps(), who, act)
