"""One read of a child's diary: whose account it is and the answers themselves, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Set
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.diaries.ruobr.client.api import REFUSED, Api, login_of
from connectors.diaries.ruobr.errors import says_nothing
from connectors.diaries.ruobr.mapping import wire
from connectors.diaries.ruobr.mapping.account import family
from connectors.diaries.ruobr.mapping.frame import Frame
from connectors.diaries.ruobr.mapping.homework import homework
from connectors.diaries.ruobr.mapping.lessons import lessons, marks, seen
from connectors.diaries.ruobr.mapping.results import averages, finals
from connectors.kit.answers import decode_both
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied, AuthExpired
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK})
RESULTS = frozenset({Datum.FINALS, Datum.AVERAGES})
# The API has no paging and no stated limit of days; six weeks stay a small answer.
MAX_DAYS = 42
# Homework stands on the lesson that set it, which for a weekly subject lies up to four weeks before (holidays in between).
LOOK_BACK = timedelta(days=28)


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        self.timetables: list[tuple[wire.Timetable, Any]] = []
        self.results: tuple[list[wire.ControlPeriod], Any] = ([], [])
        self._api = api
        self._access = access
        self._child = child
        self._deadline = Deadline(api.system)

    async def own(self) -> None:
        """The answers name no child, so the account is asked each time whether it still shows this one (RULES C8)."""
        body = await self._api.user(self._access.token, self._deadline)
        found = family(self._api.system, body, login=login_of(self._api.system, self._access.token), fetched_at=self._api.now())
        if self._child.key not in {child.key for child in found.children}:
            raise AccessDenied(self._api.system, "not a child of this account")

    async def timetable(self, part: Window) -> None:
        params = {"start": part.start.isoformat(), "end": part.end.isoformat(), "child": self._child.key}
        body = await self._api.get("/timetable2/", self._access.token, self._deadline, params)
        if says_nothing(body):
            raise AuthExpired(self._api.system, "an empty answer", text=REFUSED)
        self.timetables.append(decode_both(self._api.system, body, wire.Timetable))

    async def controlmark(self) -> None:
        body = await self._api.get("/controlmark/", self._access.token, self._deadline, {"child": self._child.key})
        if says_nothing(body) and body.strip() != b"[]":
            raise AuthExpired(self._api.system, "an empty answer", text=REFUSED)
        self.results = decode_both(self._api.system, body, list[wire.ControlPeriod])


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, child)
    asks: list[Callable[[], Awaitable[None]]] = []
    if data & DAYS:
        whole = Window(start=window.start - LOOK_BACK, end=window.end) if Datum.HOMEWORK in data else window
        asks += [partial(read.timetable, part) for part in parts(whole)]
    if data & RESULTS:
        asks.append(read.controlmark)
    await _first(read.own, asks)
    found = seen(frame, read.timetables)
    answer, plain = read.results
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, found) if Datum.HOMEWORK in data else None,
        finals=finals(frame, answer, plain) if Datum.FINALS in data else None,
        averages=averages(frame, answer) if Datum.AVERAGES in data else None,
    )


async def _first(judge: Callable[[], Awaitable[None]], asks: list[Callable[[], Awaitable[None]]]) -> None:
    """All side by side, but what `judge` says comes first: a refusal by the others may only echo it in vaguer words."""
    others = asyncio.ensure_future(together(asks))
    try:
        await judge()
        await others
    finally:
        others.cancel()
        await asyncio.gather(others, return_exceptions=True)


def parts(window: Window) -> Iterator[Window]:
    """The window in pieces that are asked for in one go."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=MAX_DAYS - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)
