"""Which words about one day cannot both be true, as a table; a silent door contradicts nobody (facts 4.2, 10; RULES D7, E7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.flows.contradictions.rules import RULES, Bought, Day, Diary, Doors, Word, raised
from hub.flows.timeline.visits import Pass, Visit


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 18, hour, minute, tzinfo=UTC)


def visit(came: datetime | None, left: datetime | None) -> Visit:
    ends = [Pass(id=f"{one:%H%M}", at=one, way=way) if one else None for one, way in ((came, "in"), (left, "out"))]
    return Visit(came=ends[0], left=ends[1])


LUNCH = Bought(txn="t1", account="a", about="meal:d/1", at=at(12), title="Обед", left_kop=9000, own=True)
MATHS = Word(about="mark:x/1", subject="Алгебра", start=at(9), end=at(9, 45))
UNTIMED = Word(about="attendance:x/2", subject="Физика")
AT_SCHOOL = (visit(at(8), at(14)),)
QUIET = Day(
    date=date(2026, 11, 18), zone="UTC", now=at(20), carries=at(7) - timedelta(days=9), visits=(), doors=Doors(spoke=True, told=at(19))
)
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing known": ({}, []),
    "a debit without a pass": ({"bought": (LUNCH,)}, ["debit_without_pass"]),
    "a debit with a pass": ({"bought": (LUNCH,), "visits": AT_SCHOOL}, []),
    "a debit with a pass after it": ({"bought": (LUNCH,), "visits": (visit(at(15), None),)}, []),
    "a door that was silent since before the debit": ({"bought": (LUNCH,), "doors": Doors(spoke=True, told=at(11))}, []),
    "a door that never spoke": ({"bought": (LUNCH,), "doors": Doors(spoke=True, told=None)}, []),
    "doors that saw nobody that day": ({"bought": (LUNCH,), "doors": Doors(spoke=False, told=at(19))}, []),
    "no carrier at all": ({"bought": (LUNCH,), "carries": None}, []),
    "a carrier that was given later": ({"bought": (LUNCH,), "carries": at(13)}, []),
    "a pass may still come": ({"bought": (LUNCH,), "now": at(12, 14), "doors": Doors(spoke=True, told=at(12, 14))}, []),
    "two debits without a pass": ({"bought": (LUNCH, replace(LUNCH, txn="t2"))}, ["debit_without_pass"] * 2),
    "a debit on a day of absence": ({"bought": (LUNCH,), "told_away": True, "doors": Doors(spoke=False, told=None)}, ["debit_while_away"]),
    "a debit without a pass on a day of absence": ({"bought": (LUNCH,), "told_away": True}, ["debit_without_pass"]),
    "a pass on a day of absence": ({"visits": AT_SCHOOL, "told_away": True}, ["told_away_with_pass"]),
    "an exit alone on a day of absence": ({"visits": (visit(None, at(9)),), "told_away": True}, []),
    "an unused benefit": ({"bought": (LUNCH,), "visits": AT_SCHOOL, "benefit": True}, ["benefit_unused"]),
    "a used benefit": ({"bought": (LUNCH,), "visits": AT_SCHOOL, "benefit": True, "benefit_used": True}, []),
    "a benefit from the benefit": ({"bought": (replace(LUNCH, own=False),), "visits": AT_SCHOOL, "benefit": True}, []),
    "a mark without a pass": ({"diaries": (Diary(person="p", there=(MATHS,)),)}, ["there_without_pass"]),
    "marks without a pass are one": ({"diaries": (Diary(person="p", there=(MATHS, MATHS, UNTIMED)),)}, ["there_without_pass"]),
    "a mark and a silent door": ({"diaries": (Diary(person="p", there=(MATHS,)),), "doors": Doors(spoke=True, told=at(9))}, []),
    "a mark with a pass": ({"diaries": (Diary(person="p", there=(MATHS,)),), "visits": AT_SCHOOL}, []),
    "a mark of a lesson without a time waits for the evening": (
        {"diaries": (Diary(person="p", there=(UNTIMED,)),), "now": at(16), "doors": Doors(spoke=True, told=at(16))}, [],
    ),
    "missing while inside": ({"diaries": (Diary(person="p", away=(MATHS,), lessons=5),), "visits": AT_SCHOOL}, ["away_with_pass"]),
    "missing after leaving": ({"diaries": (Diary(person="p", away=(MATHS,), lessons=5),), "visits": (visit(at(8), at(8, 30)),)}, []),
    "missing, an exit unseen": ({"diaries": (Diary(person="p", away=(MATHS,), lessons=5),), "visits": (visit(at(8), None),)}, []),
    "missing once, no times": ({"diaries": (Diary(person="p", away=(UNTIMED,), lessons=5),), "visits": AT_SCHOOL}, []),
    "missing all day, no times": ({"diaries": (Diary(person="p", away=(UNTIMED,), lessons=1),), "visits": AT_SCHOOL}, ["away_with_pass"]),
    "two diaries, each its owner's": (
        {"diaries": (Diary(person="p", there=(MATHS,)), Diary(person="q", there=(MATHS,)))}, ["there_without_pass"] * 2,
    ),
}  # fmt: skip


@pytest.mark.rule("E7")
@pytest.mark.rule("D7")
@pytest.mark.parametrize("case", CASES)
def test_what_is_raised(case: str) -> None:
    changes, wanted = CASES[case]
    assert [one.rule for one in raised(replace(QUIET, **changes))] == wanted


def test_every_rule_is_proved_and_named() -> None:
    seen = {rule for changes, wanted in CASES.values() for rule in wanted}
    assert seen == set(RULES)
    assert len({rule.title for rule in RULES.values()}) == len(RULES)


def test_what_a_diary_says_is_its_owners_alone_and_what_devices_say_is_everybodys() -> None:
    found = raised(replace(QUIET, bought=(LUNCH,), diaries=(Diary(person="p", there=(MATHS,)),)))
    assert [(one.rule, one.person) for one in found] == [("debit_without_pass", None), ("there_without_pass", "p")]
    assert "18.11 в 12:00 списано 90,00" in found[0].text and "Алгебра" in found[1].text
