"""The table of notices, row by row: which way each kind takes by whose word, when it is too late, and what no text ever says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.notice import parts_of
from hub.flows.notices.deciding import pattern, stopped, until
from hub.flows.notices.happenings import Calendar, Says
from hub.flows.notices.hours import clock, minutes, quiet_until, zones
from hub.flows.notices.kinds import CHANNELS, EMAIL, FREE, OF_DEVICES, PAGE, PUSH, RULES, SMS, Kind, Urgency, Why
from hub.flows.notices.texts import NOBODY, Told, digest, line
from hub.flows.notices.words import KINDS, WHY
from hub.store.outbox.quiet import Quiet

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ALL_ON = tuple((channel, True) for channel in CHANNELS)
ALL_OFF = tuple((channel, False) for channel in CHANNELS)
NIGHT = Quiet()
RUSSIA = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk", "Asia/Irkutsk",
    "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip


def ways(kind: Kind, said: tuple[tuple[str, bool], ...] = (), *, weak: bool = False) -> set[str]:
    return {one.channel for one in pattern(kind, said, weak=weak).going}


@pytest.mark.rule("F1")
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("said", [(), ALL_ON, ALL_OFF])
def test_every_channel_has_an_answer_and_every_rule_its_words(kind: Kind, said: tuple[tuple[str, bool], ...]) -> None:
    decided = pattern(kind, said)
    named = dict(one.split(":") for one in decided.rules.split())
    assert {one.channel for one in decided.going} | set(named) == set(CHANNELS)
    assert not {one.channel for one in decided.going} & set(named)
    assert set(named.values()) <= set(WHY)
    assert kind in KINDS and kind in RULES


@pytest.mark.rule("F1")
def test_every_reason_has_a_sentence() -> None:
    assert set(WHY) == set(Why)


@pytest.mark.rule("F2")
@pytest.mark.parametrize("kind", Kind)
def test_nobody_gets_an_sms_who_did_not_ask_for_it(kind: Kind) -> None:
    assert SMS not in ways(kind) and SMS not in ways(kind, ALL_OFF)
    assert SMS not in RULES[kind].usual


@pytest.mark.rule("F2")
@pytest.mark.parametrize("kind", [kind for kind in Kind if RULES[kind].urgency is Urgency.SERVICE])
def test_service_messages_are_free_and_cannot_be_switched_off(kind: Kind) -> None:
    assert ways(kind) == ways(kind, ALL_OFF) == ways(kind, ALL_ON) == set(RULES[kind].usual) <= FREE


@pytest.mark.rule("F2")
def test_the_free_ways_come_first_and_the_page_outside_the_chain() -> None:
    steps = {one.channel: (one.step, one.after) for one in pattern(Kind.ENTERED, ALL_ON).going}
    assert sorted(steps, key=lambda channel: steps[channel][0]) == ["page", "push", "max", "vk", "email", "sms"]
    assert steps[PAGE] == (0, timedelta()) and steps[PUSH][1] == timedelta()
    assert steps[SMS][1] == timedelta(seconds=300)
    assert {one.channel: one.after for one in pattern(Kind.ENTERED, ((SMS, True),)).going} == {SMS: timedelta()}


@pytest.mark.rule("E6")
@pytest.mark.parametrize("kind", sorted(OF_DEVICES))
def test_a_device_that_does_not_sign_costs_nobody_and_alarms_nobody(kind: Kind) -> None:
    found = ways(kind, ALL_ON, weak=True)
    assert found == (set() if RULES[kind].urgency is Urgency.URGENT else set(FREE))


@pytest.mark.rule("E4")
@pytest.mark.parametrize(
    ("kind", "minutes_ago", "why"),
    [
        (Kind.ENTERED, 15, None), (Kind.ENTERED, 16, Why.LATE), (Kind.LEFT, 16, Why.LATE), (Kind.PASSED, 16, Why.LATE),
        (Kind.LEFT_EARLY, 16, None), (Kind.CARD_USED, 600, None), (Kind.CARD_REFUSED, 16, None),
        (Kind.MEAL, 11 * 60, None), (Kind.MEAL, 13 * 60, Why.LATE), (Kind.LOW_BALANCE, 25 * 60, Why.LATE), (Kind.SERVICE, 9999, None),
    ],
)  # fmt: skip
def test_what_is_too_late_is_told_to_nobody_but_alarms_are(kind: Kind, minutes_ago: int, why: Why | None) -> None:
    assert stopped(kind, NOW - timedelta(minutes=minutes_ago), repeated=False, now=NOW) == why


@pytest.mark.rule("E4")
def test_the_same_pass_again_is_a_duplicate_even_when_it_is_late() -> None:
    assert stopped(Kind.ENTERED, NOW - timedelta(days=1), repeated=True, now=NOW) is Why.DUPLICATE
    assert pattern(Kind.ENTERED, ALL_ON, stopped=Why.DUPLICATE).going == ()


@pytest.mark.rule("F3")
def test_a_night_delays_all_but_the_page_and_gives_it_the_morning() -> None:
    night = NOW + timedelta(hours=5)
    decided = pattern(Kind.ENTERED, ALL_ON, night=True)
    assert {one.rule for one in decided.going if one.channel != PAGE} == {Why.QUIET_HOURS}
    assert until(Kind.ENTERED, NOW, NOW, night) == night + timedelta(hours=12)
    assert until(Kind.ENTERED, NOW, NOW, None) == NOW + timedelta(minutes=15)


@pytest.mark.rule("F3")
@pytest.mark.parametrize("zone", RUSSIA)
def test_quiet_hours_begin_and_end_by_each_of_the_eleven_clocks(zone: str) -> None:
    def at(day: int, hour: int, minute: int) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    morning = at(19, 7, 0)
    assert zone in zones()
    assert quiet_until(Quiet(zone=zone), "Europe/Moscow", at(18, 21, 59)) is None
    assert quiet_until(Quiet(zone=zone), "Europe/Moscow", at(18, 22, 0)) == morning
    assert quiet_until(NIGHT, zone, at(19, 0, 0)) == morning
    assert quiet_until(NIGHT, zone, at(19, 6, 59)) == morning
    assert quiet_until(NIGHT, zone, at(19, 7, 0)) is None
    assert quiet_until(Quiet(off=True), zone, at(19, 3, 0)) is None
    assert quiet_until(Quiet(first=13 * 60, last=15 * 60), zone, at(19, 14, 30)) == at(19, 15, 0)


@pytest.mark.rule("F3")
@pytest.mark.parametrize(
    ("text", "found"), [("22:00", 1320), ("00:00", 0), ("7:00", None), ("24:00", None), ("22:00:00", None), ("", None), ("22:00Z", None)]
)
def test_a_time_of_the_day_is_four_digits(text: str, found: int | None) -> None:
    assert minutes(text) == found
    assert found is None or clock(found) == text


@pytest.mark.parametrize(
    ("day", "hour", "minute", "lessons"),
    [(18, 10, 0, True), (18, 8, 0, False), (18, 12, 30, False), (18, 14, 0, False), (22, 10, 0, False), (21, 10, 0, True)],
)
def test_lessons_are_on_the_schools_own_days_by_its_own_clock(day: int, hour: int, minute: int, lessons: bool) -> None:
    zone = "Asia/Krasnoyarsk"
    moment = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone))
    assert Calendar().lessons_at(moment, zone) is lessons
    assert not Calendar(breaks=(("2026-11-16", "2026-11-22"),)).lessons_at(moment, zone)
    five = Calendar(weeks=(("2026-09-01", "12345"),))
    assert five.lessons_at(moment, zone) is (lessons and day != 21)


HARMLESS = st.sampled_from(["", "Зайчик", "Мой", "Кнопка", "Sunny"])


@pytest.mark.rule("F4")
@given(
    kind=st.sampled_from(list(Kind)), name=HARMLESS, weak=st.booleans(), kop=st.integers(0, 10_000_000), minutes_ago=st.integers(0, 9000)
)
def test_no_text_for_a_phone_says_a_number_a_sum_a_school_or_a_place(kind: Kind, name: str, weak: bool, kop: int, minutes_ago: int) -> None:
    says = Says(way="in", kop=kop, weak=weak, zone="Asia/Krasnoyarsk", why="till", notice="n")
    text = line(Told(kind=kind, at=NOW - timedelta(minutes=minutes_ago), says=says, name=name), now=NOW)
    told = re.sub(r"\d\d:\d\d( \d\d\.\d\d)?", "", text)
    assert not re.search(r"\d|₽|руб|школа|льгот|диет|долг|остат|баланс|СНИЛС", told, re.IGNORECASE), text
    assert (name or NOBODY) in text or kind not in OF_DEVICES
    assert "до" not in told.split()


@pytest.mark.rule("F4")
@pytest.mark.parametrize("kind", sorted(OF_DEVICES))
def test_a_text_about_a_pass_is_one_sms(kind: Kind) -> None:
    assert parts_of(line(Told(kind=kind, at=NOW, says=Says(), name="Зайчик"), now=NOW)) == 1


@pytest.mark.rule("F3")
def test_a_long_night_is_two_sms_at_most_and_says_how_much_more_there_was() -> None:
    many = [Told(kind=Kind.ENTERED, at=NOW + timedelta(minutes=n), says=Says(), name="Зайчик") for n in range(40)]
    text = digest(many, now=NOW)
    assert parts_of(text) <= 2 and re.search(r"; и ещё \d+$", text)
    assert digest(many[:1], now=NOW) == line(many[0], now=NOW)


def test_the_reason_for_email_is_not_that_of_sms() -> None:
    rules = dict(one.split(":") for one in pattern(Kind.TOP_UP, ()).rules.split())
    assert (rules[SMS], rules.get(EMAIL)) == (Why.NOT_FOR_SMS, None)
