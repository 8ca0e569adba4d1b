"""What concerns the whole school: the periods of the class's year, and the open announcements."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.diaries.petersburg.mapping import wire
from connectors.diaries.petersburg.mapping.frame import MOSCOW, Frame
from connectors.kit.answers import decode
from connectors.kit.diary import Announcement, Period, PeriodKind, Term
from connectors.kit.local_time import dotted_day, dotted_moment, school_year
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text
from connectors.kit.terms import of_periods

YEAR = 23
"""The education period of the whole year, as its clients know it."""


def terms(frame: Frame, items: Sequence[msgspec.Raw]) -> tuple[Term, ...]:
    """The periods of study; holidays are not told."""
    return of_periods((_period(frame, decode(frame.system, bytes(item), wire.PeriodOf)) for item in items), frame.origin)


def _period(frame: Frame, one: wire.PeriodOf) -> Period:
    name = plain_text(one.name)
    start = dotted_day(frame.system, one.date_from[:10], "$.items[].date_from")
    is_year = one.education_period is not None and one.education_period.id == YEAR
    return Period(
        id=str(one.identity.id),
        kind=PeriodKind.YEAR if is_year else kind_of(name),
        name=name,
        number=number_of(name),
        start=start,
        end=dotted_day(frame.system, one.date_to[:10], "$.items[].date_to"),
        school_year=school_year(start),
    )


def announcements(frame: Frame, items: Sequence[msgspec.Raw]) -> tuple[Announcement, ...]:
    """Those of the window's days."""
    records = []
    for item in items:
        one = decode(frame.system, bytes(item), wire.Notice)
        at = dotted_moment(frame.system, one.datetime, MOSCOW, "$.items[].datetime")
        if frame.holds(at.astimezone(MOSCOW).date()):
            records.append(
                Announcement(
                    origin=frame.origin(str(one.identity.id)),
                    title=plain_text(one.title),
                    body=plain_text(one.content),
                    published_at=at,
                    author=plain_text(one.author),
                )
            )
    return tuple(records)
