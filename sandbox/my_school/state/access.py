"""Who may call: registered systems, people's consents, codes and tokens, calls a minute."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

CODE_LIFE: Final = timedelta(seconds=60)
TICKET_LIFE: Final = timedelta(minutes=10)
ACCESS_LIFE: Final = timedelta(hours=1)
REFRESH_LIFE: Final = timedelta(days=30)
SESSION_LIFE: Final = timedelta(hours=8)
CALLS_A_MINUTE: Final = 600
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(slots=True, kw_only=True)
class Client:
    """An information system that may call; `secret` is compared in constant time."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a code, a token, a consent page's ticket or the office page's cookie stands for; no `person`: the system itself."""

    kind: str
    client: str
    person: str | None
    ends_at: datetime
    redirect_uri: str = ""
    state: str = ""


@dataclass(slots=True, kw_only=True)
class Access:
    """Clients outlive a reset, all else does not. `consents` are (client, person) pairs with the time."""

    clients: dict[str, Client] = field(default_factory=dict)
    consents: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _grants: dict[str, Grant] = field(default_factory=dict)
    _calls: dict[str, tuple[int, int]] = field(default_factory=dict)

    def reset(self) -> None:
        self.consents.clear()
        self._grants.clear()
        self._calls.clear()

    def register(self, client: Client) -> None:
        """Known already: the new secret holds and the old tokens end."""
        self.clients[client.id] = client
        self._grants = {text: grant for text, grant in self._grants.items() if grant.client != client.id}

    def authenticated(self, client_id: str, secret: str) -> Client | None:
        found = self.clients.get(client_id)
        right = secrets.compare_digest((found.secret if found else "").encode(), secret.encode())
        return found if found is not None and found.active and right else None

    def issue(
        self, kind: str, client: str, person: str | None, now: datetime, life: timedelta, *, redirect_uri: str = "", state: str = ""
    ) -> str:
        while len(self._grants) >= KEPT:
            del self._grants[next(iter(self._grants))]
        text = secrets.token_urlsafe(32)
        self._grants[text] = Grant(kind=kind, client=client, person=person, ends_at=now + life, redirect_uri=redirect_uri, state=state)
        return text

    def grant(self, text: str, kind: str, now: datetime) -> Grant | None:
        found = self._grants.get(text)
        return found if found is not None and found.kind == kind and now < found.ends_at else None

    def spend(self, text: str, kind: str, now: datetime) -> Grant | None:
        """Good once."""
        found = self.grant(text, kind, now)
        if found is not None:
            del self._grants[text]
        return found

    def forget(self, client: str, person: str) -> None:
        """The consent ends, and with it the person's tokens at this system."""
        self.consents.pop((client, person), None)
        self._grants = {text: it for text, it in self._grants.items() if (it.client, it.person) != (client, person)}

    def wait_s(self, token: str, now: datetime) -> float:
        """Counts a call; how long to wait where it was one too many."""
        minute = int(now.timestamp() // 60)
        while len(self._calls) >= KEPT:
            del self._calls[next(iter(self._calls))]
        start, count = self._calls.get(token, (minute, 0))
        count = count + 1 if start == minute else 1
        self._calls[token] = (minute, count)
        return 60 - now.timestamp() % 60 if count > CALLS_A_MINUTE else 0
