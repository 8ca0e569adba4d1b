"""How often a diary is read unasked, and how many reads may begin: by the child's clock, the system's budget, and failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.flows.poll_diaries import pace
from hub.flows.poll_diaries.room import Purse

MOSCOW, OMSK = "Europe/Moscow", "Asia/Omsk"


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        ("2026-11-18T12:00", 15),  # Wednesday, lessons
        ("2026-11-18T06:30", 30),  # before them
        ("2026-11-18T19:00", 30),  # after them
        ("2026-11-21T12:00", 15),  # Saturday: many schools work
        ("2026-11-22T12:00", 60),  # Sunday
        ("2027-01-05T12:00", 120),  # New Year's holidays
        ("2026-07-15T12:00", 120),  # summer
        ("2026-10-30T12:00", 120),  # autumn
        ("2027-03-28T12:00", 120),  # spring, a Sunday too
    ],
)
def test_the_pause_follows_the_school_day_and_the_holidays(now: str, minutes: int) -> None:
    at = moscow(now)
    assert pace.next_read(at, MOSCOW, fresh_for_s=900, chance=0.0) - at == timedelta(minutes=minutes)


@pytest.mark.parametrize(("now", "resting", "minutes"), [("2026-11-18T12:00", True, 120), ("2026-10-30T12:00", False, 15)])
def test_the_schools_own_calendar_beats_the_usual_holidays(now: str, resting: bool, minutes: int) -> None:
    at = moscow(now)
    assert pace.next_read(at, MOSCOW, fresh_for_s=900, chance=0.0, resting=resting) - at == timedelta(minutes=minutes)


def test_chance_keeps_links_apart() -> None:
    at = moscow("2026-11-18T12:00")
    found = [pace.next_read(at, MOSCOW, fresh_for_s=900, chance=chance) - at for chance in (0.0, 0.5, 1.0)]
    assert [one.total_seconds() for one in found] == [900, 1012.5, 1125]


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        ("2026-11-18T21:59", MOSCOW, False),
        ("2026-11-18T22:00", MOSCOW, True),
        ("2026-11-18T05:59", MOSCOW, True),
        ("2026-11-18T06:00", MOSCOW, False),
        ("2026-11-18T19:00", OMSK, True),  # 22:00 there
        ("2026-11-18T03:00", OMSK, False),  # 06:00 there
    ],
)
def test_the_night_is_the_childs(now: str, zone: str, night: bool) -> None:
    assert pace.is_night(moscow(now), zone) is night


@pytest.mark.parametrize(("now", "chance", "at"), [("2026-11-18T21:50", 0.0, "19T06:00"), ("2026-11-18T21:50", 0.5, "19T06:30")])
def test_what_falls_into_the_night_waits_for_the_morning_and_is_spread(now: str, chance: float, at: str) -> None:
    assert pace.next_read(moscow(now), MOSCOW, fresh_for_s=900, chance=chance) == moscow(f"2026-11-{at}")


def test_after_midnight_it_is_the_same_mornings_six() -> None:
    assert pace.after_night(moscow("2026-11-18T02:00"), MOSCOW, chance=0.0) == moscow("2026-11-18T06:00")


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 120), (60, 120)])
def test_failures_in_a_row_make_the_pauses_longer(failures: int, minutes: int) -> None:
    assert pace.retry(failures, chance=0.0) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("after_s", "seconds"), [(None, 60), (0.0, 1), (90.0, 90), (10**6, 6 * 3600)])
def test_a_system_is_left_alone_as_long_as_it_asks_within_reason(after_s: float | None, seconds: int) -> None:
    assert pace.wait_for(after_s).total_seconds() == seconds


class Timer:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_half_of_the_budget_is_kept_for_people() -> None:
    purse = Purse()
    assert purse.room(a_minute=60, used=0, parallel=100) == 7, "thirty calls of four"
    assert purse.room(a_minute=60, used=50, parallel=100) == 2
    assert purse.room(a_minute=60, used=57, parallel=100) == 0
    assert purse.room(a_minute=60, used=200, parallel=100) == 0


def test_reads_under_way_count_and_never_take_more_than_half_of_the_gate() -> None:
    purse = Purse()
    assert purse.room(a_minute=6000, used=0, parallel=10) == 5
    purse.flying = 5
    assert purse.room(a_minute=6000, used=0, parallel=10) == 0
    purse.flying = 3
    assert purse.room(a_minute=60, used=0, parallel=100) == 4


def test_what_was_spent_a_minute_ago_is_forgotten() -> None:
    timer = Timer()
    purse = Purse(timer=timer)
    for _ in range(10):
        purse.spend(3)
    assert (purse.spent(), purse.room(a_minute=60, used=30, parallel=10)) == (30, 0)
    timer.at += 60
    assert purse.spent() == 0
    assert purse.room(a_minute=60, used=0, parallel=100) > 7, "and it learnt that a read takes three calls"


def test_a_system_that_allows_less_than_one_read_a_minute_still_gets_one() -> None:
    purse = Purse()
    assert purse.room(a_minute=2, used=0, parallel=1) == 1
    purse.flying = 1
    assert purse.room(a_minute=2, used=0, parallel=1) == 0
    purse.flying = 0
    purse.spend(4)
    assert purse.room(a_minute=2, used=4, parallel=1) == 0
