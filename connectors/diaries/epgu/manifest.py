"""What the connector of the Gosuslugi progress service is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality, Setting

# The service serves all regions; where a pupil's lessons tell no offset, this is assumed and said to be.
ZONE = "Europe/Moscow"

MANIFEST = Manifest(
    id="epgu",
    title="Госуслуги: текущая успеваемость",
    kind=Kind.DIARY,
    instances=(Instance(name="epgu", title="Госуслуги: текущая успеваемость", prefixes=("epgu",)),),
    documents=("docs/wire/epgu.md",),
    quality=Quality.SILVER,
    settings=(
        Setting(
            name="SENDER",
            doc="mnemonic of this information system in the SMEV envelope",
            default="SHUB01001",
            pattern=r"[A-Z0-9_]{1,40}",
            form="up to 40 capital letters, digits and _",
        ),
    ),
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE}),
    fields={
        "children": frozenset(
            {"key", "last_name", "first_name", "middle_name", "birth_date", "origin", "school", "group", "ids", "raw"},
        ),
        Datum.LESSONS: frozenset(
            {"origin", "school_date", "subject", "status", "number", "start", "end", "group", "room", "topic", "replaces", "moved_from"}
            | {"raw"},
        ),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "set_at", "number", "parts", "scale", "criteria", "weight", "work"}
            | {"comment", "raw"},
        ),
        Datum.HOMEWORK: frozenset({"origin", "subject", "text", "due_lesson", "due_date"}),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("snils",),
    forms=(
        CredentialForm(
            name="own",
            title="По вашему СНИЛС из Госуслуг",
            fields=(CredentialField(name="snils", title="Ваш СНИЛС", kind=FieldKind.OWN_SNILS),),
            given_by="Вводить ничего не нужно: сервис узнаёт родителя по СНИЛС, который подтвердили Госуслуги.",
        ),
    ),
    calls_per_minute=120,
    error_codes={
        "unavailable": "INTERNAL",
        "rate_limited": "RATE_LIMIT",
        "auth_expired": "CONSENT_ENDED",
        "not_found": "STUDENT_NOT_FOUND",
        "rejected": "DATE_RANGE",
    },
)
