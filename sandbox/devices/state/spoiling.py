"""What goes wrong on a played day: repeats, late batches, wrong clocks, an offline hour; pure but for its dice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from sandbox.asked import Refused
from sandbox.devices.state.day import Happening

SHARES: Final = ("duplicates", "late", "wrong_clock")
USUAL: Final = 0.1
LONGEST_OFFLINE_S: Final = 24 * 3600
JUMP: Final = timedelta(hours=2, minutes=30)
RESET: Final = datetime(2000, 1, 1, tzinfo=UTC)
MESSAGE, EVENT = "message", "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Each of the first three: a share below one, or so many events; `offline_s` begins with the first arrival."""

    duplicates: float = 0
    late: float = 0
    wrong_clock: float = 0
    offline_s: float = 0

    @classmethod
    def of(cls, body: Any) -> Faults:
        """True is a tenth of the events, or an hour; raises `Refused`."""
        if not isinstance(body, Mapping) or not set(body) <= {*SHARES, "offline_s"}:
            raise Refused(f"faults — объект с полями {', '.join((*SHARES, 'offline_s'))}")
        given = {name: _number(name, value, 3600.0 if name == "offline_s" else USUAL) for name, value in body.items()}
        if given.get("offline_s", 0) > LONGEST_OFFLINE_S:
            raise Refused("offline_s — до суток")
        return cls(**given)


def _number(name: str, value: Any, usual: float) -> float:
    if value is None or isinstance(value, bool):
        return usual if value else 0
    if not isinstance(value, int | float) or not math.isfinite(value) or value < 0 or (value > 1 and value != int(value)):
        raise Refused(f"{name} — true, доля до 1 или целое")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A device tells of a happening: `due` when, by the town's time; `said` is the time that it writes.

    `again` is how it repeats itself afterwards: the same message, or the same event in another one. `held`: it lay in the buffer.
    """

    of: Happening
    said: datetime
    due: datetime
    again: str = ""
    repeat: bool = False
    wrong: bool = False
    held: bool = False


def told(day: Sequence[Happening], faults: Faults, rng: Random) -> list[Telling]:
    """By the time when they are due; each happening once, and its repeats."""
    made = [Telling(of=one, said=one.at, due=one.at) for one in day]
    if not made:
        return made
    for place, index in enumerate(_some(made, faults.wrong_clock, rng)):
        one = made[index]
        said = RESET + (one.of.at - day[0].at) if place % 2 == 0 else one.of.at + JUMP
        made[index] = replace(one, said=said, wrong=True)
    for index in _some(made, faults.late, rng):
        made[index] = replace(made[index], due=made[index].due + timedelta(minutes=rng.randint(20, 90)), held=True)
    begins = day[0].at
    back = begins + timedelta(seconds=faults.offline_s)
    made = [replace(one, due=back, held=True) if begins <= one.due < back else one for one in made]
    repeats = []
    for place, index in enumerate(_some(made, faults.duplicates, rng)):
        again = MESSAGE if place % 2 == 0 else EVENT
        made[index] = replace(made[index], again=again)
        if again == EVENT:
            repeats.append(replace(made[index], again="", repeat=True, due=made[index].due + timedelta(seconds=rng.randint(20, 600))))
    return sorted([*made, *repeats], key=lambda one: (one.due, one.repeat, one.of.number))


def _some(made: Sequence[Telling], asked: float, rng: Random) -> list[int]:
    count = math.ceil(asked * len(made)) if asked < 1 else min(int(asked), len(made))
    return sorted(rng.sample(range(len(made)), count))
