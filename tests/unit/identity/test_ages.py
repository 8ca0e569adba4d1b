"""Age 14 and 18: the day before, the day, 29 February, zone borders; and the table of levels (RULES A4, A6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from identity.ages import LEVELS, Action, Phase, age, birthday, level_allows, phase, reaches
from identity.claims import Level

ANY = {Level.UNKNOWN, Level.SIMPLIFIED, Level.STANDARD, Level.CONFIRMED}
TABLE = {
    Action.GUARDIANSHIP: {Level.CONFIRMED},
    Action.MONEY: {Level.CONFIRMED},
    Action.ACT: {Level.CONFIRMED},
    Action.OFFICE: {Level.CONFIRMED},
    Action.MERGE: {Level.CONFIRMED},
    Action.DELEGATION: {Level.CONFIRMED},
    Action.SUBMIT_JOIN: {Level.STANDARD, Level.CONFIRMED},
    Action.VIEW_FROM_14: {Level.CONFIRMED},
    Action.VIEW_UNDER_14: ANY,
    Action.OWN_UNDER_14: ANY,
    Action.OWN_FROM_14: {Level.CONFIRMED},
}


@pytest.mark.rule("A4")
@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("level", list(Level))
def test_the_level_table(action: Action, level: Level) -> None:
    assert level_allows(action, level) is (level in TABLE[action])
    assert set(LEVELS) == set(Action)


@pytest.mark.rule("A6")
@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Europe/Moscow", datetime(2026, 11, 1, 21, 0, tzinfo=UTC)),
        ("Europe/Kaliningrad", datetime(2026, 11, 1, 22, 0, tzinfo=UTC)),
        ("Asia/Yekaterinburg", datetime(2026, 11, 1, 19, 0, tzinfo=UTC)),
        ("Asia/Kamchatka", datetime(2026, 11, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_14_is_reached_at_midnight_of_the_birthday_in_the_schools_zone(zone: str, moment: datetime) -> None:
    born = date(2012, 11, 2)
    assert reaches(born, 14, zone) == moment
    assert age(born, moment - timedelta(microseconds=1), zone) == 13
    assert age(born, moment, zone) == 14
    assert phase(born, moment - timedelta(microseconds=1), zone) is Phase.NEARING
    assert phase(born, moment, zone) is Phase.GRACE


@pytest.mark.rule("A6")
def test_in_one_moment_two_zones_may_see_two_ages() -> None:
    born, moment = date(2012, 11, 2), datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
    assert (age(born, moment, "Asia/Kamchatka"), age(born, moment, "Europe/Moscow")) == (14, 13)


@pytest.mark.rule("A6")
@pytest.mark.parametrize(
    ("years", "day"), [(14, date(2026, 3, 1)), (16, date(2028, 2, 29)), (18, date(2030, 3, 1)), (4, date(2016, 2, 29))]
)
def test_who_was_born_on_29_february_is_older_on_1_march_of_common_years(years: int, day: date) -> None:
    assert birthday(date(2012, 2, 29), years) == day


@pytest.mark.rule("A6")
def test_29_february_the_day_before_and_the_day() -> None:
    born = date(2012, 2, 29)
    assert age(born, datetime(2026, 2, 28, 20, 59, 59, tzinfo=UTC)) == 13
    assert age(born, datetime(2026, 2, 28, 21, 0, tzinfo=UTC)) == 14


@pytest.mark.rule("A6")
@pytest.mark.parametrize(
    ("days", "expected"),
    [(-31, Phase.CHILD), (-30, Phase.NEARING), (-1, Phase.NEARING), (0, Phase.GRACE), (89, Phase.GRACE), (90, Phase.TEEN)],
)
def test_thirty_days_before_and_ninety_days_after(days: int, expected: Phase) -> None:
    born = date(2012, 11, 2)
    assert phase(born, reaches(born, 14) + timedelta(days=days)) is expected


@pytest.mark.rule("A6")
def test_18_is_adult_and_no_birth_date_is_unknown() -> None:
    born = date(2008, 11, 2)
    assert phase(born, reaches(born, 18) - timedelta(seconds=1)) is Phase.TEEN
    assert phase(born, reaches(born, 18)) is Phase.ADULT
    assert phase(None, reaches(born, 18)) is Phase.UNKNOWN
    assert not Phase.UNKNOWN.under_14
