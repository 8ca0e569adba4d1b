"""A school year from periods, and from single days off (F174)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from connectors.kit.diary import Origin, Period, PeriodKind
from connectors.kit.terms import of_days_off, of_periods

pytestmark = pytest.mark.feature("F174")


def origin(id_: str) -> Origin:
    return Origin(system="x", id=id_, fetched_at=datetime(2026, 11, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "start", "end", "told"),
    [
        ("1 четверть", date(2026, 9, 1), date(2026, 10, 25), True),
        ("1 четверть", date(2026, 9, 1), None, False),
        ("1 четверть", None, date(2026, 10, 25), False),
        ("1 четверть", date(2026, 10, 25), date(2026, 9, 1), False),
        ("", date(2026, 9, 1), date(2026, 10, 25), False),
    ],
)
def test_only_a_period_with_a_name_and_both_days_is_a_term(name: str, start: date | None, end: date | None, told: bool) -> None:
    found = of_periods([Period(id="7", kind=PeriodKind.QUARTER, name=name, start=start, end=end)], origin)
    assert [(one.origin.id, one.name, one.start, one.end, one.is_holiday) for one in found] == (
        [("period-7", name, start, end, False)] if told else []
    )


def test_days_off_in_a_row_under_one_name_are_one_stretch() -> None:
    first = date(2026, 10, 31)
    days = {first: "Осенние каникулы", date(2026, 11, 1): "Осенние каникулы", date(2026, 11, 4): "День народного единства"}
    days |= {date(2026, 11, 2): "Другое", date(2026, 12, 30): "Осенние каникулы"}
    assert [(one.name, one.start, one.end, one.is_holiday) for one in of_days_off(days, origin)] == [
        ("Осенние каникулы", first, date(2026, 11, 1), True),
        ("Другое", date(2026, 11, 2), date(2026, 11, 2), True),
        ("День народного единства", date(2026, 11, 4), date(2026, 11, 4), True),
        ("Осенние каникулы", date(2026, 12, 30), date(2026, 12, 30), True),
    ]
    assert of_days_off({}, origin) == ()
