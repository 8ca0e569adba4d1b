"""Passes are paired to visits, whatever the readers missed, doubled or told late (RULES E4; F012)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.flows.timeline.visits import Pass, inside_now, pair

DAY = datetime(2026, 11, 18, tzinfo=UTC)


def at(text: str) -> datetime:
    """`HH:MM[:SS]` of the first day, `+` before it of the next."""
    day, clock = (DAY + timedelta(days=1), text[1:]) if text.startswith("+") else (DAY, text)
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


def read(spec: str) -> Pass:
    """`in 08:12`, `out@2 14:05` (door 2), `? 09:00`."""
    way, _, clock = spec.partition(" ")
    way, _, door = way.partition("@")
    return Pass(id=spec, at=at(clock), way="" if way == "?" else way, door=door or "1", by="gate/card")


CASES = {
    "one day": (["in 08:12", "out 14:05"], ["08:12-14:05"]),
    "home for lunch": (["in 08:12", "out 12:00", "in 12:40", "out 15:00"], ["08:12-12:00", "12:40-15:00"]),
    "two entrances in a row do not break the rest": (["in 08:12", "in 12:40", "out 14:05"], ["08:12-?", "12:40-14:05"]),
    "an exit that nobody saw": (["in 08:12", "in +08:10", "out +14:00"], ["08:12-?", "08:10-14:00"]),
    "an exit alone": (["out 14:05"], ["?-14:05"]),
    "over midnight": (["in 20:00", "out +06:00"], ["20:00-06:00"]),
    "too long to be one visit": (["in 08:00", "out +12:00"], ["08:00-?", "?-12:00"]),
    "several doors": (["in@1 08:12", "out@7 14:05"], ["08:12-14:05"]),
    "the door behind the door": (["in@1 08:12", "in@2 08:13", "out 14:05"], ["08:12-14:05+1"]),
    "a read twice within five seconds": (["in 08:12:00", "in 08:12:05", "out 14:05"], ["08:12-14:05+1"]),
    "two exits soon after each other": (["in 08:12", "out@2 14:05", "out@1 14:06"], ["08:12-14:05+1"]),
    "two exits far from each other": (["in 08:12", "out 14:05", "out 16:00"], ["08:12-14:05", "?-16:00"]),
    "a reader without direction": (["? 08:12", "? 14:05"], ["08:12-14:05 guessed"]),
    "a reader without direction at the exit": (["in 08:12", "? 14:05"], ["08:12-14:05 guessed"]),
    "nothing": ([], []),
}


def shown(reads: list[Pass]) -> list[str]:
    found = []
    for visit in pair(reads):
        ends = "-".join("?" if end is None else f"{end.at:%H:%M}" for end in (visit.came, visit.left))
        found.append(ends + (f"+{len(visit.more)}" if visit.more else "") + (" guessed" if visit.guessed else ""))
    return found


@pytest.mark.rule("E4")
@pytest.mark.feature("F012")
@pytest.mark.parametrize("case", CASES)
def test_passes_become_visits(case: str) -> None:
    reads, wanted = CASES[case]
    assert shown([read(one) for one in reads]) == wanted
    assert shown([read(one) for one in reversed(reads)]) == wanted, "a late event pairs anew"


def test_the_length_is_known_where_both_ends_are() -> None:
    (visit,) = pair([read("in 08:12"), read("out 14:05")])
    assert visit.length == timedelta(hours=5, minutes=53)
    assert visit.inside(at("09:00")) and not visit.inside(at("14:05"))
    (open_,) = pair([read("in 08:12")])
    assert open_.length is None and not open_.inside(at("09:00"))


@pytest.mark.parametrize(
    ("reads", "now", "wanted"),
    [(["in 08:12"], "14:00", True), (["in 08:12"], "+14:00", False), (["out 8:00"], "9:00", False), ([], "9:00", False)],
)
def test_who_came_and_did_not_leave_is_inside_for_a_day_at_most(reads: list[str], now: str, wanted: bool) -> None:
    assert inside_now(pair([read(one) for one in reads]), at(now)) is wanted


READS = st.lists(
    st.builds(
        lambda n, way, door, seconds: Pass(id=str(n), at=DAY + timedelta(seconds=seconds), way=way, door=door, by="g"),
        st.integers(0, 10**6), st.sampled_from(("in", "out", "")), st.sampled_from("12"), st.integers(0, 3 * 86400),
    ),
    max_size=25, unique_by=lambda one: one.id,
)  # fmt: skip


@given(READS, st.randoms())
def test_every_pass_is_in_exactly_one_visit_and_the_order_of_arrival_changes_nothing(reads: list[Pass], chance: Random) -> None:
    visits = pair(reads)
    assert sorted(one.id for visit in visits for one in visit.passes) == sorted(one.id for one in reads)
    chance.shuffle(reads)
    assert pair(reads) == visits
    assert all(a.first.at <= b.first.at for a, b in pairwise(visits))
    assert all(visit.length is None or timedelta() <= visit.length for visit in visits)
