"""One read of a child's diary: days, results and announcements side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Set
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from connectors.diaries.eljur.client.api import Api, unpacked
from connectors.diaries.eljur.mapping import wire
from connectors.diaries.eljur.mapping.frame import MOSCOW, Frame, days_of, listed
from connectors.diaries.eljur.mapping.homework import homework
from connectors.diaries.eljur.mapping.lessons import attendance, lessons, marks, seen
from connectors.diaries.eljur.mapping.results import averages, finals, periods, running, terms
from connectors.diaries.eljur.mapping.wall import announcements, posted
from connectors.kit.answers import decode, decode_both, text_of
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Final, Period, SubjectAverage
from connectors.kit.errors import AccessDenied, Drifted
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
# No limit of days is stated; six weeks stay a small answer.
MAX_DAYS = 42
A_PAGE = 50
MAX_PAGES = 10
S = TypeVar("S", wire.Diary, wire.Subjects, wire.Results, wire.Terms)


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild, frame: Frame, data: Set[Datum]) -> None:
        self.diaries: list[tuple[wire.Diary, Any]] = []
        self.finals: tuple[Final, ...] = ()
        self.averages: tuple[SubjectAverage, ...] = ()
        self.periods: tuple[Period, ...] = ()
        self.notices: list[wire.Notice] = []
        self._api = api
        self._access = access
        self._child = child
        self._frame = frame
        self._data = data
        self._deadline = Deadline(api.system)

    async def days(self, part: Window) -> None:
        body = await self._ask("getdiary", days=days_of(part), rings="1")
        typed, plain = decode_both(self._api.system, body, wire.Diaries)
        self.diaries.append(self._own(typed.students, plain))

    async def results(self) -> None:
        """The terms have the dates; period marks only name them, and averages are asked for by the days of a term."""
        typed, plain = decode_both(self._api.system, await self._ask("getperiods"), wire.Periods)
        terms = self.periods = periods(self._frame, *self._own(typed.students, plain))
        asks: list[Callable[[], Awaitable[None]]] = []
        if Datum.FINALS in self._data:
            asks.append(lambda: self._finals(terms))
        term = running(self._frame, terms)
        if Datum.AVERAGES in self._data and term is not None:
            asks.append(lambda: self._averages(term))
        await together(asks)

    async def _finals(self, terms: tuple[Period, ...]) -> None:
        typed, plain = decode_both(self._api.system, await self._ask("getfinalassessments"), wire.Finals)
        self.finals = finals(self._frame, *self._own(typed.students, plain), terms)

    async def _averages(self, term: Period) -> None:
        today = self._frame.fetched_at.astimezone(self._frame.zone).date()
        part = Window(start=term.start or today, end=term.end or today)
        typed, plain = decode_both(self._api.system, await self._ask("getmarks", days=days_of(part)), wire.Averages)
        self.averages = averages(self._frame, *self._own(typed.students, plain), term)

    async def announced(self) -> None:
        """Newest first, so that pages are turned only as far back as the window."""
        for page in range(1, MAX_PAGES + 1):
            params = {"limit": str(A_PAGE), "page": str(page)}
            body = await self._api.ask("getboardnotices", self._access.token, self._deadline, params)
            board = decode(self._api.system, body, wire.Board)
            self.notices += board.notices
            last = board.notices[-1] if len(board.notices) == A_PAGE else None
            if (
                last is None
                or posted(self._frame, last, "$.notices[-1].date").astimezone(self._frame.zone).date() < self._frame.window.start
            ):
                return

    async def _ask(self, method: str, **params: str) -> bytes:
        return await self._api.ask(method, self._access.token, self._deadline, {"student": self._child.key, **params})

    def _own(self, students: dict[str, S] | list[S], plain: Any) -> tuple[S, Any]:
        """This child's part of a map by id, or of a list whose members name their child; another child's is never taken (RULES C8)."""
        found = []
        for key, one, kept in listed(students, plain["students"]):
            told = text_of(self._api.system, one.name, "$.students.name") or (key if isinstance(students, dict) else "")
            if told != self._child.key or (isinstance(students, dict) and key != told):
                raise Drifted(self._api.system, "$.students", "not the asked child")
            found.append((one, kept))
        if len(found) != 1:
            raise Drifted(self._api.system, "$.students", "not the asked child alone")
        return found[0]


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if child.key not in access.extra.get("students", "").split():
        raise AccessDenied(api.system, "not a child of this account")
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    zone = ZoneInfo(access.extra["zone"]) if "zone" in access.extra else MOSCOW
    frame = Frame(system=api.system, zone=zone, fetched_at=api.now(), window=window)
    read = _Read(api, access, child, frame, data)
    asks: list[Callable[[], Awaitable[None]]] = []
    # Days off have their names in the diary alone.
    if data & {*DAYS, Datum.TERMS}:
        asks += [partial(read.days, part) for part in parts(window)]
    if data & {Datum.FINALS, Datum.AVERAGES, Datum.TERMS}:
        asks.append(read.results)
    if Datum.ANNOUNCEMENTS in data:
        asks.append(read.announced)
    await together(asks)
    found = seen(frame, read.diaries)
    base = f"https://{unpacked(api.system, access.token).vendor}.eljur.ru/"
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, found, base=base) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
        finals=read.finals if Datum.FINALS in data else None,
        averages=read.averages if Datum.AVERAGES in data else None,
        announcements=announcements(frame, read.notices) if Datum.ANNOUNCEMENTS in data else None,
        terms=terms(frame, read.periods, read.diaries) if Datum.TERMS in data else None,
    )


def parts(window: Window) -> Iterator[Window]:
    """The window in pieces that are asked for in one go."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=MAX_DAYS - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)
