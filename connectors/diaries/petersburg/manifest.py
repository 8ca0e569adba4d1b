"""What the connector of «Петербургское образование» is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import PASSWORD, CredentialField, CredentialForm
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality

LOGIN = CredentialField(name="login", title="Электронная почта", help="С ней вы заходите в «Петербургское образование».")

MANIFEST = Manifest(
    id="petersburg",
    title="Петербургское образование",
    kind=Kind.DIARY,
    instances=(Instance(name="petersburg", title="Петербургское образование", prefixes=("petersburg",)),),
    documents=(
        "petersburgedu-wrap 0.0.1 (Python)",
        "https://github.com/deknowny/dnev2spb",
        "https://github.com/kewldan/TelegramDnevnik",
    ),
    quality=Quality.GOLD,
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.ANNOUNCEMENTS, Datum.TERMS}),
    fields={
        "children": frozenset({"key", "last_name", "first_name", "middle_name", "origin", "school", "group", "ids", "raw"}),
        Datum.LESSONS: frozenset({"origin", "school_date", "subject", "status", "number", "start", "end", "topic", "raw"}),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "number", "parts", "scale", "work", "comment", "raw"},
        ),
        Datum.HOMEWORK: frozenset({"origin", "subject", "text", "due_lesson", "due_date", "attachments", "raw"}),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment", "raw"}),
        Datum.ANNOUNCEMENTS: frozenset({"origin", "title", "body", "published_at", "author"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "period"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("login", "password"),
    forms=(
        CredentialForm(
            name="password",
            title="Почта и пароль от «Петербургского образования»",
            fields=(LOGIN, PASSWORD),
            given_by="Пароль вы придумали при регистрации на портале. Если вы входите туда только через Госуслуги, пароля нет.",
        ),
    ),
    calls_per_minute=60,
    parallel_calls=4,
    error_codes={"auth_expired": "page", "rejected": "Неверные параметры запроса"},
    exempt={"cancelled": "the list of lessons does not show one that was cancelled"},
    public_hosts=("dnevnik2.petersburgedu.ru",),
)
