"""One read of a child's diary: spans, results and announcements side by side; further pages one after another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Set
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx

from connectors.diaries.digital_school.client.api import Api
from connectors.diaries.digital_school.mapping import wire
from connectors.diaries.digital_school.mapping.frame import KHABAROVSK, Frame
from connectors.diaries.digital_school.mapping.lessons import homework, lessons, marks, seen
from connectors.diaries.digital_school.mapping.results import announcements, attendance, finals, terms
from connectors.diaries.digital_school.mapping.statistics import statistics
from connectors.kit.answers import decode, decode_both
from connectors.kit.conditional import UNCHANGED, Answered, Rereading, Told
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import Drifted
from connectors.kit.ports import Access, Window
from connectors.kit.statistics import Figure
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK})
MAX_DAYS = 31
PER_PAGE = 50
MAX_PAGES = 40


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild, frame: Frame, validator: str) -> None:
        self.diaries: list[tuple[wire.Diary, Any]] = []
        self.absences: list[tuple[list[wire.Absence], Any]] = []
        self.finals: tuple[wire.Finals, Any] = (wire.Finals(year="", periods=[], items=[]), {"items": []})
        self.posts: list[wire.Post] = []
        self.figures: tuple[Figure, ...] = ()
        self._api = api
        self._access = access
        self._child = child
        self._frame = frame
        self._deadline = Deadline(api.system)
        self._tagged = Rereading(validator, of=child.key)

    async def unchanged(self) -> bool:
        return await self._tagged.unchanged(self._ask)

    @property
    def validator(self) -> str:
        return self._tagged.validator

    async def diary(self, part: Window) -> None:
        answer, plain = decode_both(self._api.system, await self._get("diary", _span(part)), wire.Answer[wire.Diary])
        self.diaries.append((answer.data, plain["data"]))

    async def missed(self, part: Window) -> None:
        for page in range(1, MAX_PAGES + 1):
            body = await self._get("attendance", {**_span(part), **_page_of(page)})
            answer, plain = decode_both(self._api.system, body, wire.Answer[list[wire.Absence]])
            self.absences.append((answer.data, plain["data"]))
            if page >= (answer.pages or 1):
                return
        raise Drifted(self._api.system, "$.pages", f"more than {MAX_PAGES}")

    async def results(self) -> None:
        answer, plain = decode_both(self._api.system, await self._get("finals"), wire.Answer[wire.Finals])
        self.finals = answer.data, plain["data"]

    async def announced(self) -> None:
        """Newest first: the pages are turned until one begins before the window."""
        for page in range(1, MAX_PAGES + 1):
            answer = decode(self._api.system, await self._get("announcements", _page_of(page)), wire.Answer[list[wire.Post]])
            self.posts += answer.data
            oldest = self._frame.moment(answer.data[-1].at, "$.data[-1].at") if answer.data else None
            if page >= (answer.pages or 1) or (oldest and oldest.astimezone(KHABAROVSK).date() < self._frame.window.start):
                return

    async def counted(self) -> None:
        self.figures = statistics(self._frame, decode(self._api.system, await self._get("stats"), wire.Answer[wire.Stats]))

    async def _get(self, path: str, params: dict[str, str] | None = None) -> bytes:
        query = urlencode({"idn": self._child.key, **(params or {})})
        return (await self._tagged.get(f"{path}?{query}", self._ask)).content

    async def _ask(self, name: str, more: Mapping[str, str]) -> httpx.Response:
        return await self._api.send(name, self._access.token, self._deadline, more)


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window, validator: str) -> Told:
    """The cabinet itself refuses an ИДН of another account."""
    if not data or window.end < window.start:
        return Answered(page=DiaryPage(**{str(datum): () for datum in data}))
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, child, frame, validator)
    if await read.unchanged():
        return UNCHANGED
    asks: list[Callable[[], Awaitable[None]]] = []
    for part in parts(window):
        if data & DAYS:
            asks.append(partial(read.diary, part))
        if Datum.ATTENDANCE in data:
            asks.append(partial(read.missed, part))
    if data & {Datum.FINALS, Datum.TERMS}:
        asks.append(read.results)
    if Datum.ANNOUNCEMENTS in data:
        asks.append(read.announced)
    if Datum.STATISTICS in data:
        asks.append(read.counted)
    await together(asks)
    found = seen(frame, read.diaries)
    page = DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, found) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, read.absences) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, *read.finals) if Datum.FINALS in data else None,
        announcements=announcements(frame, read.posts) if Datum.ANNOUNCEMENTS in data else None,
        terms=terms(frame, read.finals[0]) if Datum.TERMS in data else None,
        statistics=read.figures if Datum.STATISTICS in data else None,
    )
    return Answered(page=page, validator=read.validator)


def parts(window: Window) -> Iterator[Window]:
    """The window in spans that the cabinet answers."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=MAX_DAYS - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)


def _span(part: Window) -> dict[str, str]:
    return {"from": f"{part.start:%d.%m.%Y}", "to": f"{part.end:%d.%m.%Y}"}


def _page_of(page: int) -> dict[str, str]:
    return {"page": str(page), "per_page": str(PER_PAGE)}
