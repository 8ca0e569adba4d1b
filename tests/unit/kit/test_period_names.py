"""Periods that a diary knows by their Russian titles only: which kind, and which of them."""

from __future__ import annotations

import pytest

from connectors.kit.diary import PeriodKind
from connectors.kit.period_names import kind_of, number_of


@pytest.mark.parametrize(
    ("title", "roman", "kind", "number"),
    [
        ("1 четверть", "", PeriodKind.QUARTER, 1),
        ("1-я четверть", "I", PeriodKind.QUARTER, 1),
        ("IV четверть", "", PeriodKind.QUARTER, 4),
        ("Четверть", "III", PeriodKind.QUARTER, 3),
        ("2 триместр", "", PeriodKind.TRIMESTER, 2),
        ("1 полугодие", "", PeriodKind.SEMESTER, 1),
        ("2-е ПОЛУГОДИЕ", "II", PeriodKind.SEMESTER, 2),
        ("Модуль 5", "", PeriodKind.MODULE, 5),
        ("Год", "", PeriodKind.YEAR, 1),
        ("Годовая оценка 2026/2027", "", PeriodKind.YEAR, 1),
        ("Экзамен", "", PeriodKind.EXAM, 1),
        ("Итоговая за год", "", PeriodKind.FINAL, 1),
        ("Промежуточная аттестация", "", PeriodKind.UNKNOWN, None),
        ("", "", PeriodKind.UNKNOWN, None),
    ],
)
def test_a_title_tells_kind_and_number(title: str, roman: str, kind: PeriodKind, number: int | None) -> None:
    assert (kind_of(title), number_of(title, roman)) == (kind, number)
