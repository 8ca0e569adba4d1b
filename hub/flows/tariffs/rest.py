"""A school's office names its holidays: tariffs rest in them, and the family reads until when (RULES D6, D7)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.tariffs import BreakList, BreakView
from hub.ledger.school_days import usual
from hub.store.school import breaks
from hub.store.sessions import Visitor

LONGEST = 120
LONGEST_TITLE = 60
NO_DAYS = "Назовите первый и последний день каникул: последний не раньше первого, не больше 120 дней."
NO_TITLE = "Назовите каникулы, например «Осенние каникулы»: до 60 знаков."
PAST = "Эти дни уже прошли: каникулы называют заранее."
OVERLAP = "Эти дни уже входят в другие каникулы."


async def show_breaks(deps: Deps, visitor: Visitor) -> BreakList:
    """The school's own from this day on, and what every school has."""
    now = deps.now()

    def unit() -> BreakList:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        today = now.astimezone(ZoneInfo(officer.zone)).date()
        own = [
            BreakView(id=one.id, first=one.first, last=one.last, title=one.title) for one in breaks.of_school(officer.school, since=today)
        ]
        every = [
            BreakView(id="", first=one.first, last=one.last, title=one.title)
            for year in (today.year, today.year + 1)
            for one in usual(year)
            if one.last >= today
        ]
        return BreakList(school=officer.school, today=today, items=tuple(sorted([*own, *every], key=lambda one: one.first)))

    return await deps.db.read(unit)


async def put_break(deps: Deps, visitor: Visitor, first: date, last: date, title: str) -> None:
    """Ahead of its first day: what was paid for is not counted anew."""
    now, words = deps.now(), " ".join(title.split())
    if not first <= last or (last - first).days >= LONGEST:
        raise Refused(Reason.MALFORMED, NO_DAYS)
    if not 0 < len(words) <= LONGEST_TITLE:
        raise Refused(Reason.MALFORMED, NO_TITLE)

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        if first <= now.astimezone(ZoneInfo(officer.zone)).date():
            raise Refused(Reason.MALFORMED, PAST)
        if any(one.first != first and one.first <= last and first <= one.last for one in breaks.of_school(officer.school)):
            raise Refused(Reason.MALFORMED, OVERLAP)
        breaks.put(officer.school, first, last, words, by=officer.person, now=now)

    await deps.db.write(unit)


async def drop_break(deps: Deps, visitor: Visitor, id_: str) -> None:
    """Only what is still ahead; a foreign school's is not there."""
    now = deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        known = next((one for one in breaks.of_school(officer.school) if one.id == id_), None)
        if known is None:
            raise Refused(Reason.NOT_FOUND)
        if known.first <= now.astimezone(ZoneInfo(officer.zone)).date():
            raise Refused(Reason.MALFORMED, PAST)
        breaks.remove(officer.school, id_)

    await deps.db.write(unit)
