"""What registration remembers: a school's invitation codes, accounts that wait for their letter, keys of recovery, Gosuslugi tickets."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.eljur.wire.answers import EljurError

ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LETTER_LIFE: Final = timedelta(days=3)
RECOVERY_LIFE: Final = timedelta(hours=24)
TICKET_LIFE: Final = timedelta(minutes=10)
WRONG_A_MINUTE: Final = 10
KEPT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An account whose e-mail is not confirmed; `code` is the invitation that it spends."""

    code: str
    vendor: str
    login: str
    password: str
    name: tuple[str, str, str]
    email: str
    ends_at: datetime


@dataclass(slots=True, kw_only=True)
class Registry:
    """Empty at each start and after a reset. `invitations` are (vendor, pupil) by code."""

    invitations: dict[str, tuple[str, str]] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    recoveries: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    tickets: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _wrong: dict[str, deque[datetime]] = field(default_factory=dict)

    def reset(self) -> None:
        for kept in (self.invitations, self.waiting, self.recoveries, self.tickets, self._wrong):
            kept.clear()

    def invite(self, vendor: str, pupil: str) -> str:
        code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        while len(self.invitations) >= KEPT:
            del self.invitations[next(iter(self.invitations))]
        self.invitations[code] = (vendor, pupil)
        return code

    def check_code(self, vendor: str, code: str, now: datetime) -> str:
        """The code as it was given out; one refusal for an unknown, a spent and another school's, and a pause after ten."""
        while len(self._wrong) >= KEPT and vendor not in self._wrong:
            del self._wrong[next(iter(self._wrong))]
        wrong = self._wrong.setdefault(vendor, deque())
        while wrong and not timedelta() <= now - wrong[0] < timedelta(minutes=1):
            wrong.popleft()
        if len(wrong) >= WRONG_A_MINUTE:
            raise EljurError(429, "Too many requests")
        plain = "".join(letter for letter in code.upper() if letter.isalnum())
        if self.invitations.get(plain, ("", ""))[0] != vendor:
            wrong.append(now)
            raise EljurError(400, "Wrong code")
        return plain

    def wait(self, account: Waiting) -> str:
        """The key of the letter; a second form with the same code takes the first one's place."""
        self.waiting = {key: it for key, it in self.waiting.items() if it.code != account.code}
        while len(self.waiting) >= KEPT:
            del self.waiting[next(iter(self.waiting))]
        key = secrets.token_urlsafe(24)
        self.waiting[key] = account
        return key

    def confirmed(self, key: str, now: datetime) -> Waiting:
        found = self.waiting.pop(key, None)
        if found is None or now >= found.ends_at or found.code not in self.invitations:
            raise EljurError(400, "Wrong key")
        return found

    def recovery(self, person: str, now: datetime) -> str:
        return _keep(self.recoveries, person, now + RECOVERY_LIFE)

    def recovered(self, key: str, now: datetime) -> str:
        """Whose password is set anew; the key is spent by it."""
        found = self.recoveries.pop(key, None)
        if found is None or now >= found[1]:
            raise EljurError(400, "Wrong key")
        return found[0]

    def ticket(self, person: str, now: datetime) -> str:
        return _keep(self.tickets, person, now + TICKET_LIFE)

    def entered(self, key: str, now: datetime) -> str:
        """Who came through Gosuslugi; the ticket is good once."""
        found = self.tickets.pop(key, None)
        if found is None or now >= found[1]:
            raise EljurError(401, "Wrong v_token")
        return found[0]


def _keep(kept: dict[str, tuple[str, datetime]], person: str, ends_at: datetime) -> str:
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
    key = secrets.token_urlsafe(24)
    kept[key] = (person, ends_at)
    return key
