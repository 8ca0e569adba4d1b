"""What a sign-in tells of a person: the one record that connectors fill in and linking decides on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from identity.snils import InvalidSnils, Snils


class Level(StrEnum):
    """The account levels of Gosuslugi; other providers map into them or say unknown (RULES A4)."""

    UNKNOWN = "unknown"
    SIMPLIFIED = "simplified"
    STANDARD = "standard"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A phone in E.164 or an e-mail in lower case; never a key for linking (RULES A1)."""

    value: str = field(repr=False)
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildClaim:
    """A child that the provider lists under the person."""

    source_id: str
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = None
    snils: Snils | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkClaim:
    """An organisation that the provider lists the person under: as its head, as its administrator, or simply there."""

    ogrn: str
    is_head: bool = False
    is_administrator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """One person at one provider. `children` is None where the provider does not tell, `work` where it was not asked; `snils` is set only
    if it vouches for it."""

    system: str
    subject: str
    level: Level
    tenant: str = ""
    last_name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = None
    sex: str | None = None
    snils: Snils | None = None
    phones: tuple[Contact, ...] = ()
    emails: tuple[Contact, ...] = ()
    children: tuple[ChildClaim, ...] | None = None
    work: tuple[WorkClaim, ...] | None = None
    auth_time: datetime | None = None
    provider_session: str = field(default="", repr=False)


__all__ = ["ChildClaim", "Claims", "Contact", "InvalidSnils", "Level", "Snils", "WorkClaim"]
