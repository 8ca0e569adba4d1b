"""What the cabinet remembers: activated accounts, spent codes, sessions, wrong tries, closed contracts."""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.digital_school.wire.errors import SchoolError
from sandbox.world.model import Person
from sandbox.world.town import Town

ID: Final = "digital_school"
PREFIX: Final = "digital-school"
IDLE: Final = timedelta(minutes=60)
LIFE: Final = timedelta(hours=8)
TRIES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=30)
CALLS_A_MINUTE: Final = 1200
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEPT: Final = 5000
"""The sandbox runs for long: beyond this many of a kind the oldest is dropped."""


@dataclass(slots=True, kw_only=True)
class Session:
    parent: str
    ends_at: datetime
    used_at: datetime
    calls: deque[datetime] = field(default_factory=deque)


@dataclass(slots=True, kw_only=True)
class Tries:
    count: int = 0
    until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Contract:
    """One personal account; `password` is None until it is activated, `auth_code` the code that is good now or was good last."""

    parent: Person
    password: str | None
    auth_code: str
    is_spent: bool = False
    is_closed: bool = False


def idn_of(pupil: Person) -> str:
    """The child's depersonalised code: ten letters and digits without look-alikes."""
    digest = hashlib.sha256(f"idn:{pupil.id}:{pupil.number}".encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:10])


def same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


class State:
    """Contracts are taken from the town when first asked for; a reset forgets them and everything else."""

    def __init__(self) -> None:
        self._contracts: dict[str, Contract] = {}
        self._town: Town | None = None
        self.sessions: dict[str, Session] = {}
        self._tries: dict[str, Tries] = {}

    def reset(self) -> None:
        self._town = None
        for kept in (self._contracts, self.sessions, self._tries):
            kept.clear()

    def contract(self, town: Town, account: str) -> Contract | None:
        if self._town is not town:
            self._contracts, self._town = _contracts(town), town
        return self._contracts.get(account)

    # Activation and sign-in
    def activate(self, town: Town, account: str, code: str, password: str, now: datetime) -> None:
        """One refusal for an unknown account and a wrong code; a right code that was used says so."""
        contract = self._guarded(town, account, now)
        if contract is None or not same(contract.auth_code, code):
            raise self._wrong(account, now)
        if contract.is_closed:
            raise SchoolError("E-120")
        if contract.is_spent:
            raise SchoolError("E-103")
        if not 8 <= len(password) <= 64 or password == account:
            raise SchoolError("E-104", field="new_password")
        contract.password, contract.is_spent = password, True
        self._tries.pop(account, None)
        self.end_sessions(contract.parent.id)

    def sign_in(self, town: Town, account: str, password: str, now: datetime) -> tuple[str, Contract]:
        contract = self._guarded(town, account, now)
        if contract is not None and contract.password is None:
            raise SchoolError("E-102")
        if contract is None or contract.password is None or not same(contract.password, password):
            raise self._wrong(account, now)
        if contract.is_closed:
            raise SchoolError("E-120")
        self._tries.pop(account, None)
        while len(self.sessions) >= KEPT:
            del self.sessions[next(iter(self.sessions))]
        token = secrets.token_hex(32)
        self.sessions[token] = Session(parent=contract.parent.id, ends_at=now + LIFE, used_at=now)
        return token, contract

    def _guarded(self, town: Town, account: str, now: datetime) -> Contract | None:
        tries = self._tries.get(account)
        if tries is not None and tries.until is not None:
            if now < tries.until:
                raise SchoolError("E-105", after_s=(tries.until - now).total_seconds())
            del self._tries[account]
        return self.contract(town, account)

    def _wrong(self, account: str, now: datetime) -> SchoolError:
        while len(self._tries) >= KEPT:
            del self._tries[next(iter(self._tries))]
        tries = self._tries.setdefault(account, Tries())
        tries.count += 1
        if tries.count >= TRIES:
            tries.until = now + LOCKED_FOR
        return SchoolError("E-101")

    # Sessions
    def session(self, token: str, now: datetime) -> Session:
        found = self.sessions.get(token)
        if found is None or now >= found.ends_at or now - found.used_at >= IDLE:
            self.sessions.pop(token, None)
            raise SchoolError("E-110")
        while found.calls and now - found.calls[0] >= timedelta(minutes=1):
            found.calls.popleft()
        if len(found.calls) >= CALLS_A_MINUTE:
            raise SchoolError("E-429", after_s=60)
        found.calls.append(now)
        found.used_at = now
        return found

    def end_sessions(self, parent: str) -> None:
        for token in [token for token, session in self.sessions.items() if session.parent == parent]:
            del self.sessions[token]


def _contracts(town: Town) -> dict[str, Contract]:
    """Families with Gosuslugi were activated in an earlier year and hold a new code; the others are not activated yet."""
    found = {}
    for parent in town.people.values():
        account = parent.accounts.get(PREFIX, {})
        if "account" in account:
            password = str(account["password"]) if parent.esia is not None else None
            found[str(account["account"])] = Contract(parent=parent, password=password, auth_code=str(account["auth_code"]))
    return found
