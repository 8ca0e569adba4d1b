"""Restrictions, delegations, consents, school cards, invitation codes, merges and recoveries, as they were at first."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, CharField, Database, IntegerField, Model, TextField


class RestrictionRow(Model):
    id = CharField(max_length=40, primary_key=True)
    school = CharField(max_length=15)
    child = CharField(max_length=40, index=True)
    guardian = CharField(max_length=40, null=True, index=True)
    snils = TextField(null=True)
    snils_index = CharField(max_length=64, null=True, index=True)
    document = TextField()
    state = CharField(max_length=20)
    set_by = CharField(max_length=40)
    signed_by = CharField(max_length=40, null=True)
    lift_by = CharField(max_length=40, null=True)
    lifted_by = CharField(max_length=40, null=True)
    until = BigIntegerField(null=True)
    created_at = BigIntegerField()
    active_at = BigIntegerField(null=True)
    lifted_at = BigIntegerField(null=True)

    class Meta:
        table_name = "guardian_restriction"


class DelegationRow(Model):
    id = CharField(max_length=40, primary_key=True)
    giver = CharField(max_length=40, index=True)
    child = CharField(max_length=40, index=True)
    delegate = CharField(max_length=40, null=True, index=True)
    code_hash = CharField(max_length=64, null=True, unique=True)
    offered_until = BigIntegerField(null=True)
    until = BigIntegerField(null=True)
    state = CharField(max_length=20)
    created_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    ended_by = CharField(max_length=40)

    class Meta:
        table_name = "delegation"


class CapacityRow(Model):
    person = CharField(max_length=40, primary_key=True)
    since = BigIntegerField()
    document = TextField()
    set_by = CharField(max_length=40)
    signed_by = CharField(max_length=40)

    class Meta:
        table_name = "full_capacity"


class ProposalRow(Model):
    id = CharField(max_length=40, primary_key=True)
    act = CharField(max_length=30)
    child = CharField(max_length=40, index=True)
    proposed_by = CharField(max_length=40, index=True)
    state = CharField(max_length=20)
    created_at = BigIntegerField()
    objected_by = CharField(max_length=40, null=True)
    school_by = CharField(max_length=40, null=True)
    decided_at = BigIntegerField(null=True)

    class Meta:
        table_name = "family_proposal"


ProposalRow.add_index(ProposalRow.index(ProposalRow.act, ProposalRow.child, unique=True, where=SQL("state = 'open'"), name="proposal_open"))


class ConsentRow(Model):
    id = CharField(max_length=40, primary_key=True)
    subject = CharField(max_length=40, index=True)
    giver = CharField(max_length=40, index=True)
    purpose = CharField(max_length=30)
    word = CharField(max_length=10)
    text_version = CharField(max_length=40)
    operator = CharField(max_length=200)
    processors = TextField()
    valid_until = BigIntegerField(null=True)
    at = BigIntegerField()
    withdrawn_at = BigIntegerField(null=True)

    class Meta:
        table_name = "consent"


class ChildLoginRow(Model):
    person = CharField(max_length=40, primary_key=True)
    login = TextField()
    login_index = CharField(max_length=64, unique=True)
    password = TextField()
    made_by = CharField(max_length=40)
    must_change = IntegerField()
    changed_at = BigIntegerField()

    class Meta:
        table_name = "child_login"


class CardRow(Model):
    child = CharField(max_length=40, primary_key=True)
    school = CharField(max_length=15, index=True)
    klass = CharField(max_length=40, column_name="class")
    number = CharField(max_length=64, null=True)
    state = CharField(max_length=20)
    entered_by = CharField(max_length=40)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "school_card"


CardRow.add_index(CardRow.index(CardRow.school, CardRow.number, unique=True, where=SQL("number IS NOT NULL"), name="school_card_number"))


class CardGuardianRow(Model):
    id = CharField(max_length=40, primary_key=True)
    child = CharField(max_length=40, index=True)
    school = CharField(max_length=15, index=True)
    snils = TextField()
    snils_index = CharField(max_length=64, index=True)
    name = TextField()
    kind = CharField(max_length=20)
    state = CharField(max_length=20)
    entered_by = CharField(max_length=40)
    signed_by = CharField(max_length=40, null=True)
    valid_from = BigIntegerField()
    created_at = BigIntegerField()
    removed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "school_card_guardian"


CardGuardianRow.add_index(
    CardGuardianRow.index(
        CardGuardianRow.child,
        CardGuardianRow.snils_index,
        unique=True,
        where=SQL("state <> 'removed'"),
        name="school_card_guardian_one",
    )
)


class CodeRow(Model):
    id = CharField(max_length=40, primary_key=True)
    child = CharField(max_length=40, index=True)
    school = CharField(max_length=15)
    code_hash = CharField(max_length=64, unique=True)
    name_index = CharField(max_length=64)
    state = CharField(max_length=20)
    issued_by = CharField(max_length=40)
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    used_by = CharField(max_length=40, null=True)
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "invitation_code"


CodeRow.add_index(CodeRow.index(CodeRow.child, unique=True, where=SQL("state = 'active'"), name="invitation_code_live"))


class TryRow(Model):
    id = CharField(max_length=80, primary_key=True)
    count = IntegerField()
    since = BigIntegerField(index=True)

    class Meta:
        table_name = "code_try"


class MergeRow(Model):
    id = CharField(max_length=40, primary_key=True)
    kept = CharField(max_length=40, index=True)
    gone = CharField(max_length=40, index=True)
    moved = TextField()
    state = CharField(max_length=20)
    merged_at = BigIntegerField()
    undo_until = BigIntegerField()
    undone_at = BigIntegerField(null=True)
    undone_by = CharField(max_length=40, null=True)

    class Meta:
        table_name = "person_merge"


MergeRow.add_index(MergeRow.index(MergeRow.gone, unique=True, where=SQL("state = 'merged'"), name="person_merge_gone"))


class RecoveryRow(Model):
    id = CharField(max_length=40, primary_key=True)
    person = CharField(max_length=40, index=True)
    school = CharField(max_length=15)
    document = TextField()
    opened_by = CharField(max_length=40)
    signed_by = CharField(max_length=40, null=True)
    code_hash = CharField(max_length=64, null=True, unique=True)
    state = CharField(max_length=20)
    created_at = BigIntegerField()
    expires_at = BigIntegerField(null=True)
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "recovery"


class PendingRow(Model):
    id = CharField(max_length=40, primary_key=True)
    person = CharField(max_length=40, index=True)
    session = CharField(max_length=64, index=True)
    kind = CharField(max_length=20)
    value = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "pending_change"


class OperatorReadingRow(Model):
    id = CharField(max_length=40, primary_key=True)
    operator = CharField(max_length=60)
    child = CharField(max_length=40, index=True)
    reason = TextField()
    opened_at = BigIntegerField()
    until = BigIntegerField()

    class Meta:
        table_name = "operator_reading"


TABLES = (
    RestrictionRow,
    DelegationRow,
    CapacityRow,
    ProposalRow,
    ConsentRow,
    ChildLoginRow,
    CardRow,
    CardGuardianRow,
    CodeRow,
    TryRow,
    MergeRow,
    RecoveryRow,
    PendingRow,
    OperatorReadingRow,
)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
