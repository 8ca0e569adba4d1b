"""A school's roster: pupils, and guardians' SNILS that attach only when the names agree too (RULES A3, A5, A8, B5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from identity.errors import NotAllowed, NotFound
from identity.guardianship import Change, activation
from identity.model import (
    ActorKind,
    EdgeState,
    Evidence,
    EvidenceKind,
    GuardianKind,
    Origin,
    Person,
    PersonId,
    PersonState,
    SnilsProof,
    same_name,
)
from identity.sealing import Keys
from identity.snils import Snils
from identity.store import edges, persons
from identity.store.edges import EdgeChange
from identity.store.family.standing import standing
from identity.store.persons import SNILS_LABEL
from identity.store.rows import delete, fetch, instant_of, marks, micros, new_id, seal, unseal
from identity.store.school.tables import CardGuardianRow, CardRow
from identity.store.trail import access

NOTICE_FOR = timedelta(hours=24)


class EntryState(StrEnum):
    """`CHECKING` is all that the office learns, whether the SNILS is unknown to the hub or its name differs (RULES A8)."""

    SECOND_OFFICER = "second_officer"
    CHECKING = "checking"
    ATTACHED = "attached"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilCard:
    """What the office types of a pupil; `number` is the school's own and makes an import repeatable."""

    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    snils: Snils | None = None
    klass: str = ""
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEntry:
    """A guardian in a card. `tell`: the active guardians who hear of it 24 hours before it works."""

    id: str
    child: PersonId
    state: EntryState
    valid_from: datetime
    tell: tuple[PersonId, ...] = ()


def put_pupil(
    keys: Keys, *, school: str, card: PupilCard, officer: PersonId, zone: str, now: datetime, child: PersonId | None = None
) -> tuple[PersonId, bool]:
    """The pupil's record, made or brought up to date; True when the card is new. The office never learns whether the hub knew the child.

    `child`: the school's own pupil whom the caller recognised by name; without it the school's number decides.
    """
    if child is not None and school_of(child) != school:
        raise NotFound("no such pupil")
    child = child or _numbered(school, card.number)
    if child is not None:
        _renew(keys, child, card, now=now)
        numbered = {"number": card.number} if card.number else {}
        CardRow.update(klass=card.klass, state="active", updated_at=now, **numbered).where(CardRow.child == child).execute()
        access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action="card.changed", object=school, now=now)
        return child, False
    known = _same_child(keys, card)
    free = card.snils is not None and persons.by_snils(keys, card.snils) is None
    if known is None:
        blank = Person(id=PersonId(""), origin=Origin.ROSTER, zone=zone)
        known = persons.add(keys, _as_typed(blank, card, free=free), now=now).id
    # A card that rests since the pupil left a school makes room: that it was there stays in `school_left`.
    delete(CardRow).where(CardRow.child == known, CardRow.state != "active").execute()
    CardRow.create(
        child=known,
        school=school,
        klass=card.klass,
        number=card.number,
        state="active",
        entered_by=officer,
        created_at=now,
        updated_at=now,
    )
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=known, action="card.entered", object=school, now=now)
    return known, True


def _as_typed(before: Person, card: PupilCard, *, free: bool) -> Person:
    proof = SnilsProof.SCHOOL_CARD if free else SnilsProof.UNPROVEN if card.snils else SnilsProof.NONE
    return replace(
        before,
        last_name=card.last_name.strip(),
        first_name=card.first_name.strip(),
        middle_name=card.middle_name.strip(),
        birth_date=card.birth_date or before.birth_date,
        # A card without the number takes nothing away from what an earlier one said.
        snils=card.snils or before.snils,
        snils_proof=proof if card.snils else before.snils_proof,
    )


def _same_child(keys: Keys, card: PupilCard) -> PersonId | None:
    """A child whom Gosuslugi named already: the same SNILS counts only with the names, and not in a second school's card (RULES A3)."""
    holder = persons.by_snils(keys, card.snils) if card.snils else None
    if holder is None or not same_name(holder.last_name, holder.first_name, card.last_name, card.first_name):
        return None
    if holder.birth_date and card.birth_date and holder.birth_date != card.birth_date:
        return None
    return None if school_of(holder.id) else holder.id


def _renew(keys: Keys, child: PersonId, card: PupilCard, *, now: datetime) -> None:
    """What Gosuslugi said of the child stands above what the office types."""
    before = persons.person(keys, child)
    if before is None or before.state is not PersonState.ACTIVE:
        raise NotFound("no such pupil")
    if before.snils_proof in (SnilsProof.VERIFIED, SnilsProof.GOSUSLUGI_CHILD):
        return
    holder = persons.by_snils(keys, card.snils) if card.snils else None
    persons.change(keys, before, _as_typed(before, card, free=holder is None or holder.id == child), now=now)


def pupils_of(school: str, *, klass: str | None = None) -> tuple[tuple[PersonId, str], ...]:
    """The pupils of a school with their classes, for the office's lists and the slips of a class."""
    every = "SELECT child, class FROM school_card WHERE school = ? AND state = 'active' AND (class = ? OR 1 = ?) ORDER BY class, child"
    return tuple((PersonId(child), str(name)) for child, name in fetch(CardRow, every, (school, klass or "", int(klass is None))))


def school_of(child: PersonId) -> str | None:
    sql = "SELECT school FROM school_card WHERE child = ? AND state = 'active'"
    return next((str(school) for (school,) in fetch(CardRow, sql, (child,))), None)


def classes_of(children: Collection[PersonId]) -> dict[PersonId, tuple[str, str]]:
    """By child: the school's OGRN and the class, where a school's card names the child."""
    wanted = tuple(children)
    if not wanted:
        return {}
    sql = f"SELECT child, school, class FROM school_card WHERE state = 'active' AND child IN ({marks(wanted)})"  # noqa: S608 - ? marks
    return {PersonId(child): (str(school), str(name)) for child, school, name in fetch(CardRow, sql, wanted)}


def put_card_guardian(
    keys: Keys,
    *,
    school: str,
    child: PersonId,
    snils: Snils,
    last_name: str,
    first_name: str,
    officer: PersonId,
    kind: GuardianKind = GuardianKind.PARENT,
    now: datetime,
) -> CardEntry:
    """A guardian's SNILS in the card. Where the child has an active guardian, a second officer signs, and it works after 24 hours."""
    if school_of(child) != school:
        raise NotFound("no such pupil")
    mine = persons.person(keys, officer)
    if officer == child or edges.ever_between(officer, child) or (mine is not None and mine.snils == snils):
        raise NotAllowed("own_family")
    before = _entry_by_snils(keys, child, snils)
    if before is not None:
        return before
    known = persons.by_snils(keys, snils)
    guardians = tuple(dict.fromkeys(edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE))
    contested = any(known is None or one != known.id for one in guardians)
    id_ = new_id()
    CardGuardianRow.create(
        id=id_,
        child=child,
        school=school,
        snils=seal(keys, CardGuardianRow, "snils", id_, snils.digits),
        snils_index=keys.index(SNILS_LABEL, snils.digits),
        name=seal(keys, CardGuardianRow, "name", id_, msgspec.json.encode((last_name.strip(), first_name.strip())).decode()),
        kind=kind.value,
        state=(EntryState.SECOND_OFFICER if contested else EntryState.CHECKING).value,
        entered_by=officer,
        valid_from=now + NOTICE_FOR if contested else now,
        created_at=now,
    )
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action="card.guardian", object=id_, now=now)
    # What it attaches is not told to the office: it is read again as it stands for the office.
    return replace(_entry(id_), tell=guardians if contested else ())


def sign_card_guardian(id_: str, officer: PersonId, *, now: datetime) -> CardEntry:
    """The second officer's word; who entered it cannot give it."""
    found = _entry(id_)
    if _entered_by(id_) == officer:
        raise NotAllowed("same_officer")
    if officer == found.child or edges.ever_between(officer, found.child):
        raise NotAllowed("own_family")
    waits = (CardGuardianRow.id == id_) & (CardGuardianRow.state == EntryState.SECOND_OFFICER.value)
    if not CardGuardianRow.update(state=EntryState.CHECKING.value, signed_by=officer).where(waits).execute():
        raise NotAllowed("wrong_state")  # of two officers at once one signs
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=found.child, action="card.guardian_signed", object=id_, now=now)
    return _entry(id_)


def remove_card_guardian(id_: str, officer: PersonId, *, now: datetime) -> CardEntry:
    """The card names this guardian no more: the edge that rested on it ends."""
    found = _entry(id_)
    CardGuardianRow.update(state=EntryState.REMOVED.value, removed_at=now).where(CardGuardianRow.id == id_).execute()
    resting = [edge for edge in edges.of_child(found.child) if edge.evidence.source == id_]
    edges.end((edge.id for edge in resting), now=now)
    for edge in resting:
        access.record_edge(edge, Change.ENDED, now=now)
    access.record_change(
        actor=officer, actor_kind=ActorKind.STAFF, subject=found.child, action="card.guardian_removed", object=id_, now=now
    )
    return _entry(id_)


def card_guardians(keys: Keys, child: PersonId) -> tuple[tuple[CardEntry, Snils, str, str], ...]:
    """What the office typed, for the office alone: the entry, SNILS, surname and first name."""
    found = []
    sql = "SELECT id, snils, name FROM school_card_guardian WHERE child = ? AND state <> 'removed' ORDER BY created_at, id"
    for id_, number, name in fetch(CardGuardianRow, sql, (child,)):
        last, first = msgspec.json.decode(unseal(keys, CardGuardianRow, "name", id_, name), type=tuple[str, str])
        found.append((_entry(id_), Snils(unseal(keys, CardGuardianRow, "snils", id_, number)), last, first))
    return tuple(found)


def settle_cards(keys: Keys, person: Person, *, now: datetime) -> tuple[EdgeChange, ...]:
    """Attaches the cards that name this person's proven SNILS, where surname and first name agree too; asked at every sign-in."""
    if person.snils is None or person.snils_proof is not SnilsProof.VERIFIED:
        return ()
    indexes = keys.indexes(SNILS_LABEL, person.snils.digits)
    sql = (
        f"SELECT id, child, name, kind FROM school_card_guardian WHERE snils_index IN ({marks(indexes)})"  # noqa: S608 - ? marks
        " AND state = 'checking' AND valid_from <= ? ORDER BY id"
    )
    changes = []
    for id_, child, name, kind in fetch(CardGuardianRow, sql, (*indexes, micros(now))):
        last, first = msgspec.json.decode(unseal(keys, CardGuardianRow, "name", id_, name), type=tuple[str, str])
        if same_name(last, first, person.last_name, person.first_name):
            change = _attach(keys, person, PersonId(child), id_, GuardianKind(kind), now=now)
            changes += [change] if change else []
    return tuple(changes)


def _attach(keys: Keys, person: Person, child: PersonId, entry: str, kind: GuardianKind, *, now: datetime) -> EdgeChange | None:
    pupil = persons.person(keys, child)
    if pupil is None or person.id == child or child in standing(keys, person, now=now).restricted:
        return None
    between = edges.between(person.id, child)
    if any(edge.state is EdgeState.FROZEN for edge in between):
        return None
    if any(edge.evidence.kind is EvidenceKind.SNILS_IN_SCHOOL_CARD for edge in between):
        return None
    state, missing = activation(person, person.level, now)
    evidence = Evidence(kind=EvidenceKind.SNILS_IN_SCHOOL_CARD, at=now, by=school_of(child) or "school", source=entry)
    edge = edges.add(person.id, child, evidence, state=state, missing=missing, kind=kind, now=now)
    CardGuardianRow.update(state=EntryState.ATTACHED.value).where(CardGuardianRow.id == entry).execute()
    return EdgeChange(edge=edge, change=Change.NEW, tell=edges.told_of(edge, pupil, now=now) if edge.state is EdgeState.ACTIVE else ())


def _numbered(school: str, number: str | None) -> PersonId | None:
    sql = "SELECT child FROM school_card WHERE school = ? AND number = ?"
    return next((PersonId(child) for (child,) in fetch(CardRow, sql, (school, number))), None) if number else None


def _entry_by_snils(keys: Keys, child: PersonId, snils: Snils) -> CardEntry | None:
    indexes = keys.indexes(SNILS_LABEL, snils.digits)
    sql = f"SELECT id FROM school_card_guardian WHERE child = ? AND state <> 'removed' AND snils_index IN ({marks(indexes)})"  # noqa: S608 - ? marks
    return next((_entry(id_) for (id_,) in fetch(CardGuardianRow, sql, (child, *indexes))), None)


def _entered_by(id_: str) -> str:
    return next((str(by) for (by,) in fetch(CardGuardianRow, "SELECT entered_by FROM school_card_guardian WHERE id = ?", (id_,))), "")


def _entry(id_: str) -> CardEntry:
    for child, state, valid_from in fetch(
        CardGuardianRow, "SELECT child, state, valid_from FROM school_card_guardian WHERE id = ?", (id_,)
    ):
        return CardEntry(id=id_, child=PersonId(child), state=EntryState(state), valid_from=instant_of(valid_from))
    raise NotFound("no such entry")
