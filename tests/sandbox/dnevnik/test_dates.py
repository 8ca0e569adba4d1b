"""Dates come in three spellings and more; each means the school's day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.dnevnik.wire.dates import day, day_with_offset, hours, moment, read_date, read_moment
from sandbox.dnevnik.wire.errors import ApiError
from tests.sandbox.dnevnik.platform_client import Platform

ORENBURG = ZoneInfo("Asia/Yekaterinburg")
SPELLINGS = {
    "2026-11-09 00:00:00": (9, 0, 0),
    "2026-11-09 19:43:39.123456": (9, 19, 43),
    "2026-11-9T0:0:0": (9, 0, 0),
    "2026-11-9": (9, 0, 0),
    "2026-11-09": (9, 0, 0),
    "2026-11-09T00:00": (9, 0, 0),
    "2026-11-09T08:30:00": (9, 8, 30),
    "2026-11-09T08:30:00.1234567": (9, 8, 30),
    "2026-11-08T19:00:00Z": (9, 0, 0),
    "2026-11-09T00:00:00+05:00": (9, 0, 0),
    "2026-11-09T00:00:00 05:00": (9, 0, 0),
    "2026-11-08T16:30:00-0230": (9, 0, 0),
}


@pytest.mark.parametrize(("text", "meant"), SPELLINGS.items())
def test_a_spelling_means_a_local_moment(text: str, meant: tuple[int, int, int]) -> None:
    read = read_moment("date", text, ORENBURG)
    assert (read.date().isoformat(), (read.day, read.hour, read.minute)) == ("2026-11-09", meant)


@pytest.mark.parametrize(
    "text",
    ["", "вчера", "09.11.2026", "2026-13-01", "2026-02-30", "2026-11-09T25:00:00", "2026-11-09T", "20261109", "0001-01-01T00:00:00+14:00"],
)
def test_what_is_no_date_is_an_invalid_parameter(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_date("startDate", text, ORENBURG)
    assert (caught.value.type, caught.value.status) == ("parameterInvalid", 400)
    assert "startDate" in caught.value.description


def test_the_platform_writes_local_time_and_the_days_of_a_schedule_with_an_offset() -> None:
    at = datetime(2026, 11, 9, 3, 30, 5, 120_000, tzinfo=ZoneInfo("UTC"))
    assert day(date(2026, 11, 9)) == "2026-11-09T00:00:00"
    assert day_with_offset(date(2026, 11, 9), ORENBURG) == "2026-11-09T00:00:00+05:00"
    assert moment(at, ORENBURG) == "2026-11-09T08:30:05.120"
    assert moment(at.replace(microsecond=0), ORENBURG) == "2026-11-09T08:30:05"
    assert hours(at, at.replace(hour=4, minute=15), ORENBURG) == "08:30 - 09:15"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("{} 00:00:00", "{} 00:00:00"),
        ("{}T00:00:00", "{}T23:59:59"),
        ("{}", "{}"),
        ("{}T00:00", "{}T00:00"),
        ("{}T00:00:00+05:00", "{}T23:59:59+05:00"),
    ],
)
async def test_every_spelling_in_a_path_gives_the_same_marks(platform: Platform, start: str, end: str) -> None:
    first, last = (date.isoformat() for date in platform.week)
    plain = await platform.get(f"persons/{platform.person}/schools/{platform.school}/marks/{first}/{last}")
    spelt = await platform.get(
        f"persons/{platform.person}/schools/{platform.school}/marks/{start.format(first)}/{end.format(last)}".replace("+", "%2B")
    )
    assert spelt == plain and plain


async def test_unpadded_dates_are_read_in_paths_and_queries(platform: Platform) -> None:
    first, last = platform.week
    odd = [f"{it.year}-{it.month}-{it.day}T0:0:0" for it in (first, last)]
    marks = await platform.get(f"persons/{platform.person}/schools/{platform.school}/marks/{odd[0]}/{odd[1]}")
    days = await platform.get(f"persons/{platform.person}/groups/{platform.group}/schedules?startDate={odd[0]}&endDate={odd[1]}")
    assert marks and len(days["days"]) == (last - first).days + 1


@pytest.mark.parametrize(
    "query", ["", "startDate=2026-11-09", "endDate=2026-11-09", "startDate=x&endDate=2026-11-09", "startDate=2026-11-10&endDate=2026-11-09"]
)
async def test_a_period_that_is_missing_broken_or_backwards_is_refused(platform: Platform, query: str) -> None:
    address = f"persons/{platform.person}/groups/{platform.group}/schedules?{query}"
    assert await platform.refused(address) == (400, "parameterInvalid")


async def test_a_schedule_of_more_than_a_year_is_refused(platform: Platform) -> None:
    address = f"persons/{platform.person}/groups/{platform.group}/schedules?startDate=2025-09-01&endDate=2026-11-09"
    assert await platform.refused(address) == (400, "parameterInvalid")
