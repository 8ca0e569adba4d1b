"""The tables of what becomes of accounts, declared unbound: merges with their undo, recoveries, changes that wait, operators' readings."""

from __future__ import annotations

from peewee import SQL, CharField, Model, TextField

from identity.store.tables import InstantField


class MergeRow(Model):
    """Two records of one human made one; `moved` names what went over, so that it can be given back."""

    id = CharField(40, primary_key=True)
    kept = CharField(40, index=True)
    gone = CharField(40, index=True)
    moved = TextField()
    state = CharField(20)
    merged_at = InstantField()
    undo_until = InstantField()
    undone_at = InstantField(null=True)
    undone_by = CharField(40, null=True)

    class Meta:
        table_name = "person_merge"


MergeRow.add_index(MergeRow.index(MergeRow.gone, unique=True, where=SQL("state = 'merged'"), name="person_merge_gone"))


class RecoveryRow(Model):
    """A recovery in person at the school: a document, two officers, a one-time code."""

    id = CharField(40, primary_key=True)
    person = CharField(40, index=True)
    school = CharField(15)
    document = TextField()
    opened_by = CharField(40)
    signed_by = CharField(40, null=True)
    code_hash = CharField(64, null=True, unique=True)
    state = CharField(20)
    created_at = InstantField()
    expires_at = InstantField(null=True)
    used_at = InstantField(null=True)

    class Meta:
        table_name = "recovery"


class PendingRow(Model):
    """A change of a contact or setting that waits for its confirmation; it dies with its session and with a strong identity."""

    id = CharField(40, primary_key=True)
    person = CharField(40, index=True)
    session = CharField(64, index=True)
    kind = CharField(20)
    value = TextField()
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "pending_change"


class OperatorReadingRow(Model):
    """An operator's leave to read one child for half an hour; the reason is sealed."""

    id = CharField(40, primary_key=True)
    operator = CharField(60)
    child = CharField(40, index=True)
    reason = TextField()
    opened_at = InstantField()
    until = InstantField()

    class Meta:
        table_name = "operator_reading"


class OperatorRow(Model):
    """Somebody who runs the service; the name is sealed, and goes into the log of a child that was read.

    `person` is who came through the one-time link and signed in: that person alone opens the console."""

    id = CharField(40, primary_key=True)
    name = TextField()
    added_at = InstantField()
    ended_at = InstantField(null=True)
    person = CharField(40, null=True)
    bound_at = InstantField(null=True)

    class Meta:
        table_name = "operator"


OperatorRow.add_index(OperatorRow.index(OperatorRow.person, unique=True, where=SQL("ended_at IS NULL"), name="operator_person"))


class OperatorLinkRow(Model):
    """The one-time link of an operator who has not come yet; only the hash of its code is kept."""

    operator = CharField(40, primary_key=True)
    code_hash = CharField(64, unique=True)
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "operator_link"


TABLES: tuple[type[Model], ...] = (MergeRow, RecoveryRow, PendingRow, OperatorReadingRow, OperatorRow, OperatorLinkRow)
