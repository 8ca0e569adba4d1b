"""The tables of joining a school; reasons, names of who decided and secrets are sealed."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField, SealedColumn


class JoinBundle(peewee.Model):
    """One child's application for one school and year; `attempt` counts the chain of the same key (RULES B2).

    `legal_name` and `inn` are the school's as submitted. `evidence` is JSON of kinds with their times. `outside` is the bundle's id at
    the outside system, `outside_version` the last one that was taken over.
    """

    id = peewee.CharField(40, primary_key=True)
    applicant = peewee.CharField(40)
    child = peewee.CharField(40, index=True)
    school = peewee.CharField(15)
    school_year = peewee.CharField(9)
    attempt = peewee.IntegerField()
    role = peewee.CharField(24)
    klass = peewee.CharField(40, column_name="class")
    legal_name = peewee.TextField()
    inn = peewee.CharField(12)
    state = peewee.CharField(12)
    age = peewee.IntegerField(null=True)
    evidence = peewee.TextField()
    previous = peewee.CharField(40, null=True)
    system = peewee.CharField(40, null=True)
    outside = peewee.CharField(80, null=True)
    outside_version = peewee.IntegerField(default=0)
    created_at = InstantField()
    submitted_at = InstantField()
    expires_at = InstantField()
    closed_at = InstantField(null=True)

    class Meta:
        table_name = "join_bundle"
        indexes = (
            (("applicant", "child", "school", "school_year", "attempt"), True),
            (("system", "outside"), True),
            (("state", "expires_at"), False),
        )


class JoinRequest(peewee.Model):
    """R1 or R2 of a bundle. `first_by` is the first of two officers; `works_from` the end of the notice to the other guardians."""

    id = peewee.CharField(40, primary_key=True)
    bundle = peewee.CharField(40)
    school = peewee.CharField(15)
    kind = peewee.CharField(24)
    state = peewee.CharField(12)
    reason = peewee.TextField(null=True)
    decider = peewee.TextField(null=True)
    decided_by = peewee.CharField(40, null=True)
    decided_at = InstantField(null=True)
    first_by = peewee.CharField(40, null=True)
    second_by = peewee.CharField(40, null=True)
    works_from = InstantField(null=True)
    outside = peewee.CharField(80, null=True)
    differs = peewee.CharField(12, null=True)
    submitted_at = InstantField()

    class Meta:
        table_name = "join_request"
        indexes = (
            (("bundle", "kind"), True),
            (("school", "state", "submitted_at", "id"), False),
        )


class JoinEvent(peewee.Model):
    """What happened to a bundle, told to the family: `side` is family, school, outside or time."""

    id = peewee.CharField(40, primary_key=True)
    bundle = peewee.CharField(40, index=True)
    number = peewee.IntegerField()
    request = peewee.CharField(40, null=True)
    event = peewee.CharField(20)
    side = peewee.CharField(10)
    at = InstantField()

    class Meta:
        table_name = "join_event"


class JoinErrand(peewee.Model):
    """What the outside system is still to be told, in this order within a bundle. `load` is sealed JSON of what the bundle does not say.

    `state` is waiting, done or refused (then `error` is the system's own code).
    """

    id = peewee.CharField(40, primary_key=True)
    bundle = peewee.CharField(40, index=True)
    number = peewee.IntegerField()
    act = peewee.CharField(12)
    request = peewee.CharField(40, null=True)
    load = peewee.TextField(default="")
    state = peewee.CharField(10)
    tries = peewee.IntegerField(default=0)
    error = peewee.CharField(80, null=True)
    due_at = InstantField()
    created_at = InstantField()

    class Meta:
        table_name = "join_errand"
        indexes = (
            (("bundle", "number"), True),
            (("state", "due_at"), False),
        )


class JoinPlace(peewee.Model):
    """How far an outside system's changes were read, and the secrets by which its notices are known, the newest first."""

    system = peewee.CharField(40, primary_key=True)
    place = peewee.CharField(40, default="0")
    secrets = peewee.TextField(default="")
    subscribed_at = InstantField(null=True)

    class Meta:
        table_name = "join_place"


class JoinChoice(peewee.Model):
    """What a school chose: whether every approval needs two officers."""

    school = peewee.CharField(15, primary_key=True)
    four_eyes = peewee.IntegerField(default=0)
    chosen_by = peewee.CharField(40)
    chosen_at = InstantField()

    class Meta:
        table_name = "join_choice"


TABLES: tuple[type[peewee.Model], ...] = (JoinBundle, JoinRequest, JoinEvent, JoinErrand, JoinPlace, JoinChoice)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(JoinRequest, "reason"),
    SealedColumn(JoinRequest, "decider"),
    SealedColumn(JoinErrand, "load"),
    SealedColumn(JoinPlace, "secrets"),
)
