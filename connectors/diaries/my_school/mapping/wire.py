"""The answers as docs/wire/my_school.md writes them; a key that is not named here is not read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, TypeVar

import msgspec

Data = TypeVar("Data")
# Ids go into addresses of later calls.
Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Oid = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,20}$")]
Ogrn = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{13,15}$")]
Seq = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
LongText = Annotated[str, msgspec.Meta(max_length=100_000)]


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object."""


class Envelope(Wire, Generic[Data], frozen=True, kw_only=True):
    ok: bool
    data: Data


class Items(Wire, Generic[Data], frozen=True, kw_only=True):
    items: list[Data]
    next: str | None = None


class Token(Wire, frozen=True, kw_only=True):
    access_token: str
    token_type: str
    expires_in: int = 3600


class Named(Wire, frozen=True, kw_only=True):
    last_name: Text
    first_name: Text
    middle_name: Text | None = None


class AttachedOf(Wire, frozen=True, kw_only=True, rename={"class_name": "class"}):
    ogrn: Ogrn
    class_name: Text | None = None
    school_year: str | None = None


class OwnChild(Named, frozen=True, kw_only=True):
    id: Id
    birth_date: date
    age: int | None = None
    snils: str | None = None
    certificate: bool = False
    account: bool = False
    attached: list[AttachedOf] = []


class ProfileOf(Wire, frozen=True, kw_only=True):
    kind: str
    terms: str = ""


class Terms(Wire, frozen=True, kw_only=True):
    version: str
    text: LongText = ""


class OfficeOf(Wire, frozen=True, kw_only=True):
    ogrn: Ogrn
    legal_name: Text


class Me(Named, frozen=True, kw_only=True):
    oid: Oid
    level: str
    children: list[OwnChild]
    terms: Terms
    birth_date: date | None = None
    age: int | None = None
    profile: ProfileOf | None = None
    attached: list[AttachedOf] = []
    offices: list[OfficeOf] = []


class School(Wire, frozen=True, kw_only=True):
    ogrn: Ogrn
    inn: str
    legal_name: Text
    short_name: Text | None = None
    region: Text | None = None
    city: Text | None = None
    utc_offset: str | None = None
    former_names: list[Text] = []
    classes: list[Text] = []


class BundleSchool(Wire, frozen=True, kw_only=True):
    ogrn: Ogrn
    inn: str
    legal_name: Text
    legal_name_now: Text | None = None


class BundleChild(Named, frozen=True, kw_only=True):
    id: Id
    birth_date: date
    age_at_submission: int | None = None
    account: bool = False


class Applicant(Wire, frozen=True, kw_only=True):
    oid: Oid
    level: str


class DeciderOf(Wire, frozen=True, kw_only=True):
    name: Text
    post: Text | None = None


class RequestOf(Wire, frozen=True, kw_only=True):
    id: Id
    kind: str
    state: str
    version: Version
    effective: bool
    reason: LongText | None = None
    decided_at: Moment | None = None
    decided_by: DeciderOf | None = None
    waits_for: str | None = None


class Happened(Wire, frozen=True, kw_only=True):
    at: Moment
    event: str
    request: Id | None = None


class BundleOf(Wire, frozen=True, kw_only=True, rename={"class_name": "class"}):
    id: Id
    version: Version
    state: str
    role: str
    applicant: Applicant
    child: BundleChild
    school: BundleSchool
    class_name: Text
    school_year: str
    created_at: Moment
    complete: bool
    requests: list[RequestOf]
    history: list[Happened] = []
    submitted_at: Moment | None = None
    expires_at: Moment | None = None
    previous: Id | None = None
    next: Id | None = None


class ChangeOf(Wire, frozen=True, kw_only=True):
    seq: Seq
    bundle: Id
    oid: Oid
    version: Version
    state: str
    event: str
    at: Moment


class SubscriptionOf(Wire, frozen=True, kw_only=True):
    url: str
    secret: str


class OfficePerson(Named, frozen=True, kw_only=True):
    birth_date: date | None = None
    level: str | None = None


class OtherOf(Wire, frozen=True, kw_only=True):
    id: Id
    kind: str
    state: str


class EvidenceOf(Wire, frozen=True, kw_only=True):
    kind: str
    at: Moment | None = None


class OfficeRequestOf(Wire, frozen=True, kw_only=True, rename={"class_name": "class"}):
    id: Id
    bundle: Id
    kind: str
    state: str
    version: Version
    child: OfficePerson
    applicant: OfficePerson
    school: OfficeOf
    class_name: Text
    school_year: str
    submitted_at: Moment | None = None
    expires_at: Moment | None = None
    other: OtherOf | None = None
    evidence: list[EvidenceOf] = []
    reason: LongText | None = None
    decided_at: Moment | None = None
