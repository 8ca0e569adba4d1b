"""Index keys that outlive the master key, sealed by it: what nobody can index anew stays findable after a rotation."""

from __future__ import annotations

import base64

import peewee

from hub.store.fields import SealedColumn
from identity.sealing import Keys


class SteadyKey(peewee.Model):
    """`name` is the label of the index."""

    name = peewee.TextField(primary_key=True)
    key = peewee.TextField()

    class Meta:
        table_name = "steady_key"


TABLES = (SteadyKey,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(SteadyKey, "key"),)


def kept(keys: Keys, name: str) -> bytes | None:
    row = SteadyKey.get_or_none(SteadyKey.name == name)
    return None if row is None else base64.b64decode(keys.open("steady_key", "key", name, row.key))


def keep(keys: Keys, name: str, key: bytes) -> None:
    """What is there stays: another process was quicker."""
    sealed = keys.seal("steady_key", "key", name, base64.b64encode(key).decode())
    SteadyKey.insert(name=name, key=sealed).on_conflict_ignore().execute()
