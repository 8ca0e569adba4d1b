"""Finds a school by its full EGRUL name, however people write it: quotes, ё, case, abbreviations (RULES B3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.views.family import SchoolList, SchoolView
from hub.store import schools
from hub.store.schools import SchoolCard

MOST = 20
LONGEST = 300

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


async def find_school(deps: Deps, query: str) -> SchoolList:
    """Best first; every word of the query must be in the name. Digits alone are an INN or an OGRN."""
    text = query.strip()
    if not text or len(text) > LONGEST:
        raise Refused(Reason.MALFORMED, "Введите название школы, её ИНН или ОГРН в параметре q.")
    every = await deps.db.read(schools.every)
    return SchoolList(
        items=tuple(
            SchoolView(ogrn=one.ogrn, inn=one.inn, legal_name=one.legal_name, short_name=one.short_name) for one in ranked(text, every)
        )
    )


def ranked(text: str, every: Iterable[SchoolCard]) -> list[SchoolCard]:
    digits = re.sub(r"\s", "", text)
    if digits.isdigit() and len(digits) >= 10:
        return [one for one in every if digits in (one.inn, one.ogrn)]
    asked = words_of(text)
    scored: list[tuple[float, str, SchoolCard]] = []
    for one in every:
        share = max(_share(asked, words_of(one.legal_name)), _share(asked, words_of(one.short_name)))
        if share > 0:
            scored.append((-share, one.legal_name, one))
    scored.sort(key=lambda row: row[:2])
    return [one for _, _, one in scored[:MOST]]


def _share(asked: frozenset[str], name: frozenset[str]) -> float:
    """How much of the name the query says; 0 unless each asked word begins a word of the name."""
    if not asked:
        return 0.0
    for word in asked:
        if word not in name and not any(other.startswith(word) for other in name if not word.isdigit()):
            return 0.0
    return len(asked & name) / max(1, len(name)) + 0.001
