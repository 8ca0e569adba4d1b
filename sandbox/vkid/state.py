"""What VK ID remembers: apps, sign-ins under way, browser sessions, sign-up codes, families of tokens and consents."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

SESSION_LIFE = timedelta(days=30)
FLOW_LIFE = timedelta(minutes=30)
ONE_TIME_LIFE = timedelta(minutes=5)
ONE_TIME_TRIES = 5
FIRST_NEW_ID = 880_000_001
FORMER_LIFE = timedelta(days=1)
"""How long a used code is known, so that a second use is seen as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app of the developers' cabinet; `scopes` are the rights that it was given."""

    client_id: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How VK ID behaves today, set by POST /_sandbox/vkid/switches; a reset brings the defaults back.

    What is not public about the real one is a switch: the HTTP status of errors, the phone's format, whether short states
    are refused. `withheld_scopes` are what people untick when they are signed in without the page.
    """

    errors_with_200: bool = False
    strict_state: bool = False
    callback: str = "parameters"
    id_token_on_refresh: bool = False
    code_replay_kills: bool = True
    always_ask_consent: bool = False
    birthday: str = "full"
    phone_format: str = "7"
    withheld_scopes: tuple[str, ...] = ()
    code_life_s: float = 600
    access_life_s: float = 3600
    refresh_life_s: float = 180 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A VK account: a person's of the town, or one made by sign-up. `phone` is E.164; `sex` is F or M."""

    user_id: int
    first_name: str
    last_name: str
    sex: str
    birthday: date
    phone: str | None = None
    email: str | None = None
    login: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorisation request that was found good."""

    app: App
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]
    challenge: str
    prompts: frozenset[str] = frozenset()
    from_widget: bool = False
    dark: bool = False


@dataclass(slots=True, kw_only=True)
class OneTime:
    """A code sent to a phone; `kind` is sms or call, where the code is the end of the calling number."""

    phone: str
    kind: str
    code: str
    sent_at: datetime
    tries_left: int = ONE_TIME_TRIES


@dataclass(slots=True, kw_only=True)
class Flow:
    """A sign-in under way in a browser; `user_id` is set once somebody signed in, `proven_phone` once a code was right."""

    id: str
    asked: Asked
    started_at: datetime
    user_id: int | None = None
    one_time: OneTime | None = None
    proven_phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: str
    user_id: int
    since: datetime


@dataclass(slots=True, kw_only=True)
class Family:
    """One authorisation: the code and all tokens that came of it; a replay or a logout ends it whole."""

    client_id: str
    user_id: int
    scopes: tuple[str, ...]
    device_id: str
    alive: bool = True


@dataclass(slots=True, kw_only=True)
class Code:
    """`redirect_uri` is empty for a code bought with an old token: no browser took it anywhere."""

    family: Family
    redirect_uri: str
    challenge: str
    expires_at: datetime
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Token:
    """An access or a refresh token."""

    family: Family
    expires_at: datetime
    spent: bool = False


class Expiring(Protocol):
    expires_at: datetime


Item = TypeVar("Item")
Kept = TypeVar("Kept", bound=Expiring)


class State:
    """All of it in memory, by the sandbox's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.apps: dict[str, App] = {}
        self.forget()

    def forget(self) -> None:
        """The reset: apps stay, everything else goes."""
        self.switches = Switches()
        self.flows: dict[str, Flow] = {}
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self.consents: dict[tuple[int, str], frozenset[str]] = {}
        self.signed_up: dict[int, Account] = {}
        self.sent: list[OneTime] = []

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

    def start_session(self, user_id: int) -> Session:
        now = self.now()
        _drop(self.sessions, lambda session: now - session.since > SESSION_LIFE)
        session = Session(id=secrets.token_urlsafe(32), user_id=user_id, since=now)
        self.sessions[session.id] = session
        return session

    def session(self, session_id: str | None) -> Session | None:
        session = self.sessions.get(session_id or "")
        return session if session is not None and self.now() - session.since <= SESSION_LIFE else None

    def send_code(self, flow: Flow, phone: str, kind: str) -> OneTime:
        """Six digits by SMS; the last four of the calling number where the phone is rung and dropped."""
        digits = 6 if kind == "sms" else 4
        code = f"{secrets.randbelow(10**digits):0{digits}d}"
        flow.one_time = OneTime(phone=phone, kind=kind, code=code, sent_at=self.now())
        flow.proven_phone = None
        self.sent = [*self.sent[-99:], flow.one_time]
        return flow.one_time

    def sign_up(self, account: Account) -> Account:
        made = replace(account, user_id=FIRST_NEW_ID + len(self.signed_up))
        self.signed_up[made.user_id] = made
        return made

    def new_code(self, family: Family, redirect_uri: str, challenge: str) -> str:
        now = self.now()
        _trim(self.codes, now - FORMER_LIFE)
        text = f"vk2.a.{secrets.token_urlsafe(160)}"
        expires_at = now + timedelta(seconds=self.switches.code_life_s)
        self.codes[text] = Code(family=family, redirect_uri=redirect_uri, challenge=challenge, expires_at=expires_at)
        return text

    def new_pair(self, family: Family) -> tuple[str, str]:
        """An access and a refresh token."""
        now, switches = self.now(), self.switches
        _trim(self.access, now)
        _trim(self.refresh, now)
        access, refresh = (f"vk2.a.{secrets.token_urlsafe(165)}" for _ in range(2))
        self.access[access] = Token(family=family, expires_at=now + timedelta(seconds=switches.access_life_s))
        self.refresh[refresh] = Token(family=family, expires_at=now + timedelta(seconds=switches.refresh_life_s))
        return access, refresh

    def live_access(self, text: str) -> Token | None:
        token = self.access.get(text)
        return token if token is not None and token.family.alive and self.now() < token.expires_at else None

    def revoke(self, user_id: int, client_id: str) -> None:
        """All of this person's authorisations of this app, and the consent."""
        self.consents.pop((user_id, client_id), None)
        kept: list[Code | Token] = [*self.codes.values(), *self.access.values(), *self.refresh.values()]
        for family in (item.family for item in kept):
            if (family.user_id, family.client_id) == (user_id, client_id):
                family.alive = False

    def consent(self, user_id: int, client_id: str, scopes: tuple[str, ...]) -> None:
        self.consents[user_id, client_id] = self.consents.get((user_id, client_id), frozenset()) | frozenset(scopes)


def _drop(kept: dict[str, Item], is_old: Callable[[Item], bool]) -> None:
    for key in [key for key, item in kept.items() if is_old(item)]:
        del kept[key]


def _trim(kept: dict[str, Kept], before: datetime) -> None:
    """Forget what ended before that time, oldest first, without looking at the rest."""
    while kept:
        first = next(iter(kept))
        if kept[first].expires_at >= before:
            return
        del kept[first]
