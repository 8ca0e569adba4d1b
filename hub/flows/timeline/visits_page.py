"""«Проходная»: a child's visits by the days of its school, of one date or of several (F012, F013; RULES E4, E6, E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.contradictions.words import seen_by
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading, refusal
from hub.flows.timeline.day import NO_DOORS, presence_of
from hub.flows.timeline.doors import cards_of, doors_of, suspect
from hub.flows.timeline.passed import event_key, events_of, visits_of, went_through
from hub.flows.timeline.scope import Scope, scope_of
from hub.flows.timeline.show import LENT
from hub.flows.timeline.visits import LONGEST, Pass, Visit
from hub.flows.views.people.joint import Contradiction
from hub.flows.views.people.visits import PassView, VisitDay, VisitRow, VisitsView
from hub.ledger.debits.calendar import school_day
from hub.store.school.devices import DeviceCard
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import view_right

PAGE, MOST = "passes", 1500
OF_PASSES = frozenset({"debit_without_pass", "there_without_pass", "away_with_pass", "told_away_with_pass"})


async def show_visits(
    deps: Deps, visitor: Visitor, child: str, *, day: date | None = None, first: date | None = None, last: date | None = None
) -> VisitsView:
    """One `day`, or from `first` to `last`; without them the last thirty, by the school's clock."""
    now = deps.now()

    def unit() -> VisitsView:
        may_see(deps, visitor, child, now=now)
        scope = scope_of(deps, visitor, first=day or first, last=day or last, only=child, limit=MOST)
        odd = seen_by(deps, visitor.person, (child,), since=scope.start.date())
        return _view(scope, child, day, now, [one for one in odd if one.rule in OF_PASSES])

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


def may_see(deps: Deps, visitor: Visitor, child: str, *, now: datetime) -> None:
    """In the caller's unit: a lent view hears why not, a foreign child does not exist."""
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=now)
    if not right.allowed:
        raise refusal(right)
    if right.delegated or right.diary_only:
        raise Refused(Reason.FORBIDDEN, LENT)


def _view(scope: Scope, child: str, day: date | None, now: datetime, odd: Sequence[Contradiction]) -> VisitsView:
    zone, school = ZoneInfo(scope.zone_of(child)), scope.carried.school_of(child)
    rows = events_of(scope.carried, start=scope.start - LONGEST, end=scope.end + LONGEST, limit=MOST, types=(EventType.PASS,))
    mine = [row for row in rows if scope.carried.child_of(row) == child]
    doors = doors_of({school}).get(school, NO_DOORS)
    today = now.astimezone(zone).date()
    silent = doors.silent_since(now, school_day=school_day(school, today))
    made = _Days(scope, zone, school, {event_key(row): row for row in mine}, cards_of({row.school for row in mine}))
    days = made.of(visits_of(mine), [row for row in mine if not went_through(row)], odd)
    started = [row for row in mine if row.at.astimezone(zone).date() == today and went_through(row)]
    first, last = scope.start.astimezone(zone).date(), min(scope.end.astimezone(zone).date(), today)
    return VisitsView(
        zone=zone.key,
        start=first,
        end=day or last,
        today=today,
        date=day,
        presence=presence_of(scope, child, doors, started[0] if started else None, works=school_day(school, today), silent=bool(silent)),
        heard_at=doors.last,
        silent_since=silent,
        cut=len(rows) == MOST,
        days=days,
    )


class _Days:
    """Puts visits on their days: one that began on the evening before stands on the first day asked for."""

    def __init__(self, scope: Scope, zone: ZoneInfo, school: str, rows: Mapping[str, Kept], cards: Mapping[str, DeviceCard]) -> None:
        self._scope, self._zone, self._school, self._rows, self._cards = scope, zone, school, rows, cards

    def of(self, visits: Sequence[Visit], denied: Sequence[Kept], odd: Sequence[Contradiction]) -> tuple[VisitDay, ...]:
        shown = [visit for visit in visits if any(self._asked(one.at) for one in visit.passes)]
        refused = [row for row in denied if self._asked(row.at)]
        told = [one for one in odd if self._scope.start.astimezone(self._zone).date() <= one.day <= self._day(self._scope.end)]
        days = {self._day(visit.first.at) for visit in shown} | {self._day(row.at) for row in refused} | {one.day for one in told}
        return tuple(
            VisitDay(
                date=day,
                school_day=school_day(self._school, day),
                visits=tuple(self._visit(one) for one in shown if self._day(one.first.at) == day),
                denied=tuple(self._pass(event_key(row)) for row in reversed(refused) if self._day(row.at) == day),
                contradictions=tuple(one for one in told if one.day == day),
            )
            for day in sorted(days, reverse=True)
        )

    def _asked(self, at: datetime) -> bool:
        return self._scope.start <= at < self._scope.end

    def _day(self, at: datetime) -> date:
        return max(at, self._scope.start).astimezone(self._zone).date()

    def _visit(self, visit: Visit) -> VisitRow:
        length = visit.length
        return VisitRow(
            came=self._end(visit.came),
            left=self._end(visit.left),
            minutes=None if length is None else int(length.total_seconds() // 60),
            guessed=visit.guessed,
            more=tuple(self._pass(one.id) for one in visit.more),
        )

    def _end(self, one: Pass | None) -> PassView | None:
        return None if one is None else self._pass(one.id)

    def _pass(self, id_: str) -> PassView:
        row = self._rows[id_]
        card = self._cards.get(row.device)
        return PassView(
            id=id_,
            at=row.at,
            direction=row.direction,
            door=row.door,
            place=card.place if card else "",
            received_at=row.received_at,
            received_late=row.late,
            confirmed=row.auth.strong,
            auth=row.auth.value,
            suspect=suspect(card, row.at),
            offline=bool(row.data.get("buffered") or row.data.get("offline")),
            by_name=row.carrier == MANUAL,
            reason="" if went_through(row) else str(row.data.get("reason") or "вход закрыт"),
        )
