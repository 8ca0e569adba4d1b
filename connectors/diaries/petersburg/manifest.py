"""What the connector of «Петербургское образование» is and what it can."""

from __future__ import annotations

from connectors.kit.credentials import NEW_PASSWORD, PASSWORD, Choice, CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest, Quality

LOGIN = CredentialField(name="login", title="Электронная почта", help="С ней вы заходите в «Петербургское образование».")
REGISTRATION = CredentialForm(
    name="email",
    title="Кабинет по электронной почте",
    fields=(
        CredentialField(name="email", title="Электронная почта", kind=FieldKind.EMAIL, help="На неё придёт письмо с подтверждением."),
        CredentialField(name="surname", title="Ваша фамилия", help="Как в паспорте: школа сверит."),
        CredentialField(name="firstname", title="Ваше имя"),
        CredentialField(name="middlename", title="Ваше отчество", optional=True),
        NEW_PASSWORD,
    ),
    given_by="Сначала кабинет и письмо, потом заявление: его подтверждает школа, куда надо принести паспорт.",
    button="Зарегистрироваться",
)
APPLICATION = CredentialForm(
    name="application",
    title="Заявление на доступ к дневнику",
    fields=(
        CredentialField(name="surname", title="Фамилия ребёнка"),
        CredentialField(name="firstname", title="Имя ребёнка"),
        CredentialField(name="middlename", title="Отчество ребёнка", optional=True),
        CredentialField(name="birth_date", title="Дата рождения ребёнка", kind=FieldKind.DATE),
        CredentialField(name="institution_id", title="Школа", kind=FieldKind.CHOICE),
        CredentialField(
            name="relation",
            title="Кем вы приходитесь",
            kind=FieldKind.CHOICE,
            choices=(Choice(value="parent", title="Родитель"), Choice(value="guardian", title="Опекун")),
        ),
    ),
    given_by="Отнесите в эту школу паспорт: она сверит данные и ответит письмом.",
    button="Подать заявление",
)

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
    registration=(REGISTRATION,),
    calls_per_minute=60,
    error_codes={"auth_expired": "page", "rejected": "Неверные параметры запроса"},
    exempt={"cancelled": "the list of lessons does not show one that was cancelled"},
    public_hosts=("dnevnik2.petersburgedu.ru",),
)
