"""Everything identity holds of one person: told to that person as plain data, and erased on request (RULES A5b, A13, A14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from identity.consent import Consent
from identity.errors import NotFound
from identity.family.delegation import Delegation
from identity.model import AccountLink, ActorKind, AuditKind, Guardianship, Person, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.accounts.pending import drop_pending
from identity.store.accounts.tables import OperatorReadingRow
from identity.store.family.consents import consents_by, consents_of
from identity.store.family.delegations import delegations_of_child, end_delegations_of
from identity.store.family.standing import standing
from identity.store.family.tables import ChildLoginRow, ConsentRow, DelegationRow
from identity.store.rows import delete, fetch, marks, unseal
from identity.store.school.tables import CardGuardianRow, CardRow, CodeRow, LeftRow, ReviewRow
from identity.store.tables import ContactRow, DiaryChildRow, LinkRow
from identity.store.trail import access
from identity.store.trail.partkeys import destroy_audit_key

Told = dict[str, Any]


def export_person(keys: Keys, person: PersonId, *, by: PersonId, now: datetime) -> Told:
    """Plain data for JSON. Other adults appear by name and kind of relation only: no contacts, no accounts, no devices of theirs.

    The caller has asked whether `by` may export this person (own record, or a child that he guards alone or after the others).
    """
    me = persons.person(keys, person)
    if me is None or me.state is not PersonState.ACTIVE:
        raise NotFound("no such person")
    touching = edges.touching(person)
    # Of a child whom a restriction hides not even the name, which may be another by now (RULES A5a).
    hidden = standing(keys, me, now=now).restricted
    around = persons.by_ids(keys, {one for edge in touching for one in (edge.guardian, edge.child)} - {person})
    access.record_access(keys, actor=by, actor_kind=ActorKind.GUARDIAN, subject=person, page="person", kind=AuditKind.EXPORT, now=now)
    own = by == person
    return {
        "person": _names(me) | {"snils": me.snils.masked if me.snils else None, "level": me.level.value, "since": _time(me.created_at)},
        "contacts": contacts_of(keys, person) if own else [],
        "sign_ins": [_link(link) for link in links.of_persons(keys, person) if link.opened_by == by],
        "children": [_edge(edge, around.get(edge.child)) for edge in touching if edge.guardian == person and edge.child not in hidden],
        "guardians": [_edge(edge, around.get(edge.guardian)) for edge in touching if edge.child == person],
        "lent_views": [_loan(one) for one in delegations_of_child(person, now=now)],
        "consents": [_consent(one) for one in (*consents_of(person), *(consents_by(person) if own else ())) if one.giver in (by, person)],
        "looked": [
            {"day": entry.day.isoformat(), "who": entry.name, "post": entry.post, "what": entry.action, "times": entry.count}
            for entry in access.access_log(keys, by, person, now=now, limit=1000, own_reads=own)
        ],
    }


def erase_person(keys: Keys, person: PersonId, *, by: PersonId | str, now: datetime) -> None:
    """Everything personal goes; the audit's events stay as opaque ids whose personal parts nobody can read again.

    A restriction stays: it is the child's, and it names its person by a keyed index. The hub erases its own tables in the same unit.
    """
    me = persons.person(keys, person)
    if me is None or me.state is not PersonState.ACTIVE:
        raise NotFound("no such person")
    access.record_change(actor=by, actor_kind=ActorKind.GUARDIAN, subject=person, action="person.erased", now=now)
    edges.end((edge.id for edge in edges.touching(person)), now=now)
    end_delegations_of(person, now=now, by="erasure")
    DelegationRow.update(state="ended", ended_at=now, ended_by="erasure").where(
        (DelegationRow.delegate == person) | (DelegationRow.child == person), DelegationRow.state != "ended"
    ).execute()
    drop_pending(person)
    mine = (LinkRow.person == person) | (LinkRow.opened_by == person)
    for (child,) in fetch(DiaryChildRow, "SELECT child FROM diary_only_child WHERE owner = ?", (person,)):
        persons.blank(keys, PersonId(child), now=now)
    for model, where in (
        (LinkRow, mine),
        (ContactRow, ContactRow.person == person),
        (ChildLoginRow, ChildLoginRow.person == person),
        (ConsentRow, ConsentRow.subject == person),
        (CodeRow, CodeRow.child == person),
        (CardRow, CardRow.child == person),
        (LeftRow, LeftRow.child == person),
        (CardGuardianRow, CardGuardianRow.child == person),
        (ReviewRow, (ReviewRow.person == person) | (ReviewRow.child == person)),
        (DiaryChildRow, (DiaryChildRow.owner == person) | (DiaryChildRow.child == person)),
        (OperatorReadingRow, OperatorReadingRow.child == person),
    ):
        delete(model).where(where).execute()
    persons.blank(keys, person, now=now)
    destroy_audit_key(person)


def _names(one: Person) -> Told:
    born = one.birth_date.isoformat() if one.birth_date else None
    return {"last_name": one.last_name, "first_name": one.first_name, "middle_name": one.middle_name, "birth_date": born}


def _link(one: AccountLink) -> Told:
    words = {"use": one.use.value, "role": one.role.value, "state": one.state.value, "evidence": one.evidence.kind.value}
    return {"system": one.system, "since": _time(one.evidence.at)} | words


def _loan(one: Delegation) -> Told:
    return {"state": one.state.value, "since": _time(one.created_at), "until": _time(one.until)}


def _consent(one: Consent) -> Told:
    times = {"at": _time(one.at), "until": _time(one.valid_until), "withdrawn_at": _time(one.withdrawn_at)}
    text = {"text": one.text_version, "operator": one.operator, "processors": list(one.processors)}
    return {"purpose": one.purpose.value, "word": one.word.value} | text | times


def _edge(edge: Guardianship, other: Person | None) -> Told:
    """Of the other adult the name and no more, of a child also the birth date that the guardian knows anyway."""
    named = _names(other) if other else {}
    if edge.guardian != (other.id if other else None):
        return {"who": named, "kind": edge.kind.value, "state": edge.state.value, "evidence": edge.evidence.kind.value}
    named.pop("birth_date", None)
    return {"who": named, "kind": edge.kind.value, "state": edge.state.value}


def contacts_of(keys: Keys, person: PersonId) -> list[Told]:
    """The person's own phones and e-mails, each with the system that told it."""
    return contacts_of_people(keys, (person,)).get(person, [])


def contacts_of_people(keys: Keys, people: Sequence[PersonId]) -> dict[PersonId, list[Told]]:
    """As `contacts_of`, by person; whoever has none is left out."""
    found: dict[PersonId, list[Told]] = {}
    for start in range(0, len(people), 400):
        some = people[start : start + 400]
        sql = f"SELECT person, id, kind, value, verified, system FROM person_contact WHERE person IN ({marks(some)}) ORDER BY kind, id"  # noqa: S608 - only ? marks
        for person, id_, kind, value, verified, system in fetch(ContactRow, sql, some):
            plain = unseal(keys, ContactRow, "value", id_, value).partition(":")[2]
            found.setdefault(person, []).append({"kind": kind, "value": plain, "verified": bool(verified), "from": system})
    return found


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
