"""The rows behind the ways to a person: contacts, browsers that take pushes, codes on their way, changes of a phone."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField, SealedColumn

CONTACT_LABEL = "reach contact"
PUSH_LABEL = "reach push"


class ReachContact(peewee.Model):
    """`value` is sealed as `kind:value`. A phone or e-mail that was confirmed here, a profile that is on, or any address that is dead."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    kind = peewee.TextField()
    value = peewee.TextField()
    value_index = peewee.TextField()
    state = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "reach_contact"
        indexes = ((("person", "kind", "value_index"), True),)


class ReachPush(peewee.Model):
    """A browser's subscription, sealed whole; whoever signed in there last has it."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    endpoint = peewee.TextField()
    endpoint_index = peewee.TextField(unique=True)
    keys = peewee.TextField()
    label = peewee.TextField()
    created_at = InstantField()

    class Meta:
        table_name = "reach_push"


class ReachCode(peewee.Model):
    """A code on its way to a new phone or e-mail, kept as a keyed hash; rows stay for the limits of a day. `id` is that of the change
    that waits for it (`identity.store.accounts.pending`), which ends with the session and with a new strong identity (RULES A10)."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    kind = peewee.TextField()
    value_index = peewee.TextField(index=True)
    code_hash = peewee.TextField()
    tries = peewee.IntegerField(default=0)
    created_at = InstantField(index=True)
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "reach_code"


class ReachChange(peewee.Model):
    """A phone that took the place of another. Until `quiet_until` the new one gets no secret; `stop_hash` lets the former take it back."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    former = peewee.TextField(null=True)
    value = peewee.TextField()
    value_index = peewee.TextField()
    stop_hash = peewee.TextField(null=True, unique=True)
    at = InstantField(index=True)
    quiet_until = InstantField()
    stopped_at = InstantField(null=True)

    class Meta:
        table_name = "reach_phone_change"


TABLES = (ReachContact, ReachPush, ReachCode, ReachChange)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(ReachContact, "value", {"value_index": (CONTACT_LABEL, lambda text: text)}),
    SealedColumn(ReachPush, "endpoint", {"endpoint_index": (PUSH_LABEL, lambda text: text)}),
    SealedColumn(ReachPush, "keys"),
    SealedColumn(ReachChange, "former"),
    SealedColumn(ReachChange, "value", {"value_index": (CONTACT_LABEL, lambda text: text)}),
)
