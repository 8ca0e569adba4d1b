"""Key rotation: every sealed column is opened with its old key, sealed with the current one, and indexed anew, in small batches."""

from __future__ import annotations

from typing import Any

from identity.sealing import Keys
from identity.store.accounts.tables import MergeRow, OperatorReadingRow, OperatorRow, PendingRow, RecoveryRow
from identity.store.edges import SOURCE_LABEL as EDGE_SOURCE
from identity.store.family.tables import LOGIN_LABEL, CapacityRow, ChildLoginRow, RestrictionRow
from identity.store.links import SUBJECT_LABEL
from identity.store.persons import CONTACT_LABEL, MATCH_LABEL, SNILS_LABEL, match_of_profile
from identity.store.rows import fetch, table_of
from identity.store.school.tables import CardGuardianRow, LeftRow, ReviewRow
from identity.store.tables import AuditKeyRow, ContactRow, DiaryChildRow, EdgeRow, LinkRow, PersonRow, SealedColumn

DIARY_SOURCE = "diary_only_child.source_child"


def _itself(text: str) -> str:
    return text


SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(PersonRow, "profile", {"match_index": (MATCH_LABEL, match_of_profile)}),
    SealedColumn(PersonRow, "snils", {"snils_index": (SNILS_LABEL, _itself)}),
    SealedColumn(ContactRow, "value", {"value_index": (CONTACT_LABEL, _itself)}),
    SealedColumn(LinkRow, "subject", {"subject_index": (SUBJECT_LABEL, _itself)}),
    SealedColumn(EdgeRow, "source_child", {"source_index": (EDGE_SOURCE, _itself)}),
    SealedColumn(DiaryChildRow, "source_child", {"source_index": (DIARY_SOURCE, _itself)}),
    SealedColumn(AuditKeyRow, "wrapped"),
    SealedColumn(RestrictionRow, "snils", {"snils_index": (SNILS_LABEL, _itself)}),
    SealedColumn(RestrictionRow, "document"),
    SealedColumn(CapacityRow, "document"),
    SealedColumn(ChildLoginRow, "login", {"login_index": (LOGIN_LABEL, _itself)}),
    SealedColumn(ChildLoginRow, "password"),
    SealedColumn(CardGuardianRow, "snils", {"snils_index": (SNILS_LABEL, _itself)}),
    SealedColumn(CardGuardianRow, "name"),
    SealedColumn(ReviewRow, "evidence"),
    SealedColumn(ReviewRow, "note"),
    SealedColumn(LeftRow, "reason"),
    SealedColumn(MergeRow, "moved"),
    SealedColumn(RecoveryRow, "document"),
    SealedColumn(PendingRow, "value"),
    SealedColumn(OperatorReadingRow, "reason"),
    SealedColumn(OperatorRow, "name"),
)


def reseal_batch(keys: Keys, sealed: SealedColumn, *, after: str = "", limit: int = 200) -> str | None:
    """Rotates up to `limit` rows whose id is above `after`; returns the id to go on from, or None at the end.

    A value that somebody changed meanwhile is left: it was sealed with the current key anyway. Repeating a batch is harmless.
    """
    fields = sealed.model._meta.fields
    key = next(name for name, one in fields.items() if one.primary_key)
    table, column = table_of(sealed.model), sealed.column
    names = ", ".join([key, column, *sealed.indexes])
    sql = f"SELECT {names} FROM {table} WHERE {key} > ? AND {column} IS NOT NULL ORDER BY {key} LIMIT ?"  # noqa: S608 - own names
    page = fetch(sealed.model, sql, (after, limit))
    for id_, value, *indexes in page:
        if not value or keys.is_current(value):
            continue
        text = keys.open(table, column, str(id_), value)
        change: dict[str, Any] = {column: keys.seal(table, column, str(id_), text)}
        for (name, (label, indexed)), present in zip(sealed.indexes.items(), indexes, strict=True):
            told = indexed(text)
            if present is not None and told is not None:
                change[name] = keys.index(label, told)
        sealed.model.update(**change).where(fields[key] == id_, fields[column] == value).execute()
    return str(page[-1][0]) if len(page) == limit else None


def unrotated(keys: Keys, sealed: SealedColumn) -> int:
    """How many values still need an old key."""
    table, column = table_of(sealed.model), sealed.column
    current = keys.current_id
    sql = f"SELECT COUNT(*) FROM {table} WHERE {column} IS NOT NULL AND {column} <> '' AND {column} NOT LIKE ?"  # noqa: S608 - own names
    return int(fetch(sealed.model, sql, (f"s1.{current}.%",))[0][0])
