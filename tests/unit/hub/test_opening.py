"""«Сейчас открыто» by the place's own clock: minutes at the borders, weekends, zones, holidays, no hours at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.flows.directory.opening import Answering, opening, worded
from hub.regions import registry
from hub.regions.help_desks import Hours, check_hours, help_desks, read

ELJUR = (Hours(days=(1, 2, 3, 4, 5), start="08:00", end="19:00"), Hours(days=(6,), start="08:00", end="15:00"))
SIX_DAYS = (Hours(days=(1, 2, 3, 4, 5, 6), start="08:00", end="19:00"),)
LUNCH = (Hours(days=(1,), start="08:00", end="12:00"), Hours(days=(1,), start="13:00", end="17:00"))


def at(text: str, zone: str = "Europe/Moscow") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def usual(_: date) -> str:
    return ""


@pytest.mark.feature("F229")
@pytest.mark.parametrize(
    ("now", "state", "next_at"),
    [
        ("2026-11-18T07:59:59", "closed", "2026-11-18T08:00"),
        ("2026-11-18T08:00:00", "open", "2026-11-18T19:00"),
        ("2026-11-18T18:59:59", "open", "2026-11-18T19:00"),
        ("2026-11-18T19:00:00", "closed", "2026-11-19T08:00"),
        ("2026-11-20T19:00:00", "closed", "2026-11-21T08:00"),
        ("2026-11-21T14:59:00", "open", "2026-11-21T15:00"),
        ("2026-11-21T15:00:00", "closed", "2026-11-23T08:00"),
        ("2026-11-22T12:00:00", "closed", "2026-11-23T08:00"),
    ],
)
def test_open_from_the_first_minute_and_not_at_the_last(now: str, state: str, next_at: str) -> None:
    found = opening(ELJUR, "Europe/Moscow", at(now), usual)
    assert (found.state.value, found.until or found.opens_at) == (state, at(next_at))


@pytest.mark.feature("F129")
@pytest.mark.parametrize(
    ("utc", "state"),
    [("2026-11-18T00:59", "closed"), ("2026-11-18T01:00", "open"), ("2026-11-18T12:00", "closed"), ("2026-11-22T04:00", "closed")],
    ids=["before eight in Novosibirsk", "eight there", "nineteen there", "a Sunday there"],
)
def test_the_clock_is_the_places_own(utc: str, state: str) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert opening(SIX_DAYS, "Asia/Novosibirsk", now, usual).state.value == state


@pytest.mark.parametrize(
    ("now", "state", "next_at"),
    [("2026-11-23T12:30", "closed", "2026-11-23T13:00"), ("2026-11-23T17:00", "closed", "2026-11-30T08:00")],
    ids=["at lunch", "until the next week"],
)
def test_a_break_and_a_desk_of_one_day(now: str, state: str, next_at: str) -> None:
    found = opening(LUNCH, "Europe/Moscow", at(now), usual)
    assert (found.state.value, found.opens_at) == (state, at(next_at))


def test_lines_that_touch_are_one_stretch() -> None:
    hours = (Hours(days=(3,), start="08:00", end="12:00"), Hours(days=(3,), start="12:00", end="16:00"))
    assert opening(hours, "Europe/Moscow", at("2026-11-18T09:00"), usual).until == at("2026-11-18T16:00")


def test_a_day_off_of_the_country_is_told_and_the_next_opening_is_after_it() -> None:
    holiday = help_desks().holiday
    found = opening(ELJUR, "Europe/Moscow", at("2027-01-08T12:00"), holiday)
    assert (found.state, found.holiday, found.opens_at) == (Answering.HOLIDAY, "новогодние каникулы", at("2027-01-09T08:00"))
    assert opening(ELJUR, "Europe/Moscow", at("2026-11-03T20:00"), holiday).opens_at == at("2026-11-05T08:00")
    assert holiday(date(2026, 11, 5)) == ""


@pytest.mark.parametrize(("hours", "zone"), [((), "Europe/Moscow"), (ELJUR, "")])
def test_without_hours_or_a_zone_nobody_knows(hours: tuple[Hours, ...], zone: str) -> None:
    assert opening(hours, zone, at("2026-11-18T12:00"), usual).state is Answering.UNKNOWN


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (ELJUR, "пн–пт 8:00–19:00, сб 8:00–15:00"),
        ((Hours(days=(1, 2, 4), start="09:30", end="18:00"),), "пн, вт, чт 9:30–18:00"),
        ((Hours(days=(1, 2, 3, 4, 5, 6, 7), start="10:00", end="22:00"),), "ежедневно 10:00–22:00"),
        ((), ""),
    ],
)
def test_hours_in_words(hours: tuple[Hours, ...], words: str) -> None:
    assert worded(hours) == words


@pytest.mark.parametrize(
    "hours",
    [
        (Hours(days=(8,), start="08:00", end="19:00"),),
        (Hours(days=(), start="08:00", end="19:00"),),
        (Hours(days=(1,), start="19:00", end="08:00"),),
        (Hours(days=(1,), start="08:00", end="25:00"),),
        (Hours(days=(1, 2), start="08:00", end="12:00"), Hours(days=(2,), start="11:00", end="13:00")),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: tuple[Hours, ...]) -> None:
    with pytest.raises(ValueError):
        check_hours(hours)


@pytest.mark.feature("F074")
@pytest.mark.feature("F229")
def test_the_desks_of_this_release_are_those_of_the_sources() -> None:
    desks = help_desks()
    assert desks.desks["my-school"].contact[0].phones == ("8-800-100-70-10",)
    assert desks.desks["eljur"].contact[0].phones == ("8 (800) 555-22-50",)
    assert desks.desks["infoshkola"].zone == "Asia/Novosibirsk"
    assert all(one.system in registry().systems for one in desks.desks.values() if one.system)


@pytest.mark.parametrize(
    ("before", "after"),
    [('topic = "app"', 'topic = "nothing"'), ('zone = "Asia/Novosibirsk"', 'zone = ""'), ('id = "eljur"', 'id = "infoshkola"')],
    ids=["an unknown topic", "hours without a zone", "twice the same desk"],
)
def test_a_wrong_row_stops_the_start(tmp_path: Path, before: str, after: str) -> None:
    source = Path("hub/regions/contacts/help_desks.toml").read_text("utf-8")
    assert before in source
    file = tmp_path / "desks.toml"
    file.write_text(source.replace(before, after), "utf-8")
    with pytest.raises(ValueError):
        read(file)
