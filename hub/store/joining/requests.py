"""Requests of a bundle: read, and turned by conditional steps, so that of two officers at once one wins (RULES B1, B5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from hub.store.fields import from_micros, rows, to_micros
from hub.store.joining.records import Decider, Request
from hub.store.joining.tables import JoinRequest
from identity.joining import RequestKind, RequestState
from identity.sealing import Keys
from identity.store.rows import marks

_ORDER = {kind: number for number, kind in enumerate(RequestKind)}
_REQUEST = (
    "id, bundle, school, kind, state, submitted_at, reason, decider, decided_by, decided_at, first_by, second_by, works_from, outside,"
    " differs"
)


def of_bundles(keys: Keys, ids: Iterable[str]) -> dict[str, tuple[Request, ...]]:
    """By bundle, in the order of their kinds."""
    wanted = tuple(ids)
    if not wanted:
        return {}
    sql = f"SELECT {_REQUEST} FROM join_request WHERE bundle IN ({marks(wanted)})"  # noqa: S608 - ? marks
    found: dict[str, list[Request]] = {}
    for row in rows(JoinRequest, sql, wanted):
        one = _request(keys, row)
        found.setdefault(one.bundle, []).append(one)
    return {bundle: tuple(sorted(ones, key=lambda one: _ORDER[one.kind])) for bundle, ones in found.items()}


def announced(*, now: datetime, limit: int) -> list[str]:
    """Requests that both officers signed and whose notice to the other guardians is over."""
    sql = (
        "SELECT id FROM join_request WHERE state = 'submitted' AND second_by IS NOT NULL AND works_from <= ?"
        " ORDER BY works_from, id LIMIT ?"
    )
    return [str(id_) for (id_,) in rows(JoinRequest, sql, (to_micros(now), limit))]


def turn(
    keys: Keys,
    request: Request,
    after: RequestState,
    *,
    by: str | None = None,
    decider: Decider | None = None,
    reason: str = "",
    now: datetime,
) -> bool:
    """From submitted to an end; False where another was faster."""
    values: dict[str, Any] = {"state": after.value, "decided_at": now, "decided_by": by}
    if reason:
        values["reason"] = keys.seal("join_request", "reason", request.id, reason)
    if decider is not None:
        values["decider"] = _sealed(keys, request.id, decider)
    waits = (JoinRequest.id == request.id) & (JoinRequest.state == RequestState.SUBMITTED.value)
    return bool(JoinRequest.update(values).where(waits).execute())


def sign_first(request: Request, by: str) -> bool:
    """False where another signed meanwhile."""
    mine = (JoinRequest.id == request.id) & (JoinRequest.state == RequestState.SUBMITTED.value)
    return bool(JoinRequest.update(first_by=by).where(mine, JoinRequest.first_by.is_null()).execute())


def announce(keys: Keys, request: Request, by: str, decider: Decider, *, works_from: datetime) -> bool:
    """The second of two officers agreed; it works when those who are told had their time."""
    mine = (JoinRequest.id == request.id) & (JoinRequest.state == RequestState.SUBMITTED.value)
    changes = {"second_by": by, "works_from": works_from, "decider": _sealed(keys, request.id, decider)}
    return bool(
        JoinRequest.update(changes).where(mine, JoinRequest.first_by == request.first_by, JoinRequest.second_by.is_null()).execute()
    )


def unsign(request: str) -> None:
    """Something stands against what was signed: the officers decide anew."""
    mine = (JoinRequest.id == request) & (JoinRequest.state == RequestState.SUBMITTED.value)
    JoinRequest.update(first_by=None, second_by=None, works_from=None).where(mine).execute()


def known_outside(request: str, outside: str) -> None:
    JoinRequest.update(outside=outside).where(JoinRequest.id == request).execute()


def differs(request: str, state: str | None) -> None:
    """It was decided otherwise outside at the same time: the office is shown so."""
    JoinRequest.update(differs=state).where(JoinRequest.id == request).execute()


def _sealed(keys: Keys, request: str, decider: Decider) -> str:
    return keys.seal("join_request", "decider", request, msgspec.json.encode((decider.name, decider.post)).decode())


def _request(keys: Keys, row: Sequence[Any]) -> Request:
    id_, bundle, school, kind, state, submitted, reason, decider, by, decided, first, second, works, outside, other = row
    named = msgspec.json.decode(keys.open("join_request", "decider", id_, decider), type=tuple[str, str]) if decider else None
    return Request(
        id=id_,
        bundle=bundle,
        school=school,
        kind=RequestKind(kind),
        state=RequestState(state),
        submitted_at=from_micros(submitted),
        reason=keys.open("join_request", "reason", id_, reason) if reason else "",
        decider=Decider(name=named[0], post=named[1]) if named else None,
        decided_by=by,
        decided_at=None if decided is None else from_micros(decided),
        first_by=first,
        second_by=second,
        works_from=None if works is None else from_micros(works),
        outside=outside,
        differs=other,
    )
