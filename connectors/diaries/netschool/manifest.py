"""What the NetSchool connector is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import LOGIN, PASSWORD, CredentialField, CredentialForm
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality, Setting

SCHOOL = CredentialField(name="school", title="Школа", help="Короткое название, как на странице входа в «Сетевой город».")

MANIFEST = Manifest(
    id="netschool",
    title="Сетевой город. Образование",
    kind=Kind.DIARY,
    instances=(Instance(name="netschool", title="Сетевой город. Образование", prefixes=("netschool",)),),
    documents=(
        "netschoolapi 11.0.5 (Python)",
        "netschoolpy 9.6.3 (Python)",
        "https://github.com/nm17/netschoolapi",
    ),
    quality=Quality.GOLD,
    settings=(
        Setting(
            name="ZONE",
            doc="часовой пояс региона, которому служит этот сервер: «Сетевой город» пишет местное время",
            default="Europe/Samara",
        ),
    ),
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.ANNOUNCEMENTS}),
    fields={
        "children": frozenset({"key", "last_name", "first_name", "origin", "school", "group", "ids", "raw"}),
        Datum.LESSONS: frozenset({"origin", "school_date", "subject", "status", "number", "start", "end", "room", "topic", "raw"}),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "number", "scale", "weight", "work", "comment", "raw"},
        ),
        Datum.HOMEWORK: frozenset({"origin", "subject", "text", "due_lesson", "due_date", "raw"}),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment", "raw"}),
        Datum.ANNOUNCEMENTS: frozenset({"origin", "title", "body", "published_at", "author"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("login", "school", "password"),
    forms=(
        CredentialForm(
            name="password",
            title="Логин и пароль от «Сетевого города»",
            fields=(SCHOOL, LOGIN, PASSWORD),
            given_by="Логин и пароль выдаёт школа. Если ваш регион оставил только вход через Госуслуги, пароля может не быть.",
        ),
    ),
    calls_per_minute=60,
    exempt={
        "cancelled": "the web diary does not show a lesson that was cancelled",
        "work": "its dictionary of kinds of work is its own: a checked homework is not called homework there",
    },
)
