"""Whose an event of the log is: the carriers that several children had when, read in few queries (RULES E5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from device_ingest import store
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.intake import BOUNCE
from device_ingest.model import EventType
from device_ingest.store import Held, Kept
from hub.deps import Deps
from hub.flows.timeline.visits import Pass, Visit, pair
from hub.store.school import carriers
from hub.store.school.carriers import CarrierState
from identity.model import PersonId
from identity.store.school.cards import classes_of

EVER = datetime(2000, 1, 1, tzinfo=UTC)
KINDS: Mapping[EventType, str] = {EventType.PASS: "pass", EventType.MEAL: "meal", EventType.CARD: "card"}


@dataclass(frozen=True)
class Carried:
    """What the children carried and when; `classes` are school and class by child."""

    of: tuple[tuple[Held, str], ...]
    classes: Mapping[str, tuple[str, str]]

    @property
    def held(self) -> tuple[Held, ...]:
        return tuple(held for held, _ in self.of)

    @cached_property
    def _known(self) -> Mapping[tuple[str, str, str], Sequence[tuple[Held, str]]]:
        found: dict[tuple[str, str, str], list[tuple[Held, str]]] = {}
        for held, child in self.of:
            found.setdefault((held.school, held.carrier, held.token), []).append((held, child))
        return found

    def child_of(self, row: Kept) -> str | None:
        """Of two whose carrier it was at that moment, the one who got it last."""
        known = self._known.get((row.school, row.carrier or "", row.token or ""), ())
        fits = [(held.since, child) for held, child in known if held.since <= row.at and (held.until is None or row.at < held.until)]
        return max(fits)[1] if fits else None

    def school_of(self, child: str) -> str:
        """Whose card names the child, else the school that gave the carrier in use."""
        named = self.classes.get(child, ("", ""))[0]
        return named or next((held.school for held, whose in self.of if whose == child and held.until is None), "")


def carried_by(deps: Deps, children: Collection[str]) -> Carried:
    """In the caller's unit: every number that a child ever passed with, and whoever named the child without a card (RULES E9)."""
    wanted = tuple(PersonId(child) for child in children)
    classes = {str(child): where for child, where in classes_of(wanted).items()}
    named = [(Held(school, MANUAL, child, EVER, None), child) for child, (school, _) in classes.items()]
    own = [
        (Held(one.school, one.kind.value, token, one.since, one.until if one.state is not CarrierState.ACTIVE else None), one.child)
        for one in carriers.of_children(deps.keys, wanted)
        for token in carriers.tokens_of(deps.keys, one)
    ]
    return Carried(of=(*named, *own), classes=classes)


def went_through(row: Kept) -> bool:
    """The rotor turned: a card that was refused let nobody in."""
    return row.type is EventType.PASS and bool(row.data.get("passed", True)) and bool(row.data.get("granted", True))


def as_pass(row: Kept) -> Pass:
    return Pass(id=event_key(row), at=row.at, way=row.direction or "", door=row.door or "", by=f"{row.device}/{row.carrier}/{row.token}")


def event_key(row: Kept) -> str:
    """An event's id is its device's own."""
    return f"{row.device}/{row.id}"


def visits_of(rows: Sequence[Kept]) -> tuple[Visit, ...]:
    """Of one child."""
    return pair(as_pass(row) for row in rows if went_through(row))


def folded(rows: Sequence[Kept]) -> list[tuple[Kept, int]]:
    """Oldest first, each with how often it was read again: one carrier, door and direction within five seconds (RULES E4)."""
    passes: dict[tuple[str | None, ...], int] = {}
    found: list[tuple[Kept, int]] = []
    for row in rows:
        key = (row.device, row.carrier, row.token, row.door, row.direction)
        before = passes.get(key)
        if row.type is EventType.PASS and before is not None and row.at - found[before][0].at <= BOUNCE:
            found[before] = (found[before][0], found[before][1] + 1)
            continue
        passes[key] = len(found)
        found.append((row, 0))
    return found


def events_of(carried: Carried, *, start: datetime, end: datetime, limit: int, types: Sequence[EventType] = tuple(KINDS)) -> list[Kept]:
    """In the caller's unit, newest first."""
    return store.newest_of_carriers(carried.held, start=start, end=end, limit=limit, types=types) if types else []
