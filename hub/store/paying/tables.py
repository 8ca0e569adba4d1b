"""The tables of paying in; ids and sums only: no card, no name, no address of a person (RULES D12)."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField


class TopUp(peewee.Model):
    """One wish to pay in. Its `id` is the order's number at the acquirer and stood here before the first call.

    `word` is the acquirer's own word for the state, `problem` why somebody has to look. `refunded_kop` went back already.
    `ask_after` is when the acquirer is asked next, none when no more.
    """

    id = peewee.TextField(primary_key=True)
    account = peewee.TextField(index=True)
    child = peewee.TextField(null=True)
    person = peewee.TextField(index=True)
    provider = peewee.TextField()
    method = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    fee_kop = peewee.BigIntegerField()
    state = peewee.TextField()
    word = peewee.TextField(default="")
    problem = peewee.TextField(default="")
    provider_id = peewee.TextField(null=True)
    pay_url = peewee.TextField(null=True)
    txn = peewee.TextField(null=True)
    refunded_kop = peewee.BigIntegerField(default=0)
    tries = peewee.IntegerField(default=0)
    created_at = InstantField()
    asked_at = InstantField(null=True)
    ask_after = InstantField(null=True, index=True)
    settled_at = InstantField(null=True)

    class Meta:
        table_name = "top_up"
        indexes = ((("provider", "provider_id"), True),)


class PayFee(peewee.Model):
    """The fee of one way from a day on, in hundredths of a per cent, above what the acquirer's manifest says."""

    id = peewee.TextField(primary_key=True)
    provider = peewee.TextField()
    method = peewee.TextField()
    since = peewee.TextField()
    hundredths = peewee.IntegerField()

    class Meta:
        table_name = "pay_fee"
        indexes = ((("provider", "method", "since"), True),)
