"""One read of the child's diary: weeks, results and the wall side by side; averages need the periods first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set
from functools import partial
from typing import Any

from connectors.diaries.iv_edu.client.api import Api
from connectors.diaries.iv_edu.errors import outside_the_year
from connectors.diaries.iv_edu.mapping import wire
from connectors.diaries.iv_edu.mapping.frame import Frame, weeks
from connectors.diaries.iv_edu.mapping.lessons import attendance, homework, lessons, marks, seen
from connectors.diaries.iv_edu.mapping.results import announcements, averages, finals, periods, terms
from connectors.kit.answers import decode, decode_both
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Period
from connectors.kit.errors import AccessDenied, NotFound
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
RESULTS = frozenset({Datum.FINALS, Datum.AVERAGES})


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, frame: Frame) -> None:
        self.weeks: list[tuple[wire.Week, Any]] = []
        self.finals: tuple[wire.Finals, Any] = (wire.Finals(year="", periods=[], items=[]), {"items": []})
        self.compared: list[wire.Monitoring] = []
        self.wall = wire.Wall(items=[])
        self.year = wire.Calendar(year="", periods=[], holidays=[])
        self._api = api
        self._access = access
        self._frame = frame
        self._deadline = Deadline(api.system)

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
        return await self._api.get(path, self._access.token, self._deadline, params)


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if child.key != access.owner:
        # A session shows its own child and names none in its answers.
        raise AccessDenied(api.system, "not the child of this account")
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, frame)
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
    return _page(frame, data, read, known)


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
