"""Entries as an iCalendar file (RFC 5545): hours in the school's zone with its rules, never in UTC; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

import icalendar  # type: ignore[import-untyped]  # version 6 ships no types; this is the one module that uses it

from hub.flows.outputs.calendar.entries import Entry

PRODUCT = "-//School Hub//Timetable 1//RU"
ASK_AGAIN = timedelta(hours=4)


def write(entries: Iterable[Entry], *, name: str, zone: str, first: date, last: date) -> bytes:
    """The same entries give the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    again = icalendar.vDuration(ASK_AGAIN)
    calendar.add("x-published-ttl", again.to_ical().decode())
    again.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", again)
    found = list(entries)
    if any(isinstance(entry.start, datetime) for entry in found):
        calendar.add_component(_zone(zone, first, last))
    for entry in found:
        calendar.add_component(_event(entry))
    made: bytes = calendar.to_ical()
    return made


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.modified)
    event.add("last-modified", entry.modified)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", _plain(entry.summary))
    if entry.place:
        event.add("location", _plain(entry.place))
    if entry.text:
        event.add("description", _plain(entry.text))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if entry.cancelled or not isinstance(entry.start, datetime) else "OPAQUE")
    return event


def _plain(text: str) -> str:
    """RFC 5545 allows no control characters but tabs and the line breaks that the library escapes."""
    return "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign in "\n\t" or (sign >= " " and sign != "\x7f"))


@lru_cache(maxsize=100)
def _zone(zone: str, first: date, last: date) -> icalendar.Timezone:
    """A day more on both sides: a lesson near midnight has its rule too."""
    return icalendar.Timezone.from_tzid(zone, first_date=first - timedelta(days=1), last_date=last + timedelta(days=2))
