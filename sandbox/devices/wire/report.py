"""A message of a device, and what a dialect must know to write one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sandbox.devices.state.equipment import Device
from sandbox.devices.state.hubs import Known
from sandbox.devices.state.spoiling import Telling
from sandbox.outbound import Answered

STORED, TAKEN = "stored", "taken"
VERDICTS = (STORED, "duplicate", "conflict", "quarantined", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An HTTP request but for its host; `path` with its query."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A device as one hub knows it."""

    device: Device
    known: Known
    hub: str


class Dialect(Protocol):
    """`most` events in one message."""

    most: int

    def report(self, who: Speaker, told: Sequence[Telling], *, now: datetime) -> Report: ...

    def verdicts(self, answer: Answered, told: Sequence[Telling]) -> Counter[str]:
        """By verdict; as many as were told. Raises ValueError for an answer that says something else."""
        ...


def read_verdicts(answer: Answered, told: Sequence[Telling]) -> Counter[str]:
    """`{verdicts: [{verdict}]}`, one an event."""
    found: Any = answer.json()
    rows = found.get("verdicts") if isinstance(found, dict) else None
    if not isinstance(rows, list) or len(rows) != len(told):
        raise ValueError("verdicts")
    counted = Counter(str(row.get("verdict")) if isinstance(row, dict) else "" for row in rows)
    if not counted.keys() <= set(VERDICTS):
        raise ValueError("verdicts")
    return counted


def written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
