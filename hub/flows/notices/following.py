"""The worker reads the log of events and decides for every guardian of each child; decisions, outbox and place are one commit (F1)."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from device_ingest import store
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.intake import BOUNCE
from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.notices.deciding import Said, pattern, stopped
from hub.flows.notices.happenings import NO_CALENDAR, Calendar, kind_of, says_for
from hub.flows.notices.hours import quiet_until
from hub.flows.notices.kinds import RULES, Kind, Why
from hub.flows.notices.outgoing import Way, decision_head, sends_of, ways
from hub.flows.read_on import read_on
from hub.ledger.store.paid import notices as settings
from hub.store.fields import to_micros
from hub.store.outbox import circle, quiet, raw
from hub.store.outbox.circle import Hold, Number
from identity.model import MOSCOW, PersonId
from identity.store.family.watchers import watchers

READER = "notices"
BATCH = 3000
"""A family is read once for all its events of a batch; the write lock is held for a tenth of a second, as a group commit holds it."""
NOTHING_SAID: tuple[tuple[str, bool], ...] = ()
FORGOTTEN = timedelta(minutes=30)
"""An older pass is told to nobody, so that its twins need not be looked for."""
BOUNCE_US = BOUNCE // timedelta(microseconds=1)


async def follow_events(deps: Deps) -> bool:
    """One batch; True while more waits."""
    return await read_on(deps, READER, step=partial(_decide_next, deps), skip=partial(store.skip, READER), limit=BATCH)


def _decide_next(deps: Deps, limit: int) -> bool:
    rows = store.following(READER, limit=limit)
    if rows:
        _decide_all(deps, rows, now=deps.now())
        store.move_on(READER, to=rows[-1].seq)
    return len(rows) == limit


def _decide_all(deps: Deps, rows: Sequence[Kept], *, now: datetime) -> None:
    heard = _heard(rows)
    families = _Families(deps, {child for _, child, _, _ in heard}, now)
    twins = _Twins([row for row, _, _, _ in heard], now)
    decisions: list[raw.Decision] = []
    tried: list[tuple[str, int, list[Way]]] = []
    made_at = to_micros(now)
    for row, child, kind, zone in heard:
        weak, at = not row.auth.strong, row.moment
        why = stopped(kind, row.at, repeated=twins.seen(row), now=now)
        says, head = says_for(row, kind, zone, weak=weak), decision_head(at, row.seq)
        for pair, end, rules, going in families.told(child, _Sort(kind, weak, why, zone)):
            id_ = head + end
            decisions.append((id_, pair, row.device, row.id, kind._value_, at, made_at, says, rules))
            tried.append((id_, at, going))
    raw.add_decisions(decisions)
    raw.add_sends(sends_of(tried, made_at))


def _heard(rows: Sequence[Kept]) -> list[tuple[Kept, str, Kind, str]]:
    """What families may hear of: the event, its child, what it means and the clock of its school."""
    owned = _owned(rows)
    schools = {row.school for row, _, _ in owned}
    zones, calendars = circle.zones(schools), _calendars(schools)
    found = []
    for row, child, closed in owned:
        zone = zones.get(row.school, MOSCOW)
        kind = kind_of(row, stopped=closed, calendar=calendars.get(row.school, NO_CALENDAR), zone=zone)
        if kind is not None:
            found.append((row, child, kind, zone))
    return found


def _owned(rows: Sequence[Kept]) -> list[tuple[Kept, str, bool]]:
    """Whose each event is; True: the carrier had been blocked or lost by then. What nobody owns tells nobody (RULES E5)."""
    held = circle.holds({(row.school, row.token) for row in rows if row.token and row.carrier != MANUAL})
    named = circle.pupils_of_schools({row.token for row in rows if row.token and row.carrier == MANUAL})
    found = []
    for row in rows:
        child, stopped = _owner(row, held, named)
        if child is not None:
            found.append((row, child, stopped))
    return found


def _owner(row: Kept, held: dict[Number, list[Hold]], named: dict[str, str]) -> tuple[str | None, bool]:
    if row.token is None or row.carrier is None:
        return None, False
    if row.carrier == MANUAL:
        return (row.token, False) if named.get(row.token) == row.school else (None, False)
    return circle.owner(held, (row.school, row.carrier, row.token), row.moment)


def _calendars(schools: set[str]) -> dict[str, Calendar]:
    weeks, breaks = circle.weeks_and_breaks(schools)
    return {school: Calendar(weeks=weeks.get(school, []), breaks=breaks.get(school, [])) for school in schools}


class _Twins:
    """Knows the passes that are one with an earlier one: same carrier, door and direction within five seconds (RULES E4)."""

    def __init__(self, rows: Sequence[Kept], now: datetime) -> None:
        fresh = [row for row in rows if row.type is EventType.PASS and now - row.at < FORGOTTEN]
        tokens = {row.token for row in fresh if row.token}
        since = min((row.at for row in fresh), default=now) - BOUNCE
        self._before = circle.reads_before(tokens, since=since, before=min((row.seq for row in fresh), default=0)) if tokens else {}

    def seen(self, row: Kept) -> bool:
        if row.type is not EventType.PASS:
            return False
        before, at = self._before.setdefault((row.device, row.carrier, row.token, row.door, row.direction), []), row.moment
        place = bisect(before, at)
        twin = (place > 0 and at - before[place - 1] <= BOUNCE_US) or (place < len(before) and before[place] - at <= BOUNCE_US)
        before.insert(place, at)
        return twin


class _Nights:
    """When each person's quiet hours end that hold now."""

    def __init__(self, people: set[str], now: datetime) -> None:
        self._own, self._now = quiet.of_people(people), now
        self._usual: dict[str, datetime | None] = {}

    def end_of(self, person: str, zone: str) -> datetime | None:
        own = self._own.get(person)
        if own is not None:
            return quiet_until(own, zone, self._now)
        if zone not in self._usual:
            self._usual[zone] = quiet_until(quiet.USUAL, zone, self._now)
        return self._usual[zone]


class _Sort(NamedTuple):
    """What of an event decides, besides whom it concerns."""

    kind: Kind
    weak: bool
    why: Why | None
    zone: str


Plan = list[tuple[int, str, str, list[Way]]]
"""For each who is told: the number of the person and the child, its end of an id, why nothing goes where, and the ways that are tried."""


class _Families:
    """Who hears of each child and how, by their own words. Most events and people are alike: what holds for one is kept for the others."""

    def __init__(self, deps: Deps, children: Collection[str], now: datetime) -> None:
        self._now = now
        told = watchers(deps.keys, [PersonId(child) for child in children], now=now, grown=deps.memory.grown)
        self._wishes = settings.of_children(children)
        own = {child for child, person, _ in self._wishes if child == person}
        self._people: dict[str, list[str]] = {child: [*told.get(PersonId(child), ())] for child in children}
        for child in own:
            self._people[child].append(child)
        whom = {(person, child) for child, people in self._people.items() for person in people}
        self._pairs = raw.pairs_of(whom)
        self._nights = _Nights({person for person, _ in whom}, now)
        self._plans: dict[tuple[str, _Sort], Plan] = {}
        self._known: dict[_Sort, dict[tuple[Said, datetime | None], tuple[str, list[Way]]]] = {}

    def told(self, child: str, sort: _Sort) -> Plan:
        found = self._plans.get((child, sort))
        if found is None:
            found = self._plans[child, sort] = self._plan(child, sort)
        return found

    def _plan(self, child: str, sort: _Sort) -> Plan:
        rule = RULES[sort.kind]
        setting, sleeps = rule.setting.value if rule.setting else "", rule.quiet and sort.why is None
        known = self._known.setdefault(sort, {})
        plan = []
        for person in self._people[child]:
            pair, said = self._pairs[person, child], self._wishes.get((child, person, setting), NOTHING_SAID)
            alike = said, self._nights.end_of(person, sort.zone) if sleeps else None
            answer = known.get(alike)
            if answer is None:
                answer = known[alike] = self._decided(sort, *alike)
            plan.append((pair, f"{pair:x}", *answer))
        return plan

    def _decided(self, sort: _Sort, said: Said, night: datetime | None) -> tuple[str, list[Way]]:
        decided = pattern(sort.kind, said, sort.weak, sort.why, night is not None)
        return decided.rules, ways(sort.kind, decided, now=self._now, night=night)
