"""What the cabinet remembers: sessions, wrong tries, changed passwords, and the switches of its pages."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.iv_edu.wire.errors import CabinetError, retry_after
from sandbox.world.model import Person
from sandbox.world.town import Town

ID: Final = "iv_edu"
PREFIX: Final = "iv-edu"
IDLE: Final = timedelta(minutes=30)
LIFE: Final = timedelta(hours=12)
TRIES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
CALLS_A_MINUTE: Final = 1200
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(slots=True, kw_only=True)
class Session:
    pupil: str
    ends_at: datetime
    used_at: datetime
    calls: deque[datetime] = field(default_factory=deque)


@dataclass(slots=True, kw_only=True)
class Tries:
    count: int = 0
    until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Desk:
    """What the family set in the cabinet."""

    services: dict[str, bool] = field(default_factory=lambda: {"sms_gate": True, "sms_meals": True})
    date_format: str = "dd.mm.yy"
    time_format: str = "HH:MM"


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


class State:
    """Empty at each start and after a reset."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.passwords: dict[str, str] = {}
        self.closed: set[str] = set()
        self._tries: dict[str, Tries] = {}
        self._desks: dict[str, Desk] = {}

    def reset(self) -> None:
        for kept in (self.sessions, self.passwords, self.closed, self._tries, self._desks):
            kept.clear()

    def desk(self, pupil: str) -> Desk:
        return self._desks.setdefault(pupil, Desk())

    # Signing in
    def sign_in(self, town: Town, snils: str, password: str, now: datetime) -> str:
        """A new session's key; one refusal for an unknown SNILS and a wrong password."""
        number = digits(snils)
        self._check_lock(number, now)
        pupil = self._owner(town, number, password)
        if pupil is None:
            self._count(number, now)
            raise CabinetError("wrong_pair")
        self._tries.pop(number, None)
        if pupil.id in self.closed:
            raise CabinetError("closed")
        key = secrets.token_hex(32)
        _trim(self.sessions)
        self.sessions[key] = Session(pupil=pupil.id, ends_at=now + LIFE, used_at=now)
        return key

    def _owner(self, town: Town, number: str, password: str) -> Person | None:
        found = None
        for snils, listed, child in accounts(town):
            fits = digits(snils) == number and secrets.compare_digest(self.passwords.get(child.id, listed).encode(), password.encode())
            found = child if fits else found
        return found

    def _check_lock(self, number: str, now: datetime) -> None:
        tries = self._tries.get(number)
        if tries is not None and tries.until is not None:
            if now < tries.until:
                raise retry_after("locked", (tries.until - now).total_seconds())
            del self._tries[number]

    def _count(self, number: str, now: datetime) -> None:
        _trim(self._tries)
        tries = self._tries.setdefault(number, Tries())
        tries.count += 1
        if tries.count >= TRIES:
            tries.until = now + LOCKED_FOR

    # Sessions
    def session(self, key: str, now: datetime) -> Session:
        """Uses the session: its idle time starts anew, and its calls of the last minute are counted."""
        found = self.sessions.get(key)
        if found is None or now >= found.ends_at or now - found.used_at >= IDLE:
            self.sessions.pop(key, None)
            raise CabinetError("session_ended")
        if found.pupil in self.closed:
            raise CabinetError("closed")
        while found.calls and now - found.calls[0] >= timedelta(minutes=1):
            found.calls.popleft()
        if len(found.calls) >= CALLS_A_MINUTE:
            raise retry_after("too_many", 60)
        found.calls.append(now)
        found.used_at = now
        return found


def accounts(town: Town) -> list[tuple[str, str, Person]]:
    """(the child's SNILS, the diary password, the child) of every family."""
    found = []
    for parent in town.people.values():
        account = parent.accounts.get(PREFIX, {})
        if "password" in account:
            child = town.person_by_snils(str(account["snils"]))
            if child is not None:
                found.append((str(account["snils"]), str(account["password"]), child))
    return found


def _trim(kept: dict[str, Session] | dict[str, Tries]) -> None:
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
