"""What registration remembers: cabinets that wait for their letter, and applications to schools."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

LETTER_LIFE: Final = timedelta(days=1)
OPEN_A_PERSON: Final = 10
KEPT: Final = 1000
STATES: Final = {"submitted": "Подано: принесите паспорт в школу", "approved": "Одобрено", "rejected": "Отклонено", "withdrawn": "Отозвано"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A cabinet whose e-mail is not confirmed; `code` is in the letter."""

    code: str
    email: str
    password: str
    name: tuple[str, str, str]
    ends_at: datetime


@dataclass(slots=True, kw_only=True)
class Application:
    """A parent's application to a school for one child; `state` is one of `STATES`."""

    id: int
    person: str
    institution: int
    name: tuple[str, str, str]
    birth_date: date
    relation: str
    created_at: datetime
    state: str = "submitted"
    reason: str = ""
    decided_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Registry:
    """Empty at each start and after a reset; `waiting` is by e-mail."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    applications: dict[int, Application] = field(default_factory=dict)
    _last: int = 0

    def reset(self) -> None:
        self.waiting.clear()
        self.applications.clear()
        self._last = 0

    def wait(self, email: str, password: str, name: tuple[str, str, str], now: datetime) -> str:
        """The letter's code; a second form takes the first one's place."""
        while len(self.waiting) >= KEPT:
            del self.waiting[next(iter(self.waiting))]
        code = secrets.token_hex(16)
        self.waiting[email] = Waiting(code=code, email=email, password=password, name=name, ends_at=now + LETTER_LIFE)
        return code

    def activated(self, code: str, now: datetime, email: str | None = None) -> Waiting | None:
        """The cabinet that this code opens, once; with an e-mail only that one's."""
        found = next((it for it in self.waiting.values() if secrets.compare_digest(it.code.encode(), code.encode())), None)
        if found is None or now >= found.ends_at or email not in (None, found.email):
            return None
        del self.waiting[found.email]
        return found

    def apply(self, person: str, institution: int, name: tuple[str, str, str], born: date, relation: str, now: datetime) -> Application:
        while len(self.applications) >= KEPT:
            del self.applications[next(iter(self.applications))]
        self._last += 1
        made = Application(
            id=self._last, person=person, institution=institution, name=name, birth_date=born, relation=relation, created_at=now
        )
        self.applications[made.id] = made
        return made

    def of(self, person: str) -> list[Application]:
        """Newest first."""
        return [it for it in reversed(self.applications.values()) if it.person == person]
