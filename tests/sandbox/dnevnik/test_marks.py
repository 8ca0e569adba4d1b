"""Marks, absences and remarks of the town are on the wire as the platform shows them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sandbox.dnevnik.state.ids import numbered
from sandbox.dnevnik.wire.marks import mood_of, number_of, type_of
from tests.sandbox.dnevnik.platform_client import Platform


async def schedule(
    platform: Platform, start: date, end: date, *, group: int | None = None, person: int | None = None
) -> list[dict[str, Any]]:
    person, group = person or platform.person, group or platform.group
    answer = await platform.get(f"persons/{person}/groups/{group}/schedules?startDate={start}&endDate={end}")
    days: list[dict[str, Any]] = answer["days"]
    return days


async def year_marks(platform: Platform) -> list[dict[str, Any]]:
    start, end = platform.town.year
    marks: list[dict[str, Any]] = await platform.get(f"persons/{platform.person}/schools/{platform.school}/marks/{start}/{end}")
    return marks


def mark_class(platform: Platform) -> str:
    return platform.directory.class_of(platform.child).id


async def test_ids_of_persons_lessons_works_and_marks_are_lost_in_a_double(platform: Platform) -> None:
    days = await schedule(platform, *platform.week)
    numbers = [item["id"] for day in days for part in ("lessons", "works", "homeworks", "marks") for item in day[part]]
    assert all(2**53 < number < 2**63 for number in (platform.person, platform.school, platform.group, *numbers))
    assert any(int(float(number)) != number for number in numbers)


@pytest.mark.feature("F166")
async def test_every_mark_of_the_year_is_there_as_it_was_written(platform: Platform) -> None:
    town = platform.journal.year_marks()
    wire = await year_marks(platform)
    assert {it["id"]: it["value"] for it in wire} == {numbered("mark", mark.number_id): mark.value for mark in town}
    values = {it["value"] for it in wire}
    assert {"5-", "4/5", "зач"} <= values


@pytest.mark.parametrize(
    ("value", "kind", "mood", "number"),
    [
        ("5", "Mark5", "Good", 5),
        ("5-", "Mark5", "Good", 5),
        ("3+", "Mark5", "Average", 3),
        ("2", "Mark5", "Bad", 2),
        ("4/5", "Mark5", "Good", 4.5),
        ("4/2", "Mark5", "Average", 3),
        ("зач", "Test", "NotSet", None),
        ("незач", "Test", "NotSet", None),
        ("осв", "MarkDismiss", "NotSet", None),
        ("н/а", "MarkNA", "NotSet", None),
        ("A", "NotSet", "NotSet", None),
        ("•", "NotSet", "NotSet", None),
        ("", "NotSet", "NotSet", None),
    ],
)
def test_a_value_has_a_scale_and_a_mood_and_may_count(value: str, kind: str, mood: str, number: float | None) -> None:
    counted = number_of(value)
    assert (type_of(value), mood_of(value), None if counted is None else float(counted)) == (kind, mood, number)


async def test_a_mark_that_is_no_number_does_not_count(platform: Platform) -> None:
    for it in await year_marks(platform):
        assert it["use_avg_calc"] is (number_of(it["value"]) is not None)


async def test_absences_are_log_entries_and_never_marks(platform: Platform) -> None:
    start, end = platform.town.year
    entries = await platform.get(f"persons/{platform.person}/lesson-log-entries?startDate={start}&endDate={end}")
    words = {"н": "Absent", "б": "Ill", "уп": "Pass", "оп": "Late"}
    expected = sorted(words[it.code] for it in platform.town.absences(platform.child.id, start, end))
    assert sorted(it["status"] for it in entries if it["status"] != "Attend") == expected
    assert set(words.values()) <= {it["status"] for it in entries}
    assert not {it["value"].lower() for it in await year_marks(platform)} & set(words)


async def test_a_teachers_comment_on_a_mark_is_a_remark_in_the_log(platform: Platform) -> None:
    mark = next(it for it in platform.journal.year_marks() if it.comment and it.lesson)
    lesson = platform.journal.lesson_of(mark)
    assert lesson is not None
    entry = await platform.get(f"lesson-log-entries/lesson/{platform.lesson_id(lesson)}/person/{platform.person}")
    assert (entry["status"], entry["comment"], entry["lesson"]) == ("Attend", mark.comment, platform.lesson_id(lesson))


async def test_a_lesson_without_an_entry_has_none_for_the_person(platform: Platform) -> None:
    missed = {entry.lesson.id for entry in platform.journal.entries(*platform.town.year) if entry.lesson}
    lesson = next(it for it in platform.lessons() if it.id not in missed)
    address = f"lesson-log-entries/lesson/{platform.lesson_id(lesson)}/person/{platform.person}"
    assert await platform.refused(address) == (404, "apiResourceUnavailable")
    assert await platform.get(f"lessons/{platform.lesson_id(lesson)}/log-entries") == []


async def test_criteria_marks_lie_apart_with_their_sections_named_elsewhere(platform: Platform) -> None:
    recent = await platform.get(f"persons/{platform.person}/group/{platform.group}/recentmarks?limit=100")
    mark = next(it for it in platform.journal.year_marks() if it.criteria)
    period = next(it for it in platform.town.periods_of(mark_class(platform)) if it.kind != "year" and it.start <= mark.date <= it.end)
    names = await platform.get(
        f"edu-group/{platform.group}/subject/{platform.subject(mark.subject)}/period/{numbered('period', period.number_id)}"
        "/criteria-marks-sections"
    )
    known = {it["id"]: (it["name"], it["maxValue"]) for it in names}
    wire = next(it for it in recent["marks"] if it["id"] == numbered("mark", mark.number_id))
    same_time = [it for it in recent["criteriabasedmarks"] if it["date"] == wire["date"] and it["section"] in known]
    assert {(known[it["section"]][0], str(it["value"]), str(known[it["section"]][1])) for it in same_time} == set(mark.criteria)
    assert all(it["personid"] == platform.person and isinstance(it["value"], int) for it in recent["criteriabasedmarks"])


async def test_a_corrected_mark_shows_the_new_value_under_the_old_id_with_the_day_of_the_correction(platform: Platform) -> None:
    mark = next(it for it in platform.journal.year_marks() if it.history and it.changed_at)
    assert mark.changed_at is not None
    zone = platform.directory.zone(platform.directory.school_of(platform.child))
    wire = await platform.get(f"marks/{numbered('mark', mark.number_id)}")
    assert wire["value"] == mark.value != mark.history[0][0]
    changed = mark.changed_at.astimezone(zone).date()
    assert wire["date"].startswith(changed.isoformat())
    by_grading = await platform.get(f"persons/{platform.person}/marks/{changed}")
    by_lesson = await platform.get(f"lessons/{mark.date}/persons/{platform.person}/marks")
    assert wire["id"] in {it["id"] for it in by_grading} and wire["id"] in {it["id"] for it in by_lesson}
    assert changed != mark.date and wire["id"] not in {
        it["id"] for it in await platform.get(f"persons/{platform.person}/marks/{mark.date}")
    }


async def test_a_mark_with_a_weight_of_its_own_brings_a_type_of_work_with_that_weight(fresh: Platform) -> None:
    monday = fresh.week[0]
    lesson = fresh.journal.lessons(monday, monday)[0]
    for value, weight in (("4", 7), ("3", 1.5)):
        body = {
            "pupil": fresh.child.id, "subject": fresh.town.subjects[lesson.subject].name, "date": monday.isoformat(),
            "number": lesson.number,
            "value": value, "weight": weight, "comment": "за доклад",
        }  # fmt: skip
        assert (await fresh.control("world/marks", body)).status_code in {200, 201}
    types = {it["id"]: it["weight"] for it in await fresh.get(f"work-types/{fresh.school}")}
    (day,) = await schedule(fresh, monday, monday)
    weights = [types[it["workType"]] for it in day["marks"] if it["lesson"] == fresh.lesson_id(lesson)]
    assert {7, 1.5} <= set(weights)
    assert {it["workType"] for it in day["marks"]} <= set(types)


async def test_what_the_world_writes_and_corrects_is_seen_at_once(fresh: Platform) -> None:
    monday = fresh.week[0]
    lesson = fresh.journal.lessons(monday, monday)[0]
    body = {
        "pupil": fresh.child.id,
        "subject": fresh.town.subjects[lesson.subject].name,
        "date": monday.isoformat(),
        "number": lesson.number,
    }
    made = (await fresh.control("world/marks", {**body, "value": "2"})).json()["id"]
    address = f"lessons/{monday}/persons/{fresh.person}/marks"
    before = {it["id"]: it["value"] for it in await fresh.get(address)}
    await fresh.control("world/marks", {"pupil": fresh.child.id, "id": made, "value": "5-"})
    after = {it["id"]: it["value"] for it in await fresh.get(address)}
    changed = {key for key in after if before[key] != after[key]}
    assert set(before) == set(after) and [(before[key], after[key]) for key in changed] == [("2", "5-")]
    await fresh.control("world/marks", {**body, "value": "н"})
    entries = await fresh.get(f"lessons/{fresh.lesson_id(lesson)}/log-entries")
    assert "Absent" in {it["status"] for it in entries}


async def test_a_mark_of_a_new_subject_on_a_sunday_in_summer_is_found_by_every_route(fresh: Platform) -> None:
    sunday = fresh.town.year[0] - timedelta(days=1 + fresh.town.year[0].weekday())
    body = {"pupil": fresh.child.id, "subject": "Шахматы", "date": sunday.isoformat(), "number": 12, "value": "зач"}
    assert (await fresh.control("world/marks", body)).is_success
    (mark,) = await fresh.get(f"persons/{fresh.person}/schools/{fresh.school}/marks/{sunday}/{sunday}")
    work = await fresh.get(f"works/{mark['work']}")
    (day,) = await schedule(fresh, sunday, sunday)
    assert [it["name"] for it in day["subjects"]] == ["Шахматы"] and day["lessons"][0]["number"] == 12
    assert [it["id"] for it in await fresh.get(f"persons/{fresh.person}/subjects/{work['subjectId']}/marks/{sunday}/{sunday}")] == [
        mark["id"]
    ]
    assert [it["id"] for it in await fresh.get(f"persons/{fresh.person}/works/{mark['work']}/marks")] == [mark["id"]]


async def test_there_are_no_thematic_marks(platform: Platform) -> None:
    start, end = platform.town.year
    for part in (f"schools/{platform.school}", f"edu-groups/{platform.group}", f"edu-groups/{platform.group}/subjects/1"):
        assert await platform.get(f"persons/{platform.person}/{part}/thematic-marks/{start}/{end}") == []


async def test_people_are_not_searched_for(platform: Platform) -> None:
    for address in ("person/search?snils=1", "persons/search?lastName=x"):
        assert await platform.refused(address) == (403, "authorizationSystemForbidden")


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1"])
async def test_recent_marks_want_a_limit_from_1_to_100(platform: Platform, limit: str) -> None:
    assert await platform.refused(f"persons/{platform.person}/group/{platform.group}/recentmarks?limit={limit}") == (
        400,
        "parameterInvalid",
    )


async def test_recent_marks_run_backwards_with_the_limit_counted_for_each_subject(platform: Platform) -> None:
    answer = await platform.get(f"persons/{platform.person}/group/{platform.group}/recentmarks?limit=2")
    lessons = {it["id"]: it for it in answer["lessons"]}
    dates = [lessons[it["lesson"]]["date"] for it in answer["marks"]]
    assert dates == sorted(dates, reverse=True)
    counted: dict[int, int] = {}
    for it in answer["marks"]:
        subject = lessons[it["lesson"]]["subject"]["id"]
        counted[subject] = counted.get(subject, 0) + 1
    assert counted and max(counted.values()) <= 2


async def test_recent_marks_of_one_subject_from_a_date_page_backwards(platform: Platform) -> None:
    subject = platform.journal.year_marks()[0].subject
    until = platform.town.year[0] + timedelta(days=30)
    address = f"persons/{platform.person}/group/{platform.group}/recentmarks?subject={platform.subject(subject)}&fromDate={until}&limit=100"
    answer = await platform.get(address)
    expected = [it for it in platform.journal.marks(platform.town.year[0], until) if it.subject == subject]
    assert sorted(it["id"] for it in answer["marks"]) == sorted(numbered("mark", it.number_id) for it in expected)
    before = await platform.get(f"persons/{platform.person}/group/{platform.group}/recentmarks?fromDate=2020-01-01")
    assert (before["marks"], before["lessonLogEntries"]) == ([], [])


async def test_lessons_and_their_marks_are_asked_for_in_bulk_by_list_form_and_object(platform: Platform) -> None:
    marked = [lesson for mark in platform.journal.marks(*platform.week) if (lesson := platform.journal.lesson_of(mark))][:2]
    ids = [platform.lesson_id(it) for it in marked]
    for more in ({"json": ids}, {"json": {"lessons": ids}}, {"data": {"lessons": [str(key) for key in ids]}}):
        many = (await platform.ask("lessons/many", method="POST", **more)).json()
        assert [it["id"] for it in many] == ids
        assert (await platform.ask("lessons/marks", method="POST", **more)).json()
    assert (await platform.ask("lessons/many/marks", method="POST", json=ids)).json()
