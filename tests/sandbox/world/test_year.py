"""The school year: calendar, lessons, marks, homework, finals, and how they stand at the clock's time."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.people_json import has_account
from sandbox.world.calendar import school_year
from sandbox.world.model import Lesson, Mark, Person
from sandbox.world.town import Town

TownAt = Callable[[datetime], Town]
NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)


def pupil_of(town: Town, system: str) -> Person:
    return next(p for p in town.people.values() if p.role == "pupil" and has_account(p, system))


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2027, 5, 31), 2026),
        (date(2027, 6, 1), 2026),
        (date(2027, 8, 31), 2026),
        (date(2027, 9, 1), 2027),
    ],
)
def test_the_year_is_the_one_that_holds_the_date_and_in_summer_the_one_just_ended(day: date, start: int) -> None:
    assert school_year(day) == (date(start, 9, 1), date(start + 1, 5, 31))


@pytest.mark.parametrize("month", [1, 3, 5, 8, 10, 11])
def test_the_week_is_a_full_school_week_of_every_school_up_to_the_date(town_at: TownAt, month: int) -> None:
    now = datetime(2026 if month > 8 else 2027, month, 20, 12, tzinfo=UTC)
    town = town_at(now)
    monday, saturday = town.week()
    assert monday.weekday() == 0
    assert saturday == monday + timedelta(days=5)
    assert saturday < now.date()
    for school_class in town.classes.values():
        held = {lesson.date for lesson in town.lessons(school_class.id, monday, saturday)}
        assert len(held) == town.schools[school_class.school].days_a_week


def test_early_in_september_the_week_is_the_first_full_one(town_at: TownAt) -> None:
    assert town_at(datetime(2026, 9, 2, tzinfo=UTC)).week() == (date(2026, 9, 7), date(2026, 9, 12))


def test_a_school_of_trimesters_one_of_quarters_and_half_years_for_the_seniors(town: Town) -> None:
    kinds = {c.id: [p.kind for p in town.periods_of(c.id)] for c in town.classes.values()}
    assert kinds["mo-6В"] == ["trimester"] * 3 + ["year"]
    assert kinds["orn-7А"] == ["quarter"] * 4 + ["year"]
    assert kinds["orn-10А"] == ["semester"] * 2 + ["year"]
    assert {p.kind for p in town.periods("orn")} == {"quarter", "semester", "year"}


def test_periods_follow_each_other_and_no_lesson_falls_into_holidays(town: Town) -> None:
    for school_class in town.classes.values():
        periods = [p for p in town.periods_of(school_class.id) if p.kind != "year"]
        assert periods[0].start == town.year[0]
        assert periods[-1].end == town.year[1]
        assert all(one.end < other.start for one, other in itertools.pairwise(periods))
        off = [(h.start, h.end) for h in town.holidays(school_class.school)]
        days = {lesson.date for lesson in town.lessons(school_class.id, *town.year)}
        assert not any(start <= day <= end for day in days for start, end in off)


def test_the_first_bell_is_local_time_of_the_school(town: Town) -> None:
    lesson = next(x for x in town.lessons("khv-6А", *town.week()) if x.number == 1)
    assert lesson.starts_at.astimezone(ZoneInfo("Asia/Vladivostok")).strftime("%H:%M") == "08:30"
    assert lesson.starts_at.utcoffset() == timedelta(0)
    assert lesson.ends_at - lesson.starts_at == timedelta(minutes=45)


@pytest.mark.parametrize("system", ["dnevnik", "mes", "kiasuo", "ruobr", "petersburg"])
def test_the_first_pupils_week_has_marks_of_every_awkward_kind(town: Town, system: str) -> None:
    marks = town.marks(pupil_of(town, system).id, *town.week())
    values = {m.value for m in marks}
    assert any(value.endswith(("-", "+")) for value in values)
    assert any("/" in value for value in values)
    assert values & {"зач", "незач"}
    assert any(m.criteria and all(most for _, _, most in m.criteria) for m in marks)
    assert any(m.history and m.history[0][0] != m.value for m in marks)
    assert any(m.comment for m in marks)
    assert town.absences(pupil_of(town, system).id, *town.week())


def test_all_four_absence_codes_occur_in_a_year(town_at: TownAt) -> None:
    town = town_at(datetime(2027, 5, 31, 20, tzinfo=UTC))
    assert {a.code for a in town.absences(pupil_of(town, "dnevnik").id, *town.year)} == {"н", "б", "уп", "оп"}


def test_nobody_gets_a_mark_on_a_missed_lesson(town: Town) -> None:
    for pupil in town.pupils_of("orn-7А"):
        missed = {a.lesson for a in town.absences(pupil.id, *town.year) if a.code != "оп"}
        assert not missed & {m.lesson for m in town.marks(pupil.id, *town.year)}


def test_lessons_are_changed_each_week(town: Town) -> None:
    lessons = town.lessons("orn-7А", *town.year)
    counts = Counter(x.status for x in lessons)
    assert counts["replaced"] > 20
    assert counts["cancelled"] > 5
    assert counts["moved"] > 5
    assert all(x.replaces and x.replaces != x.subject for x in lessons if x.status == "replaced")
    assert all(x.moved_from for x in lessons if x.status == "moved")
    start, end = town.week()
    assert any(x.status == "replaced" for x in town.lessons("orn-7А", start, end))


def test_double_lessons_lesson_zero_and_subgroups(town: Town) -> None:
    week = town.lessons("kry-8А", *town.week())
    assert any(x.number == 0 for x in week)
    doubles = [x for x in week if x.subject == "tech"]
    assert [x.number for x in doubles[:2]] == [doubles[0].number, doubles[0].number + 1]
    split = [x for x in week if x.subject == "eng"]
    assert {x.subgroup for x in split} == {"1", "2"}
    assert len({x.teacher for x in split}) == 2


def test_a_double_lesson_carries_marks_on_its_first_half_only(town: Town) -> None:
    for pupil in town.pupils_of("kry-8А"):
        for mark in town.marks(pupil.id, *town.year):
            lesson = town.lesson(mark.lesson or "")
            assert lesson is not None
            if lesson.subject == "tech" and lesson.replaces is None and lesson.status != "moved":
                same = [x.number for x in town.lessons("kry-8А", lesson.date, lesson.date) if x.subject == "tech"]
                assert lesson.number == min(same)


def test_a_pupil_sees_the_own_subgroup_only(town: Town) -> None:
    one, other = town.pupils_of("orn-7А")[:2]
    assert town.subgroup_of(one.id, "eng") != town.subgroup_of(other.id, "eng")
    assert town.subgroup_of(one.id, "rus") is None
    lessons = town.lessons_of(one.id, *town.week())
    assert {x.subgroup for x in lessons} == {None, town.subgroup_of(one.id, "eng")}
    assert all(h.subgroup in (None, town.subgroup_of(one.id, "eng")) for h in town.homework_of(one.id, *town.year))


def lesson_at(town: Town, lesson_id: str | None) -> Lesson:
    lesson = town.lesson(lesson_id or "")
    assert lesson is not None
    return lesson


def test_homework_is_due_at_a_later_lesson_of_its_subject_and_sometimes_two_lessons_later(town: Town) -> None:
    later = Counter[int]()
    lessons = [x for x in town.lessons("orn-7А", *town.year) if x.status != "cancelled"]
    for item in town.homework("orn-7А", *town.year):
        first, due = lesson_at(town, item.assigned_lesson), lesson_at(town, item.due_lesson)
        assert first.date < due.date
        assert first.subject == due.subject == item.subject
        assert first.subgroup == due.subgroup
        between = {x.date for x in lessons if x.subject == item.subject and x.subgroup == due.subgroup and first.date < x.date < due.date}
        later[len(between)] += 1
    assert later[0] > later[1] > 3


def test_homework_has_files_individual_items_and_texts_that_mean_none(town: Town) -> None:
    items = town.homework("kry-8А", *town.year)
    assert any(item.files for item in items)
    assert any(item.pupil for item in items)
    assert any(item.is_empty for item in items)
    assert not any(item.is_empty for item in town.homework("orn-7А", *town.year))


def test_homework_is_found_by_due_and_by_assigned_date(town: Town) -> None:
    start, end = town.week()
    assert all(start <= item.due_date <= end for item in town.homework("orn-7А", start, end, by="due"))
    assert all(start <= item.assigned_date <= end for item in town.homework("orn-7А", start, end, by="assigned"))


def test_lessons_ahead_are_planned_and_those_past_are_held(town: Town) -> None:
    for lesson in town.lessons("orn-7А", *town.year):
        if lesson.status in ("planned", "held"):
            assert (lesson.status == "held") == (lesson.ends_at <= NOVEMBER)


def test_marks_absences_homework_and_finals_reach_up_to_now_only(town: Town) -> None:
    pupil = pupil_of(town, "dnevnik").id
    assert all(m.set_at <= NOVEMBER for m in town.marks(pupil, *town.year))
    assert all(a.set_at <= NOVEMBER for a in town.absences(pupil, *town.year))
    assert all(h.set_at <= NOVEMBER for h in town.homework_of(pupil, *town.year))
    assert all(f.set_at <= NOVEMBER for f in town.finals(pupil))
    assert {f.period for f in town.finals(pupil)} == {"orn-quarter-1"}


def test_a_corrected_mark_shows_its_old_value_before_the_correction() -> None:
    clock = [NOVEMBER]
    town = Town(lambda: clock[0])
    pupil = pupil_of(town, "dnevnik").id
    mark = next(m for m in town.marks(pupil, *town.year) if m.history)
    new, (old, written_at) = mark.value, mark.history[0]
    clock[0] = written_at + timedelta(minutes=1)
    earlier = next(m for m in town.marks(pupil, mark.date, mark.date) if m.id == mark.id)
    assert (earlier.value, earlier.history) == (old, [])
    clock[0] = NOVEMBER
    assert next(m for m in town.marks(pupil, mark.date, mark.date) if m.id == mark.id).value == new


def test_ids_are_stable_for_a_seed_and_unique(town: Town) -> None:
    again = Town(lambda: NOVEMBER + timedelta(days=40))
    pupil = pupil_of(town, "dnevnik").id
    week = town.week()

    def shown(of: Town) -> list[tuple[str, str]]:
        return [(x.id, x.subject) for x in of.lessons_of(pupil, *week)] + [(m.id, m.value) for m in of.marks(pupil, *week)]

    assert shown(town) == shown(again)
    numbers = [x.number_id for c in town.classes for x in town.lessons(c, *town.year)]
    assert len(set(numbers)) == len(numbers)
    entries = [m.number_id for p in town.people for m in town.marks(p, *town.year)]
    entries += [a.number_id for p in town.people for a in town.absences(p, *town.year)]
    assert len(set(entries)) == len(entries)


def test_items_are_found_by_id_and_by_number(town: Town) -> None:
    pupil = pupil_of(town, "ruobr").id
    lesson, mark = town.lessons_of(pupil, *town.week())[0], town.marks(pupil, *town.week())[0]
    item = town.homework_of(pupil, *town.week())[0]
    assert town.lesson(lesson.id) is town.lesson(lesson.number_id) is lesson
    assert town.mark(mark.id) is town.mark(mark.number_id) is mark
    assert town.homework_item(item.id) is town.homework_item(item.number_id) is item
    assert town.lesson("nothing") is None
    assert town.lesson(999_999_999) is None
    assert town.mark("m1") is None


def test_class_marks_are_those_of_all_pupils(town: Town) -> None:
    marks = town.class_marks("orn-7А", "rus", *town.year)
    assert len({m.pupil for m in marks}) >= 5
    assert {m.subject for m in marks} == {"rus"}


def test_year_marks_appear_at_the_end_of_the_year(town_at: TownAt) -> None:
    town = town_at(datetime(2027, 6, 10, tzinfo=UTC))
    pupil = pupil_of(town, "dnevnik").id
    assert {town.period(f.period).name for f in town.finals(pupil)} == {"1 четверть", "2 четверть", "3 четверть", "4 четверть", "Год"}
    senior = town.pupils_of("orn-10А")[0].id
    assert {town.period(f.period).name for f in town.finals(senior)} == {"1 полугодие", "2 полугодие", "Год"}
    assert "зач" in {f.value for f in town.finals(senior)}


def test_people_outside_school_have_an_empty_diary(town: Town) -> None:
    child = next(p for p in town.people.values() if p.role == "pupil" and p.school is None)
    assert not town.lessons_of(child.id, *town.year)
    assert not town.homework_of(child.id, *town.year)
    assert not town.marks(child.id, *town.year)
    assert not town.absences(child.id, *town.year)
    assert not town.finals(child.id)


def test_a_class_is_made_once_and_not_before_it_is_asked_for() -> None:
    town = Town(lambda: NOVEMBER)
    assert not town._journals
    assert town.journal("orn-7А") is town.journal("orn-7А")


def test_weights_come_from_the_work_type_or_the_mark(town: Town) -> None:
    assert {w.weight for w in town.work_types.values()} >= {1, 2, 3}
    marks: list[Mark] = [m for p in town.pupils_of("kry-8А") for m in town.marks(p.id, *town.year)]
    assert 1.5 in {m.weight for m in marks}
    assert {m.work for m in marks} <= town.work_types.keys()
