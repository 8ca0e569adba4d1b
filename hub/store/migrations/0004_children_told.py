"""A session knows whether its sign-in told the children, so that the page can say how to allow it."""

from __future__ import annotations

from peewee import Database, IntegerField
from playhouse.migrate import SchemaMigrator, migrate


def up(migrator: SchemaMigrator, _db: Database) -> None:
    migrate(migrator.add_column("session", "children_told", IntegerField(null=True)))  # type: ignore[no-untyped-call]  # peewee's own
