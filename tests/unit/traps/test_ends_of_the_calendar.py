"""A lesson at either end of the calendar, where going to UTC leaves it: one of the eight or a page, and never a crash."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import ALL, ConnectorError
from connectors.kit.ports import Window
from tests.unit.traps.stands import STANDS, Show, stand_of

EVER = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
STAMPS = (
    "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59", "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00", "2026-02-30T08:30:00", "2026-11-16T25:61:00", "завтра", "",
)  # fmt: skip


def dotted(stamp: str) -> str:
    day, _, clock = stamp.partition("T")
    return f"{'.'.join(reversed(day.split('-')))} {clock[:8]}"


LAID: dict[str, Show] = {
    "dnevnik": lambda bench, stub, at: bench.show(stub.day(date=at, lessons=[stub.lesson(date=at)], marks=[stub.mark(date=at)])),
    "mes": lambda bench, stub, at: bench.show(stub.event(start_at=at, finish_at=at), marks=[stub.mark(created_at=at, updated_at=at)]),
    "eljur": lambda bench, stub, at: bench.show(
        getdiary={"students": {"386": {"name": "386", "title": "x", "days": {at[:10].replace("-", ""): stub.day(stub.lesson())}}}}
    ),
    "kiasuo": lambda bench, stub, at: bench.show(stub.lesson(lesson_date=at[:10], slots=[stub.slot(lesson_date=at[:10], updated_at=at)])),
    "petersburg": lambda bench, stub, at: bench.show(stub.lesson(datetime_from=dotted(at), datetime_to=dotted(at))),
    "ruobr": lambda bench, stub, at: bench.show(stub.lesson(date=at[:10], time_start=at[11:], time_end=at[11:])),
    "netschool": lambda bench, stub, at: bench.show(student__diary={"weekDays": [{"date": at, "lessons": [stub.lesson(day=at)]}]}),
    "epgu": lambda bench, stub, at: setattr(bench.stub, "lessons", stub.lesson(Date=at[:10], Start=at, End=at)),
    "fgis": lambda bench, stub, at: setattr(bench.stub, "body", stub.schedule(stub.lesson(period={"start": at, "end": at}))),
    "digital-school": lambda bench, stub, at: bench.show(stub.lesson(begins=dotted(at), ends=dotted(at)), day=dotted(at)[:10]),
    "iv-edu": lambda bench, stub, at: bench.show(stub.lesson(**{"from": at[11:16], "to": at[11:16]}), day=at[:10]),
}


async def outcome(bench: Any) -> str:
    try:
        page = await bench.read(Datum.LESSONS, Datum.MARKS, window=EVER)
    except ConnectorError as error:
        assert type(error) in ALL
        return "error"
    assert all(EVER.start <= one.school_date <= EVER.end for one in page.lessons)
    return "page"


@pytest.mark.rule("C8")
@pytest.mark.parametrize("system", STANDS)
async def test_no_time_of_a_lesson_is_a_crash(system: str) -> None:
    async with stand_of(system) as bench:
        for stamp in STAMPS:
            LAID[system](bench, STANDS[system].stub, stamp)
            assert await outcome(bench) in ("page", "error"), stamp
