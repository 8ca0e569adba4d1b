"""What the connector of the Khabarovsk cabinet is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import ACCOUNT, AUTH_CODE, NEW_PASSWORD, PASSWORD, CredentialForm
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality

# The zone of Khabarovsk has no name of its own.
ZONE = "Asia/Vladivostok"
GIVEN_BY = (
    "Лицевой счёт и код авторизации стоят в договоре со школой; новый код выдаёт школа. ПИН нужен только у терминала, здесь его не вводят."
)

MANIFEST = Manifest(
    id="digital_school",
    title="ИСУ «Цифровая школа» (Хабаровский край)",
    kind=Kind.DIARY,
    instances=(Instance(name="digital-school", title="ИСУ «Цифровая школа» (Хабаровский край)", prefixes=("digital-school",)),),
    documents=("docs/wire/digital_school.md",),
    quality=Quality.SILVER,
    data=frozenset(
        {Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.ANNOUNCEMENTS, Datum.TERMS, Datum.STATISTICS}
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
            {"origin", "subject", "text", "assigned_lesson", "assigned_date", "due_lesson", "due_date", "individual", "attachments", "raw"},
        ),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "average", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "minutes_late", "comment", "raw"}),
        Datum.ANNOUNCEMENTS: frozenset({"origin", "body", "published_at"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "period"}),
        Datum.STATISTICS: frozenset({"origin", "name", "title", "place", "value", "change", "told_at"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("account", "password"),
    forms=(
        CredentialForm(name="password", title="Лицевой счёт и пароль", fields=(ACCOUNT, PASSWORD), given_by=GIVEN_BY),
        CredentialForm(
            name="first_time",
            title="Первый вход или забытый пароль: код авторизации",
            fields=(ACCOUNT, AUTH_CODE, NEW_PASSWORD),
            given_by=GIVEN_BY,
        ),
    ),
    one_login_a_child=True,
    calls_per_minute=120,
    error_codes={
        "unavailable": "E-500",
        "rate_limited": "E-429",
        "auth_expired": "E-110",
        "access_denied": "E-120",
        "not_found": "E-404",
        "rejected": "E-422",
    },
    public_hosts=("my.khvschool.ru",),
)
