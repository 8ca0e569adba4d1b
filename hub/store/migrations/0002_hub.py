"""Sessions, flows, intents, diary accounts and copies, notices, schools, leases and the stamp, as they were at first."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Database, IntegerField, Model, TextField


class Stamp(Model):
    id = IntegerField(primary_key=True)
    kind = CharField(max_length=10)
    made_at = BigIntegerField()

    class Meta:
        table_name = "stamp"


class DiaryCopy(Model):
    id = TextField(primary_key=True)
    link = TextField(index=True)
    child = TextField()
    datum = TextField()
    block = TextField()
    body = TextField(null=True)
    fetched_at = BigIntegerField(null=True)
    tried_at = BigIntegerField(index=True)
    error = TextField(null=True)

    class Meta:
        table_name = "diary_copy"


class DiaryLink(Model):
    id = TextField(primary_key=True)
    system = TextField()
    person = TextField(index=True)
    access = TextField()
    version = IntegerField()
    state = TextField()
    refresh_until = BigIntegerField(null=True)
    checked_at = BigIntegerField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "diary_link"


class DiaryPupil(Model):
    id = TextField(primary_key=True)
    link = TextField(index=True)
    child = TextField(index=True, null=True)
    pupil = TextField()

    class Meta:
        table_name = "diary_pupil"


class FlowRecord(Model):
    id = TextField(primary_key=True)
    state_hash = TextField(unique=True)
    browser_hash = TextField()
    system = TextField()
    intent = TextField(null=True)
    session = TextField(null=True)
    keep = TextField()
    redirect_uri = TextField()
    next_path = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "flow_record"


class LinkIntent(Model):
    id = TextField(primary_key=True)
    system = TextField()
    initiator = TextField(index=True)
    session = TextField()
    person = TextField()
    role = TextField()
    state = TextField()
    reason = TextField(null=True)
    link = TextField(null=True)
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "link_intent"


class Lease(Model):
    name = CharField(max_length=60, primary_key=True)
    holder = CharField(max_length=60)
    until = BigIntegerField()

    class Meta:
        table_name = "lease"


class Notice(Model):
    id = TextField(primary_key=True)
    person = TextField()
    kind = TextField()
    text = TextField()
    href = TextField(null=True)
    at = BigIntegerField()

    class Meta:
        table_name = "notice"
        indexes = ((("person", "at"), False),)


class Repeat(Model):
    id = TextField(primary_key=True)
    request_hash = TextField()
    status = IntegerField(null=True)
    body = TextField(null=True)
    content_type = TextField(null=True)
    created_at = BigIntegerField(index=True)

    class Meta:
        table_name = "repeat"


class School(Model):
    ogrn = CharField(max_length=15, primary_key=True)
    inn = CharField(max_length=12)
    legal_name = TextField()
    short_name = TextField()
    zone = CharField(max_length=64)
    updated_at = BigIntegerField()

    class Meta:
        table_name = "school"


class SchoolOfficer(Model):
    id = CharField(max_length=64, primary_key=True)
    school = CharField(max_length=15, index=True)
    role = CharField(max_length=30)
    snils_index = CharField(max_length=64, index=True)
    snils = TextField()
    name = TextField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "school_officer"
        indexes = ((("snils_index", "school", "role"), True),)


class Session(Model):
    id = TextField(primary_key=True)
    token_hash = TextField(unique=True)
    person = TextField(index=True)
    system = TextField()
    label = TextField()
    auth_time = BigIntegerField(null=True)
    created_at = BigIntegerField()
    seen_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "session"


TABLES = (
    Stamp,
    DiaryCopy,
    DiaryLink,
    DiaryPupil,
    FlowRecord,
    LinkIntent,
    Lease,
    Notice,
    Repeat,
    School,
    SchoolOfficer,
    Session,
)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
