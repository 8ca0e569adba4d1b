"""One read of a child's diary: the calendar, marks, homework, results and announcements side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Set
from datetime import date, timedelta
from functools import partial
from typing import Any

from connectors.diaries.mes.client.api import FAMILY, Api
from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.calendar import announcements, terms
from connectors.diaries.mes.mapping.frame import Frame
from connectors.diaries.mes.mapping.homework import homework
from connectors.diaries.mes.mapping.lessons import SeenEvent, attendance, lessons, seen
from connectors.diaries.mes.mapping.marks import lessons_of, marks
from connectors.diaries.mes.mapping.results import averages, finals
from connectors.diaries.mes.mapping.revisions import revisions
from connectors.kit.answers import decode, decode_both
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Homework, Mark
from connectors.kit.errors import AccessDenied, NotFound
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

CALENDAR = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
RESULTS = frozenset({Datum.FINALS, Datum.AVERAGES})
EXPAND = "marks,homework,absence_reason_id,health_status,nonattendance_reason_id"
# A day of the calendar is a long answer, a mark a short one; no limit is stated that all nodes share.
CALENDAR_DAYS = 62
LIST_DAYS = 300
Ask = Callable[[], Awaitable[None]]


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, ids: tuple[str, str], frame: Frame) -> None:
        self.events: list[tuple[wire.Events, Any]] = []
        self.marks: list[tuple[wire.Payload[wire.MarkOf], Any]] = []
        self.homework: list[tuple[wire.Payload[wire.HomeworkOf], Any]] = []
        self.results: tuple[wire.Payload[wire.SubjectMarks], Any] = (wire.Payload(payload=[]), {"payload": []})
        self.ranks: list[wire.SubjectRank] = []
        self.notifications: list[wire.Notification] = []
        self.messages: tuple[list[wire.SystemMessage], Any] = ([], [])
        self.days: tuple[list[wire.Day], Any] = ([], [])
        self._api = api
        self._access = access
        self._student, self._guid = ids
        self._frame = frame
        self._deadline = Deadline(api.system)

    async def calendar(self, part: Window) -> None:
        params = {"person_ids": self._guid, "begin_date": str(part.start), "end_date": str(part.end), "expand": EXPAND}
        body = await self._api.get("/api/eventcalendar/v1/api/events", self._access, self._deadline, params)
        self.events.append(decode_both(self._api.system, body, wire.Events))

    async def marked(self, part: Window) -> None:
        self.marks.append(decode_both(self._api.system, await self._family("marks", _span(part)), wire.Payload[wire.MarkOf]))

    async def corrected(self) -> None:
        """A node without notifications has marks all the same."""
        try:
            body = await self._family("notifications/search")
        except NotFound:
            return
        self.notifications = decode(self._api.system, body or b"[]", list[wire.Notification])

    async def to_do(self, part: Window) -> None:
        params = {**_span(part), "sort_column": "date", "sort_direction": "asc"}
        body = await self._family("homeworks/short", params)
        self.homework.append(decode_both(self._api.system, body, wire.Payload[wire.HomeworkOf]))

    async def resulted(self) -> None:
        self.results = decode_both(self._api.system, await self._family("subject_marks"), wire.Payload[wire.SubjectMarks])

    async def ranked(self) -> None:
        """Where a node keeps no rating, averages are told without a place."""
        today = self._frame.fetched_at.astimezone(self._frame.zone).date()
        params = {"personId": self._guid, "date": str(today)}
        try:
            body = await self._api.get("/api/ej/rating/v1/rank/subjects", self._access, self._deadline, params)
        except (NotFound, AccessDenied):
            return
        self.ranks = decode(self._api.system, body or b"[]", list[wire.SubjectRank])

    async def announced(self) -> None:
        params = {"published": "true", "today": "false"}
        body = await self._api.get("/acl/api/system_messages", self._access, self._deadline, params)
        self.messages = decode_both(self._api.system, body or b"[]", list[wire.SystemMessage])

    async def scheduled(self, year: Window) -> None:
        body = await self._family("periods_schedules", _span(year))
        self.days = decode_both(self._api.system, body or b"[]", list[wire.Day])

    async def _family(self, path: str, params: dict[str, str] | None = None) -> bytes:
        return await self._api.get(f"{FAMILY}/{path}", self._access, self._deadline, {"student_id": self._student, **(params or {})})

    def all_marks(self, found: list[SeenEvent]) -> tuple[Mark, ...]:
        every = [mark for answer, _ in self.marks for mark in answer.payload]
        places, history = lessons_of(found), revisions(self._frame, every, self.notifications)
        return tuple(mark for answer, plain in self.marks for mark in marks(self._frame, answer, plain, places, history))

    def all_homework(self, found: list[SeenEvent], base: str) -> tuple[Homework, ...]:
        return tuple(one for answer, plain in self.homework for one in homework(self._frame, answer, plain, found, base=base))


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    ids = ids_of(api, access, child)
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, zone=api.zone, fetched_at=api.now(), window=window)
    read = _Read(api, access, ids, frame)
    await together(_asks(read, data, window))
    found = seen(frame, read.events)
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=read.all_marks(found) if Datum.MARKS in data else None,
        homework=read.all_homework(found, f"{api.school.base_url}/") if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, *read.results) if Datum.FINALS in data else None,
        averages=averages(frame, read.results[0], read.ranks) if Datum.AVERAGES in data else None,
        announcements=announcements(frame, *read.messages) if Datum.ANNOUNCEMENTS in data else None,
        terms=terms(frame, *read.days) if Datum.TERMS in data else None,
    )


def _asks(read: _Read, data: Set[Datum], window: Window) -> list[Ask]:
    asks: list[Ask] = []
    if data & CALENDAR:
        asks += [partial(read.calendar, part) for part in parts(window, CALENDAR_DAYS)]
    if Datum.MARKS in data:
        asks += [partial(read.marked, part) for part in parts(window, LIST_DAYS)] + [read.corrected]
    if Datum.HOMEWORK in data:
        asks += [partial(read.to_do, part) for part in parts(window, LIST_DAYS)]
    if data & RESULTS:
        asks.append(read.resulted)
    if Datum.AVERAGES in data:
        asks.append(read.ranked)
    if Datum.ANNOUNCEMENTS in data:
        asks.append(read.announced)
    if Datum.TERMS in data:
        asks.append(partial(read.scheduled, _year_of(window)))
    return asks


def ids_of(api: Api, access: Access, child: DiaryChild) -> tuple[str, str]:
    """The child's number and guid as this account showed them: not as the caller says."""
    for pair in access.extra.get("children", "").split():
        key, _, guid = pair.partition(":")
        if key == child.key:
            return key, guid
    raise AccessDenied(api.system, "not a child of this account")


def parts(window: Window, most: int) -> Iterator[Window]:
    """The window in spans that are asked for in one go."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=most - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)


def _year_of(window: Window) -> Window:
    """The school year that the window ends in, from 1 September to 31 August."""
    first = window.end.year if window.end.month >= 9 else window.end.year - 1
    return Window(start=date(first, 9, 1), end=date(first + 1, 8, 31))


def _span(part: Window) -> dict[str, str]:
    return {"from": str(part.start), "to": str(part.end)}
