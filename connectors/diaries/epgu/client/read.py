"""One read of a pupil's diary: the days in pieces and the final marks side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Set
from datetime import timedelta
from functools import partial

from connectors.diaries.epgu.client.api import Api
from connectors.diaries.epgu.envelope import Plain
from connectors.diaries.epgu.mapping.frame import Frame
from connectors.diaries.epgu.mapping.lessons import attendance, homework, lessons, marks, seen
from connectors.diaries.epgu.mapping.results import finals
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
# The service takes a year at once; two months stay an answer of 100 KB.
MAX_DAYS = 62


class _Read:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        self.days: list[Plain] = []
        self.results: Plain = {}
        self._api = api
        self._access = access
        self._child = child
        self._deadline = Deadline(api.system)

    async def diary(self, part: Window) -> None:
        self.days.append(await self._ask("GetDiary", {"From": part.start.isoformat(), "To": part.end.isoformat()}))

    async def timetable(self, part: Window) -> None:
        """The day's lessons alone, in the smaller answer."""
        self.days.append(await self._ask("GetTimetable", {"Date": part.start.isoformat()}))

    async def final_marks(self) -> None:
        self.results = await self._ask("GetFinalMarks", {})

    async def _ask(self, operation: str, fields: dict[str, str]) -> Plain:
        return await self._api.ask(operation, self._access.token, self._deadline, {"StudentId": self._child.key, **fields})


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    read = _Read(api, access, child)
    asks: list[Callable[[], Awaitable[None]]] = []
    if data & DAYS == {Datum.LESSONS} and window.start == window.end:
        asks.append(partial(read.timetable, window))
    elif data & DAYS:
        asks += [partial(read.diary, part) for part in parts(window)]
    if Datum.FINALS in data:
        asks.append(read.final_marks)
    await together(asks)
    found = seen(frame, read.days)
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, found) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, read.results) if Datum.FINALS in data else None,
    )


def parts(window: Window) -> Iterator[Window]:
    """The window in pieces that are asked for in one go."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=MAX_DAYS - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)
