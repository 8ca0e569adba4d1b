"""«Календарный учебный график»: the school year with its periods and holidays, and what is now (F174)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.show_diary.blocks import school_year_name, school_year_of
from hub.flows.show_diary.pages.frame import head, read
from hub.flows.show_diary.pages.views import DayCell, MonthView, TermsView
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import TermItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor

DAY = timedelta(days=1)
SUNDAY = 6


async def show_terms(deps: Deps, visitor: Visitor, child: str, *, day: date | None = None) -> TermsView:
    """The school year of that day, or of today."""
    year = school_year_of(day or await today_of(deps, child))
    seen = await read(deps, visitor, child, "diary.terms", frozenset({Datum.TERMS}), year)
    terms = _once(decoded(seen.of(Datum.TERMS), TermItem))
    top = head(deps, visitor, seen, year)
    today = top["today"]
    periods = [one for one in terms if not one.holiday and (one.period_info is None or one.period_info.kind != "year")]
    holidays = [one for one in terms if one.holiday]
    return TermsView(
        **top,
        school_year=school_year_name(year),
        periods=tuple(periods),
        holidays=tuple(holidays),
        months=tuple(_months(year, terms)) if terms else (),
        now=_now(holidays, today) or _now(periods, today),
        soon=next((one for one in holidays if one.start > today), None),
    )


def _once(terms: Iterable[TermItem]) -> list[TermItem]:
    """By their first day, the shorter first; what two diaries tell alike is told once."""
    found = {(one.start, one.end, one.holiday): one for one in terms}
    return sorted(found.values(), key=lambda one: (one.start, one.end))


def _now(terms: Iterable[TermItem], today: date) -> TermItem | None:
    return next((one for one in terms if one.start <= today <= one.end), None)


def _months(year: Window, terms: Sequence[TermItem]) -> Iterable[MonthView]:
    """From the first month that a term touches to the last."""
    first, last = max(year.start, min(one.start for one in terms)), min(year.end, max(one.end for one in terms))
    month = first.replace(day=1)
    while month <= last:
        yield _month(month, terms)
        month = (month + timedelta(days=32)).replace(day=1)


def _month(first: date, terms: Sequence[TermItem]) -> MonthView:
    weeks: list[tuple[DayCell | None, ...]] = []
    day = first - timedelta(days=first.weekday())
    while day.month == first.month or day < first:
        weeks.append(tuple(_cell(one, terms) if one.month == first.month else None for one in (day + n * DAY for n in range(7))))
        day += 7 * DAY
    return MonthView(first=first, weeks=tuple(weeks))


def _cell(day: date, terms: Sequence[TermItem]) -> DayCell:
    mine = [one for one in terms if one.start <= day <= one.end]
    off = next((one for one in mine if one.holiday), None)
    if off is not None:
        return DayCell(date=day, kind="holiday", name=off.name)
    if day.weekday() == SUNDAY:
        return DayCell(date=day, kind="weekend")
    return DayCell(date=day, kind="study", name=mine[0].name) if mine else DayCell(date=day, kind="off")
