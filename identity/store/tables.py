"""The tables of identity, declared unbound: the hub binds them to its database and migrates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import SQL, BigIntegerField, CharField, IntegerField, Model, TextField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InstantField(BigIntegerField):
    """An aware time as whole microseconds since 1970 in UTC: equal on both databases, and it sorts."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return (value - EPOCH) // timedelta(microseconds=1)
        return value

    def python_value(self, value: Any) -> Any:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class PersonRow(Model):
    """`profile` is sealed JSON of the names, birth date and sex; `match_index` is over names and birth date, for weak offers only."""

    id = CharField(40, primary_key=True)
    profile = TextField()
    match_index = CharField(64, null=True, index=True)
    snils = TextField(null=True)
    snils_index = CharField(64, null=True)
    snils_proof = CharField(20, default="none")
    level = CharField(20, default="unknown")
    level_at = InstantField(null=True)
    origin = CharField(20)
    state = CharField(20, default="active")
    zone = CharField(64, default="Europe/Moscow")
    recovered_at = InstantField(null=True)
    created_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table_name = "person"


PersonRow.add_index(
    PersonRow.index(PersonRow.snils_index, unique=True, where=SQL("snils_index IS NOT NULL AND state = 'active'"), name="person_snils")
)


class ContactRow(Model):
    """A phone or an e-mail; never a key."""

    id = CharField(40, primary_key=True)
    person = CharField(40, index=True)
    kind = CharField(10)
    value = TextField()
    value_index = CharField(64, index=True)
    verified = IntegerField(default=0)
    system = CharField(40)
    seen_at = InstantField()

    class Meta:
        table_name = "person_contact"


class LinkRow(Model):
    """An outside account; the subject is sealed, because some systems use a SNILS as account name."""

    id = CharField(40, primary_key=True)
    system = CharField(40)
    tenant = CharField(120, default="")
    subject = TextField()
    subject_index = CharField(64)
    person = CharField(40, index=True)
    opened_by = CharField(40, index=True)
    use = CharField(20)
    role = CharField(20)
    state = CharField(20)
    evidence = CharField(30)
    evidence_by = CharField(80)
    evidence_source = CharField(80, default="")
    evidence_at = InstantField()
    strength = CharField(10)
    valid_until = InstantField(null=True)
    last_seen_at = InstantField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        table_name = "account_link"


LinkRow.add_index(
    LinkRow.index(
        LinkRow.system, LinkRow.tenant, LinkRow.subject_index, unique=True, where=SQL("state <> 'closed'"), name="account_link_subject"
    )
)


class EdgeRow(Model):
    """A guardianship edge; one a guardian, child and evidence kind, until it ends."""

    id = CharField(40, primary_key=True)
    guardian = CharField(40, index=True)
    child = CharField(40, index=True)
    kind = CharField(20)
    state = CharField(20)
    rights = CharField(40)
    evidence = CharField(30)
    evidence_by = CharField(80)
    evidence_source = CharField(80, default="")
    evidence_at = InstantField()
    valid_until = InstantField(null=True)
    missing = CharField(120, default="")
    source_child = TextField(null=True)
    source_index = CharField(64, null=True)
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "guardianship"


EdgeRow.add_index(
    EdgeRow.index(EdgeRow.guardian, EdgeRow.child, EdgeRow.evidence, unique=True, where=SQL("state <> 'ended'"), name="guardianship_pair")
)


class DiaryChildRow(Model):
    """A child that only a diary account shows: visible to its owner alone, and kin of nobody (RULES A15)."""

    child = CharField(40, primary_key=True)
    owner = CharField(40, index=True)
    system = CharField(40)
    source_child = TextField()
    source_index = CharField(64)
    created_at = InstantField()

    class Meta:
        table_name = "diary_only_child"


DiaryChildRow.add_index(
    DiaryChildRow.index(DiaryChildRow.owner, DiaryChildRow.system, DiaryChildRow.source_index, unique=True, name="diary_only_child_source")
)


class AuditRow(Model):
    """One event; `seq`, `prev` and `hash` are null until the sealing job chains it. Nothing else changes after that."""

    id = CharField(40, primary_key=True)
    at = InstantField()
    kind = CharField(10)
    action = CharField(60)
    actor = CharField(60)
    actor_kind = CharField(20)
    subject = CharField(40)
    object = CharField(80, default="")
    continues = CharField(40, null=True, index=True)
    sealed_parts = TextField(default="")
    count = IntegerField(default=1)
    last_at = InstantField()
    open_until = InstantField(null=True)
    dedup = CharField(64, null=True)
    seq = BigIntegerField(null=True, unique=True)
    prev = CharField(64, default="")
    hash = CharField(64, default="")

    class Meta:
        table_name = "audit_event"


AuditRow.add_index(AuditRow.index(AuditRow.subject, AuditRow.at, name="audit_event_subject"))
AuditRow.add_index(AuditRow.index(AuditRow.dedup, unique=True, where=SQL("dedup IS NOT NULL"), name="audit_event_dedup"))
AuditRow.add_index(AuditRow.index(AuditRow.at, where=SQL("seq IS NULL"), name="audit_event_unsealed"))


class AuditHeadRow(Model):
    """The signed head of the chain, one a day; the latest head of a day replaces the earlier ones."""

    day = CharField(10, primary_key=True)
    seq = BigIntegerField()
    hash = CharField(64)
    signed_at = InstantField()
    key_id = CharField(16)
    signature = CharField(120)

    class Meta:
        table_name = "audit_head"


class AuditKeyRow(Model):
    """The key of one person's audit parts, wrapped; erasure deletes the row and the chain still verifies."""

    person = CharField(40, primary_key=True)
    wrapped = TextField()
    created_at = InstantField()

    class Meta:
        table_name = "audit_key"


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A sealed column with the index columns computed from its plain text; a null index stays null when keys rotate."""

    model: type[Model]
    column: str
    indexes: Mapping[str, tuple[str, Callable[[str], str | None]]] = field(default_factory=dict)


TABLES: tuple[type[Model], ...] = (PersonRow, ContactRow, LinkRow, EdgeRow, DiaryChildRow, AuditRow, AuditHeadRow, AuditKeyRow)
