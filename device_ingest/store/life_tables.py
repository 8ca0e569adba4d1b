"""Tables of a device's life, unbound as those of the log: troubles, commands to it, what is doubted, the numbers of its records."""

from __future__ import annotations

import peewee


class TroubleRow(peewee.Model):
    """`amount` is what the kind measures: seconds of a jump, records that are missing. `told`: the office knows of it."""

    id = peewee.BigAutoField()
    device = peewee.TextField()
    school = peewee.TextField()
    kind = peewee.TextField()
    began_at = peewee.BigIntegerField()
    noticed_at = peewee.BigIntegerField()
    ended_at = peewee.BigIntegerField(null=True)
    amount = peewee.BigIntegerField(null=True)
    told = peewee.BigIntegerField(default=0)

    class Meta:
        table_name = "device_trouble"
        indexes = ((("school", "began_at"), False),)


TroubleRow.add_index(
    TroubleRow.index(TroubleRow.device, TroubleRow.kind, unique=True, where=peewee.SQL("ended_at IS NULL"), name="trouble_live")
)


class CommandRow(peewee.Model):
    """`word` is the terminal's own; `returned` its answer, 0 for done."""

    id = peewee.BigAutoField()
    device = peewee.TextField()
    word = peewee.TextField()
    asked_by = peewee.TextField()
    asked_at = peewee.BigIntegerField()
    sent_at = peewee.BigIntegerField(null=True)
    answered_at = peewee.BigIntegerField(null=True)
    returned = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "device_command"
        indexes = ((("device", "id"), False),)


class DoubtRow(peewee.Model):
    """A revoked device whose events since then are gone through, up to `last`; `seq` is how far."""

    device = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    since = peewee.BigIntegerField()
    by = peewee.TextField()
    seq = peewee.BigIntegerField(default=0)
    last = peewee.BigIntegerField()
    children = peewee.BigIntegerField(default=0)
    debits = peewee.BigIntegerField(default=0)
    done_at = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "device_doubt"


class SerialRow(peewee.Model):
    """The last number in a controller's own memory; `memory` names it, so that a device that was exchanged begins anew."""

    device = peewee.TextField(primary_key=True)
    memory = peewee.TextField()
    number = peewee.BigIntegerField()

    class Meta:
        table_name = "device_serial"


TABLES = (TroubleRow, CommandRow, DoubtRow, SerialRow)
