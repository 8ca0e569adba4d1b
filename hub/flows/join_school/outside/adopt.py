"""Takes over what the outside system says of a bundle: decisions of its administrator, what was withdrawn or expired there (RULES B1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from connectors.kit import school_joining as outside
from hub.deps import Deps
from hub.flows.join_school.effect import By, decided, note_by, tell_applicant
from hub.store.joining import bundles, requests
from hub.store.joining.records import Bundle, Decider, Event, Request, Side
from hub.store.school import schools
from identity.joining import RequestState
from identity.model import ActorKind

_ENDS: Mapping[outside.RequestState, RequestState] = {
    outside.RequestState.APPROVED: RequestState.APPROVED,
    outside.RequestState.REJECTED: RequestState.REJECTED,
    outside.RequestState.WITHDRAWN: RequestState.WITHDRAWN,
    outside.RequestState.EXPIRED: RequestState.EXPIRED,
}
_CLOSED: Mapping[RequestState, tuple[Event, Side]] = {
    RequestState.WITHDRAWN: (Event.WITHDRAWN, Side.FAMILY),
    RequestState.EXPIRED: (Event.EXPIRED, Side.TIME),
}


def adopt(deps: Deps, system: str, local: Bundle, theirs: outside.Bundle) -> bool:
    """In the caller's unit: whether anything was new. An older version than the one that is known changes nothing."""
    if local.outside == theirs.id and theirs.version <= local.outside_version:
        return False
    bundles.known_outside(local.id, system, theirs.id, version=theirs.version)
    _rename(local.school, theirs.legal_name_now, now=deps.now())
    changed = False
    for one in theirs.requests:
        mine = next((it for it in local.requests if it.kind.value == one.kind.value), None)
        if mine is None:
            continue
        if mine.outside != one.id:
            requests.known_outside(mine.id, one.id)
        end = _ENDS.get(one.state)
        if end is None:
            continue
        if mine.state is RequestState.SUBMITTED:
            changed = _take_over(deps, system, local, mine, one, end) or changed
        else:
            _compare(mine, end)
    return changed


def _rename(ogrn: str, legal_name: str, *, now: datetime) -> None:
    """The school has another name by now: searched and shown by it, while applications keep the one that they were submitted with."""
    card = schools.school(ogrn)
    if card is not None and legal_name.strip() and legal_name != card.legal_name:
        schools.put_school(replace(card, legal_name=legal_name), now=now)


def _take_over(deps: Deps, system: str, local: Bundle, mine: Request, theirs: outside.Request, end: RequestState) -> bool:
    """Decided there while it was open here."""
    at, now = theirs.decided_at or deps.now(), deps.now()
    decider = Decider(name=theirs.decided_by.name, post=theirs.decided_by.post) if theirs.decided_by else None
    if not requests.turn(deps.keys, mine, end, by=system, decider=decider, reason=theirs.reason, now=at):
        return False
    if end in _CLOSED:
        _close(deps, system, local, end, now=now)
        return True
    by = By(id=system, kind=ActorKind.STAFF, side=Side.OUTSIDE)
    parts = {"name": decider.name, "post": decider.post} if decider else {}
    note_by(deps, local, by, f"join.{end.value}", parts=parts, now=now)
    decided(deps, local, mine, end, by, now=now)
    return True


def _close(deps: Deps, system: str, local: Bundle, end: RequestState, *, now: datetime) -> None:
    """Once for the bundle, whichever of its requests comes first."""
    event, side = _CLOSED[end]
    if all(one.event is not event for one in bundles.history(local.id)):
        bundles.note(local.id, event, side, now=now)
        note_by(deps, local, By(id=system, kind=ActorKind.COMMAND, side=side), f"join.{end.value}", parts={}, now=now)
        if end is RequestState.EXPIRED:
            text = "Школа не решила за 30 дней, и заявление закрылось. Позвоните в школу и подайте его снова."
            tell_applicant(deps, local, "join_expired", text, now=now)
    bundles.settle(local.id, now=now)


def _compare(mine: Request, theirs: RequestState) -> None:
    """Both sides decided at the same time: here it stays as the family was told, and the office is shown that it differs there."""
    differs = None if mine.state is theirs else theirs.value
    if differs != mine.differs:
        requests.differs(mine.id, differs)
