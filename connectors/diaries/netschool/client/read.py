"""One read of a pupil's diary: weeks, the names of the kinds of work, and announcements, side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set
from functools import partial
from typing import Any

from connectors.diaries.netschool.client.api import Api
from connectors.diaries.netschool.mapping import wire
from connectors.diaries.netschool.mapping.frame import Frame, weeks
from connectors.diaries.netschool.mapping.lessons import attendance, homework, lessons, marks, seen
from connectors.diaries.netschool.mapping.report import chosen_for, finals
from connectors.diaries.netschool.mapping.wall import announcements
from connectors.diaries.netschool.signalr import made
from connectors.kit.answers import decode, decode_both, raise_for_status
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

TOTAL = "reports/studenttotalmarks"
DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        self.diaries: list[tuple[wire.Diary, Any]] = []
        self.types: dict[int, wire.AssignmentType] = {}
        self.posts: list[wire.Post] = []
        self.report = ""
        self._api = api
        self._access = access
        self._child = child
        self._deadline = Deadline(api.system)

    async def week(self, part: Window) -> None:
        params = {
            "studentId": self._child.key,
            "yearId": self._access.extra.get("year", ""),
            "weekStart": part.start.isoformat(),
            "weekEnd": part.end.isoformat(),
        }
        body = await self._api.get("student/diary", self._access.token, self._deadline, params)
        self.diaries.append(decode_both(self._api.system, body, wire.Diary))

    async def kinds(self) -> None:
        """Also those that are used no more: old marks have them."""
        body = await self._api.get("grade/assignment/types", self._access.token, self._deadline, {"all": "true"})
        self.types = {one.id: one for one in decode(self._api.system, body, list[wire.AssignmentType])}

    async def results(self) -> None:
        """Period marks exist as a report only: its form names the pupils, a queue makes it, its file is HTML."""
        form = decode(self._api.system, await self._api.get(TOTAL, self._access.token, self._deadline), wire.Report)
        chosen = chosen_for(self._api.system, form, self._child.key)
        key = await made(self._api, self._access.token, self._deadline, TOTAL, chosen)
        response = await self._api.call("GET", f"files/{key}", self._access.token, self._deadline)
        raise_for_status(self._api.system, response)
        self.report = response.text

    async def announced(self) -> None:
        body = await self._api.get("announcements", self._access.token, self._deadline, {"take": "-1"})
        self.posts = decode(self._api.system, body, list[wire.Post])


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if child.key not in access.extra.get("students", "").split():
        raise AccessDenied(api.system, "not a child of this account")
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, zone=api.zone, fetched_at=api.now(), window=window)
    read = _Read(api, access, child)
    asks: list[Callable[[], Awaitable[None]]] = []
    if data & DAYS:
        asks.append(read.kinds)
        asks += [partial(read.week, part) for part in weeks(window)]
    if Datum.FINALS in data:
        asks.append(read.results)
    if Datum.ANNOUNCEMENTS in data:
        asks.append(read.announced)
    await together(asks)
    found = seen(frame, read.diaries)
    return DiaryPage(
        lessons=lessons(frame, found, read.types) if Datum.LESSONS in data else None,
        marks=marks(frame, found, read.types) if Datum.MARKS in data else None,
        homework=homework(frame, found, read.types, base=f"{api.caller.base_url}/") if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, read.report) if Datum.FINALS in data else None,
        announcements=announcements(frame, read.posts) if Datum.ANNOUNCEMENTS in data else None,
    )
