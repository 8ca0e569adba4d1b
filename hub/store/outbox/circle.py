"""What the decisions of many events need to know, each by one query: whose carriers, which wishes, which clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from device_ingest.store.tables import EventRow
from hub.store.fields import rows, to_micros
from hub.store.outbox.raw import found_among, found_among_pairs
from hub.store.school.carriers import Carrier, CarrierState
from hub.store.school.schools import School


class Hold(NamedTuple):
    """Whose a number was in a time; `ended` is the state in which it stopped being the child's."""

    child: str
    since: int
    until: int | None
    state: str


Number = tuple[str, str, str]
"""School, kind of carrier, keyed index."""
Read = tuple[str, str | None, str | None, str | None, str | None]
"""Device, kind of carrier, keyed index, door, direction: what one pass is known by."""
STOPPED = (CarrierState.BLOCKED.value, CarrierState.LOST.value)


def holds(numbers: Collection[tuple[str, str]]) -> dict[Number, list[Hold]]:
    """`numbers` by their schools, as they are looked up; the latest owner first."""
    sql = (
        "SELECT c.school, c.kind, c.number_index, c.child, c.since, c.until, c.state "
        "FROM {pairs} CROSS JOIN carrier AS c WHERE c.school = wanted.one AND c.number_index = wanted.other"
    )
    found: dict[Number, list[Hold]] = defaultdict(list)
    for school, kind, index, child, since, until, state in found_among_pairs(Carrier, sql, numbers):
        found[school, kind, index].append(Hold(child, since, until, state))
    for one in found.values():
        one.sort(key=lambda hold: -hold.since)
    return found


def owner(held: Mapping[Number, list[Hold]], number: Number, moment: int) -> tuple[str | None, bool]:
    """Whose it was at that moment, in microseconds; True: whose it had been until it was blocked or lost."""
    stopped = None
    for hold in held.get(number, ()):
        if hold.since > moment:
            continue
        if hold.until is None or hold.until > moment:
            return hold.child, False
        if stopped is None and hold.state in STOPPED:
            stopped = hold.child
    return stopped, stopped is not None


def reads_before(tokens: Collection[str], *, since: datetime, before: int) -> dict[Read, list[int]]:
    """When, in microseconds and in order, these carriers passed by what came before this place of the log."""
    sql = (
        "SELECT device, carrier, token, door, direction, at FROM ingest_event "
        "WHERE at >= ? AND seq < ? AND type = 'ru.schoolhub.pass.v1' AND token = {many}"
    )
    found: dict[Read, list[int]] = defaultdict(list)
    for device, carrier, token, door, direction, at in found_among(EventRow, sql, tokens, to_micros(since), before):
        found[device, carrier, token, door, direction].append(at)
    for one in found.values():
        one.sort()
    return found


def zones(schools: Collection[str]) -> dict[str, str]:
    return dict(found_among(School, "SELECT ogrn, zone FROM school WHERE ogrn = {many}", schools))


def weeks_and_breaks(schools: Collection[str]) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]:
    """By school: since when which weekdays have lessons, the latest first; and first and last days of its holidays."""
    weeks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for school, since, days in found_among(School, "SELECT school, since, days FROM school_week WHERE school = {many}", schools):
        weeks[school].append((since, days))
    breaks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for school, first, last in found_among(School, "SELECT school, first_day, last_day FROM school_break WHERE school = {many}", schools):
        breaks[school].append((first, last))
    for one in weeks.values():
        one.sort(reverse=True)
    return weeks, breaks


def pupils_of_schools(children: Collection[str]) -> dict[str, str]:
    """By child that a guard or a tutor named: the school whose card names it."""
    sql = "SELECT child, school FROM school_card WHERE state = 'active' AND child = {many}"
    return dict(found_among(School, sql, children))


def place_of(reader: str) -> int | None:
    """How far this reader has come; None before its first step."""
    found = rows(EventRow, "SELECT seq FROM ingest_cursor WHERE reader = ?", (reader,))
    return int(found[0][0]) if found else None


def waiting(reader: str) -> int:
    """How many events of the log this reader has not seen yet."""
    sql = "SELECT COUNT(*) FROM ingest_event WHERE seq > COALESCE((SELECT seq FROM ingest_cursor WHERE reader = ?), 0)"
    return int(rows(EventRow, sql, (reader,))[0][0])
