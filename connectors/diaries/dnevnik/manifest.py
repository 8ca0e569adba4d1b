"""What the dnevnik.ru connector is and what it can."""

from __future__ import annotations

from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality, Setting

DEFAULT_SCOPE = "CommonInfo,ContactInfo,FriendsAndRelatives,EducationalInfo"

MANIFEST = Manifest(
    id="dnevnik",
    title="Дневник.ру",
    kind=Kind.DIARY,
    instances=(Instance(name="dnevnik", title="Дневник.ру", prefixes=("dnevnik", "dnevnik-login")),),
    documents=(
        "https://api.dnevnik.ru/partners/swagger/ui/index",
        "https://github.com/kesha1225/DnevnikRuAPI",
        "school-mosreg-api 0.9.4 (Python)",
        "https://github.com/alllexey123/dnevnik-partners-api",
    ),
    quality=Quality.GOLD,
    settings=(
        Setting(name="CLIENT_ID", doc="идентификатор приложения, выданный Дневник.ру", required=True),
        Setting(name="CLIENT_SECRET", doc="секрет приложения, выданный Дневник.ру", secret=True, required=True),
        Setting(name="SCOPE", doc="права, которые просим у семьи, через запятую", default=DEFAULT_SCOPE),
    ),
    data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.AVERAGES, Datum.TERMS}),
    fields={
        "children": frozenset(
            {"key", "last_name", "first_name", "middle_name", "birth_date", "sex", "origin", "school", "group", "ids", "is_self", "raw"},
        ),
        Datum.LESSONS: frozenset(
            {"origin", "school_date", "subject", "status", "number", "start", "end", "teachers", "room", "topic", "is_control", "comment"}
            | {"replaces", "moved_from", "raw"},
        ),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "set_at", "number", "parts", "scale", "weight", "counts_in_average"}
            | {"criteria", "work", "comment", "mood", "raw"},
        ),
        Datum.HOMEWORK: frozenset(
            {"origin", "subject", "text", "assigned_lesson", "assigned_date", "due_lesson", "due_date", "attachments", "done", "raw"},
        ),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment", "raw"}),
        Datum.AVERAGES: frozenset({"origin", "subject", "period", "average", "class_average", "class_size"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "is_holiday", "period"}),
    },
    logins=frozenset({LoginKind.BROWSER, LoginKind.CREDENTIALS, LoginKind.TOKEN}),
    credentials=("login", "password"),
    error_codes={
        "unavailable": "apiServerError",
        "rate_limited": "apiRequestLimit",
        "auth_expired": "authorizationInvalidToken",
        "access_denied": "authorizationNotOwner",
        "not_found": "apiResourceUnavailable",
        "rejected": "parameterInvalid",
    },
    public_hosts=("api.dnevnik.ru", "login.dnevnik.ru"),
)
