"""Finds a school by its full EGRUL name, however people write it: quotes, ё, case, abbreviations (RULES B3)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.school_names import words_of
from hub.flows.views.people.family import SchoolList, SchoolView
from hub.store.school import schools
from hub.store.school.schools import SchoolCard

MOST = 20
LONGEST = 300


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
