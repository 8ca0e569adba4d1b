"""One read of a child's diary: lessons with their homework, and the table of marks, of the window and of the year, side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from datetime import date

import msgspec

from connectors.diaries.petersburg.client.api import Api
from connectors.diaries.petersburg.mapping.estimates import attendance, finals, marks
from connectors.diaries.petersburg.mapping.frame import MOSCOW, Frame
from connectors.diaries.petersburg.mapping.lessons import homework, lessons
from connectors.diaries.petersburg.mapping.school import announcements, terms
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

ON_LESSONS = frozenset({Datum.LESSONS, Datum.HOMEWORK})
IN_TABLE = frozenset({Datum.MARKS, Datum.ATTENDANCE})
DAY = "%d.%m.%Y"


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        self.lessons: list[msgspec.Raw] = []
        self.table: list[msgspec.Raw] = []
        self.of_year: list[msgspec.Raw] = []
        self.periods: list[msgspec.Raw] = []
        self.notices: list[msgspec.Raw] = []
        self._api = api
        self._token = access.token
        self._key = child.key
        self._group = child.group.id if child.group else ""
        self._deadline = Deadline(api.system)

    async def _all(self, path: str, params: Mapping[str, str]) -> list[msgspec.Raw]:
        return await self._api.all_of(path, self._token, self._deadline, {"p_educations[]": self._key, **params}, msgspec.Raw)

    async def days(self, window: Window) -> None:
        """Till the last second of the last day: without it that day is not told."""
        span = {"p_datetime_from": f"{window.start:{DAY}} 00:00:00", "p_datetime_to": f"{window.end:{DAY}} 23:59:59"}
        self.lessons = await self._all("journal/lesson/list-by-education", span)

    async def estimates(self, window: Window) -> list[msgspec.Raw]:
        return await self._all("journal/estimate/table", {"p_date_from": f"{window.start:{DAY}}", "p_date_to": f"{window.end:{DAY}}"})

    async def marked(self, window: Window) -> None:
        self.table = await self.estimates(window)

    async def year(self) -> None:
        """By the class and not by the child; a class without a number has no calendar there."""
        if self._group.isdecimal():
            self.periods = await self._all("group/group/get-list-period", {"p_group_ids[]": self._group})

    async def announced(self) -> None:
        self.notices = await self._all("journal/announcement/list-open", {})

    async def results(self, window: Window) -> None:
        self.of_year = await self.estimates(window)


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if child.key not in access.extra.get("educations", "").split():
        raise AccessDenied(api.system, "not a child of this account")
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, child)
    asks: list[Callable[[], Awaitable[None]]] = []
    if data & ON_LESSONS:
        asks.append(lambda: read.days(window))
    if data & IN_TABLE:
        asks.append(lambda: read.marked(window))
    if Datum.FINALS in data:
        asks.append(lambda: read.results(year_of(frame)))
    if Datum.TERMS in data:
        asks.append(read.year)
    if Datum.ANNOUNCEMENTS in data:
        asks.append(read.announced)
    await together(asks)
    return DiaryPage(
        lessons=lessons(frame, read.lessons) if Datum.LESSONS in data else None,
        marks=marks(frame, read.table, child.key) if Datum.MARKS in data else None,
        homework=homework(frame, read.lessons) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, read.table, child.key) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, read.of_year, child.key) if Datum.FINALS in data else None,
        announcements=announcements(frame, read.notices) if Datum.ANNOUNCEMENTS in data else None,
        terms=terms(frame, read.periods) if Datum.TERMS in data else None,
    )


def year_of(frame: Frame) -> Window:
    """The school year of today: a period's mark stands on the day it was set, which is rarely in the window."""
    today = frame.fetched_at.astimezone(MOSCOW).date()
    first = today.year if today.month >= 8 else today.year - 1
    return Window(start=date(first, 8, 1), end=date(first + 1, 7, 31))
