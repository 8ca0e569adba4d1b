"""Tokens of both nodes: a sign-in opens a session, and the tokens and the refresh token made of it end with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sandbox.mes.wire.answers import SessionLost
from sandbox.mes.wire.ids import NODES, guid, is_student, user_id
from sandbox.world.model import Person
from sandbox.world.town import Town

LIVES: Final = {"mes": timedelta(days=10), "mes-mo": timedelta(days=1)}
REFRESH_LIFE: Final = timedelta(days=30)
PUPIL, PARENT = 1, 2
SUBSYSTEM: Final = 2
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


Value = TypeVar("Value")


@dataclass(slots=True, kw_only=True)
class Session:
    """`awake` once profile_info was called; `ended` says how a lost session shows, None while it lives."""

    node: str
    person: str
    awake: bool = False
    ended: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    session: Session
    role: int
    ends_at: datetime


def keep(table: dict[str, Value], key: str, value: Value) -> None:
    table[key] = value
    while len(table) > KEPT:
        del table[next(iter(table))]


def role_of(who: Person, node: str) -> int:
    return PUPIL if is_student(who, node) else PARENT


class Tokens:
    """By their text."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._tokens: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._sessions: list[Session] = []

    def open(self, node: str, who: Person, *, only: bool = False) -> Session:
        """`only` ends the former sessions of this account, as "previous session finished" has it."""
        if only:
            for other in self._sessions:
                if (other.node, other.person) == (node, who.id) and other.ended is None:
                    other.ended = "499"
        session = Session(node=node, person=who.id)
        self._sessions = [*self._sessions[-KEPT:], session]
        return session

    def issue(self, session: Session, who: Person, role: int, now: datetime) -> str:
        ends_at = now + LIVES[session.node]
        text = self._jwt(
            {
                "iss": "https://school.mos.ru" if session.node == "mes" else "https://authedu.mosreg.ru",
                "sub": str(user_id(who, session.node)),
                "aud": f"{SUBSYSTEM}:{role}",
                "msh": guid(who),
                "iat": int(now.timestamp()),
                "exp": int(ends_at.timestamp()),
                "jti": secrets.token_hex(16),
            }
        )
        keep(self._tokens, text, Token(session=session, role=role, ends_at=ends_at))
        return text

    def issue_refresh(self, session: Session, role: int, now: datetime) -> str:
        text = secrets.token_urlsafe(48)
        keep(self._refresh, text, Token(session=session, role=role, ends_at=now + REFRESH_LIFE))
        return text

    def find(self, town: Town, node: str, text: str, now: datetime) -> Token:
        """A token of this node, or one that `/_sandbox/people` lists, which never ends; `SessionLost` otherwise."""
        found = self._tokens.get(text)
        if found is None:
            owner = town.person_by_account(node, "token", text) if text else None
            if owner is None:
                raise SessionLost
            session = Session(node=node, person=owner.id, awake=True)
            return Token(session=session, role=role_of(owner, node), ends_at=now + LIVES[node])
        return _good(found, node, now)

    def renewing(self, town: Town, node: str, text: str, now: datetime) -> Token:
        """For the refresh: the refresh token does as well as a living token."""
        found = self._refresh.get(text)
        return self.find(town, node, text, now) if found is None else _good(found, node, now)

    def end_all(self, how: str) -> int:
        living = [session for session in self._sessions if session.ended is None]
        for session in living:
            session.ended = how
        return len(living)

    def reset(self) -> None:
        self._tokens.clear()
        self._refresh.clear()
        self._sessions.clear()

    def _jwt(self, claims: dict[str, Any]) -> str:
        head = _text({"alg": "HS256", "typ": "JWT"}) + "." + _text(claims)
        return f"{head}.{_bytes(hmac.digest(self._key, head.encode(), hashlib.sha256))}"


def _good(token: Token, node: str, now: datetime) -> Token:
    if token.session.node not in NODES or token.session.node != node or now >= token.ends_at:
        raise SessionLost
    if token.session.ended is not None:
        raise SessionLost(token.session.ended)
    return token


def _text(value: dict[str, Any]) -> str:
    return _bytes(json.dumps(value, separators=(",", ":")).encode())


def _bytes(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
