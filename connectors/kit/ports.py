"""What the hub asks of an outside system; flows know these shapes and no concrete connector."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
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
    """The right to read one diary account: tokens, their end, and the account's own id at the system (`owner`).

    `credentials` are set only by a system whose tokens cannot be refreshed: the hub keeps them sealed with the tokens, and `refresh`
    signs in again with them (docs/adr/0023)."""

    token: Secret
    owner: str = ""
    refresh: Secret | None = None
    expires_at: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, Secret] = field(default_factory=dict, repr=False)


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
class AskingAnew(Protocol):
    """A provider that can be told to ask for the password again even of somebody who is signed in there (OpenID Core 3.1.2.1)."""

    async def begin_anew(self, *, state: str, redirect_uri: str) -> Departure: ...


@runtime_checkable
class AskingWork(Protocol):
    """A provider that also tells where somebody works and as what, if it is asked for that: families are not asked."""

    async def begin_at_work(self, *, state: str, redirect_uri: str) -> Departure: ...


@runtime_checkable
class Wrapping(Protocol):
    """A provider whose callback may come wrapped up: the plain parameters, `state` among them, or `Rejected`."""

    def unwrapped(self, params: Mapping[str, str]) -> Mapping[str, str]: ...


class Waiting(StrEnum):
    """What an opened account still waits for outside, before it shows any child."""

    APPROVAL = "approval"
    LETTER = "letter"
    INVITATION = "invitation"
    APPLICATION = "application"
    """The family has to make an application first."""
    LIST = "list"
    """The school's administrator has to link the account with the child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryAccount:
    """An opened diary account: the access to keep, whose it is (person names as the diary knows them) and its children.

    `waits_for` is set while the school has not yet approved the application, the letter is not confirmed, or no invitation was accepted."""

    access: Access
    subject: str
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    roles: tuple[str, ...] = ()
    children: tuple[DiaryChild, ...] = ()
    waits_for: Waiting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAsked:
    """The system has sent a code and waits for it. `keep` is what the second step needs, sealed until then.

    `sent_to` completes «Код отправлен …» («в СМС на номер …12»); `tries_left` is the system's own count, where it tells one."""

    keep: Mapping[str, str] = field(repr=False)
    sent_to: str = ""
    tries_left: int | None = None


@runtime_checkable
class DiaryPort(Protocol):
    """A diary system. `read` fills exactly the asked kinds that the manifest offers. Errors: the eight.

    `sign_in` takes credentials named by `manifest.credentials`, or by another of `manifest.forms`;
    `begin`/`finish` open the account in the browser;
    a login kind that the manifest does not list raises `Rejected("login_kind", …)`.
    `refresh` returns a new access or raises `AuthExpired`; where there is no refresh token it may sign in with `access.credentials`.
    """

    manifest: Manifest
    name: str

    async def begin(self, *, state: str, redirect_uri: str) -> Departure: ...

    async def finish(self, arrival: Arrival) -> DiaryAccount: ...

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount: ...

    async def account(self, access: Access) -> DiaryAccount: ...

    async def refresh(self, access: Access) -> Access: ...

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage: ...


@runtime_checkable
class CodePort(DiaryPort, Protocol):
    """A diary that may ask for a code after the credentials. The hub calls `ask_code` in place of `sign_in`.

    `enter_code` answers `CodeAsked` again for a wrong code while another may be tried, and raises `AuthExpired` when all begins anew.
    """

    async def ask_code(self, credentials: Mapping[str, Secret]) -> DiaryAccount | CodeAsked: ...

    async def enter_code(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | CodeAsked: ...
