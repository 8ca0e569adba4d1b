"""What linking remembers: codes of the Gosuslugi sign-in, invitation codes of children, SNILS in children's cards."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.kiasuo.wire.answers import DiaryError

CODE_LIFE: Final = timedelta(minutes=1)
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
WRONG_A_MINUTE: Final = 10
KEPT: Final = 1000


class TooMany(DiaryError):
    """Ten wrong invitation codes within a minute."""

    def __init__(self) -> None:
        super().__init__(429, "Слишком много попыток")


@dataclass(slots=True, kw_only=True)
class Registry:
    """Empty at each start and after a reset. `invitations` are pupils by code, `cards` pupils by the digits of a SNILS."""

    invitations: dict[str, str] = field(default_factory=dict)
    cards: dict[str, set[str]] = field(default_factory=dict)
    _codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _wrong: dict[str, deque[datetime]] = field(default_factory=dict)

    def reset(self) -> None:
        for kept in (self.invitations, self.cards, self._codes, self._wrong):
            kept.clear()

    # The sign-in
    def code(self, person: str, now: datetime) -> str:
        while len(self._codes) >= KEPT:
            del self._codes[next(iter(self._codes))]
        code = secrets.token_urlsafe(24)
        self._codes[code] = (person, now + CODE_LIFE)
        return code

    def redeemed(self, code: str, now: datetime) -> str | None:
        """Whose sign-in it is, once."""
        found = self._codes.pop(code, None)
        return None if found is None or now >= found[1] else found[0]

    # A child by its code
    def invite(self, pupil: str) -> str:
        while len(self.invitations) >= KEPT:
            del self.invitations[next(iter(self.invitations))]
        code = "".join(secrets.choice(ALPHABET) for _ in range(10))
        self.invitations[code] = pupil
        return code

    def check_tries(self, person: str, now: datetime) -> None:
        wrong = self._wrong.get(person) or deque()
        while wrong and not timedelta() <= now - wrong[0] < timedelta(minutes=1):
            wrong.popleft()
        if len(wrong) >= WRONG_A_MINUTE:
            raise TooMany

    def count_wrong(self, person: str, now: datetime) -> None:
        while len(self._wrong) >= KEPT and person not in self._wrong:
            del self._wrong[next(iter(self._wrong))]
        self._wrong.setdefault(person, deque()).append(now)


def digits(snils: str) -> str:
    return "".join(letter for letter in snils if letter.isascii() and letter.isdigit())


def plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())
