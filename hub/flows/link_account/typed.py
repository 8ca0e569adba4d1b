"""What the person typed into a diary's sign-in form: which form it is, checked before anything is asked outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from connectors.kit.credentials import SECRET_KINDS, TOKEN, CredentialField, CredentialForm, FieldKind
from connectors.kit.manifest import LoginKind, Manifest
from connectors.kit.secret import Secret
from hub.flows.refusals import Reason, Refused
from identity.snils import InvalidSnils, Snils

MOST_FIELDS = 12
LONGEST_FIELD = 4096
SHORTEST_NEW_PASSWORD = 8
_GAPS = re.compile(r"[\s\u00a0\u2010-\u2015-]")

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
_DOTTED = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """`account` names the account that is being opened, for the counter of wrong passwords; `snils` opens it, if one does."""

    form: str
    secrets: Mapping[str, Secret] = field(repr=False)
    account: str = field(repr=False)
    snils: Snils | None = None


def typed(manifest: Manifest, given: Mapping[str, str]) -> Typed:
    """Refuses what no form asks for, empty fields, and numbers that cannot be."""
    if not given or len(given) > MOST_FIELDS or any(len(text) > LONGEST_FIELD for text in given.values()):
        raise Refused(Reason.MALFORMED, "Заполните все поля входа в дневник.")
    form = _form(manifest, given)
    texts = {one.name: _text(one, given[one.name]) for one in form.fields}
    known = [texts[one.name].casefold() for one in form.fields if one.kind not in SECRET_KINDS] or list(texts.values())
    number = next((texts[one.name] for one in form.fields if one.kind is FieldKind.SNILS), None)
    return Typed(
        form=form.name,
        secrets={name: Secret(text) for name, text in texts.items()},
        account=" ".join([manifest.id, *known]),
        snils=Snils(number) if number else None,
    )


def filled(system: str, form: CredentialForm, given: Mapping[str, str]) -> Typed:
    """One form, each of its fields or none that is optional; as `typed`."""
    if len(given) > MOST_FIELDS or any(len(text) > LONGEST_FIELD for text in given.values()) or not {*given} <= {*form.names}:
        raise Refused(Reason.MALFORMED, "Заполните поля формы, и только их.")
    there = [one for one in form.fields if not (one.optional and not given.get(one.name, "").strip())]
    texts = {one.name: _text(one, given.get(one.name, "")) for one in there}
    known = [texts[one.name].casefold() for one in there if one.kind not in SECRET_KINDS] or list(texts.values())
    return Typed(form=form.name, secrets={name: Secret(text) for name, text in texts.items()}, account=" ".join([system, *known]))


def _form(manifest: Manifest, given: Mapping[str, str]) -> CredentialForm:
    """The one that asks for exactly this, else the longest of which nothing is missing."""
    forms = [*manifest.login_forms]
    if LoginKind.TOKEN in manifest.logins:
        forms.append(CredentialForm(name="token", title="", fields=(TOKEN,)))
    filled = {name for name, text in given.items() if text}
    fitting = [form for form in forms if {*form.names} <= filled]
    if not fitting:
        raise Refused(Reason.MALFORMED, "Заполните все поля входа в дневник.")
    return max(fitting, key=lambda form: ({*form.names} == filled, len(form.names)))


def _text(one: CredentialField, text: str) -> str:
    if one.kind in (FieldKind.SNILS, FieldKind.OWN_SNILS):
        try:
            return Snils(text).canonical
        except InvalidSnils as error:
            raise Refused(Reason.MALFORMED, f"{error}. Проверьте поле «{one.title}».") from None
    if one.kind in (FieldKind.DIGITS, FieldKind.CODE, FieldKind.GOSUSLUGI_ID):
        text = _GAPS.sub("", text)
        wanted = one.length or len(text)
        if not text or len(text) != wanted or (one.kind is not FieldKind.CODE and not (text.isascii() and text.isdigit())):
            raise Refused(Reason.MALFORMED, _form_of(one))
        return text
    if one.kind is FieldKind.DATE:
        return _day(one, text.strip())
    if one.kind is FieldKind.CHOICE and text not in {choice.value for choice in one.choices}:
        raise Refused(Reason.MALFORMED, f"Выберите «{one.title}» из списка.")
    if one.kind is FieldKind.EMAIL and not _EMAIL.fullmatch(text.strip()):
        raise Refused(Reason.MALFORMED, "Проверьте адрес электронной почты: например, anna@example.ru.")
    if one.kind is FieldKind.NEW_PASSWORD and len(text) < SHORTEST_NEW_PASSWORD:
        raise Refused(Reason.MALFORMED, f"Пароль слишком короткий: нужно не меньше {SHORTEST_NEW_PASSWORD} знаков.")
    text = text if one.kind in SECRET_KINDS else text.strip()
    if not text:
        raise Refused(Reason.MALFORMED, f"Заполните поле «{one.title}».")
    return text


def _day(one: CredentialField, text: str) -> str:
    found = _DOTTED.fullmatch(text)
    try:
        return date.fromisoformat(f"{found[3]}-{found[2]}-{found[1]}" if found else text).isoformat()
    except ValueError:
        raise Refused(Reason.MALFORMED, f"Проверьте поле «{one.title}»: день, месяц и год, например 06.05.2014.") from None


def _form_of(one: CredentialField) -> str:
    what = "знаков" if one.kind is FieldKind.CODE else "цифр"
    return f"В поле «{one.title}» должно быть {one.length} {what}." if one.length else f"В поле «{one.title}» должны быть только цифры."
