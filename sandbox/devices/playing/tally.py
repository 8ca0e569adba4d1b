"""What came of a day so far: numbers that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sandbox.devices.wire.report import VERDICTS


@dataclass(slots=True, kw_only=True)
class Tally:
    """`planned` tellings, repeats among them, are `sent` (answered one by one: the sum of `verdicts`), `refused`, `lost` or `left`.

    `messages` counts answered messages; `refusals` the messages that were refused as a whole, by reason; `resent` whole messages
    that were sent once more, byte for byte, with their own verdicts in `repeats`.
    """

    planned: int = 0
    sent: int = 0
    refused: int = 0
    lost: int = 0
    messages: int = 0
    retries: int = 0
    resigned: int = 0
    resent: int = 0
    commands: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    @property
    def left(self) -> int:
        return self.planned - self.sent - self.refused - self.lost

    def shown(self) -> dict[str, Any]:
        names = ("planned", "sent", "left", "refused", "lost", "messages", "retries", "resigned", "resent", "commands")
        counted = {"verdicts": in_order(self.verdicts), "repeats": dict(self.repeats), "refusals": dict(self.refusals)}
        return {name: getattr(self, name) for name in names} | counted | ({"trouble": self.trouble} if self.trouble else {})


def in_order(found: Counter[str]) -> dict[str, int]:
    """Every verdict there is, and what else was heard."""
    return {name: found[name] for name in (*VERDICTS, *sorted(found.keys() - set(VERDICTS)))}


def together(every: list[Tally]) -> Tally:
    total = Tally()
    for one in every:
        for name in ("planned", "sent", "refused", "lost", "messages", "retries", "resigned", "resent", "commands"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.verdicts += one.verdicts
        total.repeats += one.repeats
        total.refusals += one.refusals
    total.trouble = "; ".join(dict.fromkeys(one.trouble for one in every if one.trouble))
    return total
