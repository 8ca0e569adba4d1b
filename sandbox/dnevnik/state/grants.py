"""What the platform remembers of sign-ins: registered applications, browser sessions, codes, access and refresh tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

SCOPES: Final = (
    "CommonInfo", "ContactInfo", "FriendsAndRelatives", "EducationalInfo", "SocialInfo", "Files", "Wall", "Messages",
)  # fmt: skip
CODE_LIFE: Final = timedelta(minutes=5)
ACCESS_LIFE: Final = timedelta(hours=1)
FRAGMENT_LIFE: Final = timedelta(days=180)
"""A token handed over in the fragment: it names no end and brings no refresh token, and the clients that cut it out keep it for months."""
REFRESH_LIFE: Final = timedelta(days=365)
SESSION_LIFE: Final = timedelta(days=30)
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered application; `scopes` empty means that it may ask for any."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A code or a token: whose it is, what it opens, until when."""

    person: str
    client: str
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(slots=True, kw_only=True)
class Session:
    """A signed-in browser; `ticket` proves that the consent form came from our own page."""

    person: str
    expires_at: datetime
    ticket: str = field(default_factory=lambda: secrets.token_hex(16))


def new_token() -> str:
    """32 characters, as clients cut them out of the address."""
    return secrets.token_hex(16)


def client_key(client_id: str) -> str:
    """Applications are named with and without the dashes of a UUID, in either case."""
    return client_id.replace("-", "").lower()


class Grants:
    """All of it in memory; `forget` is a reset, which keeps registered applications."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self.forget()

    def forget(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._tasks: dict[str, str] = {}
        self.homework: dict[tuple[int, str], str] = {}
        self.offers = 0

    # Applications
    def register(self, client: Client) -> None:
        self._clients[client_key(client.id)] = client

    def client(self, client_id: str) -> Client | None:
        return self._clients.get(client_key(client_id))

    def clients(self) -> list[Client]:
        return list(self._clients.values())

    # Browser sessions
    def open_session(self, person: str, now: datetime) -> str:
        key = new_token()
        _keep(self._sessions, key, Session(person=person, expires_at=now + SESSION_LIFE))
        return key

    def session(self, key: str | None, now: datetime) -> Session | None:
        found = self._sessions.get(key or "")
        return found if found is not None and now < found.expires_at else None

    def close_session(self, key: str | None) -> None:
        self._sessions.pop(key or "", None)

    # Codes and tokens
    def issue_code(self, person: str, client: Client, scopes: tuple[str, ...], now: datetime) -> str:
        code = new_token()
        _keep(self._codes, code, Grant(person=person, client=client.id, scopes=scopes, expires_at=now + CODE_LIFE))
        return code

    def spend_code(self, code: str, client: Client, now: datetime) -> Grant | None:
        """The code's grant, once; a code that another application shows stays good for its owner."""
        found = self._codes.get(code)
        if found is None or client_key(found.client) != client_key(client.id):
            return None
        del self._codes[code]
        return found if now < found.expires_at else None

    def issue_access(self, person: str, client: str, scopes: tuple[str, ...], now: datetime, life: timedelta = ACCESS_LIFE) -> str:
        token = new_token()
        _keep(self._access, token, Grant(person=person, client=client, scopes=scopes, expires_at=now + life))
        return token

    def issue_refresh(self, person: str, client: str, scopes: tuple[str, ...], now: datetime) -> str:
        token = new_token()
        _keep(self._refresh, token, Grant(person=person, client=client, scopes=scopes, expires_at=now + REFRESH_LIFE))
        return token

    def spend_refresh(self, token: str, client: Client, now: datetime) -> Grant | None:
        """A refresh token is good once: each answer brings the next one."""
        found = self._refresh.get(token)
        if found is None or client_key(found.client) != client_key(client.id):
            return None
        del self._refresh[token]
        return found if now < found.expires_at else None

    def access(self, token: str, now: datetime) -> Grant | None:
        found = self._access.get(token)
        return found if found is not None and now < found.expires_at else None

    # Gosuslugi tasks
    def open_task(self, person: str) -> str:
        task = new_token()
        _keep(self._tasks, task, person)
        return task

    def task(self, task: str) -> str | None:
        return self._tasks.get(task)


Value = TypeVar("Value")


def _keep(table: dict[str, Value], key: str, value: Value) -> None:
    table[key] = value
    while len(table) > KEPT:
        del table[next(iter(table))]
