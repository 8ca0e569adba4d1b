"""What the service remembers: registered systems, their tokens and calls, distant days, when it saw an answer change."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sandbox.fgis_schedule.wire.errors import GrantRefused, Outcome

ID: Final = "fgis_schedule"
PREFIX: Final = "fgis"
TOKEN_LIFE: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
CALLS_A_MINUTE: Final = 6000
WRONG_A_MINUTE: Final = 10
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(slots=True, kw_only=True)
class Client:
    """A registered information system."""

    secret: str
    active: bool = True
    calls: deque[datetime] = field(default_factory=deque)


@dataclass(slots=True, kw_only=True)
class Token:
    client_id: str
    ends_at: datetime


class State:
    """Registered systems outlive a reset, everything else does not."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self.distant: set[tuple[str, date]] = set()
        self._tokens: dict[str, Token] = {}
        self._wrong: dict[str, deque[datetime]] = {}
        self._versions: dict[tuple[str, date, date], tuple[str, datetime]] = {}

    def reset(self) -> None:
        for kept in (self.distant, self._tokens, self._wrong, self._versions):
            kept.clear()
        for client in self.clients.values():
            client.calls.clear()

    def register(self, client_id: str, secret: str | None, active: bool) -> None:
        """A new secret ends the tokens of the old one."""
        known = self.clients.get(client_id)
        if known is None or (secret is not None and secret != known.secret):
            self._tokens = {key: token for key, token in self._tokens.items() if token.client_id != client_id}
        if known is None:
            _trim(self.clients)
            self.clients[client_id] = Client(secret=secret or "", active=active)
        else:
            known.secret, known.active = secret or known.secret, active

    # Tokens
    def grant(self, client_id: str, secret: str, now: datetime) -> str:
        """One refusal for an unknown system, a wrong secret and a withdrawn registration."""
        wrong = self._wrong.get(client_id) or deque()
        _forget(wrong, now)
        if len(wrong) >= WRONG_A_MINUTE:
            raise GrantRefused("temporarily_unavailable", retry_after_s=60)
        client = self.clients.get(client_id)
        fits = secrets.compare_digest((client.secret if client else "").encode(), secret.encode())
        if client is None or not fits or not client.active:
            wrong.append(now)
            if client_id not in self._wrong:
                _trim(self._wrong)
            self._wrong[client_id] = wrong
            raise GrantRefused("invalid_client")
        key = secrets.token_urlsafe(32)
        _trim(self._tokens)
        self._tokens[key] = Token(client_id=client_id, ends_at=now + TOKEN_LIFE)
        return key

    def use(self, key: str, now: datetime) -> None:
        """Checks the token and counts the call."""
        token = self._tokens.get(key)
        client = self.clients.get(token.client_id) if token else None
        if token is None or client is None or now >= token.ends_at:
            self._tokens.pop(key, None)
            raise Outcome("expired")
        if not client.active:
            raise Outcome("forbidden")
        _forget(client.calls, now)
        if len(client.calls) >= CALLS_A_MINUTE:
            raise Outcome("throttled", retry_after_s=60)
        client.calls.append(now)

    def updated_at(self, key: tuple[str, date, date], digest: str, newest: datetime, now: datetime) -> datetime:
        """When the answer changed last: it stays while the digest stays."""
        known = self._versions.get(key)
        if known is not None and known[0] == digest:
            return known[1]
        _trim(self._versions)
        at = newest if known is None or newest > known[1] else now
        self._versions[key] = (digest, at)
        return at


def _forget(times: deque[datetime], now: datetime) -> None:
    """What is older than a minute, or, after the clock was turned back, still to come."""
    while times and not timedelta() <= now - times[0] < MINUTE:
        times.popleft()


def _trim(
    kept: dict[str, Client] | dict[str, Token] | dict[str, deque[datetime]] | dict[tuple[str, date, date], tuple[str, datetime]],
) -> None:
    while len(kept) >= KEPT:
        kept.pop(next(iter(kept)))  # type: ignore[call-overload]  # the key is of the dict that it was taken from
