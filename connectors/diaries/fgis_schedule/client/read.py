"""One read of a pupil's schedule: the days in pieces, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.diaries.fgis_schedule.client.api import Api
from connectors.diaries.fgis_schedule.mapping import wire
from connectors.diaries.fgis_schedule.mapping.frame import Frame, opened, seen
from connectors.diaries.fgis_schedule.mapping.lessons import attendance, homework, lessons, marks
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied, Drifted
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

# The service takes a year at once; two months stay an answer of 100 KB.
MAX_DAYS = 62


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if child.key != api.subject(access.token):
        # The hub's token opens every pupil: whom this account may see is kept here.
        raise AccessDenied(api.system, "not the pupil of this account")
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    frame = Frame(system=api.system, fetched_at=api.now(), window=window)
    deadline = Deadline(api.system)
    answers: list[tuple[wire.Schedule, Any]] = []

    async def ask(part: Window) -> None:
        answers.append(opened(api.system, await api.schedule(child.key, deadline, part), child.key))

    try:
        await together([partial(ask, part) for part in parts(window)])
        return _page(frame, answers, data)
    except Drifted:
        # «Unchanged» must never bring back an answer that could not be read.
        api.forget(child.key)
        raise


def _page(frame: Frame, answers: list[tuple[wire.Schedule, Any]], data: Set[Datum]) -> DiaryPage:
    found = seen(frame, answers)
    return DiaryPage(
        lessons=lessons(frame, found) if Datum.LESSONS in data else None,
        marks=marks(frame, found) if Datum.MARKS in data else None,
        homework=homework(frame, found) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, found) if Datum.ATTENDANCE in data else None,
    )


def parts(window: Window) -> Iterator[Window]:
    """The window in pieces that are asked for in one go."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=MAX_DAYS - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)
