"""Reads one cell of a roster: a name, a date, a class, a SNILS, each with a sentence for what is wrong; pure (RULES A8, C8)."""

from __future__ import annotations

import re
from datetime import date

from identity.snils import InvalidSnils, Snils

OLDEST_YEARS = 25
LONGEST_NAME, LONGEST_CLASS, LONGEST_CARD = 100, 40, 64
FORMULA = ("=", "+", "-", "@")
_DASHES = set("-\u2010\u2011\u2012\u2013\u2014\u2212")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’`.\-\u2010-\u2014]+[^\W\d_]+)*\.?")
_CLASS = re.compile(r"(\d{1,2}) ?-? ?[«\"']?([А-ЯЁа-яёA-Za-z])[»\"']?")
_LOOK_ALIKE = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_TWO_ALPHABETS = re.compile(r"[А-Яа-яЁё][A-Za-z]|[A-Za-z][А-Яа-яЁё]")
# No slashes: an English Excel writes the month first, and a silent swap would be worse than a question.
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: 0{1,2}:00(?::00)?)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")


class Wrong(ValueError):
    """The cell cannot be used; the message is a Russian sentence that does not repeat it."""


def plain(cell: str) -> str:
    """The cell without the spaces around; a lone dash means nothing. What a table program would run is refused."""
    text = " ".join(cell.replace("\u00a0", " ").split())
    if not text or set(text) <= _DASHES:
        return ""
    if text.startswith(FORMULA):
        raise Wrong("Ячейка начинается со знака = + - @, как формула. Оставьте только значение.")
    if not text.isprintable():
        raise Wrong("В ячейке невидимые знаки. Наберите значение заново.")
    return text


def name(cell: str, *, required: bool = True) -> str:
    text = plain(cell)
    if not text:
        if required:
            raise Wrong("Пусто. Заполните.")
        return ""
    if len(text) > LONGEST_NAME or not _NAME.fullmatch(text):
        raise Wrong("Здесь должны быть только буквы, пробел и дефис.")
    if _TWO_ALPHABETS.search(text):
        raise Wrong("В слове смешаны русские и латинские буквы, похожие на вид. Наберите его заново.")
    return text.title() if len(text) > 1 and (text.isupper() or text.islower()) else text


def klass(cell: str) -> str:
    text = plain(cell)
    if not text:
        raise Wrong("Пусто. Назовите класс.")
    if len(text) > LONGEST_CLASS:
        raise Wrong(f"Класс длиннее {LONGEST_CLASS} знаков.")
    return one_spelling(text)


def one_spelling(text: str) -> str:
    """«6а», 6-А, and 6A with a Latin letter are one class: 6А. Any other name stays as it is."""
    found = _CLASS.fullmatch(text.strip())
    return f"{int(found[1])}{found[2].upper().translate(_LOOK_ALIKE)}" if found else text


def card(cell: str) -> str:
    text = plain(cell)
    if len(text) > LONGEST_CARD:
        raise Wrong(f"Номер длиннее {LONGEST_CARD} знаков.")
    return text


def birth_date(cell: str, *, today: date) -> date:
    """`01.09.2015` or `2015-09-01`; a midnight that Excel adds does no harm."""
    text = plain(cell)
    if not text:
        raise Wrong("Пусто. Впишите дату рождения.")
    if re.fullmatch(r"\d{4,6}([.,]\d+)?", text):
        raise Wrong("Вместо даты число. Задайте столбцу формат «Дата» и сохраните снова.")
    if russian := _RUSSIAN.fullmatch(text):
        day, month, year = map(int, russian.groups())
    elif iso := _ISO.fullmatch(text):
        year, month, day = map(int, iso.groups())
    else:
        raise Wrong("Дата не понятна. Нужна такая: 01.09.2015.")
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Wrong("Такой даты нет в календаре.") from error
    if found > today:
        raise Wrong("Дата ещё не наступила.")
    if found.year < today.year - OLDEST_YEARS:
        raise Wrong(f"Ученику больше {OLDEST_YEARS} лет. Проверьте год.")
    return found


def snils(cell: str) -> Snils | None:
    text = plain(cell)
    if not text:
        return None
    if re.search(r"\d[eE]\+?\d", text):
        raise Wrong("Excel сократил СНИЛС. Задайте столбцу формат «Текстовый» и впишите номер заново.")
    if re.fullmatch(r"\d{8,10}", text):
        raise Wrong("В СНИЛС меньше 11 цифр: похоже, Excel убрал ноль впереди. Задайте столбцу формат «Текстовый».")
    try:
        return Snils(text)
    except InvalidSnils as error:
        raise Wrong(f"{error}.") from error
