"""What was decided about telling whom of what, what still has to go out, and when nobody wants to be woken."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField


class NoticeDecision(peewee.Model):
    """One happening and one person; ids sort by the time of what happened.

    `event` is the id that the timeline shows, `source` the device that named it, or `hub`.

    `rules` says by channel why nothing goes there ("email:channel_off sms:late"); a channel that is not named has a row of `NoticeSend`.
    `says` holds what a text needs (direction, sum): no text and no name is kept here.
    """

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    child = peewee.TextField()
    source = peewee.TextField()
    event = peewee.TextField()
    kind = peewee.TextField()
    at = InstantField()
    decided_at = InstantField()
    says = peewee.TextField()
    rules = peewee.TextField()

    class Meta:
        table_name = "notice_decision"
        indexes = ((("person", "child", "at"), False), (("child",), False))


class NoticeSend(peewee.Model):
    """One decision and one channel: the outbox. Its id is made of both, so that nobody is told of one thing twice on one way.

    `step` is its place in the chain, 0 outside it; `next_at` is when it is looked at next, and the lease of whoever looks; `ref` and `word`
    are the channel's own id and word. `price_kop` is what an SMS costs, `txn` the debit.
    """

    id = peewee.TextField(primary_key=True)
    decision = peewee.TextField(index=True)
    channel = peewee.TextField()
    step = peewee.IntegerField()
    state = peewee.TextField()
    rule = peewee.TextField(default="")
    digest = peewee.BooleanField(default=False)
    next_at = InstantField(null=True)
    expires_at = InstantField()
    tries = peewee.IntegerField(default=0)
    ref = peewee.TextField(default="")
    word = peewee.TextField(default="")
    price_kop = peewee.BigIntegerField(default=0)
    txn = peewee.TextField(null=True)
    changed_at = InstantField()

    class Meta:
        table_name = "notice_send"


NoticeSend.add_index(NoticeSend.index(NoticeSend.next_at, where=peewee.SQL("next_at IS NOT NULL"), name="notice_send_due"))
NoticeSend.add_index(NoticeSend.index(NoticeSend.changed_at, where=peewee.SQL("state = 'dead'"), name="notice_send_dead"))


class QuietHours(peewee.Model):
    """A person's own nights; minutes after midnight of `zone`. Without a row the house's hours hold."""

    person = peewee.TextField(primary_key=True)
    off = peewee.BooleanField()
    first = peewee.IntegerField()
    last = peewee.IntegerField()
    zone = peewee.TextField()
    updated_at = InstantField()

    class Meta:
        table_name = "quiet_hours"


class NoticeTold(peewee.Model):
    """Written on a person's page and not decided about yet; gone once it is."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    kind = peewee.TextField()
    at = InstantField(index=True)

    class Meta:
        table_name = "notice_told"


TABLES = (NoticeDecision, NoticeSend, QuietHours, NoticeTold)
