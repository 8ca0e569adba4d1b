"""The school's calendar, told day by day and joined into stretches, and the announcements of the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.frame import Frame
from connectors.kit.answers import original
from connectors.kit.diary import Announcement, Period, Term
from connectors.kit.local_time import school_year
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text

_STUDY = "workday"
_VACATION = "vacation"
_FREE = {_VACATION: "Каникулы", "holiday": "Праздничный день"}


@dataclass(slots=True, kw_only=True)
class _Stretch:
    """Days in a row that belong together."""

    type: str
    name: str
    start: date
    end: date
    plain: Any

    @property
    def is_free(self) -> bool:
        return self.type != _STUDY


def terms(frame: Frame, days: Sequence[wire.Day], plain: Sequence[Any]) -> tuple[Term, ...]:
    return tuple(_term(frame, one) for one in _joined(_rows(frame, days, plain)))


def _term(frame: Frame, one: _Stretch) -> Term:
    year = school_year(one.start)
    period = Period(
        id=f"{year} {one.name}",
        kind=kind_of(one.name),
        name=one.name,
        number=number_of(one.name),
        start=one.start,
        end=one.end,
        school_year=year,
    )
    return Term(
        origin=frame.origin(f"{one.start} {one.name}"),
        name=one.name,
        start=one.start,
        end=one.end,
        is_holiday=one.is_free,
        period=None if one.is_free else period,
        raw=original(one.plain),
    )


def _rows(frame: Frame, days: Sequence[wire.Day], plain: Sequence[Any]) -> list[_Stretch]:
    """Equal days in a row; a weekend belongs to the study or the vacation that it ends, and lengthens no feast."""
    rows: list[_Stretch] = []
    dated = [(frame.day(day.date, f"$[{at}].date"), day, own) for at, (day, own) in enumerate(zip(days, plain, strict=True))]
    for day, told, own in sorted(dated, key=lambda one: one[0]):
        last = rows[-1] if rows and (day - rows[-1].end).days == 1 else None
        name = _name(told)
        if not name:
            if last is not None and last.type in (_STUDY, _VACATION):
                last.end = day
        elif last is not None and (last.type, last.name) == (told.type, name):
            last.end = day
        else:
            rows.append(_Stretch(type=told.type or "", name=name, start=day, end=day, plain=own))
    return rows


def _joined(rows: Sequence[_Stretch]) -> list[_Stretch]:
    """A period of study goes on after whatever interrupts it; a vacation goes on after a feast, and not after study."""
    found: list[_Stretch] = []
    for row in rows:
        same = next((one for one in reversed(found) if (one.type, one.name) == (row.type, row.name)), None)
        if same is not None and _goes_on(same, row, found):
            same.end = row.end
        else:
            found.append(row)
    return found


def _goes_on(same: _Stretch, row: _Stretch, found: Sequence[_Stretch]) -> bool:
    if not row.is_free:
        return school_year(same.start) == school_year(row.start)
    return row.type == _VACATION and not any(one.end > same.end for one in found if not one.is_free)


def _name(day: wire.Day) -> str:
    """Empty for a day off, and for a type that nobody documented."""
    if day.type == _STUDY:
        return plain_text(day.description) or plain_text(day.title)
    if day.type in _FREE:
        return plain_text(day.title) or plain_text(day.description) or _FREE[day.type]
    return ""


def announcements(frame: Frame, messages: Sequence[wire.SystemMessage], plain: Sequence[Any]) -> tuple[Announcement, ...]:
    """Those published in the window."""
    records = []
    for at, (one, own) in enumerate(zip(messages, plain, strict=True)):
        where = f"$[{at}]"
        published = frame.maybe_moment(one.published_from, f"{where}.published_from")
        if published is None or one.is_published is False or not frame.holds(published.astimezone(frame.zone).date()):
            continue
        records.append(
            Announcement(
                origin=frame.origin(str(one.id)),
                title=plain_text(one.title),
                body=plain_text(one.text),
                published_at=published,
                author=plain_text(one.author),
                scope="system",
                valid_until=frame.maybe_moment(one.published_to, f"{where}.published_to"),
                raw=original(own),
            )
        )
    return tuple(records)
