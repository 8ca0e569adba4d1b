"""Passes become visits: when the child came and when it left, whatever a reader missed, doubled or told late; pure (RULES E4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from device_ingest.intake import BOUNCE

SAME_WAY = timedelta(minutes=2)
"""A second read in the same direction so soon is the next door of the same way: an entrance and a hall have one each."""
LONGEST = timedelta(hours=18)
"""Nobody is at school longer: an exit after it belongs to another visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One read of a carrier that went through. `way` is `in`, `out` or empty where the device cannot tell; `by` is device and carrier."""

    id: str
    at: datetime
    way: str
    door: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`came` or `left` is none where no reader saw it; `more` are further reads of it; `guessed`: a reader without direction."""

    came: Pass | None = None
    left: Pass | None = None
    more: tuple[Pass, ...] = ()
    guessed: bool = False

    @property
    def first(self) -> Pass:
        found = self.came or self.left
        assert found is not None, "a visit has at least one end"
        return found

    @property
    def last(self) -> Pass:
        return max((one for one in (self.came, self.left, *self.more) if one is not None), key=_order)

    @property
    def length(self) -> timedelta | None:
        return self.left.at - self.came.at if self.came and self.left else None

    @property
    def passes(self) -> tuple[Pass, ...]:
        return tuple(sorted((one for one in (self.came, self.left, *self.more) if one is not None), key=_order))

    def inside(self, moment: datetime) -> bool:
        """Whether the readers say that the child was in at this moment; an unknown end says nothing beyond the other one."""
        return bool(self.came and self.left and self.came.at <= moment < self.left.at)


def pair(passes: Iterable[Pass]) -> tuple[Visit, ...]:
    """Oldest first; every pass is in exactly one visit. The same passes in any order make the same visits, so a late one pairs anew."""
    made: list[Visit] = []
    for one in sorted(passes, key=_order):
        last = made[-1] if made else None
        if last is not None and _repeats(last, one):
            made[-1] = replace(last, more=(*last.more, one))
        elif last is not None and _ends(last, one):
            made[-1] = replace(last, left=one, guessed=last.guessed or not one.way)
        elif one.way == "out":
            made.append(Visit(left=one))
        else:
            made.append(Visit(came=one, guessed=not one.way))
    return tuple(made)


def inside_now(visits: Sequence[Visit], now: datetime) -> bool:
    """The last visit is still open, and not for longer than anybody stays."""
    last = visits[-1] if visits else None
    return last is not None and last.came is not None and last.left is None and now - last.came.at <= LONGEST


def _order(one: Pass) -> tuple[datetime, str]:
    return one.at, one.id


def _repeats(visit: Visit, one: Pass) -> bool:
    """The same carrier at the same door once more within seconds, or the next door of the same way within minutes."""
    before = visit.last
    end = visit.left or visit.came
    if end is None:
        return False
    if before.by == one.by and before.door == one.door and before.way == one.way and one.at - before.at <= BOUNCE:
        return True
    return bool(one.way) and end.way == one.way and one.at - before.at <= SAME_WAY


def _ends(visit: Visit, one: Pass) -> bool:
    """An exit, or a read without direction, ends the visit that is open; a second entrance does not: the exit between was not seen."""
    open_ = visit.came is not None and visit.left is None
    return open_ and one.way != "in" and one.at - visit.first.at <= LONGEST
