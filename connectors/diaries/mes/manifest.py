"""What the МЭШ connector is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import LOGIN, PASSWORD, CredentialForm
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality, Setting

MOSCOW = "mes"
GIVEN_BY = "Логин и пароль от mos.ru: их заводят на mos.ru сами, свой кабинет у родителя и свой у ребёнка. После пароля придёт СМС с кодом."

MANIFEST = Manifest(
    id="mes",
    title="МЭШ",
    kind=Kind.DIARY,
    instances=(
        Instance(
            name=MOSCOW,
            title="МЭШ (Москва)",
            prefixes=("mes", "mes-auth"),
            logins=frozenset({LoginKind.CREDENTIALS, LoginKind.TOKEN}),
        ),
        Instance(
            name="mes-mo",
            title="Школьный портал Подмосковья",
            prefixes=("mes-mo", "mes-mo-auth"),
            logins=frozenset({LoginKind.BROWSER, LoginKind.TOKEN}),
        ),
    ),
    documents=(
        "octodiary 0.3.0 (Python)",
        "https://github.com/OctoDiary/OctoDiary-kt",
        "docs/wire/mes.md",
    ),
    quality=Quality.GOLD,
    settings=(
        Setting(name="SOFTWARE_ID", doc="имя приложения, под которым оно заявлено на login.mos.ru", default="dnevnik.mos.ru"),
        Setting(
            name="SOFTWARE_STATEMENT", doc="заявление о приложении, подписанное login.mos.ru; без него вход по паролю закрыт", secret=True
        ),
        Setting(name="REGISTRATION_TOKEN", doc="токен, с которым приложение регистрируется на login.mos.ru", secret=True),
        Setting(name="REDIRECT_URI", doc="адрес возврата из заявления о приложении", default="dnevnik-mes://oauth2redirect"),
        Setting(name="TITLE", doc="как называется дневник этого узла, если это не Москва и не Подмосковье"),
        Setting(name="ZONE", doc="часовой пояс школ этого узла (имя IANA)", default="Europe/Moscow"),
    ),
    data=frozenset(
        {
            Datum.LESSONS,
            Datum.MARKS,
            Datum.HOMEWORK,
            Datum.FINALS,
            Datum.ATTENDANCE,
            Datum.AVERAGES,
            Datum.ANNOUNCEMENTS,
            Datum.TERMS,
        }
    ),
    fields={
        "children": frozenset(
            {"key", "last_name", "first_name", "middle_name", "birth_date", "sex", "origin", "school", "group", "ids", "is_self", "raw"},
        ),
        Datum.LESSONS: frozenset({"origin", "school_date", "subject", "status", "start", "end", "room", "topic", "raw"}),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "set_at", "number", "parts", "scale", "weight", "work", "comment"}
            | {"criteria", "revisions", "raw"},
        ),
        Datum.HOMEWORK: frozenset({"origin", "subject", "text", "assigned_date", "due_lesson", "due_date", "attachments", "done", "raw"}),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "average", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "raw"}),
        Datum.AVERAGES: frozenset({"origin", "subject", "period", "average", "place"}),
        Datum.ANNOUNCEMENTS: frozenset({"origin", "title", "body", "published_at", "author", "scope", "valid_until", "raw"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "is_holiday", "period", "raw"}),
    },
    logins=frozenset({LoginKind.BROWSER, LoginKind.CREDENTIALS, LoginKind.TOKEN}),
    credentials=("login", "password"),
    forms=(CredentialForm(name="password", title="Логин и пароль mos.ru", fields=(LOGIN, PASSWORD), given_by=GIVEN_BY),),
    calls_per_minute=60,
    error_codes={
        "unavailable": "503",
        "rate_limited": "429",
        "auth_expired": "499",
        "access_denied": "403",
        "not_found": "404",
        "rejected": "bad_request",
    },
    exempt={
        "weight": "the platform keeps whole weights: another one is rounded",
        "criteria": "the platform tells no maximum of a criterion",
    },
    public_hosts=(
        "school.mos.ru",
        "dnevnik.mos.ru",
        "login.mos.ru",
        "authedu.mosreg.ru",
        "myschool.mosreg.ru",
        "api.myschool.mosreg.ru",
    ),
)
