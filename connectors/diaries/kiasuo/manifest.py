"""What the КИАСУО connector is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality

# One system for one region, which writes bare local times.
ZONE = "Asia/Krasnoyarsk"

TOKEN = CredentialField(name="token", title="Токен", kind=FieldKind.PASSWORD, help="Длинная строка, в приложении она называется token.")
REFRESH = CredentialField(
    name="refresh_token",
    title="Токен обновления",
    kind=FieldKind.PASSWORD,
    help="32 знака. С ним не нужно входить заново каждый час.",
)
INVITATION = CredentialForm(
    name="invitation",
    title="Код приглашения на ребёнка",
    fields=(
        CredentialField(name="last_name", title="Фамилия ребёнка"),
        CredentialField(name="first_name", title="Имя ребёнка"),
        CredentialField(name="code", title="Код приглашения", kind=FieldKind.CODE, help="Регистр, пробелы и дефисы не важны."),
    ),
    given_by="Код даёт классный руководитель. Если ваш СНИЛС есть в карточке ребёнка, код не нужен: ребёнок появится сам.",
    button="Добавить ребёнка",
)

MANIFEST = Manifest(
    id="kiasuo",
    title="КИАСУО (Красноярский край)",
    kind=Kind.DIARY,
    instances=(Instance(name="kiasuo", title="КИАСУО (Красноярский край)", prefixes=("kiasuo",)),),
    documents=(
        "https://github.com/xysed/Kiasuo",
        "https://github.com/oddyamill/kiasuo",
        "https://github.com/ImpostorBoy228/kiasuo_diary_bot",
    ),
    quality=Quality.GOLD,
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.AVERAGES, Datum.TERMS}),
    fields={
        "children": frozenset({"key", "last_name", "first_name", "middle_name", "origin", "school", "group", "ids", "raw"}),
        Datum.LESSONS: frozenset({"origin", "school_date", "subject", "status", "number", "start", "end", "teachers", "topic", "raw"}),
        Datum.MARKS: frozenset(
            {
                "origin",
                "subject",
                "value",
                "lesson",
                "lesson_date",
                "set_at",
                "number",
                "parts",
                "scale",
                "weight",
                "work",
                "comment",
                "raw",
            },
        ),
        Datum.HOMEWORK: frozenset(
            {"origin", "subject", "text", "assigned_lesson", "assigned_date", "due_lesson", "due_date", "attachments", "raw"},
        ),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment", "raw"}),
        Datum.AVERAGES: frozenset({"origin", "subject", "period", "average"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "period"}),
    },
    logins=frozenset({LoginKind.BROWSER, LoginKind.CREDENTIALS, LoginKind.TOKEN}),
    credentials=("refresh_token", "token"),
    forms=(
        CredentialForm(
            name="tokens",
            title="Токены из приложения КИАСУО",
            fields=(REFRESH, TOKEN),
            given_by="Входят в КИАСУО через Госуслуги. Токены нужны, только если войти через Госуслуги здесь не получается.",
        ),
    ),
    calls_per_minute=60,
    error_codes={"auth_expired": "401", "not_found": "404", "rejected": "Неверный параметр"},
    exempt={"cancelled": "the week does not show a lesson that was cancelled"},
    public_hosts=("diaryapi.kiasuo.ru",),
)
