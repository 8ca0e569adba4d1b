"""What was decided about telling whom of what, what still has to go out, and when nobody wants to be woken."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField


class NoticePair(peewee.Model):
    """A person and a child, empty where it is about none, as a short number: so the index of all the decisions is short too."""

    id = peewee.BigAutoField()
    person = peewee.TextField()
    child = peewee.TextField(index=True)

    class Meta:
        table_name = "notice_pair"
        indexes = ((("person", "child"), True),)


class NoticeDecision(peewee.Model):
    """One happening and one person; ids sort by the time of what happened.

    `event` is the id that the timeline shows, `source` the device that named it, or `hub`.

    `rules` says by channel why nothing goes there ("email:channel_off sms:late"); a channel that is not named has a row of `NoticeSend`.
    `says` holds what a text needs (direction, sum): no text and no name is kept here.
    """

    id = peewee.TextField(primary_key=True)
    pair = peewee.BigIntegerField()
    source = peewee.TextField()
    event = peewee.TextField()
    kind = peewee.TextField()
    at = InstantField()
    decided_at = InstantField()
    says = peewee.TextField()
    rules = peewee.TextField()

    class Meta:
        table_name = "notice_decision"
        indexes = ((("pair", "at"), False),)


class NoticeSend(peewee.Model):
    """One decision and one channel: the outbox. Its id is made of both, so that nobody is told of one thing twice on one way.

    `step` is its place in the chain, 0 outside it; `next_at` is when it is looked at next, and the lease of whoever looks; `ref` and `word`
    are the channel's own id and word. `price_kop` is what an SMS costs, `txn` the debit.
    """

    id = peewee.TextField(primary_key=True)
    decision = peewee.TextField(index=True)
    channel = peewee.TextField()
    step = peewee.IntegerField()
    state = peewee.TextField(default="waiting", constraints=[peewee.SQL("DEFAULT 'waiting'")])
    rule = peewee.TextField(default="")
    digest = peewee.BooleanField(default=False, constraints=[peewee.SQL("DEFAULT FALSE")])
    next_at = InstantField(null=True)
    expires_at = InstantField()
    tries = peewee.IntegerField(default=0, constraints=[peewee.SQL("DEFAULT 0")])
    ref = peewee.TextField(default="", constraints=[peewee.SQL("DEFAULT ''")])
    word = peewee.TextField(default="", constraints=[peewee.SQL("DEFAULT ''")])
    price_kop = peewee.BigIntegerField(default=0, constraints=[peewee.SQL("DEFAULT 0")])
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


TABLES = (NoticePair, NoticeDecision, NoticeSend, QuietHours, NoticeTold)
