"""What the platform remembers: which messages were read, and the sandbox's switches. There are no sessions: every request signs in."""

from __future__ import annotations

from typing import Final

ID: Final = "ruobr"
HOSTS: Final = ("api3d.ruobr.ru", "ruobr.ru")
KEPT: Final = 20_000


class State:
    """`switches` are kept by a reset only in their defaults."""

    def __init__(self) -> None:
        self.switches = {"block_user_agents": False, "legacy": True}
        self._read: dict[tuple[str, int], None] = {}

    def reset(self) -> None:
        self.switches = {"block_user_agents": False, "legacy": True}
        self._read.clear()

    def read(self, person: str, message: int) -> None:
        while len(self._read) >= KEPT:
            del self._read[next(iter(self._read))]
        self._read[person, message] = None

    def is_read(self, person: str, message: int) -> bool:
        return (person, message) in self._read
