"""What every record of a diary has in common: the base, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec


class Original:
    """A record's JSON object as it was written, other people removed. It is encoded when somebody wants its bytes: a diary's page makes
    hundreds, and most are never looked at. Not shown in logs."""

    __slots__ = ("_cut", "_plain")

    def __init__(self, plain: Any, cut: Callable[[Any], Any] | None = None) -> None:
        """`cut` takes out what must not be kept, and changes nothing in `plain`."""
        self._plain = plain
        self._cut = cut

    def __bytes__(self) -> bytes:
        return msgspec.json.encode(self._plain if self._cut is None else self._cut(self._plain))

    def __eq__(self, other: object) -> bool:
        return bytes(self) == bytes(other) if isinstance(other, Original) else NotImplemented

    def __hash__(self) -> int:
        return hash(bytes(self))

    def __repr__(self) -> str:
        return "Original(…)"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the records. Ids are texts, times aware UTC; `raw` is the original JSON object, other people removed."""


class Origin(Record, frozen=True, kw_only=True):
    """Where a record comes from: system instance, the source's own id, further ids by name, and when it was read."""

    system: str
    id: str
    fetched_at: datetime
    ids: dict[str, str] = {}
    updated_at: datetime | None = None
