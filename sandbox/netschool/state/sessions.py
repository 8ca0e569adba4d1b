"""Signing in: one-shot salts, the two salted hashes, sessions that are a token and a cookie together, and the pause after wrong tries."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.world.model import Person

ID: Final = "netschool"
IDLE: Final = timedelta(hours=1)
SALT_LIFE: Final = timedelta(minutes=5)
TRIES: Final = 3
PAUSE: Final = timedelta(minutes=1)
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(slots=True, kw_only=True)
class Session:
    """`cookie` is NSSESSIONID, `role` None until an account with several roles has chosen one."""

    at: str
    bearer: str
    cookie: str
    person: str
    used_at: datetime
    role: str | None = "parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Salt:
    lt: str
    ver: str
    salt: str
    cookie: str
    ends_at: datetime


@dataclass(slots=True, kw_only=True)
class Tries:
    count: int = 0
    until: datetime | None = None


def digits(count: int) -> str:
    return "".join(secrets.choice("123456789") for _ in range(count))


def hashes(salt: str, password: str) -> tuple[str, str]:
    """`pw` and `pw2`: md5 over the salt and the md5 of the password in windows-1251; `pw` is cut to the password's length."""
    inner = hashlib.md5(password.encode("windows-1251", "replace"), usedforsecurity=False).hexdigest()
    pw2 = hashlib.md5((salt + inner).encode(), usedforsecurity=False).hexdigest()
    return pw2[: len(password)], pw2


class Sessions:
    """Salts by `lt`, sessions by `at`."""

    def __init__(self) -> None:
        self._salts: dict[str, Salt] = {}
        self._sessions: dict[str, Session] = {}
        self._tries: dict[tuple[str, str], Tries] = {}

    def reset(self) -> None:
        self._salts.clear()
        self._sessions.clear()
        self._tries.clear()

    # Salts
    def new_salt(self, cookie: str, now: datetime) -> Salt:
        while len(self._salts) >= KEPT:
            del self._salts[next(iter(self._salts))]
        made = Salt(lt=digits(9), ver=digits(9), salt=digits(12), cookie=cookie, ends_at=now + SALT_LIFE)
        self._salts[made.lt] = made
        return made

    def take_salt(self, lt: str, ver: str, cookie: str, now: datetime) -> Salt | None:
        """Spends it: a salt is good for one try."""
        found = self._salts.pop(lt, None)
        return found if found is not None and (found.ver, found.cookie) == (ver, cookie) and now < found.ends_at else None

    # Tries
    def paused(self, school: str, login: str, now: datetime) -> bool:
        tries = self._tries.get((school, login.lower()))
        if tries is None or tries.until is None:
            return False
        if now < tries.until:
            return True
        del self._tries[school, login.lower()]
        return False

    def count(self, school: str, login: str, now: datetime) -> None:
        while len(self._tries) >= KEPT:
            del self._tries[next(iter(self._tries))]
        tries = self._tries.setdefault((school, login.lower()), Tries())
        tries.count += 1
        if tries.count >= TRIES:
            tries.until = now + PAUSE

    def succeeded(self, school: str, login: str) -> None:
        self._tries.pop((school, login.lower()), None)

    # Sessions
    def open(self, who: Person, cookie: str, now: datetime, role: str | None) -> Session:
        while len(self._sessions) >= KEPT:
            del self._sessions[next(iter(self._sessions))]
        made = Session(at=digits(26), bearer=secrets.token_urlsafe(32), cookie=cookie, person=who.id, used_at=now, role=role)
        self._sessions[made.at] = made
        return made

    def alive(self, at: str | None, now: datetime) -> Session | None:
        found = self._sessions.get(at or "")
        if found is not None and now - found.used_at >= IDLE:
            del self._sessions[found.at]
            return None
        return found

    def by_bearer(self, bearer: str, now: datetime) -> Session | None:
        found = next((it for it in self._sessions.values() if it.bearer == bearer), None)
        return None if found is None else self.alive(found.at, now)

    def close(self, at: str) -> None:
        self._sessions.pop(at, None)

    def end_all(self) -> int:
        count = len(self._sessions)
        self._sessions.clear()
        return count
