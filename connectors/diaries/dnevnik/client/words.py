"""What a school calls things: kinds of work, reporting periods, criteria. Nobody's data, so it is kept a while for all families."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from connectors.diaries.dnevnik.mapping import wire

T = TypeVar("T")
KEPT_S = 600.0
MOST = 2_000


class Kept(Generic[T]):
    """A table by school or class that is asked for anew after ten minutes; the oldest goes when there are too many."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._found: dict[str, tuple[float, T]] = {}

    def get(self, key: str) -> T | None:
        until, value = self._found.get(key, (0.0, None))
        return value if self._timer() < until else None

    def put(self, key: str, value: T) -> None:
        self._found.pop(key, None)
        self._found[key] = (self._timer() + KEPT_S, value)
        while len(self._found) > MOST:
            del self._found[next(iter(self._found))]


class Words:
    """The tables of all schools that this process has asked for."""

    def __init__(self) -> None:
        self.types: Kept[Sequence[wire.WorkType]] = Kept()
        self.periods: Kept[Sequence[wire.Period]] = Kept()
        self.sections: Kept[wire.Section] = Kept()
