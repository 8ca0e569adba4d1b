"""What the diary remembers: access tokens that live an hour, refresh tokens that are good once, the ends of the listed ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.kiasuo.registry import Registry
from sandbox.world.model import Person
from sandbox.world.town import Town

ID: Final = "kiasuo"
ACCESS_LIFE: Final = timedelta(hours=1)
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`family` names the sign-in, which one sign-out ends as a whole."""

    person: str
    family: str
    ends_at: datetime


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


class State:
    """A listed access token (`/_sandbox/people`) does not end by itself; a listed refresh token is good once, as any."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._access: dict[str, Access] = {}
        self._refresh: dict[str, tuple[str, str]] = {}
        self._spent: set[str] = set()
        self._ended: set[str] = set()
        self.registry = Registry()

    def reset(self) -> None:
        self.registry.reset()
        for kept in (self._access, self._refresh, self._spent, self._ended):
            kept.clear()

    def owner(self, town: Town, token: str, now: datetime) -> tuple[Person, str] | None:
        """Whose access token it is, and its family."""
        found = self._access.get(token)
        if found is not None:
            who = town.people.get(found.person)
            return None if who is None or now >= found.ends_at else (who, found.family)
        listed = town.person_by_account(ID, "token", token) if token else None
        if listed is None or listed.id in self._ended:
            return None
        return listed, listed.id

    def refreshed(self, town: Town, token: str, now: datetime) -> tuple[str, str] | None:
        """A new pair for a refresh token, which is spent by it."""
        if not token or token in self._spent:
            return None
        found = self._refresh.pop(token, None)
        listed = None if found is not None else town.person_by_account(ID, "refresh_token", token)
        if listed is not None:
            found = (listed.id, listed.id)
        if found is None:
            return None
        self._spent.add(token)
        return self.pair(*found, now)

    def pair(self, person: str, family: str, now: datetime) -> tuple[str, str]:
        while len(self._access) >= KEPT:
            del self._access[next(iter(self._access))]
        while len(self._refresh) >= KEPT:
            del self._refresh[next(iter(self._refresh))]
        body = {"sub": family, "jti": secrets.token_hex(6), "iat": int(now.timestamp()), "exp": int((now + ACCESS_LIFE).timestamp())}
        signed = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(body)}"
        seal = hmac.new(self._key, signed.encode(), hashlib.sha256).digest()
        access, refresh = f"{signed}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}", secrets.token_hex(16)
        self._access[access] = Access(person=person, family=family, ends_at=now + ACCESS_LIFE)
        self._refresh[refresh] = (person, family)
        return access, refresh

    def sign_out(self, family: str) -> None:
        """Ends every token of the family, the listed ones too."""
        self._ended.add(family)
        self._access = {token: access for token, access in self._access.items() if access.family != family}
        self._refresh = {token: found for token, found in self._refresh.items() if found[1] != family}

    def end_access(self, town: Town) -> int:
        """All access tokens are dead, refresh tokens are not."""
        count = len(self._access)
        self._access.clear()
        self._ended.update(who.id for who in town.people.values() if "token" in who.accounts.get(ID, {}))
        return count
