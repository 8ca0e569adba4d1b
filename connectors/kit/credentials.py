"""What a family was given to open a diary with, as a form: the fields by name, their labels, and how each is typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field is typed: decides the keyboard, whether it is hidden, and what is checked before anything is asked outside."""

    TEXT = "text"
    SNILS = "snils"
    DIGITS = "digits"
    CODE = "code"
    PASSWORD = "password"
    NEW_PASSWORD = "new_password"
    OWN_SNILS = "own_snils"
    """The signed-in person's own, vouched for by Gosuslugi: the hub fills it in, and another one is refused."""
    GOSUSLUGI_ID = "gosuslugi_id"
    """The number of the child's account at Gosuslugi: the hub fills in the one it knows."""
    EMAIL = "email"
    DATE = "date"
    """A day; the hub hands it on as `2014-05-06`, however it was typed."""
    CHOICE = "choice"
    """One of `choices`."""


OWN_KINDS = frozenset({FieldKind.OWN_SNILS, FieldKind.GOSUSLUGI_ID})
SECRET_KINDS = frozenset({FieldKind.CODE, FieldKind.PASSWORD, FieldKind.NEW_PASSWORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`value` goes to the system, `title` is shown."""

    value: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialField:
    """`name` is the key in `credentials` of the JSON and in `DiaryPort.sign_in`; `title` and `help` are Russian, shown as plain text.

    `length`, where it is set, is the exact number of digits or letters; the hub says so before it asks the system.
    An `optional` field may stay empty, and is then not handed on."""

    name: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    help: str = ""
    length: int = 0
    optional: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialForm:
    """One way to open an account: `name` is stable (`password`, `first_time`), `title` says when it is the right one.

    `given_by` says who hands this out, for somebody who has nothing yet. `button` is what is pressed instead of «Подключить»."""

    name: str
    title: str
    fields: tuple[CredentialField, ...]
    given_by: str = ""
    button: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


LOGIN = CredentialField(name="login", title="Логин")
PASSWORD = CredentialField(name="password", title="Пароль", kind=FieldKind.PASSWORD)
NEW_PASSWORD = CredentialField(name="password", title="Придумайте пароль", kind=FieldKind.NEW_PASSWORD, help="Не короче 8 знаков.")
SNILS = CredentialField(name="snils", title="СНИЛС ребёнка", kind=FieldKind.SNILS, help="11 цифр, пробелы и дефисы не важны.")
ACCOUNT = CredentialField(name="account", title="Лицевой счёт", kind=FieldKind.DIGITS)
CONTRACT = CredentialField(name="account", title="Номер договора", kind=FieldKind.DIGITS)
AUTH_CODE = CredentialField(name="auth_code", title="Код авторизации", kind=FieldKind.CODE, help="Нужен один раз, при первом входе.")
TOKEN = CredentialField(name="token", title="Токен", kind=FieldKind.PASSWORD)

_STANDARD = {field.name: field for field in (LOGIN, PASSWORD, SNILS, ACCOUNT, AUTH_CODE, TOKEN)}


def plain_form(names: tuple[str, ...]) -> CredentialForm:
    """The form of a manifest that only names its credentials."""
    fields = tuple(_STANDARD.get(name) or CredentialField(name=name, title=name) for name in names)
    return CredentialForm(name="password", title="Логин и пароль, которые дала школа", fields=fields)
