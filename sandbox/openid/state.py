"""What the provider remembers: clients, sign-ins under way, sessions, grants with their codes and tokens, consents."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

SESSION_LIFE = timedelta(hours=8)
FLOW_LIFE = timedelta(minutes=30)
KEPT = timedelta(days=1)
"""How long a spent code or token is remembered, so that its second use is noticed."""
ACR = {"simplified": "urn:op:acr:simplified", "standard": "urn:op:acr:standard", "confirmed": "urn:op:acr:confirmed"}
"""The account's level as `acr`; a client may be registered with another vocabulary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered client. `auth_method` None takes client_secret_basic and client_secret_post alike; without a secret it is public."""

    client_id: str
    secret: str | None = field(repr=False, default=None)
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...] = ()
    auth_method: str | None = None
    alg: str = "RS256"
    userinfo_alg: str | None = None
    sector: str | None = None
    scopes: frozenset[str] | None = None
    grants: frozenset[str] = frozenset({"authorization_code", "refresh_token"})
    default_max_age: int | None = None
    acr: Mapping[str, str] = field(default_factory=lambda: ACR)
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How the provider behaves today, set by POST /_sandbox/op/switches; a reset brings the defaults back.

    `auth_age_s`: how long ago a person chosen by sign_in_as signed in. The last five lists name what is spoilt: `wire.spoiling`.
    """

    issuer: str | None = None
    code_life_s: float = 60
    access_life_s: float = 3600
    refresh_life_s: float = 30 * 86400
    id_token_life_s: float = 600
    clock_offset_s: float = 0
    auth_age_s: float = 0
    always_ask_consent: bool = False
    slow_s: float = 5
    huge_bytes: int = 5 * 2**20
    discovery: tuple[str, ...] = ()
    jwks: tuple[str, ...] = ()
    authorization: tuple[str, ...] = ()
    token: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    userinfo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorisation request that was found good. `claims` is the claims parameter, `hinted` the person of id_token_hint."""

    client: Client
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]
    challenge: str
    nonce: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str = ""
    acr_values: tuple[str, ...] = ()
    claims: Mapping[str, Any] = field(default_factory=dict)
    hinted: str | None = None
    issuer: str = ""


@dataclass(slots=True, kw_only=True)
class Flow:
    """A sign-in under way in a browser; `person` is set once the password was right."""

    id: str
    asked: Asked
    started_at: datetime
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in at the provider in one browser."""

    id: str
    sid: str
    person: str
    auth_time: datetime


@dataclass(slots=True, kw_only=True)
class Grant:
    """What a person allowed a client in one sign-in; its code and every token of it die with it."""

    client: str
    person: str
    scopes: tuple[str, ...]
    auth_time: datetime
    sid: str
    issuer: str
    acr: str
    nonce: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    revoked: bool = False


@dataclass(slots=True, kw_only=True)
class Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    issued_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    grant: Grant
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


@dataclass(slots=True, kw_only=True)
class Refresh:
    grant: Grant
    issued_at: datetime
    expires_at: datetime
    used: bool = False


Item = TypeVar("Item")


class State:
    """All of it in memory; `clock` is the sandbox's, `now()` the provider's own, which a switch can set apart."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.clients: dict[str, Client] = {}
        self.forget()

    def forget(self) -> None:
        """The reset: registered clients stay, everything else goes."""
        self.switches = Switches()
        self.flows: dict[str, Flow] = {}
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Access] = {}
        self.refresh: dict[str, Refresh] = {}
        self.consents: dict[tuple[str, str], frozenset[str]] = {}

    def now(self) -> datetime:
        return self._clock() + timedelta(seconds=self.switches.clock_offset_s)

    def switch(self, changes: Mapping[str, Any]) -> None:
        self.switches = replace(self.switches, **changes)

    def start_flow(self, asked: Asked) -> Flow:
        now = self.now()
        _drop(self.flows, lambda flow: now - flow.started_at > FLOW_LIFE)
        flow = Flow(id=secrets.token_urlsafe(24), asked=asked, started_at=now)
        self.flows[flow.id] = flow
        return flow

    def flow(self, flow_id: str | None) -> Flow | None:
        flow = self.flows.get(flow_id or "")
        return flow if flow is not None and self.now() - flow.started_at <= FLOW_LIFE else None

    def new_session(self, person: str, age_s: float = 0) -> Session:
        """A session that no browser holds until its id is set as a cookie."""
        auth_time = self.now() - timedelta(seconds=age_s)
        return Session(id=secrets.token_urlsafe(32), sid=str(uuid.uuid4()), person=person, auth_time=auth_time)

    def keep_session(self, session: Session) -> None:
        now = self.now()
        _drop(self.sessions, lambda kept: now - kept.auth_time > SESSION_LIFE)
        self.sessions[session.id] = session

    def session(self, session_id: str | None) -> Session | None:
        session = self.sessions.get(session_id or "")
        return session if session is not None and self.now() - session.auth_time <= SESSION_LIFE else None

    def new_code(self, code: Code) -> str:
        now = self.now()
        _drop(self.codes, lambda kept: now - kept.issued_at > KEPT)
        text = secrets.token_urlsafe(32)
        self.codes[text] = code
        return text

    def new_access(self, grant: Grant, scopes: tuple[str, ...]) -> str:
        now = self.now()
        _drop(self.access, lambda kept: now - kept.expires_at > KEPT)
        text = secrets.token_urlsafe(32)
        life = timedelta(seconds=self.switches.access_life_s)
        self.access[text] = Access(grant=grant, scopes=scopes, issued_at=now, expires_at=now + life)
        return text

    def live_access(self, text: str) -> Access | None:
        access = self.access.get(text)
        return access if access is not None and not access.grant.revoked and self.now() < access.expires_at else None

    def new_refresh(self, grant: Grant) -> str:
        now = self.now()
        _drop(self.refresh, lambda kept: now - kept.expires_at > KEPT)
        text = secrets.token_urlsafe(32)
        life = timedelta(seconds=self.switches.refresh_life_s)
        self.refresh[text] = Refresh(grant=grant, issued_at=now, expires_at=now + life)
        return text

    def live_refresh(self, text: str) -> Refresh | None:
        refresh = self.refresh.get(text)
        alive = refresh is not None and not refresh.used and not refresh.grant.revoked and self.now() < refresh.expires_at
        return refresh if alive else None

    def consent(self, person: str, client: str, scopes: frozenset[str]) -> None:
        self.consents[person, client] = self.consents.get((person, client), frozenset()) | scopes

    def has_consent(self, person: str, client: str, scopes: frozenset[str]) -> bool:
        return not self.switches.always_ask_consent and scopes <= self.consents.get((person, client), frozenset())


def _drop(kept: dict[str, Item], is_old: Callable[[Item], bool]) -> None:
    for key in [key for key, item in kept.items() if is_old(item)]:
        del kept[key]
