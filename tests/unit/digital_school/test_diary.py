"""Days of the diary as docs/wire/digital_school.md writes them, «нет данных» in every place where it may stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import Criterion, Datum, Lesson, LessonStatus, Mark, Scale
from connectors.kit.errors import Drifted
from connectors.kit.ports import Window
from tests.unit.digital_school.stub import IDN, NOTHING, Bench, home, lesson, mark


async def only_lesson(bench: Bench, **changes: Any) -> Lesson:
    bench.show(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    return found


async def only_mark(bench: Bench, **changes: Any) -> Mark:
    bench.show(lesson(marks=[mark(**changes)]))
    (found,) = (await bench.read(Datum.MARKS)).marks or ()
    return found


async def test_local_times_are_ten_hours_ahead_of_utc(bench: Bench) -> None:
    found = await only_lesson(bench)
    assert (found.start, found.end) == (datetime(2026, 11, 15, 22, 30, tzinfo=UTC), datetime(2026, 11, 15, 23, 15, tzinfo=UTC))
    assert (found.school_date, found.number, found.room, found.topic) == (date(2026, 11, 16), 1, "12", "Повторение")


@pytest.mark.parametrize(
    ("changes", "status", "replaces", "moved_from"),
    [
        ({"state": "запланирован"}, LessonStatus.PLANNED, None, None),
        ({"state": "Проведен"}, LessonStatus.HELD, None, None),
        ({"state": "отменён"}, LessonStatus.CANCELLED, None, None),
        ({"state": "замена", "instead_of": "История"}, LessonStatus.REPLACED, "История", None),
        ({"state": "перенесён", "moved_from": "12.11.2026"}, LessonStatus.MOVED, None, date(2026, 11, 12)),
    ],
)
async def test_changes_of_a_lesson(
    bench: Bench, changes: dict[str, Any], status: LessonStatus, replaces: str | None, moved_from: date | None
) -> None:
    found = await only_lesson(bench, **changes)
    assert (found.status, found.replaces, found.moved_from) == (status, replaces, moved_from)


@pytest.mark.parametrize("nothing", [NOTHING, "Нет данных", " нет данных "])
async def test_no_data_is_nothing_and_not_a_text(bench: Bench, nothing: str) -> None:
    blank = dict.fromkeys(("number", "begins", "ends", "topic", "room", "instead_of", "moved_from", "subgroup"), nothing)
    found = await only_lesson(bench, **blank)
    assert (found.number, found.start, found.end, found.topic, found.room) == (None, None, None, "", "")
    assert (found.replaces, found.moved_from, found.group) == (None, None, None)


async def test_no_data_on_a_mark(bench: Bench) -> None:
    blank = dict.fromkeys(("work", "work_code", "weight", "comment", "set", "changed"), NOTHING)
    found = await only_mark(bench, **blank)
    assert (found.work, found.weight, found.comment, found.set_at) == (None, None, "", None)
    bench.show(lesson(marks=[mark(value=NOTHING)]))
    assert (await bench.read(Datum.MARKS)).marks == ()


@pytest.mark.parametrize("number", ["0", 0])
async def test_lesson_nought_exists_as_text_and_as_number(bench: Bench, number: Any) -> None:
    assert (await only_lesson(bench, number=number)).number == 0


@pytest.mark.rule("C1")
@pytest.mark.parametrize("value", ["5", "5-", "4/5", "зач", "незач", "осв"])
async def test_a_mark_is_text(bench: Bench, value: str) -> None:
    found = await only_mark(bench, value=value)
    assert (found.value, found.flagged) == (value, False)


@pytest.mark.parametrize(("weight", "number"), [("1,5", Decimal("1.5")), ("1", Decimal(1)), ("2,0", Decimal("2.0"))])
async def test_a_weight_has_a_comma(bench: Bench, weight: str, number: Decimal) -> None:
    assert (await only_mark(bench, weight=weight)).weight == number


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_its_id_and_tells_when(bench: Bench) -> None:
    first = await only_mark(bench)
    after = await only_mark(bench, value="4", changed="17.11.2026 12:00:00")
    assert (first.origin.id, first.set_at) == (after.origin.id, datetime(2026, 11, 15, 23, 8, tzinfo=UTC))
    assert (after.value, after.set_at) == ("4", datetime(2026, 11, 17, 2, 0, tzinfo=UTC))


async def test_criteria_keep_name_and_maximum(bench: Bench) -> None:
    found = await only_mark(bench, value="критерии", criteria=[{"name": "Знание", "value": "6", "max": NOTHING}])
    assert (found.criteria, found.scale) == ((Criterion(name="Знание", value="6"),), Scale.CRITERIA)


async def test_homework_keeps_both_lessons(bench: Bench) -> None:
    bench.show(lesson(homework=[home()]))
    (found,) = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert (found.assigned_lesson, found.assigned_date) == ("1607304", date(2026, 11, 13))
    assert (found.due_lesson, found.due_date) == ("1607604", date(2026, 11, 16))
    assert [(file.name, file.size, file.url) for file in found.attachments] == [("Карточка № 3.docx", 52224, "")]


@pytest.mark.parametrize("text", ["Без задания", "нет", "", NOTHING])
async def test_no_homework_in_words(bench: Bench, text: str) -> None:
    bench.show(lesson(homework=[home(text=text, files=[])]))
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


async def test_homework_of_which_only_the_words_are_known(bench: Bench) -> None:
    bench.show(lesson(homework=[home(assigned_date=NOTHING, assigned_lesson=NOTHING, files=[{"name": "a.pdf", "size": NOTHING}])]))
    (found,) = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert (found.assigned_date, found.assigned_lesson, found.attachments[0].size) == (None, None, None)


async def test_a_year_is_asked_for_in_months_that_meet_for_the_child_by_its_code(bench: Bench) -> None:
    bench.show()
    await bench.read(Datum.LESSONS, window=Window(start=date(2026, 9, 1), end=date(2026, 12, 31)))
    spans = sorted((one["from"][3:5], one["from"], one["to"]) for one in bench.stub.params("diary"))
    assert [(start, end) for _, start, end in spans] == [
        ("01.09.2026", "01.10.2026"), ("02.10.2026", "01.11.2026"), ("02.11.2026", "02.12.2026"), ("03.12.2026", "31.12.2026"),
    ]  # fmt: skip
    assert {one["idn"] for one in bench.stub.params("diary")} == {IDN}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"state": "забыт"}, "$.data.days[0].lessons[0].state"),
        ({"state": NOTHING}, "$.data.days[0].lessons[0].state"),
        ({"subject": NOTHING}, "$.data.days[0].lessons[0].subject"),
        ({"number": "первый"}, "$.data.days[0].lessons[0].number"),
        ({"begins": "2026-11-16T08:30:00"}, "$.data.days[0].lessons[0].begins"),
        ({"ends": "31.02.2026 09:15:00"}, "$.data.days[0].lessons[0].ends"),
        ({"moved_from": "вчера"}, "$.data.days[0].lessons[0].moved_from"),
        ({"subject": None}, "$.data.days[0].lessons[0].subject"),
        ({"marks": [{"id": 1}]}, "$.data.days[0].lessons[0].marks[0]"),
        ({"marks": [mark(weight="много")]}, "$.data.days[0].lessons[0].marks[0].weight"),
        ({"marks": [mark(weight="Infinity")]}, "$.data.days[0].lessons[0].marks[0].weight"),
        ({"homework": [home(files=[{"name": "a", "size": "-1"}])]}, "$.data.days[0].lessons[0].homework[0].files[0].size"),
    ],
)
async def test_another_shape_has_drifted_with_its_path(bench: Bench, changes: dict[str, Any], where: str) -> None:
    bench.show(lesson(**changes))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK)
    assert told.value.where == where
