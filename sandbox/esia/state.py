"""What ESIA remembers: information systems, sign-ins under way, sessions, codes, tokens and consents."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from sandbox.esia.certificates import Certificate

Dialect = Literal["v1", "current"]
SESSION_LIFE = timedelta(hours=3)
FLOW_LIFE = timedelta(minutes=30)
ACCESS_LIFE = timedelta(hours=1)
CODE_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered information system; `scopes` None allows every scope, `confirmed_only` refuses lower levels (ESIA-007055)."""

    mnemonic: str
    certificates: tuple[Certificate, ...] = field(repr=False)
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...] = ()
    dialects: frozenset[str]
    strict_claims: bool = False
    token_alg: str = "RS256"
    title: str = ""
    scopes: frozenset[str] | None = None
    confirmed_only: bool = False
    grants: frozenset[str] = frozenset({"authorization_code", "refresh_token", "client_credentials"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How ESIA behaves today, set by POST /_sandbox/esia/switches; a reset brings the defaults back.

    The accepted window of the request time is not public: one hour either way keeps a wrong clock or zone visible
    and honest clients working. `nonce` is not echoed since November 2022, hence the default.
    """

    clock_offset_s: float = 0
    timestamp_window_s: float = 3600
    code_life_s: float = 240
    nonce: str = "never"
    lenient_refresh: bool = False
    strict_base64: bool = False
    certificate_dates: bool = False
    issuer: str = "http://esia.gosuslugi.ru/"
    rest_error_list: bool = False
    always_ask_consent: bool = False
    omit_trusted: bool = False
    refused_scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorisation request whose signature was found good."""

    client: Client
    dialect: Dialect
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    offline: bool
    nonce: str | None = None
    challenge: str | None = None
    challenge_method: str = "S256"
    person_filter: frozenset[str] = frozenset()
    permissions: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True, kw_only=True)
class Flow:
    """A sign-in under way in a browser; `person` is set once the password was right."""

    id: str
    asked: Asked
    started_at: datetime
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in at Gosuslugi in one browser."""

    id: str
    sid: str
    person: str
    auth_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person allowed a system; codes, access and refresh tokens all point to one. `person` is None for a system's own token."""

    client: str
    person: str | None
    scopes: tuple[str, ...]
    offline: bool
    auth_time: datetime
    sid: str
    nonce: str | None = None


@dataclass(slots=True, kw_only=True)
class Code:
    grant: Grant
    redirect_uri: str
    issued_at: datetime
    challenge: str | None
    challenge_method: str
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    grant: Grant
    expires_at: datetime


Item = TypeVar("Item")


class State:
    """All of it in memory; `clock` is the sandbox's, `now()` is ESIA's own, which a switch can set apart."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.clients: dict[str, Client] = {}
        self.forget()

    def forget(self) -> None:
        """The reset: registered systems stay, everything else goes."""
        self.switches = Switches()
        self.flows: dict[str, Flow] = {}
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Access] = {}
        self.refresh: dict[str, Grant] = {}
        self.consents: dict[tuple[str, str], frozenset[str]] = {}
        self.permissions: dict[tuple[str, str], list[Mapping[str, Any]]] = {}

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

    def new_session(self, person: str) -> Session:
        """A session that no browser holds until its id is set as a cookie."""
        return Session(id=secrets.token_urlsafe(32), sid=str(uuid.uuid4()), person=person, auth_time=self.now())

    def keep_session(self, session: Session) -> None:
        now = self.now()
        _drop(self.sessions, lambda kept: now - kept.auth_time > SESSION_LIFE)
        self.sessions[session.id] = session

    def session(self, session_id: str | None) -> Session | None:
        session = self.sessions.get(session_id or "")
        return session if session is not None and self.now() - session.auth_time <= SESSION_LIFE else None

    def keep_code(self, text: str, code: Code) -> None:
        now = self.now()
        _drop(self.codes, lambda kept: now - kept.issued_at > CODE_KEPT)
        self.codes[text] = code

    def live_code(self, text: str, client: str, redirect_uri: str) -> Code | None:
        """The code, unless it is used, foreign or too old. The caller marks it used before its next await, so that one caller wins."""
        code = self.codes.get(text)
        if code is None or code.used or code.grant.client != client or code.redirect_uri != redirect_uri:
            return None
        age_s = (self.now() - code.issued_at).total_seconds()
        return code if age_s < self.switches.code_life_s else None

    def new_refresh(self, grant: Grant) -> str:
        token = str(uuid.uuid4())
        self.refresh[token] = grant
        return token

    def keep_access(self, token: str, grant: Grant) -> None:
        now = self.now()
        _drop(self.access, lambda kept: now - kept.expires_at > CODE_KEPT)
        self.access[token] = Access(grant=grant, expires_at=now + ACCESS_LIFE)

    def consent(self, person: str, client: str, scopes: frozenset[str]) -> None:
        self.consents[person, client] = self.consents.get((person, client), frozenset()) | scopes

    def has_consent(self, person: str, client: str, scopes: frozenset[str]) -> bool:
        return not self.switches.always_ask_consent and scopes <= self.consents.get((person, client), frozenset())


def _drop(kept: dict[str, Item], is_old: Callable[[Item], bool]) -> None:
    for key in [key for key, item in kept.items() if is_old(item)]:
        del kept[key]
