"""What the ruobr connector is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import LOGIN, PASSWORD, CredentialForm
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality

# One system for one region, which writes bare local times.
ZONE = "Asia/Novokuznetsk"

MANIFEST = Manifest(
    id="ruobr",
    title="Электронная школа 2.0 (Кузбасс)",
    kind=Kind.DIARY,
    instances=(Instance(name="ruobr", title="Электронная школа 2.0 (Кузбасс)", prefixes=("ruobr",)),),
    documents=(
        "https://github.com/raitonoberu/ruobr_api",
        "ruobr_api 2.0.2 (Python)",
        "https://github.com/sakurka-cmd/ruobr-unified-bot",
    ),
    quality=Quality.GOLD,
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.AVERAGES}),
    fields={
        "children": frozenset(
            {"key", "last_name", "first_name", "middle_name", "birth_date", "sex", "origin", "school", "group", "ids", "is_self", "raw"},
        ),
        Datum.LESSONS: frozenset({"origin", "school_date", "subject", "status", "start", "end", "teachers", "topic", "raw"}),
        Datum.MARKS: frozenset({"origin", "subject", "value", "lesson", "lesson_date", "number", "parts", "scale", "work", "raw"}),
        Datum.HOMEWORK: frozenset(
            {"origin", "subject", "text", "assigned_lesson", "assigned_date", "due_lesson", "due_date", "attachments", "done"}
            | {"individual", "requires_answer", "raw"},
        ),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.AVERAGES: frozenset({"origin", "subject", "period", "average"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("login", "password"),
    forms=(
        CredentialForm(
            name="password",
            title="Логин и пароль от «Электронной школы»",
            fields=(LOGIN, PASSWORD),
            given_by="Логин и пароль выдаёт классный руководитель. Кабинет со входом через Госуслуги их не показывает.",
        ),
    ),
    calls_per_minute=60,
    error_codes={"auth_expired": "auth"},
    public_hosts=("api3d.ruobr.ru",),
)
