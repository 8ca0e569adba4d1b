"""Persons and their contacts: names, birth date and SNILS are sealed, and found again only through keyed indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from identity.claims import Claims, Level
from identity.linking import WeakMatch, is_strong
from identity.model import GOSUSLUGI, Origin, Person, PersonId, PersonState, SnilsProof, normalised
from identity.sealing import Keys
from identity.snils import Snils
from identity.store.rows import delete, fetch, instant, marks, new_id, seal, unseal
from identity.store.tables import ContactRow, PersonRow

SNILS_LABEL, MATCH_LABEL, CONTACT_LABEL = "person.snils", "person.match", "person_contact.value"
INDEXED = frozenset({SnilsProof.VERIFIED, SnilsProof.GOSUSLUGI_CHILD, SnilsProof.SCHOOL_CARD})
_COLUMNS = "id, profile, snils, snils_proof, level, level_at, origin, state, zone, recovered_at, created_at"


class Profile(msgspec.Struct, omit_defaults=True):
    """What is sealed of a person in one piece, so that one decryption shows a name."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    sex: str | None = None


_READ = msgspec.json.Decoder(Profile)


def person(keys: Keys, id_: PersonId) -> Person | None:
    return by_ids(keys, (id_,)).get(id_)


def by_ids(keys: Keys, ids: Iterable[PersonId]) -> dict[PersonId, Person]:
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = fetch(PersonRow, f"SELECT {_COLUMNS} FROM person WHERE id IN ({marks(wanted)})", wanted)  # noqa: S608 - only ? marks
    return {row[0]: _person(keys, row) for row in found}


def _person(keys: Keys, row: Sequence[Any]) -> Person:
    id_, profile, snils, proof, level, level_at, origin, state, zone, recovered_at, created_at = row
    known = _READ.decode(unseal(keys, PersonRow, "profile", str(id_), str(profile)))
    return Person(
        id=PersonId(str(id_)),
        last_name=known.last_name,
        first_name=known.first_name,
        middle_name=known.middle_name,
        birth_date=known.birth_date,
        sex=known.sex,
        snils=Snils(unseal(keys, PersonRow, "snils", str(id_), str(snils))) if snils else None,
        snils_proof=SnilsProof(str(proof)),
        level=Level(str(level)),
        level_at=instant(level_at),
        origin=Origin(str(origin)),
        state=PersonState(str(state)),
        zone=str(zone),
        recovered_at=instant(recovered_at),
        created_at=instant(created_at),
    )


def match_text(last_name: str, first_name: str, birth_date: date | None) -> str | None:
    """Name and birth date as they are compared; only for offers."""
    last, first = normalised(last_name), normalised(first_name)
    return f"{last}|{first}|{birth_date.isoformat()}" if last and first and birth_date else None


def match_of_profile(profile: str) -> str | None:
    known = _READ.decode(profile)
    return match_text(known.last_name, known.first_name, known.birth_date)


def _columns(keys: Keys, one: Person, now: datetime) -> dict[str, object]:
    profile = Profile(one.last_name, one.first_name, one.middle_name, one.birth_date, one.sex)
    match = match_text(one.last_name, one.first_name, one.birth_date)
    digits = one.snils.digits if one.snils else None
    return {
        "profile": seal(keys, PersonRow, "profile", one.id, msgspec.json.encode(profile).decode()),
        "match_index": keys.index(MATCH_LABEL, match) if match else None,
        "snils": seal(keys, PersonRow, "snils", one.id, digits) if digits else None,
        "snils_index": keys.index(SNILS_LABEL, digits) if digits and one.snils_proof in INDEXED else None,
        "snils_proof": one.snils_proof.value,
        "level": one.level.value,
        "level_at": one.level_at,
        "origin": one.origin.value,
        "state": one.state.value,
        "zone": one.zone,
        "recovered_at": one.recovered_at,
        "updated_at": now,
    }


def add(keys: Keys, one: Person, *, now: datetime) -> Person:
    """Stores a new person under a new id; a proven SNILS that somebody has already is an IntegrityError."""
    named = replace(one, id=PersonId(new_id()), created_at=now)
    PersonRow.create(id=named.id, created_at=now, **_columns(keys, named, now))
    return named


def change(keys: Keys, before: Person, after: Person, *, now: datetime) -> Person:
    if after != before:
        PersonRow.update(**_columns(keys, after, now)).where(PersonRow.id == after.id).execute()
    return after


def set_zone(id_: PersonId, zone: str, *, now: datetime) -> bool:
    """The IANA zone of the person's school or region: age 14 and 18 are reached there (RULES A6). False for a zone that does not exist."""
    try:
        ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return False  # a diary told it, and what a diary tells is not trusted to be a zone
    return bool(PersonRow.update(zone=zone, updated_at=now).where(PersonRow.id == id_, PersonRow.zone != zone).execute())


def by_snils(keys: Keys, snils: Snils) -> Person | None:
    """Who carries this proven SNILS; unproven ones have no index and are never found (RULES A3)."""
    indexes = keys.indexes(SNILS_LABEL, snils.digits)
    sql = f"SELECT {_COLUMNS} FROM person WHERE state = 'active' AND snils_index IN ({marks(indexes)})"  # noqa: S608 - only ? marks
    for row in fetch(PersonRow, sql, indexes):
        return _person(keys, row)
    return None


def with_claims(before: Person, claims: Claims, *, now: datetime) -> Person:
    """The person after this sign-in; what a confirmed account said is not overwritten by a weaker one."""
    strong = is_strong(claims)
    after = before
    if strong or before.snils_proof in (SnilsProof.NONE, SnilsProof.UNPROVEN):
        after = replace(
            after,
            last_name=claims.last_name or before.last_name,
            first_name=claims.first_name or before.first_name,
            middle_name=claims.middle_name or ("" if claims.last_name else before.middle_name),
            birth_date=claims.birth_date or before.birth_date,
            sex=claims.sex or before.sex,
        )
    if claims.system == GOSUSLUGI:
        after = replace(after, level=claims.level, level_at=now)
    if claims.snils is not None and strong:
        after = replace(after, snils=claims.snils, snils_proof=SnilsProof.VERIFIED)
    elif claims.snils is not None and before.snils is None:
        after = replace(after, snils=claims.snils, snils_proof=SnilsProof.UNPROVEN)
    return after


def weak_matches(keys: Keys, claims: Claims) -> tuple[WeakMatch, ...]:
    """Persons of the same name and birth date, or with the same phone or e-mail: to be offered, never attached (RULES A3)."""
    found: dict[PersonId, str] = {}
    match = match_text(claims.last_name, claims.first_name, claims.birth_date)
    if match:
        indexes = keys.indexes(MATCH_LABEL, match)
        sql = f"SELECT id FROM person WHERE state = 'active' AND match_index IN ({marks(indexes)}) LIMIT 5"  # noqa: S608 - only ? marks
        found.update((id_, "name_and_birth_date") for (id_,) in fetch(PersonRow, sql, indexes))
    for by, contacts in (("phone", claims.phones), ("email", claims.emails)):
        for contact in contacts:
            indexes = keys.indexes(CONTACT_LABEL, f"{by}:{contact.value}")
            sql = f"SELECT person FROM person_contact WHERE value_index IN ({marks(indexes)}) LIMIT 5"  # noqa: S608 - only ? marks
            for (id_,) in fetch(ContactRow, sql, indexes):
                found.setdefault(id_, by)
    known = by_ids(keys, found)
    return tuple(
        WeakMatch(person=known[id_], by=by) for id_, by in found.items() if id_ in known and known[id_].state is PersonState.ACTIVE
    )


def keep_contacts(keys: Keys, id_: PersonId, claims: Claims, *, now: datetime) -> None:
    """Replaces the contacts that this system told before."""
    if not claims.phones and not claims.emails:
        return
    delete(ContactRow).where((ContactRow.person == id_) & (ContactRow.system == claims.system)).execute()
    for kind, contacts in (("phone", claims.phones), ("email", claims.emails)):
        for contact in contacts:
            row, text = new_id(), f"{kind}:{contact.value}"
            ContactRow.create(
                id=row,
                person=id_,
                kind=kind,
                value=seal(keys, ContactRow, "value", row, text),
                value_index=keys.index(CONTACT_LABEL, text),
                verified=int(contact.verified),
                system=claims.system,
                seen_at=now,
            )


def close(id_: PersonId, *, now: datetime) -> None:
    PersonRow.update(state=PersonState.CLOSED.value, snils_index=None, updated_at=now).where(PersonRow.id == id_).execute()


def reopen(keys: Keys, closed: Person, *, now: datetime) -> Person:
    """A merge was undone: the record lives again, and its indexes with it."""
    after = replace(closed, state=PersonState.ACTIVE)
    PersonRow.update(**_columns(keys, after, now)).where(PersonRow.id == closed.id).execute()
    return after


def blank(keys: Keys, id_: PersonId, *, now: datetime) -> None:
    """The record without anything personal, closed; only its opaque id goes on."""
    nobody = Person(id=id_, state=PersonState.CLOSED)
    PersonRow.update(**_columns(keys, nobody, now)).where(PersonRow.id == id_).execute()
