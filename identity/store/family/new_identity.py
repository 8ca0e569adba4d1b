"""Adoption or a changed identity: a new record goes on, the old one is sealed, and nobody left behind finds the new one (RULES A5a)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from identity.errors import NotAllowed, NotFound
from identity.family.restriction import RestrictionState
from identity.model import ActorKind, EdgeState, Guardianship, Origin, Person, PersonId, PersonState, SnilsProof
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.family import restrictions
from identity.store.family.tables import ChildLoginRow, DelegationRow, RestrictionRow
from identity.store.persons import SNILS_LABEL
from identity.store.rows import delete, new_id, seal
from identity.store.school.tables import CardGuardianRow, CardRow, CodeRow
from identity.store.tables import EdgeRow
from identity.store.trail import access


@dataclass(frozen=True, slots=True, kw_only=True)
class NewName:
    """As the document says it."""

    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """`ended` are the edges that did not go over, `left` their guardians, who are restricted from now on."""

    old: PersonId
    new: PersonId
    ended: tuple[Guardianship, ...]
    left: tuple[PersonId, ...]


def renew_identity(
    keys: Keys,
    child: PersonId,
    name: NewName,
    *,
    school: str,
    keep: Collection[PersonId],
    document: str,
    officers: tuple[PersonId, PersonId],
    now: datetime,
) -> Renewed:
    """Both officers have signed. The card and the kept guardians' edges go over; links, codes, loans and logins of the old record end."""
    before = persons.person(keys, child)
    if before is None or before.state is not PersonState.ACTIVE:
        raise NotFound("no such person")
    live = edges.of_child(child)
    kept = [edge for edge in live if edge.guardian in keep and edge.state is not EdgeState.FROZEN]
    if not kept:
        raise NotAllowed("nobody_kept")
    persons.close(child, now=now)
    made = persons.add(keys, _named(before, name), now=now)
    left = tuple(dict.fromkeys(edge.guardian for edge in live if edge not in kept))
    edges.end((edge.id for edge in live if edge not in kept), now=now)
    EdgeRow.update(child=made.id).where(EdgeRow.id.in_([edge.id for edge in kept])).execute()
    CardRow.update(child=made.id, updated_at=now).where(CardRow.child == child).execute()
    _end_old(keys, child, now=now)
    restrictions.copy_to(keys, child, made.id, now=now)
    for one in left:
        _restrict(keys, one, made.id, school=school, document=document, officers=officers, now=now)
    access.record_change(actor=officers[1], actor_kind=ActorKind.STAFF, subject=child, action="person.sealed", now=now)
    access.record_change(actor=officers[1], actor_kind=ActorKind.STAFF, subject=made.id, action="card.entered", object=school, now=now)
    return Renewed(old=child, new=made.id, ended=tuple(edge for edge in live if edge not in kept), left=left)


def _named(before: Person, name: NewName) -> Person:
    """The SNILS stays the child's: whoever brings it is led to the new record, where a restriction meets him."""
    own = before.snils_proof is SnilsProof.VERIFIED
    return Person(
        id=PersonId(""),
        origin=Origin.ROSTER,
        zone=before.zone,
        snils=before.snils,
        snils_proof=SnilsProof.GOSUSLUGI_CHILD if own else before.snils_proof,
        last_name=name.last_name.strip(),
        first_name=name.first_name.strip(),
        middle_name=name.middle_name.strip(),
        birth_date=name.birth_date or before.birth_date,
    )


def _end_old(keys: Keys, child: PersonId, *, now: datetime) -> None:
    """What led to the old record leads nowhere; guardians' numbers of the old card stay with it."""
    links.close((one.id for one in links.of_persons(keys, child)), now=now)
    CodeRow.update(state="killed").where(CodeRow.child == child, CodeRow.state == "active").execute()
    CardGuardianRow.update(state="removed", removed_at=now).where(
        CardGuardianRow.child == child, CardGuardianRow.state != "removed"
    ).execute()
    DelegationRow.update(state="ended", code_hash=None, ended_at=now, ended_by="new_identity").where(
        DelegationRow.child == child, DelegationRow.state != "ended"
    ).execute()
    delete(ChildLoginRow).where(ChildLoginRow.person == child).execute()


def _restrict(
    keys: Keys, guardian: PersonId, child: PersonId, *, school: str, document: str, officers: tuple[PersonId, PersonId], now: datetime
) -> None:
    """Whoever was not kept does not come back by a list, a card, a code or a word (RULES A5a)."""
    who = persons.person(keys, guardian)
    number = who.snils.digits if who and who.snils else None
    id_ = new_id()
    RestrictionRow.create(
        id=id_,
        school=school,
        child=child,
        guardian=guardian,
        snils=seal(keys, RestrictionRow, "snils", id_, number) if number else None,
        snils_index=keys.index(SNILS_LABEL, number) if number else None,
        document=seal(keys, RestrictionRow, "document", id_, document),
        state=RestrictionState.ACTIVE.value,
        set_by=officers[0],
        signed_by=officers[1],
        created_at=now,
        active_at=now,
    )
    access.record_change(actor=officers[1], actor_kind=ActorKind.STAFF, subject=child, action="restriction.active", object=id_, now=now)
