"""Messages on their way: accepted, handed to the operator, delivered or not, as the clock goes and as the number is set to behave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

KEPT: Final = 20_000
GIVEN_AFTER: Final = timedelta(seconds=1)
SETTLED_AFTER: Final = timedelta(seconds=4)
VALID: Final = timedelta(hours=24)


class Phase(StrEnum):
    """Where a message is; those from the fourth on are its end."""

    WAITING = "waiting"
    GIVEN = "given"
    SILENT = "silent"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"
    WRONG = "wrong"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"


FATES: Final = tuple(Phase)[2:]
"""What a number may be set to do; `silent`: the operator never tells what came of it."""
ARRIVES: Final = frozenset({Phase.DELIVERED, Phase.SILENT})


@dataclass(slots=True, kw_only=True)
class Text:
    """One message to one number. `test` was only tried: nothing is charged, nothing arrives, nothing is told."""

    id: str
    phone: str
    text: str
    account: str
    at: datetime
    starts_at: datetime
    valid_until: datetime
    parts: int = 1
    cost_kop: int = 0
    sender: str = ""
    fate: Phase = Phase.DELIVERED
    phase: Phase = Phase.WAITING
    changed_at: datetime | None = None
    test: bool = False

    @property
    def settled(self) -> bool:
        return self.phase not in (Phase.WAITING, Phase.GIVEN)


@dataclass(slots=True, kw_only=True)
class Gate:
    """`arrived` is called when a message reaches its phone, `told` after each change; both once each."""

    now: Callable[[], datetime]
    arrived: Callable[[Text], None]
    told: Callable[[Text], None]
    all: dict[tuple[str, str], Text] = field(default_factory=dict)
    """By id and number: an id may be that of a whole mailing. An id used again is the newer message."""
    fates: dict[str, Phase] = field(default_factory=dict)
    _live: dict[int, Text] = field(default_factory=dict)
    _ticker: asyncio.Task[None] | None = None

    def reset(self) -> None:
        if self._ticker is not None and not self._ticker.get_loop().is_closed():
            self._ticker.cancel()
        self._ticker = None
        for kept in (self.all, self.fates, self._live):
            kept.clear()

    def add(self, made: Text) -> None:
        made.fate = self.fates.get(made.phone[-10:], Phase.DELIVERED)
        while len(self.all) >= KEPT:
            gone = self.all.pop(next(iter(self.all)))
            self._live.pop(id(gone), None)
        self.all.pop((made.id, made.phone), None)
        self.all[made.id, made.phone] = made
        if made.test:
            return
        self._live[id(made)] = made
        if made.fate in ARRIVES and made.starts_at <= self.now():
            self.arrived(made)
        self._tick()

    def of(self, account: str) -> Iterator[Text]:
        return (it for it in self.all.values() if it.account == account)

    def settle(self) -> None:
        now = self.now()
        for it in list(self._live.values()):
            if it.phase is Phase.WAITING and now >= it.starts_at + GIVEN_AFTER:
                late = it.fate in ARRIVES and it.starts_at > it.at
                self._turn(it, Phase.GIVEN, it.starts_at + GIVEN_AFTER)
                if late:
                    self.arrived(it)
            due = self._ends_at(it)
            if it.phase is Phase.GIVEN and due is not None and now >= due:
                self.turn(it, it.fate, due)

    def turn(self, it: Text, phase: Phase, at: datetime | None = None) -> None:
        """To an end, or back on its way: a receipt may be wrong."""
        if phase not in (Phase.WAITING, Phase.GIVEN):
            self._live.pop(id(it), None)
        self._turn(it, phase, at or self.now())

    def _turn(self, it: Text, phase: Phase, at: datetime) -> None:
        it.phase, it.changed_at = phase, at
        self.told(it)

    def _ends_at(self, it: Text) -> datetime | None:
        if it.fate is Phase.SILENT:
            return None
        return it.valid_until if it.fate is Phase.EXPIRED else it.starts_at + SETTLED_AFTER

    def _next(self) -> datetime | None:
        dues = [it.starts_at + GIVEN_AFTER if it.phase is Phase.WAITING else self._ends_at(it) for it in self._live.values()]
        return min((due for due in dues if due is not None), default=None)

    def _tick(self) -> None:
        """A receipt comes though nobody asks."""
        if self._ticker is None or self._ticker.done() or self._ticker.get_loop() is not asyncio.get_running_loop():
            self._ticker = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while (due := self._next()) is not None:
            await asyncio.sleep(max(0.05, min(60.0, (due - self.now()).total_seconds())))
            self.settle()
