"""Who joins: the person, the children of the own list, the schools."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.kit.school_joining.words import Role
from connectors.kit.secret import Secret
from identity.claims import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsidePerson:
    """Who agreed to this hub there. `oid` is the Gosuslugi number that the hub has from the person's own sign-in."""

    oid: str
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    agreed_at: datetime
    middle_name: str = field(default="", repr=False)
    snils: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSchool:
    """`legal_name` is the full name by EGRUL as it is there. `classes` is a suggestion, filled only by `school`."""

    ogrn: str
    inn: str
    legal_name: str
    short_name: str = ""
    region: str = ""
    city: str = ""
    utc_offset: str = ""
    former_names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A school where somebody is a pupil, or stands for one."""

    ogrn: str
    class_name: str = ""
    school_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideChild:
    """A child of the person's own list. `snils` is masked there. `account`: has a Gosuslugi account, without which it cannot sign in."""

    id: str
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    middle_name: str = field(default="", repr=False)
    age: int | None = None
    snils: str = field(default="", repr=False)
    certificate: bool = False
    account: bool = False
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A school whose administrator the person is."""

    ogrn: str
    legal_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideProfile:
    """The person as the system sees him. `kind` is None until `choose_profile`; `terms_version` is what he is to agree to then.

    `agreed_terms` is the version that he agreed to. A standard account has an empty list of children."""

    oid: str
    level: Level
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    age: int | None = None
    kind: Role | None = None
    agreed_terms: str = ""
    terms_version: str = ""
    terms_text: str = field(default="", repr=False)
    children: tuple[OutsideChild, ...] = ()
    attached: tuple[Attached, ...] = ()
    offices: tuple[Office, ...] = ()
