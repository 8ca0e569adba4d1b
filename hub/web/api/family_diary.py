"""`/api/v1/children/diary`: all children and all their diaries in one answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quart import Blueprint, Response
from quart_schema import document_querystring, document_response, tag

from hub.flows.show_diary.family import show_family
from hub.flows.views.base import View
from hub.flows.views.diary import SourceState
from hub.flows.views.items import AttendanceItem, HomeworkItem, LessonItem, MarkItem
from hub.web.answers import deps, json
from hub.web.api.reading import asks_now, day
from hub.web.visitors import signed_in

routes = Blueprint("api_family_diary", __name__, url_prefix="/api/v1/children")


class FamilyChild(View, frozen=True, kw_only=True):
    id: str
    last_name: str
    first_name: str
    lessons: tuple[LessonItem, ...]
    marks: tuple[MarkItem, ...]
    homework: tuple[HomeworkItem, ...]
    attendance: tuple[AttendanceItem, ...]
    sources: tuple[SourceState, ...]


class FamilyDiary(View, frozen=True, kw_only=True):
    start: date
    end: date
    children: tuple[FamilyChild, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """`from` and `to` in the address, both ends included; without them this week."""

    from_: str | None = None
    to: str | None = None


@routes.get("/diary")
@tag(["Дневник"])
@document_querystring(Days)
@document_response(FamilyDiary)
async def family_diary() -> Response:
    """Lessons, marks, homework and attendance of every child; a silent diary holds the others up for 3 s at most."""
    return json(await show_family(deps(), await signed_in(), start=day("from"), end=day("to"), forced=asks_now()))
