"""How many eat today, class by class: the roster without those whose families told of an absence; numbers only (RULES B6)."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.listing import in_order
from hub.flows.views.school.staff import MealClass, MealCounts
from hub.store.sessions import Visitor
from hub.store.written import absences
from hub.store.written.absences import NoticeState
from identity.model import PersonId
from identity.store import classes_in
from identity.store.school.cards import classes_of

AHEAD = timedelta(days=14)
MOST = 5000


async def count_meals(deps: Deps, visitor: Visitor, *, day: date | None = None) -> MealCounts:
    """Of today, or of a day up to two weeks ahead. Nobody is named, so that no child is read."""

    def unit() -> MealCounts:
        officer = officer_of(deps, visitor, act=Act.DIET)
        today = deps.now().astimezone(ZoneInfo(officer.zone)).date()
        on = day or today
        if not today <= on <= today + AHEAD:
            raise Refused(Reason.MALFORMED, "День — от сегодняшнего и не дальше двух недель.")
        told = absences.of_school(deps.keys, officer.school, states=(NoticeState.SENT, NoticeState.ACCEPTED), since=on, limit=MOST)
        away = {PersonId(one.child) for one in told if one.first_day <= on <= one.last_day and not one.told.lessons}
        where = classes_of(tuple(away))
        gone = [klass for school, klass in where.values() if school == officer.school]
        found = [one for one in classes_in(officer.school, now=deps.now()) if officer.covers(one.name)]
        items = tuple(
            MealClass(name=one.name, pupils=one.pupils, away=gone.count(one.name))
            for one in sorted(found, key=lambda one: in_order(one.name))
        )
        return MealCounts(
            zone=officer.zone,
            day=on,
            today=today,
            pupils=sum(one.pupils for one in items),
            away=sum(one.away for one in items),
            items=items,
        )

    return await deps.db.read(unit)
