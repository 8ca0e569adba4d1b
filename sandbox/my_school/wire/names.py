"""The search of a school by its EGRUL name, however people write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

FULL: Final[Mapping[str, str]] = {
    "моау": "муниципальное общеобразовательное автономное учреждение",
    "мбоу": "муниципальное бюджетное общеобразовательное учреждение",
    "маоу": "муниципальное автономное общеобразовательное учреждение",
    "мкоу": "муниципальное казенное общеобразовательное учреждение",
    "моу": "муниципальное общеобразовательное учреждение",
    "гбоу": "государственное бюджетное общеобразовательное учреждение",
    "гоу": "государственное общеобразовательное учреждение",
    "сош": "средняя общеобразовательная школа",
    "оош": "основная общеобразовательная школа",
    "сш": "средняя школа",
    "г": "города",
    "го": "городского округа",
    "им": "имени",
    "р": "района",
    "спб": "санкт петербурга",
}
FORMAL: Final = frozenset(
    {
        "муниципальн", "государственн", "бюджетн", "автономн", "казенн", "общеобразовательн", "учрежден", "средн", "основн",
        "школ", "город", "городск", "округ", "имен", "район",
    }
)  # fmt: skip
"""Words that say what kind of school it is: they order what is found, and decide only where nothing else was asked."""
WORD: Final = re.compile(r"\d+|[a-zа-я]+")
ENDING: Final = re.compile(r"(?:ыми|ими|ого|его|ым|им|ых|их|ому|ая|яя|ое|ее|ой|ей|ый|ий|ие|ые|ия|ии|а|я|ы|и|е|о|у|ю|ь)$")
ENOUGH: Final = 3


def words(text: str) -> list[str]:
    """The stems of a name: no quotes and signs, е for ё, abbreviations in full."""
    plain = WORD.findall(text.lower().replace("ё", "е"))
    return [_stem(word) for short in plain for word in FULL.get(short, short).split()]


def _stem(word: str) -> str:
    return word if word.isdigit() or len(word) < 5 else ENDING.sub("", word)


def fit(query: str, names: Iterable[str], numbers: Iterable[str] = ()) -> float:
    """How well one of these names fits, from 0 (not at all); a whole INN or OGRN fits at once."""
    if re.sub(r"\s", "", query) in set(numbers):
        return 2.0
    asked = words(query)
    special = [word for word in asked if word not in FORMAL]
    return max((_fit(asked, special or asked, words(name)) for name in names), default=0.0)


def _fit(asked: list[str], needed: list[str], named: list[str]) -> float:
    if not asked or not all(_found(word, named) for word in needed):
        return 0.0
    said = sum(_found(word, named) for word in asked) / len(asked)
    covered = sum(_found(word, asked) for word in named) / len(named)
    return 0.01 + said / 2 + covered / 2


def _found(word: str, named: list[str]) -> bool:
    """Numbers and initials whole, other words by their beginning, so that one half typed is found too."""
    if word.isdigit() or len(word) < ENOUGH:
        return word in named
    return any(own.startswith(word) for own in named)
