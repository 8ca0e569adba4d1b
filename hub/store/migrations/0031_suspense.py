"""Money of an unknown account on its way to the right one: who proposed it, who signed, what it became."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Database, Model, TextField


class SuspenseMove(Model):
    id = TextField(primary_key=True)
    txn = TextField()
    provider = TextField()
    key = TextField()
    amount_kop = BigIntegerField()
    account = TextField()
    note = TextField()
    state = TextField()
    proposed_by = TextField()
    proposed_at = BigIntegerField()
    decided_by = TextField(null=True)
    decided_at = BigIntegerField(null=True)
    why = TextField(default="")
    moved = TextField(null=True)

    class Meta:
        table_name = "suspense_move"


SuspenseMove.add_index(SuspenseMove.index(SuspenseMove.txn, unique=True, where=SQL("state <> 'refused'"), name="suspense_move_txn"))
TABLES = (SuspenseMove,)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
