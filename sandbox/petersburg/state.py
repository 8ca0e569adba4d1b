"""What the site remembers: sessions with tokens that renew themselves, wrong tries, the sandbox's switches."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.petersburg.registry import Registry
from sandbox.world.model import Person

ID: Final = "petersburg"
TOKEN_LIFE: Final = timedelta(days=1)
RENEWED_AFTER: Final = timedelta(minutes=10)
TRIES: Final = 10
PAUSE: Final = timedelta(minutes=15)
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""
SWITCHES: Final = {"page_when_signed_out": False, "two_cookies": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One of the tokens of a session: all of them are good until their own end."""

    session: str
    person: str
    issued_at: datetime


@dataclass(slots=True, kw_only=True)
class Tries:
    count: int = 0
    until: datetime | None = None


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


class State:
    """Empty at each start and after a reset; the key that signs the tokens too."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._tokens: dict[str, Token] = {}
        self._tries: dict[str, Tries] = {}
        self.registry = Registry()
        self.switches = dict(SWITCHES)

    def reset(self) -> None:
        self.registry.reset()
        self._tokens.clear()
        self._tries.clear()
        self.switches = dict(SWITCHES)

    # Tries
    def paused_s(self, login: str, now: datetime) -> float:
        """How long this login, known or not, has to wait."""
        tries = self._tries.get(login)
        if tries is None or tries.until is None:
            return 0
        if now >= tries.until:
            del self._tries[login]
            return 0
        return (tries.until - now).total_seconds()

    def count(self, login: str, now: datetime) -> None:
        while len(self._tries) >= KEPT:
            del self._tries[next(iter(self._tries))]
        tries = self._tries.setdefault(login, Tries())
        tries.count += 1
        if tries.count >= TRIES:
            tries.until = now + PAUSE

    def succeeded(self, login: str) -> None:
        self._tries.pop(login, None)

    # Tokens
    def new_session(self, who: Person, now: datetime) -> tuple[str, str]:
        """Two tokens: the one in the body and the one in the cookie differ, and both are good."""
        session = secrets.token_hex(8)
        return self._issue(session, who.id, now), self._issue(session, who.id, now)

    def _issue(self, session: str, person: str, now: datetime) -> str:
        while len(self._tokens) >= KEPT:
            del self._tokens[next(iter(self._tokens))]
        body = {"sub": session, "jti": secrets.token_hex(6), "iat": int(now.timestamp()), "exp": int((now + TOKEN_LIFE).timestamp())}
        signed = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(body)}"
        seal = hmac.new(self._key, signed.encode(), hashlib.sha256).digest()
        text = f"{signed}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"
        self._tokens[text] = Token(session=session, person=person, issued_at=now)
        return text

    def token(self, text: str, now: datetime) -> Token | None:
        found = self._tokens.get(text)
        if found is not None and now - found.issued_at >= TOKEN_LIFE:
            del self._tokens[text]
            return None
        return found

    def renewed(self, token: Token, now: datetime) -> str | None:
        """A younger token for an answer's cookie, when this one is no longer fresh."""
        return self._issue(token.session, token.person, now) if now - token.issued_at >= RENEWED_AFTER else None

    def end_all(self) -> int:
        count = len({token.session for token in self._tokens.values()})
        self._tokens.clear()
        return count
