"""One read of a child's diary: weeks, the marks of periods and the averages, side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set
from datetime import date, timedelta
from functools import partial
from typing import Any

from connectors.diaries.kiasuo.client.api import Api
from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.account import class_of
from connectors.diaries.kiasuo.mapping.frame import Frame
from connectors.diaries.kiasuo.mapping.homework import homework, set_before
from connectors.diaries.kiasuo.mapping.lessons import attendance, lessons, marks, seen
from connectors.diaries.kiasuo.mapping.results import averages, begun, finals, terms
from connectors.kit.answers import decode, decode_both
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
RESULTS = frozenset({Datum.FINALS, Datum.AVERAGES, Datum.TERMS})
Ask = Callable[[], Awaitable[None]]


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild, today: date) -> None:
        self.weeks: dict[date, tuple[wire.Week, Any]] = {}
        self.periods: list[wire.StudyPeriod] = []
        self.averages: list[tuple[wire.StudyPeriod, wire.PeriodMarks]] = []
        self.results: tuple[wire.SchoolClass, wire.Results, Any] | None = None
        self._api = api
        self._token = access.token
        self._key = child.key
        self._today = today
        self._deadline = Deadline(api.system)

    async def _get(self, path: str, params: dict[str, str] | None = None) -> bytes:
        return await self._api.get(path, self._token, self._deadline, child=self._key, params=params)

    async def week(self, monday: date) -> None:
        """The year is the week's own: 28 December to 3 January is week 53 of 2026 or week 1 of another year, by the calendar alone."""
        year, week, _ = monday.isocalendar()
        body = await self._get("schedule", {"year": str(year), "week": str(week)})
        # A week of holidays may come as 204.
        self.weeks[monday] = decode_both(self._api.system, body or b'{"schedule":[]}', wire.Week)

    async def all_weeks(self, frame: Frame, *, with_homework: bool) -> None:
        """Homework stands in the week it is due in; the lesson that set it may lie in a week before."""
        await together([partial(self.week, at) for at in mondays(frame.window)])
        if with_homework:
            before = set_before(frame, list(self.weeks.values())) - self.weeks.keys()
            await together([partial(self.week, at) for at in sorted(before)])

    async def by_period(self, data: Set[Datum]) -> None:
        self.periods = decode(self._api.system, await self._get("study_periods") or b"[]", list[wire.StudyPeriod])
        asks: list[Ask] = []
        if Datum.AVERAGES in data:
            running = begun(self._api.system, self.periods, self._today)
            asks += [partial(self.of_period, one) for one in running]
        if Datum.FINALS in data:
            asks.append(self.of_class)
        await together(asks)

    async def of_period(self, period: wire.StudyPeriod) -> None:
        body = await self._get(f"lesson_marks/{period.id}")
        self.averages.append((period, decode(self._api.system, body or b'{"lessons":[]}', wire.PeriodMarks)))

    async def of_class(self) -> None:
        own = class_of(decode(self._api.system, await self._get("school_classes"), list[wire.SchoolClass]), self._today)
        if own is not None:
            body = await self._get(f"student_marks/{own.id}")
            self.results = (own, *decode_both(self._api.system, body or b'{"lessons":[],"standard_mark_type":[]}', wire.Results))


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window, *, today: date) -> DiaryPage:
    if child.key not in access.extra.get("children", "").split():
        raise AccessDenied(api.system, "not a child of this account")
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, child, today)
    asks: list[Ask] = []
    if data & DAYS:
        asks.append(lambda: read.all_weeks(frame, with_homework=Datum.HOMEWORK in data))
    if data & RESULTS:
        asks.append(lambda: read.by_period(data))
    await together(asks)
    found = seen(frame, [read.weeks[monday] for monday in sorted(read.weeks)])
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, list(read.weeks.values()), found) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, read.results, read.periods) if Datum.FINALS in data else None,
        averages=averages(frame, read.averages) if Datum.AVERAGES in data else None,
        terms=terms(frame, read.periods) if Datum.TERMS in data else None,
    )


def mondays(window: Window) -> list[date]:
    """The Mondays of the weeks that the window touches."""
    first = window.start - timedelta(days=window.start.weekday())
    return [first + timedelta(days=7 * n) for n in range((window.end - first).days // 7 + 1)]
