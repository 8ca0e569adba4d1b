"""Writing into the town: marks, corrections, absences, lessons, homework at any date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.world.model import Absence, Mark
from sandbox.world.town import Town
from sandbox.world.writing import UnknownName

SUNDAY, SUMMER = date(2026, 12, 6), date(2027, 7, 15)
PUPIL = "p003"


def on(town: Town, day: date) -> list[str]:
    return [m.value for m in town.marks(PUPIL, day, day)]


def test_a_mark_hangs_on_the_pupils_lesson_of_that_subject(own_town: Town) -> None:
    lesson = next(x for x in own_town.lessons_of(PUPIL, *own_town.week()) if x.subject == "alg")
    mark = own_town.add_mark(PUPIL, "Алгебра", lesson.date, "5-", number=lesson.number, weight=1.5, work="КР", comment="Отлично")
    assert isinstance(mark, Mark)
    assert (mark.lesson, mark.weight, mark.work, mark.comment) == (lesson.id, 1.5, "control", "Отлично")
    assert "5-" in on(own_town, lesson.date)


@pytest.mark.parametrize("day", [SUNDAY, SUMMER, date(2030, 1, 1), date(2020, 1, 1)])
def test_a_mark_on_any_date_shows_at_once_with_a_lesson_of_its_own(own_town: Town, day: date) -> None:
    mark = own_town.add_mark(PUPIL, "Физика", day, "4", number=12)
    assert on(own_town, day) == ["4"]
    lesson = own_town.lesson(mark.lesson or "")
    assert lesson is not None
    assert (lesson.date, lesson.number) == (day, 12)
    assert lesson in own_town.lessons_of(PUPIL, day, day)
    assert own_town.lesson(lesson.number_id) is lesson


def test_written_marks_stay_when_the_clock_goes_back() -> None:
    clock = [datetime(2026, 11, 21, tzinfo=UTC)]
    town = Town(lambda: clock[0])
    town.add_mark(PUPIL, "Физика", SUNDAY, "4")
    clock[0] -= timedelta(days=30)
    assert on(town, SUNDAY) == ["4"]


@pytest.mark.parametrize("code", ["н", "б", "уп", "оп", "Н"])
def test_absence_codes_make_absences(own_town: Town, code: str) -> None:
    entry = own_town.add_mark(PUPIL, "Физика", SUNDAY, code)
    assert isinstance(entry, Absence)
    assert [a.code for a in own_town.absences(PUPIL, SUNDAY, SUNDAY)] == [code.lower()]
    assert on(own_town, SUNDAY) == []


def test_a_correction_keeps_the_id_and_the_history(own_town: Town) -> None:
    mark = own_town.add_mark(PUPIL, "Физика", SUNDAY, "3")
    again = own_town.correct_mark(PUPIL, mark.id, "4")
    assert isinstance(again, Mark)
    assert (again.id, again.value, [value for value, _ in again.history]) == (mark.id, "4", ["3"])


def test_a_generated_mark_can_be_corrected(own_town: Town) -> None:
    mark = own_town.marks(PUPIL, *own_town.week())[0]
    own_town.correct_mark(PUPIL, mark.id, "2")
    again = next(m for m in own_town.marks(PUPIL, *own_town.week()) if m.id == mark.id)
    assert again.value == "2"
    assert again.history


def test_a_mark_turns_into_an_absence_and_back(own_town: Town) -> None:
    mark = own_town.add_mark(PUPIL, "Физика", SUNDAY, "3")
    absence = own_town.correct_mark(PUPIL, mark.id, "н")
    assert on(own_town, SUNDAY) == []
    own_town.correct_mark(PUPIL, absence.id, "5")
    assert on(own_town, SUNDAY) == ["5"]
    assert own_town.absences(PUPIL, SUNDAY, SUNDAY) == []


def test_anothers_or_unknown_marks_cannot_be_corrected(own_town: Town) -> None:
    mark = own_town.add_mark(PUPIL, "Физика", SUNDAY, "3")
    with pytest.raises(UnknownName):
        own_town.correct_mark("p004", mark.id, "5")
    with pytest.raises(UnknownName):
        own_town.correct_mark(PUPIL, "m999", "5")


def test_a_subject_and_a_work_that_the_town_has_not_had_are_added(own_town: Town) -> None:
    mark = own_town.add_mark(PUPIL, "Астрономия", SUNDAY, "5", work="Олимпиада")
    assert own_town.subjects[mark.subject].name == "Астрономия"
    assert isinstance(mark, Mark)
    assert own_town.work_types[mark.work].title == "Олимпиада"
    assert own_town.add_mark(PUPIL, "астрономия", SUNDAY, "5").subject == mark.subject


def test_a_new_lesson_stands_beside_what_is_there(own_town: Town) -> None:
    lesson = own_town.add_lesson(PUPIL, SUNDAY, 0, "Химия", status="moved", moved_from=SUNDAY - timedelta(days=2))
    assert [x.id for x in own_town.lessons_of(PUPIL, SUNDAY, SUNDAY)] == [lesson.id]
    assert (lesson.status, lesson.moved_from, lesson.number) == ("moved", SUNDAY - timedelta(days=2), 0)


def test_a_lesson_that_is_there_is_changed_in_place(own_town: Town) -> None:
    lesson = next(x for x in own_town.lessons_of(PUPIL, *own_town.week()) if x.status == "held" and not x.subgroup)
    changed = own_town.add_lesson(PUPIL, lesson.date, lesson.number, lesson.subject, status="cancelled")
    assert changed is lesson
    assert lesson.status == "cancelled"


def test_a_replacing_lesson_takes_the_place_of_the_old_one_and_its_marks_go(own_town: Town) -> None:
    mark = next(m for m in own_town.marks(PUPIL, *own_town.week()) if (x := own_town.lesson(m.lesson or "")) and x.subgroup is None)
    lesson = own_town.lesson(mark.lesson or "")
    assert lesson is not None
    old = lesson.subject
    count = len(own_town.lessons_of(PUPIL, lesson.date, lesson.date))
    changed = own_town.add_lesson(PUPIL, lesson.date, lesson.number, "Астрономия", replaces=own_town.subjects[old].name)
    assert (changed.status, changed.replaces, own_town.subjects[changed.subject].name) == ("replaced", old, "Астрономия")
    assert len(own_town.lessons_of(PUPIL, lesson.date, lesson.date)) == count
    assert mark.id not in {m.id for m in own_town.marks(PUPIL, *own_town.week())}


def test_homework_is_written_with_both_lessons(own_town: Town) -> None:
    item = own_town.add_homework(PUPIL, "Физика", "Задача 5", assigned=(SUNDAY, 2), due=(SUNDAY + timedelta(days=7), 3))
    assert item in own_town.homework_of(PUPIL, item.due_date, item.due_date)
    assert item in own_town.homework_of(PUPIL, SUNDAY, SUNDAY, by="assigned")
    due = own_town.lesson(item.due_lesson or "")
    assert due is not None
    assert (due.date, due.number) == (SUNDAY + timedelta(days=7), 3)


def test_who_is_not_at_school_has_no_journal_to_write_into(own_town: Town) -> None:
    parent = next(p for p in own_town.people.values() if p.role == "parent")
    with pytest.raises(UnknownName):
        own_town.add_mark(parent.id, "Физика", SUNDAY, "5")
