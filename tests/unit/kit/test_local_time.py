"""Times without an offset are the school's; the same moment in every spelling, and what is no time is a drift with its path."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.kit.errors import Drifted
from connectors.kit.local_time import dotted_moment, iso_day, iso_moment, school_year, zone_of

KUZBASS = ZoneInfo("Asia/Novokuznetsk")
HALF_PAST_EIGHT = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-11-16T08:30:00", "2026-11-16 08:30:00", "2026-11-16T08:30", "2026-11-16T08:30:00.1", "2026-11-16T08:30:00.1234567"]
)
def test_a_local_moment_in_every_spelling(text: str) -> None:
    assert iso_moment("ruobr", text, KUZBASS, "$") == HALF_PAST_EIGHT


def test_a_dotted_moment() -> None:
    assert dotted_moment("petersburg", "16.11.2026 08:30:00", KUZBASS, "$") == HALF_PAST_EIGHT


@pytest.mark.parametrize("text", ["", "2026-02-30T08:30:00", "2026-11-16T24:60", "16.11.2026 08:30", "завтра", "2026-11-16T08:30:00Z"])
def test_what_is_no_local_moment_is_a_drift_with_its_path(text: str) -> None:
    with pytest.raises(Drifted) as told:
        iso_moment("ruobr", text, KUZBASS, "$.lessons[0].time_start")
    assert told.value.where == "$.lessons[0].time_start"


@pytest.mark.parametrize("text", ["2026-11-16T00:00:00", "26-11-16", "2026-13-01", "", "0000-00-00"])
def test_what_is_no_day_is_a_drift(text: str) -> None:
    with pytest.raises(Drifted):
        iso_day("ruobr", text, "$.date")


def test_the_day_is_the_schools_and_not_that_of_utc() -> None:
    """The first lesson in Khabarovsk begins on the day before by UTC."""
    begins = iso_moment("digital-school", "2026-11-16T08:30:00", ZoneInfo("Asia/Vladivostok"), "$")
    assert (begins.date(), begins.astimezone(ZoneInfo("Asia/Vladivostok")).date()) == (date(2026, 11, 15), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("hours", "zone"), [(2.0, "Europe/Kaliningrad"), (3.0, "Europe/Moscow"), (7.0, "Asia/Krasnoyarsk"), (10.0, "Asia/Vladivostok")]
)
def test_an_offset_tells_a_zone_that_has_it_all_year(hours: float, zone: str) -> None:
    assert zone_of(timedelta(hours=hours)) == zone
    for month in (1, 7):
        assert datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("offset", [None, timedelta(hours=5, minutes=30), timedelta(hours=-3), timedelta(0)])
def test_an_offset_that_no_russian_school_has_tells_nothing(offset: timedelta | None) -> None:
    assert zone_of(offset) is None


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 12, 31), "2026/2027"), (date(2027, 1, 1), "2026/2027"), (date(2027, 8, 1), "2027/2028")]
)
def test_the_new_year_does_not_begin_a_school_year(day: date, year: str) -> None:
    assert school_year(day) == year
