"""Tables of the registers: each file that was taken, each line once, each difference until it is settled."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField


class RegisterFile(peewee.Model):
    """A register that was taken whole; one that is refused leaves nothing."""

    id = peewee.TextField(primary_key=True)
    provider = peewee.TextField()
    day = peewee.TextField()
    digest = peewee.TextField()
    lines = peewee.IntegerField()
    sum_kop = peewee.BigIntegerField()
    fee_kop = peewee.BigIntegerField()
    imported_at = InstantField()
    actor = peewee.TextField()

    class Meta:
        table_name = "register_file"
        indexes = ((("provider", "day", "digest"), True),)


class RegisterLine(peewee.Model):
    """One payment as the provider tells of it; `id` is the provider with its id of the payment, `day` that of the register."""

    id = peewee.TextField(primary_key=True)
    provider = peewee.TextField()
    key = peewee.TextField()
    file = peewee.TextField()
    day = peewee.TextField()
    number = peewee.IntegerField()
    at = InstantField()
    account = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    fee_kop = peewee.BigIntegerField()
    place = peewee.TextField()

    class Meta:
        table_name = "register_line"
        indexes = ((("provider", "day"), False),)


class RegisterItem(peewee.Model):
    """A difference. `credited` says where money went that only the provider knew of: `account`, `suspense`, or nowhere."""

    id = peewee.TextField(primary_key=True)
    provider = peewee.TextField()
    day = peewee.TextField()
    kind = peewee.TextField()
    key = peewee.TextField()
    ours_kop = peewee.BigIntegerField(null=True)
    theirs_kop = peewee.BigIntegerField(null=True)
    line = peewee.IntegerField(null=True)
    account = peewee.TextField(default="")
    school = peewee.TextField(default="")
    credited = peewee.TextField(default="")
    note = peewee.TextField(default="")
    opened_at = InstantField()
    settled_at = InstantField(null=True)
    settled_by = peewee.TextField(null=True)
    settled_note = peewee.TextField(null=True)

    class Meta:
        table_name = "register_item"
        indexes = ((("provider", "day"), False), (("school", "settled_at"), False))


class SuspenseMove(peewee.Model):
    """Money of suspense that one operator wants moved to an account, and another signs. `txn` brought it in, `moved` took it out.

    `state`: open, signed, refused (then `why`); of one transaction only a refused one leaves room for another.
    """

    id = peewee.TextField(primary_key=True)
    txn = peewee.TextField()
    provider = peewee.TextField()
    key = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    account = peewee.TextField()
    note = peewee.TextField()
    state = peewee.TextField()
    proposed_by = peewee.TextField()
    proposed_at = InstantField()
    decided_by = peewee.TextField(null=True)
    decided_at = InstantField(null=True)
    why = peewee.TextField(default="")
    moved = peewee.TextField(null=True)

    class Meta:
        table_name = "suspense_move"


SuspenseMove.add_index(SuspenseMove.index(SuspenseMove.txn, unique=True, where=peewee.SQL("state <> 'refused'"), name="suspense_move_txn"))
