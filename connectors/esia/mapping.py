"""ESIA's answers as they come (MR, appendix B; facts 1.4-1.6) and what they mean: level, contacts, children, one record of a sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import msgspec
import phonenumbers

from connectors.esia import errors
from connectors.kit.errors import AccessDenied, Drifted, Rejected
from identity.claims import ChildClaim, Claims, Contact, Level, Snils, WorkClaim

MAX_KIDS = 30
_SEXES = frozenset({"M", "F"})
T = TypeVar("T")


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is the echo of the request's own; `expires_in` is a number, some stands write it as text."""

    access_token: str
    id_token: str
    state: str
    token_type: str = "Bearer"
    expires_in: int | None = None


class PersonAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`trusted` is absent for a person who was never checked; `verifying`: a check of the data is running."""

    first_name: str
    last_name: str
    middle_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    trusted: bool | None = None
    verifying: bool | None = None
    status: str | None = None
    snils: str | None = None
    oid: int | str | None = None


class ContactAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`type` MBT, EML, PHN, CEM; a pending change stands in fields of its own, so `value` is the one in force."""

    type: str
    value: str
    vrf_stu: str


class KidAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: int | str
    first_name: str
    last_name: str
    middle_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    snils: str | None = None


class RoleAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One line of `/roles`: an organisation, and what the person is in it."""

    ogrn: str | None = None
    chief: bool = False
    admin: bool = False
    active: bool = True


class Collection(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Elements are whole objects where `embed=(elements)` was understood, absolute addresses where it was not."""

    elements: list[T | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the id_token names. `trusted` is its `is_tru`: None where the token says nothing of the person at all."""

    oid: str
    trusted: bool | None
    auth_time: datetime | None
    session: str


def subject(system: str, token: Mapping[str, Any]) -> Subject:
    """The person of a verified id_token; inner names come in full (`urn:esia:sbj:oid`) or short (`oid`), both are read."""
    oid = str(token["sub"])
    inner = token.get("urn:esia:sbj")
    about = {str(name).removeprefix("urn:esia:sbj:"): value for name, value in inner.items()} if isinstance(inner, dict) else None
    if not re.fullmatch(r"[0-9]{1,20}", oid) or (about is not None and str(about.get("oid", oid)) != oid):
        raise Rejected(system, "token_sub", errors.UNKNOWN)
    auth_time = token.get("auth_time")
    return Subject(
        oid=oid,
        # An unconfirmed person's token has no is_tru: clients test its presence.
        trusted=None if about is None else about.get("is_tru") is True,
        auth_time=datetime.fromtimestamp(auth_time, UTC) if auth_time is not None else None,
        session=str(token.get("urn:esia:sid", "")),
    )


def claims(
    system: str,
    who: Subject,
    person: PersonAnswer,
    contacts: Iterable[ContactAnswer],
    kids: Sequence[KidAnswer] | None,
    roles: Sequence[RoleAnswer] | None = None,
) -> Claims:
    """One record of everything; raises where the account is closed, is another's, or an answer is not as documented."""
    if person.oid is not None and str(person.oid) != who.oid:
        raise Rejected(system, "subject_differs", errors.UNKNOWN)
    if person.status == "DELETED":
        raise AccessDenied(system, "DELETED", text="Эта учётная запись Госуслуг удалена. Войдите под действующей.")
    if kids is not None and len(kids) > MAX_KIDS:
        raise Drifted(system, "$.elements", f"{len(kids)} children", text=errors.UNREADABLE)
    contacts = tuple(contacts)
    found = level(person, who)
    return Claims(
        system=system,
        subject=who.oid,
        level=found,
        last_name=person.last_name.strip(),
        first_name=person.first_name.strip(),
        middle_name=(person.middle_name or "").strip(),
        birth_date=day(system, person.birth_date),
        sex=person.gender if person.gender in _SEXES else None,
        # Of a simplified account nothing has been checked, so its SNILS is only what somebody typed.
        snils=None if found is Level.SIMPLIFIED else snils(person.snils),
        phones=_phones(contacts),
        emails=_emails(contacts),
        children=None if kids is None else tuple(_child(system, kid) for kid in kids),
        work=None if roles is None else _work(roles),
        auth_time=who.auth_time,
        provider_session=who.session,
    )


def level(person: PersonAnswer, who: Subject) -> Level:
    """The account's level. Confirmed needs `trusted` of the person and, where the token speaks of it, `is_tru`: the lower one counts.

    Standard is an account whose SNILS has been checked: a valid one is there and no check is running.
    """
    if person.trusted is True and who.trusted is not False:
        return Level.CONFIRMED
    if snils(person.snils) is not None and person.verifying is not True:
        return Level.STANDARD
    return Level.SIMPLIFIED


def snils(text: str | None) -> Snils | None:
    """A valid SNILS or None: a wrong one is never an error of the sign-in."""
    try:
        return Snils(text) if text else None
    except ValueError:
        return None


def day(system: str, text: str | None) -> date | None:
    """dd.MM.yyyy."""
    if not text:
        return None
    found = re.fullmatch(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", text.strip())
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError as error:
        raise Drifted(system, "$.birthDate", "no such day", text=errors.UNREADABLE) from error
    raise Drifted(system, "$.birthDate", "not dd.MM.yyyy", text=errors.UNREADABLE)


def _child(system: str, kid: KidAnswer) -> ChildClaim:
    return ChildClaim(
        source_id=str(kid.id),
        last_name=kid.last_name.strip(),
        first_name=kid.first_name.strip(),
        middle_name=(kid.middle_name or "").strip(),
        birth_date=day(system, kid.birth_date),
        snils=snils(kid.snils),
        sex=kid.gender if kid.gender in _SEXES else None,
    )


def _work(roles: Sequence[RoleAnswer]) -> tuple[WorkClaim, ...]:
    """Organisations with an OGRN; one that the person has left says nothing."""
    return tuple(
        WorkClaim(ogrn=one.ogrn, is_head=one.chief, is_administrator=one.admin)
        for one in roles
        if one.active and one.ogrn and re.fullmatch(r"[0-9]{13,15}", one.ogrn)
    )


def _phones(contacts: Sequence[ContactAnswer]) -> tuple[Contact, ...]:
    found = ((e164(contact.value), contact) for contact in contacts if contact.type == "MBT")
    return tuple(Contact(value=value, verified=contact.vrf_stu == "VERIFIED") for value, contact in found if value)


def _emails(contacts: Sequence[ContactAnswer]) -> tuple[Contact, ...]:
    found = ((contact.value.strip().lower(), contact) for contact in contacts if contact.type == "EML")
    return tuple(Contact(value=value, verified=contact.vrf_stu == "VERIFIED") for value, contact in found if "@" in value)


def e164(text: str) -> str | None:
    """+7(926)2464800 as +79262464800; what cannot be a number is left out."""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
