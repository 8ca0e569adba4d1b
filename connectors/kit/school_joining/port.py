"""What the hub asks of a system where a family joins a school and the school's administrator decides (RULES B1-B4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from connectors.kit.errors import ConnectorError, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.school_joining.bundles import Application, Bundle, Changes, Made, Notice
from connectors.kit.school_joining.office import OfficePage, OfficeRequest
from connectors.kit.school_joining.people import OutsidePerson, OutsideProfile, OutsideSchool
from connectors.kit.school_joining.words import RequestState, Role
from connectors.kit.secret import Secret


@runtime_checkable
class SchoolJoiningPort(Protocol):
    """A system of joining. Errors: the eight; `reason_of` gives the system's own code of each, `current_bundle` and `current_request`
    what it holds now where it refused because that has changed.

    A person is named by `oid` and must have agreed (`agree`), else `AccessDenied` with `consent_missing`; an `officer` likewise.
    Every call may be repeated without harm: `create` by its key (applicant, child, school, year), the rest by what they say; after
    `subscribe` the last secret holds. Where an answer was lost after all tries, `bundles` and `bundle` tell what came of it."""

    manifest: Manifest
    name: str

    async def agree(self, person: OutsidePerson) -> OutsideProfile:
        """Tells the consent. `NotFound` with `person_unknown` where oid, names and SNILS are not those of one account."""
        ...

    async def forget(self, oid: str) -> None:
        """Ends the consent; one that is not there is ended."""
        ...

    async def profile(self, oid: str) -> OutsideProfile: ...

    async def choose_profile(self, oid: str, kind: Role, terms_version: str) -> OutsideProfile:
        """The person's profile and agreement to the terms; a pupil's is `Role.PUPIL`."""
        ...

    async def find_schools(self, oid: str, q: str, limit: int = 20) -> tuple[OutsideSchool, ...]:
        """Best first; `q` has at least 3 signs, `limit` is 1 to 50."""
        ...

    async def school(self, oid: str, ogrn: str) -> OutsideSchool: ...

    async def create(self, oid: str, application: Application, *, submit: bool, previous: str = "") -> Made:
        """A draft, or with `submit` a submitted one; the newest of the chain where one exists, whatever its state.

        `previous` begins anew after that bundle, which must be rejected, withdrawn or expired."""
        ...

    async def change_class(self, oid: str, bundle: str, class_name: str, *, version: int) -> Bundle: ...

    async def submit(self, oid: str, bundle: str) -> Bundle: ...

    async def withdraw(self, oid: str, bundle: str) -> Bundle: ...

    async def bundle(self, oid: str, bundle: str) -> Bundle: ...

    async def bundles(self, oid: str, *, child: str = "", school_ogrn: str = "", school_year: str = "") -> tuple[Bundle, ...]:
        """The person's own, oldest first; `child` is the id of the person's own list."""
        ...

    async def changes(self, after: str = "0", limit: int = 100) -> Changes:
        """Of all persons who agreed to this hub, whoever changed them; `limit` is 1 to 200."""
        ...

    async def requests(self, officer: str, *, state: RequestState | None = None, after: str = "", limit: int = 50) -> OfficePage:
        """Those of the officer's schools; no drafts."""
        ...

    async def request(self, officer: str, request: str) -> OfficeRequest: ...

    async def approve(self, officer: str, request: str, *, version: int) -> OfficeRequest: ...

    async def reject(self, officer: str, request: str, *, version: int, reason: str) -> OfficeRequest: ...

    async def subscribe(self, url: str) -> Secret:
        """Notices go there from now on; the answer is their secret, a new one each time, kept sealed by the hub."""
        ...

    async def unsubscribe(self) -> None: ...

    def read_notice(self, headers: Mapping[str, str], body: bytes, secrets: tuple[Secret, ...]) -> Notice:
        """Asks nobody. `secrets` are those in use, the newest first: notices sent before a new one still carry the old.

        `Rejected`: `notice_unsigned` (no or no readable signature), `notice_forged`, `notice_time` (older or newer than 5 minutes);
        `Drifted` for a signed body in another format."""
        ...


def reason_of(error: ConnectorError) -> str:
    """The system's own code (`consent_missing`, `version_changed` …); empty or a technical word where it told none."""
    return error.reason if isinstance(error, Rejected) else error.detail


def current_bundle(error: ConnectorError) -> Bundle | None:
    """The bundle as it is now, where the system refused because it has changed."""
    current = error.current if isinstance(error, Rejected) else None
    return current if isinstance(current, Bundle) else None


def current_request(error: ConnectorError) -> OfficeRequest | None:
    current = error.current if isinstance(error, Rejected) else None
    return current if isinstance(current, OfficeRequest) else None
