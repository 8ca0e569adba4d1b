"""Who accepts a contract's offer and when it works: the payer, and from 14 to 17 the pupil too, pure (RULES D9, A14)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Nothing that is read as something else."""
CODE_LENGTH = 10
_PIN = re.compile(r"\d{4}", re.ASCII)
_INN = re.compile(r"\d{12}", re.ASCII)
EASY = frozenset({"0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999", "1234", "4321"})


class State(StrEnum):
    """`DRAFT` until everybody whose word is wanted has accepted; from `CLOSING` on nothing new is charged."""

    DRAFT = "draft"
    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


class Where(StrEnum):
    CABINET = "cabinet"
    KIOSK = "kiosk"


class Party(StrEnum):
    """Whose word an acceptance is."""

    PAYER = "payer"
    PUPIL = "pupil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """`by` is the person's id; `place` says which kiosk; `phone` is one that Gosuslugi vouches for, empty where it knows none.

    `inn` is the payer's own, where the payer gives it. `pin` was sent to the phone already; without it a new one is made."""

    party: Party
    by: str
    at: datetime
    where: Where
    offer_version: str
    place: str = ""
    phone: str = field(default="", repr=False)
    inn: str = field(default="", repr=False)
    pin: str | None = field(default=None, repr=False)


class Fault(StrEnum):
    """Why an acceptance is none."""

    NOT_OPEN = "not_open"
    OFFER_CHANGED = "offer_changed"
    OTHER_PAYER = "other_payer"
    NO_CHILD = "no_child"
    NO_HOLDER = "no_holder"
    BAD_INN = "bad_inn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A contract as far as an acceptance needs it: who accepted already, which offer is in force, whether the parties are named."""

    state: State
    child: str | None
    payer: str | None
    accepted: Collection[Party]
    offer_version: str
    parties_named: bool
    pupil_too: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`again`: this person's word is there already, nothing changes. `waits`: whose word is still wanted."""

    state: State
    waits: tuple[Party, ...]
    again: bool = False


def decide(standing: Standing, asked: Acceptance) -> Decision | Fault:
    """What this acceptance makes of the contract."""
    if standing.state not in (State.DRAFT, State.ACTIVE):
        return Fault.NOT_OPEN
    if asked.party is Party.PAYER and asked.party in standing.accepted:
        if standing.payer != asked.by:
            return Fault.OTHER_PAYER
        return Decision(state=standing.state, waits=_waits(standing, standing.accepted), again=True)
    if asked.party in standing.accepted:
        return Decision(state=standing.state, waits=_waits(standing, standing.accepted), again=True)
    if standing.child is None:
        return Fault.NO_CHILD
    if asked.offer_version != standing.offer_version:
        return Fault.OFFER_CHANGED
    if not standing.parties_named:
        return Fault.NO_HOLDER
    if asked.inn and not is_inn(asked.inn):
        return Fault.BAD_INN
    waits = _waits(standing, {*standing.accepted, asked.party})
    # A contract that the school had open before goes on working; a draft begins with the last word.
    return Decision(state=State.ACTIVE if standing.state is State.ACTIVE or not waits else State.DRAFT, waits=waits)


def _waits(standing: Standing, accepted: Collection[Party]) -> tuple[Party, ...]:
    wanted = (Party.PAYER, Party.PUPIL) if standing.pupil_too else (Party.PAYER,)
    return tuple(one for one in wanted if one not in accepted)


def is_inn(text: str) -> bool:
    """A person's INN: twelve digits, the last two of them check the others."""
    if not _INN.fullmatch(text) or not text.strip("0"):
        return False
    digits = [int(one) for one in text]
    first = sum(a * b for a, b in zip((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), digits, strict=False)) % 11 % 10
    second = sum(a * b for a, b in zip((3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8), digits, strict=False)) % 11 % 10
    return digits[10:] == [first, second]


def new_number() -> str:
    """Ten digits of text that begin with a zero, by chance: who knows one cannot count on to the next."""
    return f"0{secrets.randbelow(10**9):09}"


def new_code() -> str:
    """The contract's name without a name in it (F103)."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_pin() -> str:
    while (pin := f"{secrets.randbelow(10_000):04}") in EASY:
        pass
    return pin


def pin_from(hashed: str) -> str:
    """Four digits out of a keyed hash, the same each time, and never an easy one."""
    digest = hashlib.sha256(hashed.encode()).digest()
    found = (f"{int.from_bytes(digest[at : at + 4], 'big') % 10_000:04}" for at in range(0, 32, 4))
    return next((one for one in found if one not in EASY), "5170")


def is_pin(text: str) -> bool:
    return bool(_PIN.fullmatch(text))
