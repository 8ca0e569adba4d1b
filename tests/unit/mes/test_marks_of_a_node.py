"""Marks as text with what hangs on them, their lessons from the calendar, and corrections from the notifications."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import Datum, Mark, Scale
from connectors.kit.errors import Drifted
from tests.unit.mes.stub import FAMILY, Bench, answered, correction, event, mark

MARKS = f"{FAMILY}/marks"
NOTICES = f"{FAMILY}/notifications/search"


async def read(bench: Bench) -> tuple[Mark, ...]:
    return (await bench.read(Datum.MARKS)).marks or ()


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("changes", "value", "number", "scale"),
    [
        ({"value": "5-"}, "5-", Decimal(5), Scale.FIVE),
        ({"value": "4/5"}, "4/5", None, Scale.FIVE),
        ({"value": "5+"}, "5+", Decimal(5), Scale.FIVE),
        ({"value": "4.5"}, "4.5", Decimal("4.5"), Scale.FIVE),
        ({"value": "87", "original_grade_system_type": "hundred"}, "87", Decimal(87), Scale.HUNDRED),
        ({"value": "зач", "original_grade_system_type": "pass"}, "зач", None, Scale.PASS),
        ({"value": "незач", "original_grade_system_type": None}, "незач", None, Scale.PASS),
        ({"value": "осв", "original_grade_system_type": "none"}, "осв", None, Scale.UNKNOWN),
        ({"value": "•", "is_point": True, "original_grade_system_type": "none"}, "•", None, Scale.UNKNOWN),
        ({"value": "", "is_point": True, "original_grade_system_type": "none"}, "•", None, Scale.UNKNOWN),
    ],
)
async def test_a_mark_is_the_teachers_text(bench: Bench, changes: dict[str, Any], value: str, number: Decimal | None, scale: Scale) -> None:
    bench.show(marks=[mark(**changes)])
    (found,) = await read(bench)
    assert (found.value, found.number, found.scale, found.flagged) == (value, number, scale, False)


async def test_a_double_mark_has_two_parts_and_no_number_of_its_own(bench: Bench) -> None:
    bench.show(marks=[mark(value="4/5")])
    assert (await read(bench))[0].parts == ("4", "5")


async def test_a_mark_without_a_text_is_none(bench: Bench) -> None:
    bench.show(marks=[mark(value=""), mark(id=2, value=None), mark(id=3, value=" ")])
    assert await read(bench) == ()


async def test_what_hangs_on_a_mark_is_kept(bench: Bench) -> None:
    bench.show(marks=[mark(updated_at="2026-11-17T12:00:00", criteria=[{"name": "К1", "value": "2"}, {"name": "К2", "value": None}])])
    (found,) = await read(bench)
    assert (found.weight, found.comment, found.lesson_date) == (Decimal(2), "Молодец", date(2026, 11, 16))
    assert found.work is not None
    assert found.work.type_name == "Диктант"
    assert found.set_at == datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    assert [(one.name, one.value, one.max) for one in found.criteria] == [("К1", "2", None)]


@pytest.mark.parametrize(("weight", "read_as"), [(1, Decimal(1)), ("1.0", Decimal("1.0")), (1.5, Decimal("1.5")), (None, None)])
async def test_a_weight_may_come_in_any_spelling(bench: Bench, weight: Any, read_as: Decimal | None) -> None:
    bench.show(marks=[mark(weight=weight)])
    assert (await read(bench))[0].weight == read_as


async def test_a_word_where_criteria_stand_is_a_mark_by_criteria(bench: Bench) -> None:
    bench.show(marks=[mark(value="высокий", original_grade_system_type="none", criteria=[{"name": "К1", "value": "2"}])])
    assert (await read(bench))[0].scale is Scale.CRITERIA


async def test_a_mark_finds_its_lesson_in_the_calendar_by_its_own_id(bench: Bench) -> None:
    bench.show(event(id=1), event(id=2, marks=[{"id": 7700001, "value": "5-"}]), marks=[mark(), mark(id=3)])
    assert [one.lesson for one in await read(bench)] == ["2", None]


async def test_the_window_is_by_the_day_of_the_lesson_also_where_a_node_sends_more(bench: Bench) -> None:
    bench.show(marks=[mark(), mark(id=2, date="2026-11-15"), mark(id=3, date="2026-11-23")])
    assert [one.origin.id for one in await read(bench)] == ["7700001"]


@pytest.mark.rule("C3")
@pytest.mark.feature("F041")
async def test_a_corrected_mark_tells_what_it_was_and_when(bench: Bench) -> None:
    notices = [
        correction("3", "4", "2026-11-17 10:00:00.000"),
        correction("2", "3", "2026-11-16 15:00:00.000"),
        correction("5", "4", "2026-11-16 15:00:00.000", subject_name="История"),
        {"event_type": "create_mark", "new_mark_value": "4", "lesson_date": "2026-11-16 00:00:00"},
        {"event_type": "create_homework", "new_hw_description": "x"},
    ]
    bench.show(marks=[mark(value="4")], notifications=notices)
    (found,) = await read(bench)
    assert [(old.value, old.seen_at) for old in found.revisions] == [
        ("2", datetime(2026, 11, 16, 12, 0, tzinfo=UTC)),
        ("3", datetime(2026, 11, 17, 7, 0, tzinfo=UTC)),
    ]


@pytest.mark.rule("C3")
@pytest.mark.parametrize(
    "notices",
    [
        [correction("3", "5", "2026-11-17 10:00:00")],
        [correction("3", "4", "2026-11-17 10:00:00", lesson_date="2026-11-17 00:00:00")],
        [correction("4", "4", "2026-11-17 10:00:00")],
        [correction("", "4", "2026-11-17 10:00:00")],
        [correction("3", "4", "2026-11-17 10:00:00", lesson_date=None)],
    ],
)
async def test_a_correction_of_something_else_is_not_taken(bench: Bench, notices: list[Any]) -> None:
    bench.show(marks=[mark(value="4")], notifications=notices)
    assert (await read(bench))[0].revisions == ()


@pytest.mark.rule("C3")
async def test_of_two_marks_alike_none_is_guessed(bench: Bench) -> None:
    bench.show(marks=[mark(value="4"), mark(id=2, value="4")], notifications=[correction("3", "4", "2026-11-17 10:00:00")])
    assert [one.revisions for one in await read(bench)] == [(), ()]


async def test_a_node_without_notifications_has_marks_all_the_same(bench: Bench) -> None:
    bench.show(marks=[mark()])
    bench.stub.answers[NOTICES] = answered(404, b"")
    assert len(await read(bench)) == 1


async def test_a_node_that_sends_an_empty_body_for_no_notifications_has_marks(bench: Bench) -> None:
    bench.show(marks=[mark()])
    bench.stub.answers[NOTICES] = answered(200)
    assert len(await read(bench)) == 1


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ([], "$"),
        ({"items": []}, "$"),
        ({"payload": [{"id": 1}]}, "$.payload[0]"),
        ({"payload": [mark(date="вчера")]}, "$.payload[0].date"),
        ({"payload": [mark(updated_at="в полдень")]}, "$.payload[0].updated_at"),
        ({"payload": [mark(weight="много")]}, "$.payload[0].weight"),
    ],
)
async def test_marks_that_changed_their_form_name_the_place(bench: Bench, answer: Any, where: str) -> None:
    bench.show()
    bench.stub.answers[MARKS] = answer
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.MARKS)
    assert told.value.where == where
