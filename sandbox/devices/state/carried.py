"""What the pupils of a school carry: everybody a card and a number at the terminal, some a bracelet or a bank card's token."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.world.model import Person, School
from sandbox.world.town import Town

CARD, BRACELET, BANK_CARD, PIN = "card", "bracelet", "bank_card", "device_pin"
ACTIVE, LOST = "active", "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    child: str
    school: str
    kind: str
    number: str = field(repr=False)
    state: str = ACTIVE


def pupils(town: Town, school: School) -> list[Person]:
    """In the town's order: the families that can sign in come first."""
    return [one for one in town.people.values() if one.role == "pupil" and one.school == school.id]


def carried(town: Town, school: School) -> dict[str, Sequence[Carried]]:
    """By pupil. The school's last pupil has lost a card, and somebody found it."""
    found: dict[str, Sequence[Carried]] = {}
    every = pupils(town, school)
    for place, pupil in enumerate(every):
        own = [_one(town, pupil, CARD, _digits(town, pupil, CARD)), _one(town, pupil, PIN, str(101 + place))]
        if place % 3 == 1:
            own.append(_one(town, pupil, BRACELET, f"B{_hash(town, pupil, BRACELET)[:9].upper()}"))
        if place % 4 == 2:
            own.append(_one(town, pupil, BANK_CARD, f"tok_{_hash(town, pupil, BANK_CARD)[:24]}"))
        if place == len(every) - 1:
            own.append(_one(town, pupil, CARD, _digits(town, pupil, LOST), LOST))
        found[pupil.id] = own
    return found


def _one(town: Town, pupil: Person, kind: str, number: str, state: str = ACTIVE) -> Carried:
    return Carried(child=pupil.id, school=town.schools[pupil.school or ""].id, kind=kind, number=number, state=state)


def _hash(town: Town, pupil: Person, word: str) -> str:
    return hashlib.sha256(f"school hub, played cards: {town.seed}:{pupil.id}:{word}".encode()).hexdigest()


def _digits(town: Town, pupil: Person, word: str) -> str:
    return f"{int(_hash(town, pupil, word)[:12], 16) % 10**10:010}"
