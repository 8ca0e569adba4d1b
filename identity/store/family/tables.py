"""The tables of a family's decisions, declared unbound: restrictions, delegations, full capacity, consents, the child's login."""

from __future__ import annotations

from peewee import SQL, CharField, IntegerField, Model, TextField

from identity.store.tables import InstantField

LOGIN_LABEL = "child_login.login"


class RestrictionRow(Model):
    """A guardian who may not see a child; named by person, by SNILS, or both, so that a new record of the same human is met too."""

    id = CharField(40, primary_key=True)
    school = CharField(15)
    child = CharField(40, index=True)
    guardian = CharField(40, null=True, index=True)
    snils = TextField(null=True)
    snils_index = CharField(64, null=True, index=True)
    document = TextField()
    state = CharField(20)
    set_by = CharField(40)
    signed_by = CharField(40, null=True)
    lift_by = CharField(40, null=True)
    lifted_by = CharField(40, null=True)
    until = InstantField(null=True)
    created_at = InstantField()
    active_at = InstantField(null=True)
    lifted_at = InstantField(null=True)

    class Meta:
        table_name = "guardian_restriction"


class DelegationRow(Model):
    """A view that a guardian lends for a while, or that a grown pupil grants; `code_hash` until it ends."""

    id = CharField(40, primary_key=True)
    giver = CharField(40, index=True)
    child = CharField(40, index=True)
    delegate = CharField(40, null=True, index=True)
    code_hash = CharField(64, null=True, unique=True)
    offered_until = InstantField(null=True)
    until = InstantField(null=True)
    state = CharField(20)
    created_at = InstantField()
    ended_at = InstantField(null=True)
    ended_by = CharField(40, default="")

    class Meta:
        table_name = "delegation"


class CapacityRow(Model):
    """A pupil whom a court or a marriage made fully capable before 18."""

    person = CharField(40, primary_key=True)
    since = InstantField()
    document = TextField()
    set_by = CharField(40)
    signed_by = CharField(40)

    class Meta:
        table_name = "full_capacity"


class ProposalRow(Model):
    """An act that one guardian may not do alone: it waits for the others' silence, or for the school."""

    id = CharField(40, primary_key=True)
    act = CharField(30)
    child = CharField(40, index=True)
    proposed_by = CharField(40, index=True)
    state = CharField(20)
    created_at = InstantField()
    objected_by = CharField(40, null=True)
    school_by = CharField(40, null=True)
    decided_at = InstantField(null=True)

    class Meta:
        table_name = "family_proposal"


ProposalRow.add_index(ProposalRow.index(ProposalRow.act, ProposalRow.child, unique=True, where=SQL("state = 'open'"), name="proposal_open"))


class ConsentRow(Model):
    """One word of one person on one purpose for one subject; a later word stands beside the earlier ones, not over them."""

    id = CharField(40, primary_key=True)
    subject = CharField(40, index=True)
    giver = CharField(40, index=True)
    purpose = CharField(30)
    word = CharField(10)
    text_version = CharField(40)
    operator = CharField(200, default="")
    processors = TextField(default="")
    valid_until = InstantField(null=True)
    at = InstantField()
    withdrawn_at = InstantField(null=True)

    class Meta:
        table_name = "consent"


class ChildLoginRow(Model):
    """The child's own way in: the name and the scrypt record are sealed, the name is found by its index."""

    person = CharField(40, primary_key=True)
    login = TextField()
    login_index = CharField(64, unique=True)
    password = TextField()
    made_by = CharField(40)
    must_change = IntegerField(default=1)
    changed_at = InstantField()

    class Meta:
        table_name = "child_login"


TABLES: tuple[type[Model], ...] = (RestrictionRow, DelegationRow, CapacityRow, ProposalRow, ConsentRow, ChildLoginRow)
