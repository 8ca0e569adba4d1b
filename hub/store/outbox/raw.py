"""Short statements that each engine says differently: many values in one parameter, many rows in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import peewee

from device_ingest.store.raw import insert
from hub.store.fields import rows
from hub.store.outbox.tables import NoticeDecision, NoticeSend

DECISION_COLUMNS = ("id", "person", "child", "source", "event", "kind", "at", "decided_at", "says", "rules")
_DECISION_TYPES = ("text", "text", "text", "text", "text", "text", "bigint", "bigint", "text", "text")
SEND_COLUMNS = (
    "id",
    "decision",
    "channel",
    "step",
    "state",
    "rule",
    "digest",
    "next_at",
    "expires_at",
    "changed_at",
    "tries",
    "ref",
    "word",
    "price_kop",
)
_SEND_TYPES = (
    "text", "text", "text", "integer", "text", "text", "boolean", "bigint", "bigint", "bigint", "integer", "text", "text", "bigint",
)  # fmt: skip
Row = Sequence[Any]


def since_id(at: int) -> str:
    """Ids of what happened at this time or later, in microseconds, do not sort before it."""
    return f"{max(at, 0) // 1000:011x}"


def is_sqlite(model: type[peewee.Model]) -> bool:
    return isinstance(model._meta.database, peewee.SqliteDatabase)


def found_among(model: type[peewee.Model], sql: str, values: Collection[str], *params: object) -> list[tuple[Any, ...]]:
    """Rows of a query that ends in `... = {many}`; the many values are one parameter, the last one."""
    if not values:
        return []
    if is_sqlite(model):
        return rows(
            model, sql.replace("= {many}", "IN (SELECT value FROM json_each(?))"), (*params, msgspec.json.encode([*values]).decode())
        )
    return rows(model, sql.replace("{many}", "ANY(?::text[])"), (*params, [*values]))


def add_decisions(made: Sequence[Row]) -> None:
    insert(NoticeDecision, DECISION_COLUMNS, _DECISION_TYPES, made)


def add_sends(made: Sequence[Row]) -> None:
    insert(NoticeSend, SEND_COLUMNS, _SEND_TYPES, made)
