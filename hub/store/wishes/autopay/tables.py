"""The tables of automatic top-up, and their records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import peewee

from hub.store.fields import InstantField, from_micros

THRESHOLD, MONTHLY = "threshold", "monthly"
WAITING, ACTIVE, PAUSED, ENDED = "waiting", "active", "paused", "ended"
PAID, DECLINED, LOST = "paid", "declined", "lost"


class AutopayRule(peewee.Model):
    """One person's rule for one account. `first` is the top-up that made the binding, `flying` the charge that is not decided yet.

    `binding` is the acquirer's id of the card, sealed; `title` its system and four last digits. `capped` is the month in which the cap
    was told. `unbind_at`: the acquirer is still to be told to forget the card.
    """

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    person_before = peewee.TextField(null=True)
    account = peewee.TextField(index=True)
    provider = peewee.TextField()
    method = peewee.TextField()
    kind = peewee.TextField()
    threshold_kop = peewee.BigIntegerField(null=True)
    day = peewee.IntegerField(null=True)
    amount_kop = peewee.BigIntegerField(constraints=[peewee.Check("amount_kop > 0")])
    cap_kop = peewee.BigIntegerField()
    state = peewee.TextField()
    why = peewee.TextField(default="")
    consent = peewee.TextField()
    first = peewee.TextField()
    flying = peewee.TextField(null=True)
    binding = peewee.TextField(null=True)
    title = peewee.TextField(default="")
    declines = peewee.IntegerField(default=0)
    next_at = InstantField(null=True)
    capped = peewee.TextField(default="")
    unbind_at = InstantField(null=True)
    unbind_tries = peewee.IntegerField(default=0)
    created_at = InstantField()
    updated_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "autopay_rule"
        indexes = ((("state", "next_at"), False),)


AutopayRule.add_index(
    AutopayRule.index(AutopayRule.person, AutopayRule.account, unique=True, where=peewee.SQL("state <> 'ended'"), name="autopay_live")
)


class AutopayConsent(peewee.Model):
    """The very words that a person agreed to, with the price that stood in them (RULES A14)."""

    id = peewee.TextField(primary_key=True)
    rule = peewee.TextField(index=True)
    person = peewee.TextField(index=True)
    version = peewee.TextField()
    text = peewee.TextField()
    fee_kop = peewee.BigIntegerField()
    total_kop = peewee.BigIntegerField()
    given_at = InstantField()
    until = InstantField()
    withdrawn_at = InstantField(null=True)

    class Meta:
        table_name = "autopay_consent"


class AutopayTry(peewee.Model):
    """A charge; its `id` is the top-up's and stood here before the acquirer was called. `month` is the school's."""

    id = peewee.TextField(primary_key=True)
    rule = peewee.TextField()
    month = peewee.TextField()
    total_kop = peewee.BigIntegerField()
    outcome = peewee.TextField(default="")
    at = InstantField()

    class Meta:
        table_name = "autopay_try"
        indexes = ((("rule", "month"), False),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    id: str
    person: str
    account: str
    provider: str
    method: str
    kind: str
    threshold_kop: int | None
    day: int | None
    amount_kop: int
    cap_kop: int
    state: str
    why: str
    consent: str
    first: str
    flying: str | None
    binding: str | None = field(repr=False)
    title: str
    declines: int
    next_at: datetime | None
    capped: str
    unbind_at: datetime | None
    unbind_tries: int
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    id: str
    rule: str
    person: str
    version: str
    text: str
    fee_kop: int
    total_kop: int
    given_at: datetime
    until: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    id: str
    rule: str
    month: str
    total_kop: int
    outcome: str
    at: datetime


RULE_COLUMNS = tuple(one.name for one in fields(Rule))
AGREED_COLUMNS = tuple(one.name for one in fields(Agreed))
TRY_COLUMNS = tuple(one.name for one in fields(Try))
_TIMES = frozenset({"next_at", "unbind_at", "created_at", "ended_at", "given_at", "until", "withdrawn_at", "at"})


def named(names: Sequence[str], row: Sequence[object]) -> dict[str, Any]:
    row_ = dict(zip(names, row, strict=True))
    return {name: from_micros(value) if name in _TIMES and isinstance(value, int) else value for name, value in row_.items()}
