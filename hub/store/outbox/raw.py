"""Short statements that each engine says differently: many values in one parameter, many rows in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import peewee

from device_ingest.store.raw import insert
from hub.store.fields import rows
from hub.store.outbox.tables import NoticeDecision, NoticePair, NoticeSend

PAIR_COLUMNS = ("person", "child")
DECISION_COLUMNS = ("id", "pair", "source", "event", "kind", "at", "decided_at", "says", "rules")
SEND_COLUMNS = ("id", "decision", "channel", "step", "rule", "digest", "next_at", "expires_at", "changed_at")
"""What a row has that waits; the rest has the table's own defaults."""
_PEEWEES_ERRORS: Any = vars(peewee)["__exception_wrapper__"]
"""Turns a driver's error into Peewee's, as its own statements do."""
Row = Sequence[Any]
Pair = tuple[str, str]
"""A person and a child, empty where it is about none."""
Decision = tuple[str, int, str, str, str, int, int, str, str]
"""Id, pair, source, event, kind, at, decided at, says, rules."""


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


def found_among_pairs(model: type[peewee.Model], sql: str, pairs: Collection[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Rows of a query over `{pairs}`, a table `wanted` with the columns `one` and `other`."""
    if not pairs:
        return []
    if is_sqlite(model):
        each = "(SELECT json_extract(value, '$[0]') AS one, json_extract(value, '$[1]') AS other FROM json_each(?)) AS wanted"
        return rows(model, sql.replace("{pairs}", each), (msgspec.json.encode([*pairs]).decode(),))
    arrays = [list(column) for column in zip(*pairs, strict=True)]
    return rows(model, sql.replace("{pairs}", "unnest(?::text[], ?::text[]) AS wanted (one, other)"), arrays)


def pairs_of(whom: Collection[Pair]) -> dict[Pair, int]:
    """The number of each person and child, made where there is none yet."""
    found = _numbers(whom)
    if new := [pair for pair in whom if pair not in found]:
        insert(NoticePair, PAIR_COLUMNS, ("text", "text"), new, unless_there=True)
        found = _numbers(whom)
    return found


def _numbers(whom: Collection[Pair]) -> dict[Pair, int]:
    sql = "SELECT person, child, id FROM notice_pair WHERE person = {many}"
    return {(person, child): id_ for person, child, id_ in found_among(NoticePair, sql, {person for person, _ in whom})}


def add_decisions(made: Sequence[Decision]) -> None:
    _add(NoticeDecision, DECISION_COLUMNS, made)


def add_sends(made: Sequence[Row]) -> None:
    _add(NoticeSend, SEND_COLUMNS, made)


def _add(model: type[peewee.Model], columns: Sequence[str], made: Sequence[Row]) -> None:
    """Every row or none. PostgreSQL takes a stream of rows in a third of the time that arrays of them need."""
    if not made:
        return
    if is_sqlite(model):
        insert(model, columns, (), made)
        return
    connection: Any = model._meta.database.connection()
    sql = f"COPY {model._meta.table_name} ({', '.join(columns)}) FROM STDIN"
    with _PEEWEES_ERRORS, connection.cursor() as cursor, cursor.copy(sql) as stream:
        for row in made:
            stream.write_row(row)
