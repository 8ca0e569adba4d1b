"""Faults that people and tests switch on: which system and path they hit, how often, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

KINDS = ("latency", "status", "drop", "html", "garbage", "rate_limit", "auth_expired", "drift", "late_answer", "error")
WORDED = frozenset({"auth_expired", "rate_limit", "error"})


@dataclass(slots=True, kw_only=True)
class ActiveFault:
    """`systems` are the prefixes that it covers; `times` counts down, None is until it is deleted."""

    id: str
    system: str
    systems: frozenset[str]
    kind: str
    path: str | None = None
    value: Any = None
    times: int | None = None


class Faults:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self._active: dict[str, ActiveFault] = {}
        self._last = 0

    def add(
        self, system: str, systems: frozenset[str], kind: str, *, path: str | None = None, value: Any = None, times: int | None = None
    ) -> ActiveFault:
        self._last += 1
        fault = ActiveFault(id=f"f{self._last}", system=system, systems=systems, kind=kind, path=path, value=value, times=times)
        self._active[fault.id] = fault
        return fault

    def all(self) -> list[ActiveFault]:
        return list(self._active.values())

    def remove(self, fault_id: str) -> bool:
        return self._active.pop(fault_id, None) is not None

    def clear(self) -> None:
        self._active.clear()

    def hit(self, prefix: str, path: str) -> list[ActiveFault]:
        """The faults that this request meets: all delays, and the first of the other kinds; each is counted."""
        if not self._active:
            return []
        found: list[ActiveFault] = []
        answered = False
        for fault in list(self._active.values()):
            if prefix not in fault.systems or (fault.path is not None and not fnmatchcase(path, fault.path)):
                continue
            if fault.kind != "latency":
                if answered:
                    continue
                answered = True
            self._count(fault)
            found.append(fault)
        return found

    def _count(self, fault: ActiveFault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._active.pop(fault.id, None)
