"""What a period is by its Russian title, for diaries that name their periods and say no more."""

from __future__ import annotations

import re

from connectors.kit.diary import PeriodKind

_STEMS = (
    ("четверт", PeriodKind.QUARTER),
    ("триместр", PeriodKind.TRIMESTER),
    ("полугод", PeriodKind.SEMESTER),
    ("модул", PeriodKind.MODULE),
    ("экзамен", PeriodKind.EXAM),
    ("итог", PeriodKind.FINAL),
    ("год", PeriodKind.YEAR),
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
_FIGURE = re.compile(r"[0-9]{1,2}")


def kind_of(title: str) -> PeriodKind:
    """The kind that the title names; «2-е полугодие» is no year."""
    plain = title.casefold()
    return next((kind for stem, kind in _STEMS if stem in plain), PeriodKind.UNKNOWN)


def number_of(title: str, roman: str = "") -> int | None:
    """The figure in the title, else a Roman one, there or beside it; a year, an exam and a final result are one of their kind."""
    if kind_of(title) in (PeriodKind.YEAR, PeriodKind.EXAM, PeriodKind.FINAL):
        return 1
    if figure := _FIGURE.search(title):
        return int(figure[0])
    return next((_ROMAN[word] for word in (roman.strip().upper(), *title.upper().split()) if word in _ROMAN), None)
