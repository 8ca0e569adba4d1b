"""«Вход в 08:12»: each child's own day in few reads, by the clock of its school (PAGES «Сегодня»; RULES E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.intake import NEWEST
from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.contradictions.words import seen_by
from hub.flows.show_diary.sources import note_readings
from hub.flows.timeline.doors import Doors, cards_of, doors_of, suspect
from hub.flows.timeline.joint import PAGE
from hub.flows.timeline.passed import events_of, went_through
from hub.flows.timeline.scope import Scope, scope_of
from hub.flows.views.people.day import DayCard, EatenView, Presence
from hub.flows.views.people.joint import Contradiction
from hub.ledger.debits.across import Moved, between
from hub.ledger.debits.calendar import school_day
from hub.ledger.model import AccountId, Kind, Purpose
from hub.ledger.store import reading
from hub.ledger.texts import PURPOSES
from hub.store.school.devices import DeviceCard
from hub.store.sessions import Visitor

MOST = 500
MOST_ODD, ODD = 3, timedelta(days=7)
NO_DOORS = Doors(zone="Europe/Moscow", each=())
MEALS = (Kind.MEAL,)


async def show_day(deps: Deps, visitor: Visitor) -> dict[str, DayCard]:
    """By child; those that are not the visitor's own, or only lent, are left out."""
    now = deps.now()

    def unit() -> dict[str, DayCard]:
        scope = scope_of(deps, visitor, first=None, last=None, only=None, limit=MOST, span=timedelta(days=2))
        doors = doors_of(scope.schools)
        rows = events_of(scope.carried, start=scope.start, end=scope.end, limit=MOST, types=(EventType.PASS,))
        meals = between(scope.accounts, start=scope.start, end=now + NEWEST, limit=MOST, kinds=MEALS)
        kept = reading.balances([id_ for id_, owned in scope.accounts.items() if owned.purpose is Purpose.MEAL])
        cards = cards_of(scope.schools) if rows else {}
        odd = seen_by(deps, visitor.person, tuple(scope.children), since=(now - ODD).date())
        return {
            child: _card(
                scope,
                child,
                doors.get(scope.carried.school_of(child), NO_DOORS),
                next((row for row in rows if scope.carried.child_of(row) == child and went_through(row)), None),
                [one for one in meals if scope.accounts[one.account].child == child],
                kept,
                cards,
                tuple(one for one in odd if one.child == child and one.state == "open")[:MOST_ODD],
                now,
            )
            for child in scope.children
        }

    found = await deps.db.read(unit)
    await note_readings(deps, visitor, list(found), PAGE)
    return found


def _card(
    scope: Scope,
    child: str,
    doors: Doors,
    last: Kept | None,
    meals: Sequence[Moved],
    balances: Mapping[AccountId, int],
    cards: Mapping[str, DeviceCard],
    odd: tuple[Contradiction, ...],
    now: datetime,
) -> DayCard:
    zone = scope.zone_of(child)
    here = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(here.date(), time(), here.tzinfo).astimezone(UTC)
    if last is not None and last.at < midnight:
        last = None
    works = school_day(scope.carried.school_of(child), here.date())
    silent = doors.silent_since(now, school_day=works)
    card = cards.get(last.device) if last else None
    eaten = tuple(_eaten(scope, one) for one in reversed(meals) if one.at >= midnight and one.back_kop < -one.amount_kop)
    account = next((id_ for id_, owned in scope.accounts.items() if owned.child == child and owned.purpose is Purpose.MEAL), None)
    return DayCard(
        child=child,
        zone=zone,
        presence=presence_of(scope, child, doors, last, works=works, silent=silent is not None),
        at=last.at if last else None,
        place=card.place if card else "",
        received_late=bool(last and last.late),
        confirmed=last is None or last.auth.strong,
        suspect=last is not None and suspect(card, last.at),
        heard_at=doors.last,
        silent_since=silent,
        eaten=eaten,
        eaten_kop=sum(one.amount_kop for one in eaten),
        meal_account=account,
        meal_kop=balances.get(account) if account else None,
        contradictions=odd,
    )


def presence_of(scope: Scope, child: str, doors: Doors, last: Kept | None, *, works: bool, silent: bool) -> Presence:
    """A pass is believed whatever else is silent; without one each reason for it is told apart."""
    if last is not None:
        return Presence.OUT if last.direction == "out" else Presence.IN
    if not doors.there:
        return Presence.NO_DOORS
    if not works:
        return Presence.FREE
    if silent:
        return Presence.SILENT
    carries = any(whose == child and held.carrier != MANUAL and held.until is None for held, whose in scope.carried.of)
    return Presence.NOT_YET if carries else Presence.NO_CARD


def _eaten(scope: Scope, one: Moved) -> EatenView:
    return EatenView(
        at=one.at,
        title=one.cause.item or "питание",
        amount_kop=-one.amount_kop - one.back_kop,
        paid=PURPOSES[scope.accounts[one.account].purpose],
    )
