"""One read of the child's diary: weeks, results and the wall side by side; averages need the periods first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx

from connectors.diaries.iv_edu.client.api import Api
from connectors.diaries.iv_edu.errors import outside_the_year
from connectors.diaries.iv_edu.mapping import wire
from connectors.diaries.iv_edu.mapping.frame import Frame, weeks
from connectors.diaries.iv_edu.mapping.lessons import attendance, homework, lessons, marks, seen
from connectors.diaries.iv_edu.mapping.results import announcements, averages, finals, periods, terms
from connectors.kit.answers import decode, decode_both
from connectors.kit.conditional import UNCHANGED, Answered, Rereading, Told
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Period
from connectors.kit.errors import AccessDenied, NotFound
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
RESULTS = frozenset({Datum.FINALS, Datum.AVERAGES})


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, frame: Frame, validator: str) -> None:
        self.weeks: list[tuple[wire.Week, Any]] = []
        self.finals: tuple[wire.Finals, Any] = (wire.Finals(year="", periods=[], items=[]), {"items": []})
        self.compared: list[wire.Monitoring] = []
        self.wall = wire.Wall(items=[])
        self.year = wire.Calendar(year="", periods=[], holidays=[])
        self._api = api
        self._access = access
        self._frame = frame
        self._deadline = Deadline(api.system)
        # Which periods are compared depends on the day, so «unchanged» is of one day only.
        self._tagged = Rereading(validator, of=frame.today.isoformat())

    async def unchanged(self) -> bool:
        return await self._tagged.unchanged(self._ask)

    @property
    def validator(self) -> str:
        return self._tagged.validator

    async def week(self, name: str) -> None:
        try:
            body = await self._get("diary", {"week": name})
        except NotFound as error:
            if not outside_the_year(error):
                raise
            return
        self.weeks.append(decode_both(self._api.system, body, wire.Week))

    async def results(self) -> None:
        self.finals = decode_both(self._api.system, await self._get("diary/finals"), wire.Finals)

    async def compare(self, period: int) -> None:
        body = await self._get("diary/monitoring", {"period": str(period)})
        self.compared.append(decode(self._api.system, body, wire.Monitoring))

    async def calendar(self) -> None:
        self.year = decode(self._api.system, await self._get("diary/calendar"), wire.Calendar)

    async def hung_up(self) -> None:
        self.wall = decode(self._api.system, await self._get("announcements"), wire.Wall)

    async def _get(self, path: str, params: dict[str, str] | None = None) -> bytes:
        name = f"{path}?{urlencode(params)}" if params else path
        return (await self._tagged.get(name, self._ask)).content

    async def _ask(self, name: str, more: Mapping[str, str]) -> httpx.Response:
        return await self._api.send(name, self._access.token, self._deadline, more)


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window, validator: str) -> Told:
    if child.key != access.owner:
        # A session shows its own child and names none in its answers.
        raise AccessDenied(api.system, "not the child of this account")
    if not data or window.end < window.start:
        return Answered(page=DiaryPage(**{str(datum): () for datum in data}))
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, frame, validator)
    if await read.unchanged():
        return UNCHANGED
    asks: list[Callable[[], Awaitable[None]]] = []
    if data & DAYS:
        asks += [partial(read.week, name) for name in weeks(window)]
    if data & RESULTS:
        asks.append(read.results)
    if Datum.ANNOUNCEMENTS in data:
        asks.append(read.hung_up)
    if Datum.TERMS in data:
        asks.append(read.calendar)
    await together(asks)
    known = periods(frame, read.finals[0])
    if Datum.AVERAGES in data:
        await together([partial(read.compare, id_) for id_ in _begun(frame, known)])
    return Answered(page=_page(frame, data, read, known), validator=read.validator)


def _begun(frame: Frame, known: dict[int, Period]) -> list[int]:
    return [id_ for id_, period in known.items() if period.start is not None and period.start <= frame.today]


def _page(frame: Frame, data: Set[Datum], read: _Read, known: dict[int, Period]) -> DiaryPage:
    found = seen(frame, read.weeks)
    answer, plain = read.finals
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, found) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, answer, plain) if Datum.FINALS in data else None,
        averages=averages(frame, known, read.compared) if Datum.AVERAGES in data else None,
        announcements=announcements(frame, read.wall) if Datum.ANNOUNCEMENTS in data else None,
        terms=terms(frame, read.year) if Datum.TERMS in data else None,
    )
