"""An operator reads a child only with a written reason, for half an hour, and the guardians see it (RULES A13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.errors import NotAllowed, NotFound
from identity.model import ActorKind, AuditKind, EdgeState, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.accounts.tables import OperatorLinkRow, OperatorReadingRow, OperatorRow
from identity.store.rows import fetch, instant, instant_of, micros, new_id, seal, unseal
from identity.store.trail import access

READS_FOR = timedelta(minutes=30)
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorReading:
    """`tell`: the guardians, who are told at once and find the reason in the child's log."""

    id: str
    child: PersonId
    until: datetime
    tell: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    id: str
    name: str
    added_at: datetime
    ended_at: datetime | None = None
    bound_at: datetime | None = None
    """When somebody came through the one-time link; None while nobody has."""


def add_operator(keys: Keys, name: str, *, now: datetime) -> str:
    """The new operator's id; a name is needed, for the guardians read it."""
    if len(name.split()) < 2:
        raise NotAllowed("name_missing")
    id_ = new_id()
    OperatorRow.create(id=id_, name=seal(keys, OperatorRow, "name", id_, " ".join(name.split())), added_at=now)
    return id_


def end_operator(id_: str, *, now: datetime) -> bool:
    """The operator may open no child any more, and what is open closes at once."""
    OperatorReadingRow.update(until=now).where(OperatorReadingRow.operator == id_, OperatorReadingRow.until > now).execute()
    OperatorLinkRow.update(used_at=now).where(OperatorLinkRow.operator == id_, OperatorLinkRow.used_at.is_null()).execute()
    return bool(OperatorRow.update(ended_at=now).where(OperatorRow.id == id_, OperatorRow.ended_at.is_null()).execute())


def operators(keys: Keys) -> tuple[Operator, ...]:
    found = fetch(OperatorRow, "SELECT id, name, added_at, ended_at, bound_at FROM operator ORDER BY added_at, id")
    return tuple(
        Operator(
            id=id_,
            name=unseal(keys, OperatorRow, "name", id_, name),
            added_at=instant_of(added),
            ended_at=instant(ended),
            bound_at=instant(bound),
        )
        for id_, name, added, ended, bound in found
    )


def operator_named(keys: Keys, id_: str) -> Operator:
    """The operator who works now; `NotFound` for everybody else."""
    found = next((one for one in operators(keys) if one.id == id_ and one.ended_at is None), None)
    if found is None:
        raise NotFound("no such operator")
    return found


def open_operator_reading(keys: Keys, *, operator: str, name: str, child: PersonId, reason: str, now: datetime) -> OperatorReading:
    """Gives leave for 30 minutes; without a real reason there is none."""
    if len(reason.split()) < 2 or len(reason.strip()) < SHORTEST_REASON:
        raise NotAllowed("reason_missing")
    known = persons.person(keys, child)
    if known is None or known.state is not PersonState.ACTIVE:
        raise NotFound("no such child")
    id_, until = new_id(), now + READS_FOR
    OperatorReadingRow.create(
        id=id_,
        operator=operator,
        child=child,
        reason=seal(keys, OperatorReadingRow, "reason", id_, reason.strip()),
        opened_at=now,
        until=until,
    )
    access.record_access(
        keys,
        actor=operator,
        actor_kind=ActorKind.OPERATOR,
        subject=child,
        page="operator.opened",
        kind=AuditKind.EXPORT,  # one event each time: a repeat within 15 minutes is not counted away
        object=id_,
        parts={"name": name, "post": "оператор", "reason": reason.strip()},
        now=now,
    )
    guardians = (edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE)
    return OperatorReading(id=id_, child=child, until=until, tell=tuple(dict.fromkeys(guardians)))


def operator_may_read(operator: str, child: PersonId, *, now: datetime) -> bool:
    sql = "SELECT 1 FROM operator_reading WHERE operator = ? AND child = ? AND opened_at <= ? AND until > ?"
    return bool(fetch(OperatorReadingRow, sql, (operator, child, micros(now), micros(now))))
