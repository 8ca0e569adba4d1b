"""A completed application: the pupil is in the school's roster, the applicant a guardian on the school's word (RULES A5, B1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from identity.guardianship import Change, activation
from identity.model import (
    ActorKind,
    EdgeState,
    Evidence,
    EvidenceKind,
    GuardianKind,
    Guardianship,
    Missing,
    Origin,
    PersonId,
    PersonState,
)
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.edges import EdgeChange
from identity.store.family.standing import standing
from identity.store.persons import match_text
from identity.store.rows import delete, fetch
from identity.store.school.invitations import kill_code
from identity.store.school.leaving import leave_school
from identity.store.school.roster import named_in
from identity.store.school.tables import CardRow
from identity.store.tables import EdgeRow, LinkRow
from identity.store.trail import access


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """`left` is the OGRN of the school whose roster the pupil was in until now."""

    left: str | None = None


def enrol(
    keys: Keys, *, school: str, child: PersonId, klass: str, zone: str, by: str, kind: ActorKind, why_left: str, now: datetime
) -> Enrolled:
    """Into the roster with this class; a pupil is in one school's roster at a time. Twice is harmless. `why_left` is for the former one."""
    before = fetch(CardRow, "SELECT school FROM school_card WHERE child = ? AND state = 'active'", (child,))
    former = str(before[0][0]) if before else None
    number = None if former == school else _take_over(keys, school, child, now=now)
    if former == school:
        CardRow.update(klass=klass, updated_at=now).where(CardRow.child == child).execute()
    else:
        if former is not None:
            today = now.astimezone(ZoneInfo(zone)).date()
            leave_school(keys, child, school=former, officer=PersonId(by), reason=why_left, left_on=today, now=now)
        delete(CardRow).where(CardRow.child == child).execute()
        CardRow.create(
            child=child, school=school, klass=klass, number=number, state="active", entered_by=by, created_at=now, updated_at=now
        )
    persons.set_zone(child, zone, now=now)
    access.record_change(actor=by, actor_kind=kind, subject=child, action="card.enrolled", object=school, now=now)
    return Enrolled(left=former if former != school else None)


def _take_over(keys: Keys, school: str, child: PersonId, *, now: datetime) -> str | None:
    """A card that the office typed of the same pupil, and that nobody ever saw, is this pupil's: its number goes along."""
    whom = persons.person(keys, child)
    text = match_text(whom.last_name, whom.first_name, whom.birth_date) if whom else None
    if whom is None or text is None or whom.birth_date is None:
        return None
    twins = named_in(keys, school, [(whom.last_name, whom.first_name, whom.birth_date)]).get(text, ())
    free = [one for one in twins if one != child and _is_nobodys(keys, one)]
    if len(free) != 1 or len(twins) != 1:
        return None
    number = next((one for (one,) in fetch(CardRow, "SELECT number FROM school_card WHERE child = ?", (free[0],))), None)
    kill_code(free[0], PersonId("joining"), now=now)
    delete(CardRow).where(CardRow.child == free[0]).execute()
    persons.close(free[0], now=now)
    return None if number is None else str(number)


def _is_nobodys(keys: Keys, twin: PersonId) -> bool:
    one = persons.person(keys, twin)
    if one is None or one.origin is not Origin.ROSTER or one.state is not PersonState.ACTIVE or edges.touching(twin):
        return False
    return not fetch(LinkRow, "SELECT 1 FROM account_link WHERE person = ? OR opened_by = ? LIMIT 1", (twin, twin))


def attach_applicant(keys: Keys, guardian: PersonId, child: PersonId, *, school: str, source: str, now: datetime) -> EdgeChange | None:
    """The school's approval as evidence; it waits while the account is not confirmed. None where a restriction, a freeze or an end of
    the tie or the record stands against it, or the school's word is there already."""
    who, whom = persons.person(keys, guardian), persons.person(keys, child)
    if who is None or whom is None or PersonState.CLOSED in (who.state, whom.state) or guardian == child:
        return None
    between = edges.between(guardian, child)
    if not between or child in standing(keys, who, now=now).restricted or any(one.state is EdgeState.FROZEN for one in between):
        return None
    if any(one.evidence.kind is EvidenceKind.SCHOOL_APPROVAL for one in between):
        return None
    state, missing = activation(who, who.level, now)
    kind = between[0].kind if between else GuardianKind.PARENT
    evidence = Evidence(kind=EvidenceKind.SCHOOL_APPROVAL, at=now, by=school, source=source)
    edge = edges.add(guardian, child, evidence, state=state, missing=missing, kind=kind, now=now)
    if state is EdgeState.ACTIVE:
        edges.end((one.id for one in between if one.state is EdgeState.TO_CONFIRM), now=now)
    access.record_edge(edge, Change.NEW, now=now)
    known = any(one.state is EdgeState.ACTIVE for one in between)
    tell = edges.told_of(edge, whom, now=now) if state is EdgeState.ACTIVE and not known else ()
    return EdgeChange(edge=edge, change=Change.NEW, tell=tell)


def applicants_edges(guardian: PersonId, child: PersonId, *, now: datetime) -> tuple[Guardianship, ...]:
    """By what this person may apply for this child: active ones, and those that wait for nothing but a confirmed account."""
    found = edges.between(guardian, child)
    if any(one.state is EdgeState.FROZEN for one in found):
        return ()
    return tuple(
        one
        for one in found
        if (one.state is EdgeState.ACTIVE and (one.valid_until is None or now < one.valid_until))
        or (one.state is EdgeState.WAITING and set(one.missing) == {Missing.LEVEL_TOO_LOW})
    )


class Twin(StrEnum):
    """A pupil of the roster of the same name and birth date: `OWN` is the child's own card, `FREE` one that nobody saw yet and that
    becomes the child's, `TAKEN` one that another family sees."""

    OWN = "own"
    FREE = "free"
    TAKEN = "taken"


def twins_in(keys: Keys, school: str, children: tuple[PersonId, ...]) -> dict[PersonId, Twin]:
    """By child, where the roster of this school has such a pupil."""
    known = persons.by_ids(keys, children)
    texts = {id_: match_text(one.last_name, one.first_name, one.birth_date) for id_, one in known.items()}
    asked = [(one.last_name, one.first_name, one.birth_date) for one in known.values() if one.birth_date]
    found = named_in(keys, school, asked)
    twins = {id_: found[text] for id_, text in texts.items() if text and text in found}
    return {id_: _twin(keys, id_, same) for id_, same in twins.items()}


def _twin(keys: Keys, child: PersonId, same: tuple[PersonId, ...]) -> Twin:
    if child in same:
        return Twin.OWN
    return Twin.FREE if len(same) == 1 and _is_nobodys(keys, same[0]) else Twin.TAKEN


def kin_of(person: PersonId) -> frozenset[PersonId]:
    """Everybody whom an edge ever tied to this person, and the person: nobody decides for them (RULES B5)."""
    found = fetch(EdgeRow, "SELECT guardian, child FROM guardianship WHERE guardian = ? OR child = ?", (person, person))
    return frozenset(PersonId(one) for pair in ((person,), *found) for one in pair)
