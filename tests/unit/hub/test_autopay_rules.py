"""When a rule is due, by the school's calendar: short months, zones, the turn of the year."""

from __future__ import annotations

from datetime import datetime

import pytest

from hub.flows.autopay.rules import month_of, next_month, next_morning, on_day


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "zone", "after", "due"),
    [
        (5, "Europe/Moscow", "2026-11-01T00:00+03:00", "2026-11-05T09:00+03:00"),
        (5, "Europe/Moscow", "2026-11-05T08:59+03:00", "2026-11-05T09:00+03:00"),
        (5, "Europe/Moscow", "2026-11-05T09:00+03:00", "2026-12-05T09:00+03:00"),
        (31, "Europe/Moscow", "2026-11-01T00:00+03:00", "2026-11-30T09:00+03:00"),
        (31, "Europe/Moscow", "2026-11-30T09:00+03:00", "2026-12-31T09:00+03:00"),
        (30, "Asia/Krasnoyarsk", "2027-01-30T10:00+07:00", "2027-02-28T09:00+07:00"),
        (29, "Asia/Krasnoyarsk", "2028-02-01T00:00+07:00", "2028-02-29T09:00+07:00"),
        (1, "Asia/Krasnoyarsk", "2026-12-31T23:00+07:00", "2027-01-01T09:00+07:00"),
        # In Moscow it is still the 30th, in Kamchatka the month has turned.
        (1, "Asia/Kamchatka", "2026-11-30T22:00+03:00", "2026-12-01T09:00+12:00"),
    ],
)
def test_a_day_of_the_month_comes_in_the_schools_morning(day: int, zone: str, after: str, due: str) -> None:
    assert on_day(day, zone, at(after)) == at(due)


def test_the_next_try_and_the_next_cap_are_mornings_of_the_school() -> None:
    now = at("2026-11-30T23:30+07:00")
    assert next_morning("Asia/Krasnoyarsk", now) == at("2026-12-01T09:00+07:00")
    assert next_month("Asia/Krasnoyarsk", now) == at("2026-12-01T09:00+07:00")
    assert (month_of(now, "Asia/Krasnoyarsk"), month_of(now, "Asia/Kamchatka")) == ("2026-11", "2026-12")
