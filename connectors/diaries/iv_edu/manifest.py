"""What the connector of the Ivanovo cabinet is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import SNILS, CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality

ZONE = "Europe/Moscow"

MANIFEST = Manifest(
    id="iv_edu",
    title="Электронный дневник Ивановской области",
    kind=Kind.DIARY,
    instances=(Instance(name="iv-edu", title="Электронный дневник Ивановской области", prefixes=("iv-edu",)),),
    documents=("docs/wire/iv_edu.md",),
    quality=Quality.SILVER,
    data=frozenset(
        {Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.AVERAGES, Datum.ANNOUNCEMENTS, Datum.TERMS},
    ),
    fields={
        "children": frozenset({"key", "origin", "school", "group", "ids", "is_depersonalised", "raw"}),
        Datum.LESSONS: frozenset(
            {"origin", "school_date", "subject", "status", "number", "start", "end", "group", "room", "topic", "replaces", "moved_from"}
            | {"is_control", "raw"},
        ),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "set_at", "number", "parts", "scale", "criteria", "weight", "work"}
            | {"comment", "raw"},
        ),
        Datum.HOMEWORK: frozenset(
            {"origin", "subject", "text", "assigned_date", "due_lesson", "due_date", "individual", "attachments", "raw"},
        ),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment", "raw"}),
        Datum.AVERAGES: frozenset({"origin", "subject", "period", "average", "class_average", "class_size"}),
        Datum.ANNOUNCEMENTS: frozenset({"origin", "title", "body", "published_at"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "is_holiday", "period"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("snils", "password"),
    forms=(
        CredentialForm(
            name="password",
            title="СНИЛС ребёнка и пароль дневника",
            fields=(SNILS, CredentialField(name="password", title="Пароль дневника", kind=FieldKind.PASSWORD)),
            given_by="Пароль дневника выдаёт классный руководитель. Для каждого ребёнка он свой.",
        ),
    ),
    one_login_a_child=True,
    calls_per_minute=120,
    error_codes={
        "unavailable": "failure",
        "rate_limited": "too_many",
        "auth_expired": "session_ended",
        "access_denied": "closed",
        "not_found": "not_found",
        "rejected": "bad_request",
    },
    public_hosts=("service.iv-edu.ru",),
)
