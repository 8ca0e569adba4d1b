"""A pupil leaves a school's roster: the card rests, what it had begun ends, and who took it off, when and why is kept (RULES A13, B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from identity.errors import NotAllowed, NotFound
from identity.model import ActorKind, PersonId
from identity.sealing import Keys
from identity.store import edges
from identity.store.rows import fetch, instant_of, new_id, seal, unseal
from identity.store.school.cards import EntryState
from identity.store.school.invitations import kill_code
from identity.store.school.tables import CardGuardianRow, CardRow, LeftRow
from identity.store.trail import access

UNDECIDED = (EntryState.SECOND_OFFICER.value, EntryState.CHECKING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """`left_on` is the day that the school named; `said_by` is the officer."""

    id: str
    child: PersonId
    school: str
    klass: str
    number: str | None
    reason: str = field(repr=False)
    left_on: date
    said_by: PersonId
    at: datetime


def leave_school(keys: Keys, child: PersonId, *, school: str, officer: PersonId, reason: str, left_on: date, now: datetime) -> str:
    """The card rests, a live code dies, guardians who were still to be attached are not; who sees the child already goes on seeing it."""
    sql = "SELECT class, number FROM school_card WHERE child = ? AND school = ? AND state = 'active'"
    found = fetch(CardRow, sql, (child, school))
    if not found:
        raise NotFound("no such pupil")
    if officer == child or edges.ever_between(officer, child):
        raise NotAllowed("own_family")
    ((klass, number),) = found
    active = (CardRow.child == child) & (CardRow.school == school) & (CardRow.state == "active")
    if not CardRow.update(state="left", updated_at=now).where(active).execute():
        raise NotFound("no such pupil")  # of two officers at once one does it
    kill_code(child, officer, now=now)
    undecided = (CardGuardianRow.child == child) & (CardGuardianRow.school == school) & CardGuardianRow.state.in_(UNDECIDED)
    CardGuardianRow.update(state=EntryState.REMOVED.value, removed_at=now).where(undecided).execute()
    id_ = new_id()
    LeftRow.create(
        id=id_,
        child=child,
        school=school,
        klass=klass,
        number=number,
        reason=seal(keys, LeftRow, "reason", id_, reason),
        left_on=left_on.isoformat(),
        said_by=officer,
        created_at=now,
    )
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action="card.left", object=school, now=now)
    return id_


def left_from(keys: Keys, school: str, *, limit: int = 200) -> Sequence[Left]:
    """Whom the school took off its roster, the latest first."""
    sql = (
        "SELECT id, child, school, class, number, reason, left_on, said_by, created_at FROM school_left"
        " WHERE school = ? ORDER BY created_at DESC, id LIMIT ?"
    )
    return [_left(keys, row) for row in fetch(LeftRow, sql, (school, limit))]


def _left(keys: Keys, row: tuple[str, str, str, str, str | None, str, str, str, int]) -> Left:
    id_, child, school, klass, number, reason, left_on, said_by, at = row
    return Left(
        id=id_,
        child=PersonId(child),
        school=school,
        klass=klass,
        number=number,
        reason=unseal(keys, LeftRow, "reason", id_, reason),
        left_on=date.fromisoformat(left_on),
        said_by=PersonId(said_by),
        at=instant_of(at),
    )
