"""Bundles and requests: made once for a key, turned by conditional steps, so that of two at once one wins (RULES B1, B2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import peewee

from hub.store.fields import delete, from_micros, rows, to_micros
from hub.store.joining import requests
from hub.store.joining.records import Bundle, Event, Happened, NewBundle, Request, Side
from hub.store.joining.tables import JoinBundle, JoinErrand, JoinEvent, JoinRequest
from identity.joining import ANEW, KINDS, OPEN, BundleState, RequestState, Role, bundle_state
from identity.model import EvidenceKind
from identity.sealing import Keys
from identity.store.rows import marks, new_id

KEPT = timedelta(days=365)
COMPLETE_KEPT = timedelta(days=2 * 365)


def newest(keys: Keys, applicant: str, child: str, school: str, school_year: str) -> Bundle | None:
    """The last of the chain of this key."""
    where = "applicant = ? AND child = ? AND school = ? AND school_year = ? ORDER BY attempt DESC LIMIT 1"
    return next(iter(_select(keys, where, (applicant, child, school, school_year))), None)


def add(keys: Keys, new: NewBundle, *, previous: Bundle | None, now: datetime) -> Bundle | None:
    """None where the same call at the same moment made it: the caller reads that one."""
    id_ = new_id()
    made = JoinBundle.insert(
        id=id_,
        applicant=new.applicant,
        child=new.child,
        school=new.school,
        school_year=new.school_year,
        attempt=previous.attempt + 1 if previous else 1,
        role=new.role.value,
        klass=new.class_name,
        legal_name=new.legal_name,
        inn=new.inn,
        state=BundleState.SUBMITTED.value,
        age=new.age,
        evidence=msgspec.json.encode({kind.value: to_micros(at) for kind, at in new.evidence.items()}).decode(),
        previous=previous.id if previous else None,
        outside_version=0,
        created_at=now,
        submitted_at=new.submitted_at,
        expires_at=new.expires_at,
    ).on_conflict_ignore()
    if not made.as_rowcount().execute():
        return None
    for kind in KINDS[new.role]:
        JoinRequest.insert(
            id=new_id(),
            bundle=id_,
            school=new.school,
            kind=kind.value,
            state=RequestState.SUBMITTED.value,
            submitted_at=new.submitted_at,
        ).execute()
    note(id_, Event.RESUBMITTED if previous else Event.SUBMITTED, Side.FAMILY, now=new.submitted_at)
    return find(keys, id_)


def find(keys: Keys, id_: str) -> Bundle | None:
    return next(iter(_select(keys, "id = ?", (id_,))), None)


def held(keys: Keys, id_: str) -> Bundle | None:
    """As it is once nobody else decides about it: two requests of one bundle are turned one after the other, never side by side."""
    JoinBundle.update(state=JoinBundle.state).where(JoinBundle.id == id_).execute()
    return find(keys, id_)


def of_request(keys: Keys, request: str) -> Bundle | None:
    return next(iter(_select(keys, "id = (SELECT bundle FROM join_request WHERE id = ?)", (request,))), None)


def by_outside(keys: Keys, system: str, outside: str) -> Bundle | None:
    return next(iter(_select(keys, "system = ? AND outside = ?", (system, outside))), None)


def of_applicant(keys: Keys, person: str, *, child: str | None = None, limit: int = 100) -> Sequence[Bundle]:
    """Newest first."""
    where = f"applicant = ? AND (child = ? OR 1 = ?) ORDER BY submitted_at DESC, id LIMIT {int(limit)}"
    return _select(keys, where, (person, child or "", int(child is None)))


def of_child(keys: Keys, child: str, *, limit: int = 100) -> Sequence[Bundle]:
    """Whoever applied, newest first."""
    return _select(keys, f"child = ? ORDER BY submitted_at DESC, id LIMIT {int(limit)}", (child,))


def next_of(id_: str) -> str | None:
    """The bundle that followed this one."""
    return next((str(one) for (one,) in rows(JoinBundle, "SELECT id FROM join_bundle WHERE previous = ? LIMIT 1", (id_,))), None)


def due(keys: Keys, *, now: datetime, limit: int) -> Sequence[Bundle]:
    """Open ones that nobody decided in time."""
    states = tuple(one.value for one in OPEN)
    where = f"state IN ({marks(states)}) AND expires_at <= ? ORDER BY expires_at, id LIMIT {int(limit)}"
    return _select(keys, where, (*states, to_micros(now)))


def settle(bundle: str, *, now: datetime) -> BundleState:
    """The bundle's state after a request turned."""
    found = rows(JoinRequest, "SELECT state FROM join_request WHERE bundle = ?", (bundle,))
    state = bundle_state(RequestState(one) for (one,) in found)
    JoinBundle.update(state=state.value, closed_at=None if state in OPEN else now).where(JoinBundle.id == bundle).execute()
    return state


def note(bundle: str, event: Event, side: Side, *, request: str | None = None, now: datetime) -> None:
    ((count,),) = rows(JoinEvent, "SELECT COUNT(*) FROM join_event WHERE bundle = ?", (bundle,))
    JoinEvent.insert(id=new_id(), bundle=bundle, number=count, request=request, event=event.value, side=side.value, at=now).execute()


def history(bundle: str) -> tuple[Happened, ...]:
    sql = "SELECT at, event, side, request FROM join_event WHERE bundle = ? ORDER BY number, at, id"
    return tuple(
        Happened(at=from_micros(at), event=Event(event), side=Side(side), request=request)
        for at, event, side, request in rows(JoinEvent, sql, (bundle,))
    )


def known_outside(bundle: str, system: str, outside: str, *, version: int) -> None:
    """This is what the outside system calls it, and how much of it is taken over."""
    newer = (JoinBundle.id == bundle) & ((JoinBundle.outside.is_null()) | (JoinBundle.outside_version < version))
    JoinBundle.update(system=system, outside=outside, outside_version=version).where(newer).execute()


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: its applications go along, behind those of the same key that are there."""
    for column in ("applicant", "child"):
        found = rows(JoinBundle, f"SELECT id, applicant, child, school, school_year FROM join_bundle WHERE {column} = ?", (former,))  # noqa: S608 - own words
        for id_, applicant, child, school, year in found:
            key = (to if column == "applicant" else applicant, to if column == "child" else child, school, year)
            sql = "SELECT COALESCE(MAX(attempt), 0) FROM join_bundle WHERE applicant = ? AND child = ? AND school = ? AND school_year = ?"
            ((last,),) = rows(JoinBundle, sql, key)
            JoinBundle.update(applicant=key[0], child=key[1], attempt=last + 1).where(JoinBundle.id == id_).execute()


def forget(person: str) -> None:
    """The applicant left, or the child's record is erased."""
    _forget([str(id_) for (id_,) in rows(JoinBundle, "SELECT id FROM join_bundle WHERE applicant = ? OR child = ?", (person, person))])


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A year after an end without effect, two after a completed one (RULES A18)."""
    ends = tuple(one.value for one in ANEW)
    sql = (
        f"SELECT id FROM join_bundle WHERE closed_at IS NOT NULL AND (closed_at < ? OR (closed_at < ? AND state IN ({marks(ends)})))"  # noqa: S608 - ? marks
        " LIMIT ?"
    )
    ids = [str(id_) for (id_,) in rows(JoinBundle, sql, (to_micros(now - COMPLETE_KEPT), to_micros(now - KEPT), *ends, limit))]
    _forget(ids)
    return len(ids)


def _forget(ids: Collection[str]) -> None:
    wanted = list(ids)
    if wanted:
        for model in (JoinRequest, JoinEvent, JoinErrand):
            delete(model, peewee.Expression(model._meta.fields["bundle"], peewee.OP.IN, wanted))
        delete(JoinBundle, peewee.Expression(JoinBundle._meta.primary_key, peewee.OP.IN, wanted))


_BUNDLE = (
    "id, applicant, child, school, school_year, attempt, role, class, legal_name, inn, state, evidence, created_at, submitted_at,"
    " expires_at, age, previous, system, outside, outside_version, closed_at"
)


def _select(keys: Keys, where: str, params: Sequence[object]) -> tuple[Bundle, ...]:
    found = rows(JoinBundle, f"SELECT {_BUNDLE} FROM join_bundle WHERE {where}", params)  # noqa: S608 - where is written here
    of = requests.of_bundles(keys, [str(row[0]) for row in found])
    return tuple(_bundle(row, of.get(str(row[0]), ())) for row in found)


def many(keys: Keys, ids: Collection[str]) -> dict[str, Bundle]:
    """By id."""
    wanted = tuple(ids)
    return {one.id: one for one in _select(keys, f"id IN ({marks(wanted)})", wanted)} if wanted else {}


def _bundle(row: Sequence[Any], requests: tuple[Request, ...]) -> Bundle:
    (
        id_, applicant, child, school, year, attempt, role, klass, legal_name, inn, state, evidence, created, submitted, expires, age,
        previous, system, outside, version, closed,
    ) = row  # fmt: skip
    return Bundle(
        id=id_,
        applicant=applicant,
        child=child,
        school=school,
        school_year=year,
        attempt=attempt,
        role=Role(role),
        class_name=klass,
        legal_name=legal_name,
        inn=inn,
        state=BundleState(state),
        evidence={EvidenceKind(kind): from_micros(at) for kind, at in msgspec.json.decode(evidence, type=dict[str, int]).items()},
        created_at=from_micros(created),
        submitted_at=from_micros(submitted),
        expires_at=from_micros(expires),
        requests=requests,
        age=age,
        previous=previous,
        system=system,
        outside=outside,
        outside_version=version,
        closed_at=None if closed is None else from_micros(closed),
    )
