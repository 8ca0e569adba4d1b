"""What the journal remembers: tokens of three months, read and sent messages, wrong tries, the sandbox's switches."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.eljur.registry import Registry
from sandbox.world.model import Person
from sandbox.world.town import Town

ID: Final = "eljur"
LIFE: Final = timedelta(days=90)
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""
SWITCHES: Final = {"always_200": False, "students_as_list": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    person: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    id: int
    author: str
    to: tuple[str, ...]
    subject: str
    text: str
    at: datetime


class State:
    """Empty at each start and after a reset."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._read: dict[tuple[str, int], None] = {}
        self.sent: list[Sent] = []
        self.registry = Registry()
        self.switches = dict(SWITCHES)

    def reset(self) -> None:
        self._tokens.clear()
        self._read.clear()
        self.sent.clear()
        self.registry.reset()
        self.switches = dict(SWITCHES)

    def sign_in(self, who: Person, now: datetime) -> tuple[str, datetime]:
        while len(self._tokens) >= KEPT:
            del self._tokens[next(iter(self._tokens))]
        token = secrets.token_hex(32)
        self._tokens[token] = Token(person=who.id, ends_at=now + LIFE)
        return token, now + LIFE

    def owner(self, town: Town, token: str, now: datetime) -> Person | None:
        found = self._tokens.get(token)
        return None if found is None or now >= found.ends_at else town.people.get(found.person)

    def end_all(self) -> int:
        count = len(self._tokens)
        self._tokens.clear()
        return count

    def end_of(self, person: str) -> None:
        self._tokens = {key: token for key, token in self._tokens.items() if token.person != person}

    # Messages
    def read(self, person: str, message: int) -> None:
        while len(self._read) >= KEPT:
            del self._read[next(iter(self._read))]
        self._read[person, message] = None

    def is_read(self, person: str, message: int) -> bool:
        return (person, message) in self._read

    def send(self, author: str, to: tuple[str, ...], subject: str, text: str, at: datetime) -> Sent:
        made = Sent(id=900_000 + len(self.sent) + 1, author=author, to=to, subject=subject, text=text, at=at)
        self.sent.append(made)
        del self.sent[:-KEPT]
        return made


def known_devkey(town: Town, vendor: str, devkey: str) -> bool:
    """A developer's key belongs to no family: any of the listed ones opens any account of its school."""
    accounts = (who.accounts.get(ID, {}) for who in town.people.values())
    return bool(devkey) and any((it.get("vendor"), it.get("devkey")) == (vendor, devkey) for it in accounts)
