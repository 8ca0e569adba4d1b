"""School names as they are compared: no quotes, ё, case or abbreviations (RULES B3); pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from hub.store.school.schools import SchoolCard

_SHORT: Mapping[str, str] = {
    "мбоу": "муниципальное бюджетное общеобразовательное учреждение",
    "маоу": "муниципальное автономное общеобразовательное учреждение",
    "мкоу": "муниципальное казенное общеобразовательное учреждение",
    "моу": "муниципальное общеобразовательное учреждение",
    "гбоу": "государственное бюджетное общеобразовательное учреждение",
    "гаоу": "государственное автономное общеобразовательное учреждение",
    "гкоу": "государственное казенное общеобразовательное учреждение",
    "гоу": "государственное общеобразовательное учреждение",
    "кгбоу": "краевое государственное бюджетное общеобразовательное учреждение",
    "чоу": "частное общеобразовательное учреждение",
    "сош": "средняя общеобразовательная школа",
    "оош": "основная общеобразовательная школа",
    "нош": "начальная общеобразовательная школа",
    "шк": "школа",
    "г": "город",
    "им": "имени",
    "пос": "поселок",
    "с": "село",
    "обл": "область",
    "рн": "район",
}
_EMPTY = frozenset({"номер", "n", "no", "и", "в", "на", "город", "имени", "село", "поселок"})
_WORD = re.compile(r"[0-9]+|[a-zа-я]+")


@lru_cache(maxsize=50_000)
def words_of(text: str) -> frozenset[str]:
    """The words of a name as they are compared: no quotes and signs, е for ё, abbreviations in full, endings cut."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold().replace("ё", "е").replace("р-н", "рн")):
        for part in _SHORT.get(word, word).split():
            if part not in _EMPTY:
                found.add(part if part.isdigit() or len(part) < 6 else part[:-2])
    return frozenset(found)


def same_school(names: Iterable[str], every: Iterable[SchoolCard]) -> SchoolCard | None:
    """The one school whose full or short name is one of these; None where none or several fit."""
    wanted = [words for name in names if (words := words_of(name))]
    fits = [one for one in every if any(words in (words_of(one.legal_name), words_of(one.short_name)) for words in wanted)]
    return fits[0] if len(fits) == 1 else None
