"""What the hub asks of an outside system; flows know these shapes and no concrete connector."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.manifest import Manifest
from connectors.kit.secret import Secret
from identity.claims import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of school dates, both ends included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The right to read one diary account: tokens, their end, and the account's own id at the system (`owner`)."""

    token: Secret
    owner: str = ""
    refresh: Secret | None = None
    expires_at: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where the browser goes to sign in, and what must be kept on the server until it comes back (nonce, verifier…)."""

    url: str
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came back: the callback's parameters, first values, as the browser brought them."""

    params: Mapping[str, str]
    keep: Mapping[str, str]
    state: str
    redirect_uri: str


@runtime_checkable
class SignInPort(Protocol):
    """An identity provider. Errors: the eight of `connectors.kit.errors`."""

    manifest: Manifest
    name: str

    async def begin(self, *, state: str, redirect_uri: str) -> Departure: ...

    async def finish(self, arrival: Arrival) -> Claims: ...

    def logout_url(self, *, return_to: str) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedProfile:
    """A finished sign-in: who it is, and the tokens, for a caller that has a use for them."""

    claims: Claims
    access: Access = field(repr=False)


@runtime_checkable
class ProfilePort(SignInPort, Protocol):
    """A provider whose profile can stay bound: `open` also gives tokens; `check` and `refresh` raise `AuthExpired` for dead ones."""

    async def open(self, arrival: Arrival) -> OpenedProfile: ...

    async def check(self, access: Access) -> None: ...

    async def refresh(self, access: Access) -> Access: ...

    async def revoke(self, access: Access) -> None: ...


@runtime_checkable
class Wrapping(Protocol):
    """A provider whose callback may come wrapped up: the plain parameters, `state` among them, or `Rejected`."""

    def unwrapped(self, params: Mapping[str, str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryAccount:
    """An opened diary account: the access to keep, whose it is (person names as the diary knows them) and its children."""

    access: Access
    subject: str
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    roles: tuple[str, ...] = ()
    children: tuple[DiaryChild, ...] = ()


@runtime_checkable
class DiaryPort(Protocol):
    """A diary system. `read` fills exactly the asked kinds that the manifest offers. Errors: the eight.

    `sign_in` takes credentials named by `manifest.credentials`; `begin`/`finish` open the account in the browser;
    a login kind that the manifest does not list raises `Rejected("login_kind", …)`.
    `refresh` returns a new access or raises `AuthExpired`.
    """

    manifest: Manifest
    name: str

    async def begin(self, *, state: str, redirect_uri: str) -> Departure: ...

    async def finish(self, arrival: Arrival) -> DiaryAccount: ...

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount: ...

    async def account(self, access: Access) -> DiaryAccount: ...

    async def refresh(self, access: Access) -> Access: ...

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage: ...
