"""Guardianship edges: what the Gosuslugi list of a sign-in makes of them, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity.ages import Phase, phase
from identity.guardianship import RIGHTS_OF, Change, EdgePlan, strength_of
from identity.model import (
    GOSUSLUGI,
    EdgeId,
    EdgeRight,
    EdgeState,
    Evidence,
    EvidenceKind,
    GuardianKind,
    Guardianship,
    LinkState,
    LinkUse,
    Missing,
    Person,
    PersonId,
)
from identity.sealing import Keys
from identity.store.rows import fetch, instant, instant_of, marks, micros, new_id, seal
from identity.store.tables import EdgeRow, LinkRow

SOURCE_LABEL = "guardianship.source_child"
_COLUMNS = (
    "id, guardian, child, kind, state, rights, evidence, evidence_at, evidence_by, evidence_source, valid_until, missing,"
    " created_at, ended_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeChange:
    """One changed edge and who is to be told of it: the other active guardians and a pupil of 14 or older (RULES A5)."""

    edge: Guardianship
    change: Change
    tell: tuple[PersonId, ...] = ()


def _edge(row: Sequence[Any]) -> Guardianship:
    id_, guardian, child, kind, state, rights, evidence, at, by, source, until, missing, created, ended = row
    return Guardianship(
        id=EdgeId(id_),
        guardian=PersonId(guardian),
        child=PersonId(child),
        kind=GuardianKind(kind),
        state=EdgeState(state),
        rights=frozenset(EdgeRight(one) for one in rights.split()),
        evidence=Evidence(
            kind=EvidenceKind(evidence),
            at=instant_of(at),
            by=by,
            source=source,
            strength=strength_of(EvidenceKind(evidence)),
            valid_until=instant(until),
        ),
        missing=tuple(Missing(one) for one in missing.split()),
        created_at=instant(created),
        ended_at=instant(ended),
    )


def _select(where: str, params: Sequence[object]) -> tuple[Guardianship, ...]:
    sql = f"SELECT {_COLUMNS} FROM guardianship WHERE {where} ORDER BY created_at, id"  # noqa: S608 - where is written here
    return tuple(_edge(row) for row in fetch(EdgeRow, sql, params))


def edge(id_: EdgeId) -> Guardianship | None:
    return next(iter(_select("id = ?", (id_,))), None)


def of_guardian(guardian: PersonId) -> tuple[Guardianship, ...]:
    return _select("guardian = ? AND state <> 'ended'", (guardian,))


def touching(person: PersonId) -> tuple[Guardianship, ...]:
    """The live edges in which the person is guardian or child."""
    return _select("(guardian = ? OR child = ?) AND state <> 'ended'", (person, person))


def between(guardian: PersonId, child: PersonId) -> tuple[Guardianship, ...]:
    return _select("guardian = ? AND child = ? AND state <> 'ended'", (guardian, child))


def ever_between(one: PersonId, other: PersonId) -> tuple[Guardianship, ...]:
    """Every edge between the two in either direction, ended ones too."""
    return _select("(guardian = ? AND child = ?) OR (guardian = ? AND child = ?)", (one, other, other, one))


def add(
    guardian: PersonId,
    child: PersonId,
    evidence: Evidence,
    *,
    state: EdgeState,
    missing: Iterable[Missing],
    kind: GuardianKind,
    now: datetime,
) -> Guardianship:
    """Stores an edge of any evidence but the Gosuslugi list; the same pair and kind once more is an IntegrityError."""
    id_ = EdgeId(new_id())
    EdgeRow.create(
        id=id_,
        guardian=guardian,
        child=child,
        kind=kind.value,
        state=state.value,
        rights=" ".join(sorted(RIGHTS_OF[evidence.kind])),
        evidence=evidence.kind.value,
        evidence_by=evidence.by,
        evidence_source=evidence.source,
        evidence_at=evidence.at,
        valid_until=evidence.valid_until,
        missing=" ".join(missing),
        created_at=now,
    )
    stored = edge(id_)
    assert stored is not None, "the row was written in this very unit"
    return stored


def settle(id_: EdgeId, *, state: EdgeState, missing: Iterable[Missing]) -> Guardianship:
    """A waiting edge became what its guardian's account now allows."""
    EdgeRow.update(state=state.value, missing=" ".join(missing)).where(EdgeRow.id == id_).execute()
    stored = edge(id_)
    assert stored is not None, "the row was written in this very unit"
    return stored


def of_child(child: PersonId) -> tuple[Guardianship, ...]:
    return _select("child = ? AND state <> 'ended'", (child,))


def of_children(children: Collection[PersonId]) -> tuple[Guardianship, ...]:
    """The living edges of all of them, oldest first."""
    wanted = tuple(children)
    return _select(f"child IN ({marks(wanted)}) AND state <> 'ended'", wanted) if wanted else ()


def child_by_source(keys: Keys, guardian: PersonId, source_id: str) -> Guardianship | None:
    """The edge by which this guardian's list named this child before."""
    indexes = keys.indexes(SOURCE_LABEL, source_id)
    where = f"guardian = ? AND state <> 'ended' AND source_index IN ({marks(indexes)})"
    return next(iter(_select(where, (guardian, *indexes))), None)


def apply(keys: Keys, guardian: PersonId, plan: EdgePlan, source_id: str, *, now: datetime) -> Guardianship:
    """Writes one planned edge; a pair that a parallel sign-in made is an IntegrityError."""
    id_ = plan.edge or EdgeId(new_id())
    columns: dict[str, Any] = {
        "state": plan.state.value,
        "valid_until": plan.valid_until,
        "missing": " ".join(plan.missing),
        "ended_at": now if plan.state is EdgeState.ENDED else None,
    }
    if source_id:
        columns |= {
            "source_child": seal(keys, EdgeRow, "source_child", id_, source_id),
            "source_index": keys.index(SOURCE_LABEL, source_id),
        }
    if plan.change in (Change.NEW, Change.RENEWED, Change.ACTIVATED, Change.CONFIRMED_AGAIN):
        columns["evidence_at"] = now
    if plan.edge is None:
        EdgeRow.create(
            id=id_,
            guardian=guardian,
            child=plan.child,
            kind=GuardianKind.PARENT.value,
            rights=" ".join(sorted(RIGHTS_OF[EvidenceKind.ESIA_KID])),
            evidence=EvidenceKind.ESIA_KID.value,
            evidence_by=GOSUSLUGI,
            evidence_source="children_list",
            created_at=now,
            **columns,
        )
    else:
        EdgeRow.update(**columns).where(EdgeRow.id == id_).execute()
    stored = edge(id_)
    assert stored is not None, "the row was written in this very unit"
    return stored


def end(ids: Iterable[EdgeId], *, now: datetime) -> None:
    wanted = tuple(ids)
    if wanted:
        EdgeRow.update(state=EdgeState.ENDED.value, ended_at=now).where(EdgeRow.id.in_(wanted)).execute()


def end_unconfirmed(*, now: datetime, limit: int) -> tuple[Guardianship, ...]:
    """Ends the edges that nobody confirmed within their term; returns them as they are now."""
    lapsed = [one.id for one in _select("state = 'to_confirm' AND valid_until <= ?", (micros(now),))[:limit]]
    end(lapsed, now=now)
    return tuple(one for one in map(edge, lapsed) if one is not None)


def freeze(guardian: PersonId, child: PersonId) -> tuple[Guardianship, ...]:
    """«Я не знаю этого человека»: every edge between the two shows nothing until the school decides (RULES A5)."""
    EdgeRow.update(state=EdgeState.FROZEN.value).where(
        EdgeRow.guardian == guardian, EdgeRow.child == child, EdgeRow.state != EdgeState.ENDED.value
    ).execute()
    return between(guardian, child)


def told_of(new: Guardianship, child: Person, *, now: datetime) -> tuple[PersonId, ...]:
    """The other active guardians, and the pupil of 14 or older who has a sign-in."""
    others = [one.guardian for one in of_child(new.child) if one.state is EdgeState.ACTIVE and one.guardian != new.guardian]
    grown = phase(child.birth_date, now, child.zone) in (Phase.GRACE, Phase.TEEN)
    sql = "SELECT id FROM account_link WHERE person = ? AND use = ? AND state = ? LIMIT 1"
    has_sign_in = grown and bool(fetch(LinkRow, sql, (child.id, LinkUse.SIGN_IN.value, LinkState.ACTIVE.value)))
    return tuple(dict.fromkeys([*others, *([child.id] if has_sign_in else [])]))
