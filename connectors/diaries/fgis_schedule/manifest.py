"""What the connector of the federal Schedule is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality, Setting

# Where no lesson tells an offset.
ZONE = "Europe/Moscow"

MANIFEST = Manifest(
    id="fgis_schedule",
    title="Федеральное расписание (ФГИС «Моя школа»)",
    kind=Kind.DIARY,
    instances=(Instance(name="fgis", title="Федеральное расписание", prefixes=("fgis",)),),
    documents=(
        "docs/wire/fgis_schedule.md",
        "Методические рекомендации по ФГИС «Моя школа», приложение 5 (2021-22)",
        "https://github.com/lumenpearson/lessons (docs/diaries/myschool-federal)",
    ),
    quality=Quality.SILVER,
    settings=(
        Setting(name="CLIENT_ID", doc="this hub's name at the federal service (client credentials)", required=True),
        Setting(name="CLIENT_SECRET", doc="its secret", secret=True, required=True),
        Setting(
            name="TYPED_IDS",
            doc="1: guardians may type a child's Gosuslugi id that the hub does not know (docs/adr/0025); else only proven ids count",
            choices=("0", "1"),
        ),
    ),
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE}),
    fields={
        "children": frozenset({"key", "origin", "school", "group", "ids", "is_depersonalised", "raw"}),
        Datum.LESSONS: frozenset(
            {"origin", "school_date", "subject", "status", "start", "end", "room", "topic", "replaces", "moved_from", "comment", "raw"},
        ),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "number", "parts", "scale", "weight", "work", "raw"},
        ),
        Datum.HOMEWORK: frozenset({"origin", "subject", "text", "due_lesson", "due_date"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("esia_id",),
    forms=(
        CredentialForm(
            name="own",
            title="По учётной записи Госуслуг ребёнка",
            fields=(
                CredentialField(
                    name="esia_id",
                    title="Номер учётной записи ребёнка на Госуслугах",
                    kind=FieldKind.GOSUSLUGI_ID,
                    help="Если ребёнок уже входил сюда через Госуслуги, оставьте пустым: номер нам известен.",
                ),
            ),
            given_by="Пароль не нужен: расписание отдаёт федеральный сервис, где зарегистрирован наш сервис.",
        ),
    ),
    one_login_a_child=True,
    calls_per_minute=300,
    error_codes={
        "unavailable": "exception",
        "rate_limited": "throttled",
        "access_denied": "forbidden",
        "not_found": "not-found",
        "rejected": "structure",
        "auth_expired": "expired",
    },
    exempt={"work": "the kind of work is told by its short name alone"},
)
