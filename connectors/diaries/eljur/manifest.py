"""What the ЭлЖур connector is and what it can."""

from __future__ import annotations

from dataclasses import replace

from connectors.kit.credentials import LOGIN, NEW_PASSWORD, PASSWORD, CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality, Setting

VENDOR = CredentialField(
    name="vendor", title="Город или адрес школы в ЭлЖуре", help="Например, shkola52.eljur.ru; города хватит, если школа ЭлЖура в нём одна."
)
DEVKEY = CredentialField(
    name="devkey", title="Ключ школы (devkey)", kind=FieldKind.PASSWORD, help="Один на школу: его сообщает ответственный за ЭлЖур."
)
EMAIL = CredentialField(name="email", title="Электронная почта", kind=FieldKind.EMAIL, help="На неё придёт письмо с подтверждением.")
REGISTRATION = CredentialForm(
    name="invitation",
    title="Код приглашения от школы",
    fields=(
        VENDOR,
        CredentialField(name="code", title="Код приглашения", kind=FieldKind.CODE, help="Большие и маленькие буквы не важны."),
        CredentialField(name="lastname", title="Ваша фамилия"),
        CredentialField(name="firstname", title="Ваше имя"),
        CredentialField(name="middlename", title="Ваше отчество", optional=True),
        EMAIL,
        CredentialField(name="login", title="Придумайте логин", help="От 3 до 30 знаков: латинские буквы, цифры, точка, дефис."),
        NEW_PASSWORD,
        replace(DEVKEY, optional=True, help="Один на школу. Оставьте пустым, если школа его не сообщала: возможно, мы его уже знаем."),
    ),
    given_by="Код приглашения и адрес дневника даёт школа. Если школа выдала карточку с готовым логином и паролем, регистрация не нужна.",
    button="Зарегистрироваться в ЭлЖуре",
)
RECOVERY = CredentialForm(
    name="recovery",
    title="Письмо от ЭлЖура",
    fields=(VENDOR, replace(EMAIL, help="Та, что указана в ЭлЖуре.")),
    button="Прислать письмо",
)
GIVEN_BY = "Логин и пароль стоят в регистрационной карточке, её выдаёт школа. Если вход только через Госуслуги, пароля может не быть."

MANIFEST = Manifest(
    id="eljur",
    title="ЭлЖур",
    kind=Kind.DIARY,
    instances=(Instance(name="eljur", title="ЭлЖур", prefixes=("eljur",)),),
    documents=(
        "https://github.com/felpsyatina/1543.eljur.bot",
        "@betterjournal/eljur-api 1.1.1 (TypeScript)",
        "docs/wire/eljur.md",
    ),
    quality=Quality.GOLD,
    settings=(
        Setting(
            name="DEVKEYS",
            doc="ключи школ, которые хаб знает сам: «школа=ключ», через точку с запятой; без ключа школы семья вводит его при входе",
            secret=True,
            pattern=r"(?:\s*[A-Za-z0-9-]{1,63}\s*=\s*[^\s=;]{1,128}\s*(?:;|$))+\s*",
            form="pairs such as shkola52=key;shkola7=key",
        ),
    ),
    data=frozenset(
        {Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE, Datum.AVERAGES, Datum.ANNOUNCEMENTS} | {Datum.TERMS},
    ),
    fields={
        "children": frozenset(
            {"key", "last_name", "first_name", "middle_name", "sex", "origin", "school", "group", "ids", "raw"},
        ),
        Datum.LESSONS: frozenset(
            {
                "origin",
                "school_date",
                "subject",
                "status",
                "number",
                "start",
                "end",
                "group",
                "teachers",
                "room",
                "topic",
                "is_control",
                "raw",
            },
        ),
        Datum.MARKS: frozenset(
            {"origin", "subject", "value", "lesson", "lesson_date", "number", "parts", "scale", "weight", "counts_in_average", "work"}
            | {"comment", "raw"},
        ),
        Datum.HOMEWORK: frozenset({"origin", "subject", "text", "due_lesson", "due_date", "individual", "attachments", "raw"}),
        Datum.FINALS: frozenset({"origin", "subject", "period", "value", "number", "raw"}),
        Datum.ATTENDANCE: frozenset({"origin", "school_date", "code", "kind", "subject", "lesson", "comment", "raw"}),
        Datum.AVERAGES: frozenset({"origin", "subject", "period", "average"}),
        Datum.ANNOUNCEMENTS: frozenset({"origin", "title", "body", "published_at", "author"}),
        Datum.TERMS: frozenset({"origin", "name", "start", "end", "is_holiday", "period"}),
    },
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("vendor", "devkey", "login", "password"),
    forms=(
        CredentialForm(
            name="password",
            title="Логин, пароль и ключ школы",
            fields=(VENDOR, DEVKEY, LOGIN, PASSWORD),
            given_by=GIVEN_BY,
        ),
        CredentialForm(
            name="known_school",
            title="Логин и пароль: школа, ключ которой нам уже сообщили",
            fields=(VENDOR, LOGIN, PASSWORD),
            given_by=GIVEN_BY,
        ),
    ),
    registration=(REGISTRATION,),
    recovery=RECOVERY,
    calls_per_minute=60,
    error_codes={"auth_expired": "Wrong auth_token", "access_denied": "Access denied", "rejected": "Wrong days"},
    public_hosts=("api.eljur.ru",),
    exempt={"cancelled": "the diary does not show a lesson that was cancelled"},
)
