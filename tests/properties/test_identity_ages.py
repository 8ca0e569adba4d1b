"""Ages under any birth date, moment and zone (RULES A6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.ages import Phase, age, birthday, phase, reaches

pytestmark = pytest.mark.rule("A6")
births = st.dates(min_value=date(1990, 1, 1), max_value=date(2026, 12, 31))
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones
zones = st.sampled_from(["Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok", "Asia/Kamchatka"])


@given(births, zones, st.integers(1, 30))
def test_an_age_begins_exactly_when_it_is_reached(born: date, zone: str, years: int) -> None:
    moment = reaches(born, years, zone)
    assert age(born, moment, zone) == years
    assert age(born, moment - timedelta(microseconds=1), zone) == years - 1
    assert (moment.hour, moment.minute, moment.date()) == (0, 0, birthday(born, years))


@given(births, moments, zones)
def test_age_never_falls_as_time_goes(born: date, now: datetime, zone: str) -> None:
    assert age(born, now, zone) <= age(born, now + timedelta(days=1), zone) <= age(born, now, zone) + 1


@given(births, moments, zones)
def test_the_phase_agrees_with_the_age(born: date, now: datetime, zone: str) -> None:
    years, where = age(born, now, zone), phase(born, now, zone)
    assert where.under_14 is (years < 14)
    assert (where is Phase.ADULT) is (years >= 18)
    assert (where in (Phase.GRACE, Phase.TEEN)) is (14 <= years < 18)


@given(births, st.integers(1, 30))
def test_a_birthday_is_the_same_day_or_1_march(born: date, years: int) -> None:
    day = birthday(born, years)
    assert (day.month, day.day) == (born.month, born.day) or ((born.month, born.day), (day.month, day.day)) == ((2, 29), (3, 1))


@given(births, moments)
def test_an_instant_is_one_whatever_zone_it_is_written_in(born: date, now: datetime) -> None:
    assert age(born, now, "Europe/Moscow") == age(born, now.astimezone(ZoneInfo("Asia/Tokyo")), "Europe/Moscow")
