"""The tables of a school's card, declared unbound: pupils, their guardians' SNILS, invitation codes, wrong tries."""

from __future__ import annotations

from peewee import SQL, CharField, IntegerField, Model, TextField

from identity.store.tables import InstantField


class CardRow(Model):
    """A pupil in a school's roster; `number` is the school's own, so that an import of the same file changes nothing."""

    child = CharField(40, primary_key=True)
    school = CharField(15, index=True)
    klass = CharField(40, column_name="class", default="")
    number = CharField(64, null=True)
    state = CharField(20)
    entered_by = CharField(40)
    created_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table_name = "school_card"


CardRow.add_index(CardRow.index(CardRow.school, CardRow.number, unique=True, where=SQL("number IS NOT NULL"), name="school_card_number"))


class CardGuardianRow(Model):
    """A guardian whom the office wrote into a card: SNILS and name as it typed them, and nothing of what the hub knows."""

    id = CharField(40, primary_key=True)
    child = CharField(40, index=True)
    school = CharField(15, index=True)
    snils = TextField()
    snils_index = CharField(64, index=True)
    name = TextField()
    kind = CharField(20)
    state = CharField(20)
    entered_by = CharField(40)
    signed_by = CharField(40, null=True)
    valid_from = InstantField()
    created_at = InstantField()
    removed_at = InstantField(null=True)

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
    """An invitation code as a keyed hash; one live code a child, so that a reprint kills the old one."""

    id = CharField(40, primary_key=True)
    child = CharField(40, index=True)
    school = CharField(15)
    code_hash = CharField(64, unique=True)
    name_index = CharField(64)
    state = CharField(20)
    issued_by = CharField(40)
    created_at = InstantField()
    expires_at = InstantField()
    used_by = CharField(40, null=True)
    used_at = InstantField(null=True)

    class Meta:
        table_name = "invitation_code"


CodeRow.add_index(CodeRow.index(CodeRow.child, unique=True, where=SQL("state = 'active'"), name="invitation_code_live"))


class TryRow(Model):
    """Wrong tries of one account, network or name within one window."""

    id = CharField(80, primary_key=True)
    count = IntegerField(default=0)
    since = InstantField(index=True)

    class Meta:
        table_name = "code_try"


class ReviewRow(Model):
    """What a school's officers have to decide; `school` is empty where any school of the person may. `evidence` and `note` are sealed."""

    id = CharField(40, primary_key=True)
    school = CharField(15, default="", index=True)
    kind = CharField(20)
    person = CharField(40, index=True)
    child = CharField(40, null=True, index=True)
    about = CharField(80, default="")
    reason = CharField(40, default="")
    evidence = TextField()
    note = TextField(null=True)
    state = CharField(20)
    opened_at = InstantField()
    first_by = CharField(40, null=True)
    second_by = CharField(40, null=True)
    works_from = InstantField(null=True)
    decided_at = InstantField(null=True)

    class Meta:
        table_name = "school_review"


ReviewRow.add_index(
    ReviewRow.index(
        ReviewRow.kind, ReviewRow.person, ReviewRow.about, unique=True, where=SQL("decided_at IS NULL"), name="school_review_open"
    )
)


class LeftRow(Model):
    """A pupil who was taken off a school's roster: when, why, by whom; `said_by` is the officer."""

    id = CharField(40, primary_key=True)
    child = CharField(40, index=True)
    school = CharField(15, index=True)
    klass = CharField(40, column_name="class", default="")
    number = CharField(64, null=True)
    reason = TextField()
    left_on = CharField(10)
    said_by = CharField(40)
    created_at = InstantField()

    class Meta:
        table_name = "school_left"


TABLES: tuple[type[Model], ...] = (CardRow, CardGuardianRow, CodeRow, TryRow, ReviewRow, LeftRow)
