"""Words to a price, and the notices that somebody asked for."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField


class PaidConsent(peewee.Model):
    """Who agreed when to which text and price; `service` is a tariff or an SMS. Without a living one the database takes no tariff."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField(null=True, index=True)
    child = peewee.TextField(null=True)
    person = peewee.TextField(index=True)
    service = peewee.TextField()
    price_kop = peewee.BigIntegerField(constraints=[peewee.Check("price_kop >= 0")])
    price_version = peewee.TextField()
    text_version = peewee.TextField()
    text = peewee.TextField()
    at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "paid_consent"


class NoticeSetting(peewee.Model):
    """One person's wish about one child, kind and channel. The database takes no SMS that is on without a consent."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    child = peewee.TextField(index=True)
    kind = peewee.TextField()
    channel = peewee.TextField()
    enabled = peewee.IntegerField()
    price_kop = peewee.BigIntegerField()
    price_version = peewee.TextField()
    consent = peewee.TextField(null=True)
    updated_at = InstantField()

    class Meta:
        table_name = "notice_setting"
        indexes = ((("person", "child", "kind", "channel"), True),)
        constraints = [peewee.Check("enabled = 0 OR channel <> 'sms' OR consent IS NOT NULL")]


class NoticeCap(peewee.Model):
    """How much single SMS of a contract may cost in a month, where it is less than the house allows."""

    contract = peewee.TextField(primary_key=True)
    cap_kop = peewee.BigIntegerField(constraints=[peewee.Check("cap_kop >= 0")])
    updated_by = peewee.TextField()
    updated_at = InstantField()

    class Meta:
        table_name = "notice_cap"


TABLES = (PaidConsent, NoticeSetting, NoticeCap)
