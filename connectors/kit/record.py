"""What every record of a diary has in common: the base, and where it comes from."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the records. Ids are texts, times aware UTC; `raw` is the original JSON object, other people removed."""


class Origin(Record, frozen=True, kw_only=True):
    """Where a record comes from: system instance, the source's own id, further ids by name, and when it was read."""

    system: str
    id: str
    fetched_at: datetime
    ids: dict[str, str] = {}
    updated_at: datetime | None = None
