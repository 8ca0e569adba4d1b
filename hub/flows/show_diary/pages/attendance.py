"""Absences and late arrivals of a period: how many, in which subjects, in which months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from connectors.kit.diary import AttendanceKind, Datum
from hub.deps import Deps
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_diary.pages.frame import Asked, dated_periods, head, read
from hub.flows.show_diary.pages.views import Absences, AttendanceView
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import AttendanceItem, FinalItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor

KINDS = tuple(kind.value for kind in AttendanceKind if kind is not AttendanceKind.PRESENT)
NO_SUBJECT = "Весь день"


async def show_attendance(deps: Deps, visitor: Visitor, child: str, asked: Asked) -> AttendanceView:
    """Without dates the school year so far."""
    today = await today_of(deps, child)
    window = asked.window(school_year_of(today).start, today)
    seen = await read(deps, visitor, child, "diary.attendance", frozenset({Datum.ATTENDANCE, Datum.FINALS}), window)
    items = [one for one in decoded(seen.of(Datum.ATTENDANCE), AttendanceItem) if one.kind in KINDS]
    found = {one.kind for one in items}
    subjects = sorted({one.subject or NO_SUBJECT for one in items})
    return AttendanceView(
        **head(deps, visitor, seen, window),
        kinds=tuple(kind for kind in KINDS if kind in found),
        total=_counted("Всего", items),
        days=len({one.date for one in items}),
        subjects=tuple(_counted(name, [one for one in items if (one.subject or NO_SUBJECT) == name]) for name in subjects),
        months=tuple(_months(items)),
        items=tuple(sorted(items, key=lambda one: one.date, reverse=True)),
        periods=dated_periods(decoded(seen.of(Datum.FINALS), FinalItem)),
    )


def _counted(name: str, items: Sequence[AttendanceItem]) -> Absences:
    return Absences(name=name, counts=dict(Counter(one.kind for one in items)), total=len(items))


def _months(items: Sequence[AttendanceItem]) -> Iterable[Absences]:
    for first in sorted({one.date.replace(day=1) for one in items}):
        mine = [one for one in items if one.date.replace(day=1) == first]
        yield Absences(name=first.strftime("%m.%Y"), first=first, counts=dict(Counter(one.kind for one in mine)), total=len(mine))
