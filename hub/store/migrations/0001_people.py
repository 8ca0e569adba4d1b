"""People, contacts, account links, guardianship and the audit chain, as identity declared them at first."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, CharField, Database, IntegerField, Model, TextField


class PersonRow(Model):
    id = CharField(max_length=40, primary_key=True)
    profile = TextField()
    match_index = CharField(max_length=64, index=True, null=True)
    snils = TextField(null=True)
    snils_index = CharField(max_length=64, null=True)
    snils_proof = CharField(max_length=20)
    level = CharField(max_length=20)
    level_at = BigIntegerField(null=True)
    origin = CharField(max_length=20)
    state = CharField(max_length=20)
    zone = CharField(max_length=64)
    recovered_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "person"


PersonRow.add_index(
    PersonRow.index(PersonRow.snils_index, unique=True, where=SQL("snils_index IS NOT NULL AND state = 'active'"), name="person_snils")
)


class ContactRow(Model):
    id = CharField(max_length=40, primary_key=True)
    person = CharField(max_length=40, index=True)
    kind = CharField(max_length=10)
    value = TextField()
    value_index = CharField(max_length=64, index=True)
    verified = IntegerField()
    system = CharField(max_length=40)
    seen_at = BigIntegerField()

    class Meta:
        table_name = "person_contact"


class LinkRow(Model):
    id = CharField(max_length=40, primary_key=True)
    system = CharField(max_length=40)
    tenant = CharField(max_length=120)
    subject = TextField()
    subject_index = CharField(max_length=64)
    person = CharField(max_length=40, index=True)
    opened_by = CharField(max_length=40, index=True)
    use = CharField(max_length=20)
    role = CharField(max_length=20)
    state = CharField(max_length=20)
    evidence = CharField(max_length=30)
    evidence_by = CharField(max_length=80)
    evidence_source = CharField(max_length=80)
    evidence_at = BigIntegerField()
    strength = CharField(max_length=10)
    valid_until = BigIntegerField(null=True)
    last_seen_at = BigIntegerField(null=True)
    closed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "account_link"


LinkRow.add_index(
    LinkRow.index(
        LinkRow.system, LinkRow.tenant, LinkRow.subject_index, unique=True, where=SQL("state <> 'closed'"), name="account_link_subject"
    )
)


class EdgeRow(Model):
    id = CharField(max_length=40, primary_key=True)
    guardian = CharField(max_length=40, index=True)
    child = CharField(max_length=40, index=True)
    kind = CharField(max_length=20)
    state = CharField(max_length=20)
    rights = CharField(max_length=40)
    evidence = CharField(max_length=30)
    evidence_by = CharField(max_length=80)
    evidence_source = CharField(max_length=80)
    evidence_at = BigIntegerField()
    valid_until = BigIntegerField(null=True)
    missing = CharField(max_length=120)
    source_child = TextField(null=True)
    source_index = CharField(max_length=64, null=True)
    created_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "guardianship"


EdgeRow.add_index(
    EdgeRow.index(EdgeRow.guardian, EdgeRow.child, EdgeRow.evidence, unique=True, where=SQL("state <> 'ended'"), name="guardianship_pair")
)


class DiaryChildRow(Model):
    child = CharField(max_length=40, primary_key=True)
    owner = CharField(max_length=40, index=True)
    system = CharField(max_length=40)
    source_child = TextField()
    source_index = CharField(max_length=64)
    created_at = BigIntegerField()

    class Meta:
        table_name = "diary_only_child"


DiaryChildRow.add_index(
    DiaryChildRow.index(DiaryChildRow.owner, DiaryChildRow.system, DiaryChildRow.source_index, unique=True, name="diary_only_child_source")
)


class AuditRow(Model):
    id = CharField(max_length=40, primary_key=True)
    at = BigIntegerField()
    kind = CharField(max_length=10)
    action = CharField(max_length=60)
    actor = CharField(max_length=60)
    actor_kind = CharField(max_length=20)
    subject = CharField(max_length=40)
    object = CharField(max_length=80)
    continues = CharField(max_length=40, index=True, null=True)
    sealed_parts = TextField()
    count = IntegerField()
    last_at = BigIntegerField()
    open_until = BigIntegerField(null=True)
    dedup = CharField(max_length=64, null=True)
    seq = BigIntegerField(unique=True, null=True)
    prev = CharField(max_length=64)
    hash = CharField(max_length=64)

    class Meta:
        table_name = "audit_event"


AuditRow.add_index(AuditRow.index(AuditRow.subject, AuditRow.at, name="audit_event_subject"))
AuditRow.add_index(AuditRow.index(AuditRow.dedup, unique=True, where=SQL("dedup IS NOT NULL"), name="audit_event_dedup"))
AuditRow.add_index(AuditRow.index(AuditRow.at, where=SQL("seq IS NULL"), name="audit_event_unsealed"))


class AuditHeadRow(Model):
    day = CharField(max_length=10, primary_key=True)
    seq = BigIntegerField()
    hash = CharField(max_length=64)
    signed_at = BigIntegerField()
    key_id = CharField(max_length=16)
    signature = CharField(max_length=120)

    class Meta:
        table_name = "audit_head"


class AuditKeyRow(Model):
    person = CharField(max_length=40, primary_key=True)
    wrapped = TextField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "audit_key"


TABLES = (
    PersonRow,
    ContactRow,
    LinkRow,
    EdgeRow,
    DiaryChildRow,
    AuditRow,
    AuditHeadRow,
    AuditKeyRow,
)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
