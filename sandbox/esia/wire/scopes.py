"""The scopes that ESIA knows, in the words of its consent page."""

from __future__ import annotations

import re

OWN = {
    "openid": "Вход на сайт с вашей учётной записью",
    "fullname": "Фамилия, имя и отчество",
    "birthdate": "Дата рождения",
    "birthplace": "Место рождения",
    "gender": "Пол",
    "citizenship": "Гражданство",
    "snils": "СНИЛС",
    "inn": "ИНН",
    "id_doc": "Данные документа, удостоверяющего личность",
    "birth_cert_doc": "Данные свидетельства о рождении",
    "medical_doc": "Данные полиса обязательного медицинского страхования",
    "military_doc": "Данные военного билета",
    "foreign_passport_doc": "Данные заграничного паспорта",
    "drivers_licence_doc": "Данные водительского удостоверения",
    "residence_doc": "Данные вида на жительство",
    "temporary_residence_doc": "Данные разрешения на временное проживание",
    "vehicles": "Данные о транспортных средствах",
    "email": "Адрес электронной почты",
    "mobile": "Номер мобильного телефона",
    "contacts": "Контактные данные",
    "addresses": "Адреса регистрации и проживания",
    "usr_org": "Список ваших организаций",
    "self_employed": "Сведения о статусе самозанятого",
}
KIDS = {
    "kid_fullname": "Фамилия, имя и отчество ребёнка",
    "kid_birthdate": "Дата рождения ребёнка",
    "kid_gender": "Пол ребёнка",
    "kid_snils": "СНИЛС ребёнка",
    "kid_inn": "ИНН ребёнка",
    "kid_birth_cert_doc": "Данные свидетельства о рождении ребёнка",
    "kid_medical_doc": "Данные полиса обязательного медицинского страхования ребёнка",
    "kid_mobile": "Номер мобильного телефона ребёнка",
    "kid_email": "Адрес электронной почты ребёнка",
    "kid_school_data": "Сведения об обучении ребёнка",
}
ORGANISATIONS = {
    "org_shortname": "Сокращённое наименование организации",
    "org_fullname": "Полное наименование организации",
    "org_type": "Тип организации",
    "org_ogrn": "ОГРН организации",
    "org_inn": "ИНН организации",
    "org_leg": "Организационно-правовая форма организации",
    "org_kpp": "КПП организации",
    "org_ctts": "Контактные данные организации",
    "org_addrs": "Адреса организации",
    "org_grps": "Группы доступа организации",
    "org_emps": "Сотрудники организации",
}
SYSTEM = {"prm_chg": "Обновление данных по ранее выданному согласию"}
WORDS = {**OWN, **KIDS, **ORGANISATIONS, **SYSTEM}

# The bulk scope of old clients; both as a word and in the shape of an address.
LEGACY = {
    "usr_inf": ("fullname", "birthdate", "birthplace", "gender", "citizenship", "snils", "inn", "id_doc", "email", "mobile", "contacts")
}
DEFAULT_PARENT = (
    "openid fullname snils kid_fullname kid_birthdate kid_snils birth_cert_doc kid_birth_cert_doc gender birthdate"  # myschool.72to.ru
)
_ADDRESS = re.compile(r"^https?://esia(-portal1\.test)?\.gosuslugi\.ru/")


def split(text: str) -> tuple[str, ...]:
    """The asked scopes, each once, in their order; `?oid=` stays with its scope."""
    return tuple(dict.fromkeys(text.split()))


def bare(scope: str) -> str:
    """A scope without the old address around it and without its parameters."""
    return _ADDRESS.sub("", scope).partition("?")[0]


def oid_of(scope: str) -> int | None:
    """The object that a scope of the form `prm_chg?oid=1000` names."""
    found = re.search(r"[?&]oid=(\d+)", scope)
    return int(found[1]) if found else None


def is_known(scope: str) -> bool:
    return bare(scope) in WORDS or bare(scope) in LEGACY


def widened(scopes: tuple[str, ...]) -> frozenset[str]:
    """What the scopes open: bare names, bulk scopes replaced by what they stand for."""
    opened: set[str] = set()
    for scope in scopes:
        name = bare(scope)
        opened.update(LEGACY.get(name, (name,)))
    return frozenset(opened)


def in_words(scopes: tuple[str, ...]) -> list[str]:
    """The lines of the consent page."""
    opened = widened(scopes)
    return [words for name, words in WORDS.items() if name in opened and name != "openid"]


def with_oid(scopes: tuple[str, ...], oid: int) -> str:
    """The token's scope claim: every scope but openid names its object."""
    return " ".join(scope if bare(scope) == "openid" or "?" in scope else f"{scope}?oid={oid}" for scope in scopes)
