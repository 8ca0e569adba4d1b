"""Lessons with their fates, double lessons, subgroups, ids with their twins, and the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.dnevnik.state.ids import numbered
from tests.sandbox.dnevnik.platform_client import Platform


async def schedule(
    platform: Platform, start: date, end: date, *, group: int | None = None, person: int | None = None
) -> list[dict[str, Any]]:
    person, group = person or platform.person, group or platform.group
    answer = await platform.get(f"persons/{person}/groups/{group}/schedules?startDate={start}&endDate={end}")
    days: list[dict[str, Any]] = answer["days"]
    return days


def twins(value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every `x_str` with its `x`, at any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key.endswith("_str"):
                yield key, value[key.removesuffix("_str")], item
            yield from twins(item)
    elif isinstance(value, list):
        for item in value:
            yield from twins(item)


@pytest.mark.parametrize(
    "address",
    [
        "users/me/context",
        "persons/{person}/edu-groups",
        "persons/{person}/groups/{group}/schedules?startDate=2026-11-09&endDate=2026-11-13",
        "persons/{person}/school/{school}/homeworks?startDate=2026-11-09&endDate=2026-11-13",
        "persons/{person}/group/{group}/recentmarks",
        "persons/{person}/edu-groups/{group}/allfinalmarks",
        "edu-groups/{group}/final-marks",
        "edu-groups/{group}/avg-marks/2026-11-09/2026-11-13",
        "users/me/feed?date=2026-11-09&limit=3",
    ],
)
async def test_every_string_twin_says_the_same_id_digit_for_digit(platform: Platform, address: str) -> None:
    answer = await platform.get(address.format(person=platform.person, group=platform.group, school=platform.school))
    found = list(twins(answer))
    assert found
    for key, number, text in found:
        assert text == ([str(item) for item in number] if isinstance(number, list) else None if number is None else str(number)), key


async def test_a_schedule_has_a_day_for_each_date_and_names_the_next_school_day(platform: Platform) -> None:
    start, end = platform.week
    days = await schedule(platform, start, end + timedelta(days=1))
    assert [day["date"][:10] for day in days] == [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 2)]
    assert all(day["date"].endswith("+05:00") for day in days)
    assert days[-1]["lessons"] == [] and days[-1]["nextDate"] > days[-1]["date"]


@pytest.mark.parametrize(
    ("status", "word"),
    [("cancelled", "Cancelled"), ("replaced", "Replaced"), ("moved", "Moved"), ("held", "Finished"), ("planned", "Planned")],
)
async def test_a_lessons_fate_is_in_its_status(platform: Platform, status: str, word: str) -> None:
    lesson = platform.lessons(status)[0]
    (day,) = await schedule(platform, lesson.date, lesson.date)
    wire = next(it for it in day["lessons"] if it["id"] == platform.lesson_id(lesson))
    assert wire["status"] == word
    assert ("replacedSubjectId" in wire, "movedFrom" in wire) == (lesson.replaces is not None, lesson.moved_from is not None)


async def test_a_replaced_lesson_names_the_subject_that_it_stands_in_for(platform: Platform) -> None:
    lesson = platform.lessons("replaced")[0]
    assert lesson.replaces is not None
    (day,) = await schedule(platform, lesson.date, lesson.date)
    wire = next(it for it in day["lessons"] if it["id"] == platform.lesson_id(lesson))
    subjects = {it["id"]: it["name"] for it in day["subjects"]}
    assert subjects[wire["replacedSubjectId"]] == platform.town.subjects[lesson.replaces].name
    assert subjects[wire["subjectId"]] == platform.town.subjects[lesson.subject].name


async def test_a_double_lesson_is_two_lessons_of_one_subject_side_by_side(platform: Platform) -> None:
    lessons = platform.lessons()
    pairs = [
        (one, two) for one, two in pairwise(lessons)
        if one.date == two.date and one.subject == two.subject and two.number == one.number + 1
    ]  # fmt: skip
    one, two = pairs[0]
    (day,) = await schedule(platform, one.date, one.date)
    wire = [it for it in day["lessons"] if it["number"] in {one.number, two.number}]
    assert len({it["id"] for it in wire}) == 2 and len({it["subjectId"] for it in wire}) == 1


async def test_lesson_nought_is_a_lesson(fresh: Platform) -> None:
    monday = fresh.week[0]
    body = {"pupil": fresh.child.id, "date": monday.isoformat(), "number": 0, "subject": fresh.town.subjects["rus"].name}
    assert (await fresh.control("world/lessons", body)).status_code in {200, 201}
    (day,) = await schedule(fresh, monday, monday)
    assert day["lessons"][0]["number"] == 0


async def test_everything_beside_the_lessons_of_a_day_belongs_to_them(platform: Platform) -> None:
    for day in await schedule(platform, *platform.week):
        lessons = {it["id"]: it for it in day["lessons"]}
        works = {it["id"]: it for it in (*day["works"], *day["homeworks"])}
        assert {it["lesson"] for it in works.values()} <= set(lessons)
        assert {key for it in lessons.values() for key in it["works"]} == set(works)
        assert {it["work"] for it in day["marks"]} <= {it["id"] for it in day["works"]}
        assert {it["workType"] for it in works.values()} == {it["id"] for it in day["workTypes"]}
        assert {it["subjectId"] for it in lessons.values()} <= {it["id"] for it in day["subjects"]}
        assert {key for it in lessons.values() for key in it["teachers"]} == {it["person"]["id"] for it in day["teachers"]}
        assert {it["lesson"] for it in day["lessonLogEntries"]} <= set(lessons)
        assert all(it["type"] == "Homework" for it in day["homeworks"]) and all(it["type"] != "Homework" for it in day["works"])


@pytest.mark.parametrize("key", ["hours", "place", "building", "floor", "title"])
async def test_the_texts_of_a_lesson_are_never_null(platform: Platform, key: str) -> None:
    assert all(isinstance(it[key], str) for day in await schedule(platform, *platform.week) for it in day["lessons"])


async def test_a_subgroup_is_a_group_with_the_class_as_parent_and_its_own_lessons(platform: Platform) -> None:
    groups = await platform.get(f"persons/{platform.person}/edu-groups")
    klass, *subgroups = groups
    assert (klass["type"], klass["parentIds"]) == ("Group", []) and subgroups
    for subgroup in subgroups:
        assert (subgroup["type"], subgroup["parentIds"]) == ("Subgroup", [klass["id"]])
        days = await schedule(platform, *platform.week, group=subgroup["id"])
        lessons = [it for day in days for it in day["lessons"]]
        assert lessons and {it["subjectId"] for it in lessons} == {it["id"] for it in subgroup["subjects"]}
        members = await platform.get(f"edu-groups/{subgroup['id']}/persons")
        assert platform.person in {it["id"] for it in members}
        full = await platform.get(f"lessons/{lessons[0]['id']}")
        assert full["group"] == subgroup["id"]


async def test_the_other_subgroups_lessons_are_in_the_groups_timetable_and_not_in_the_pupils(platform: Platform) -> None:
    start, end = platform.week
    days = await schedule(platform, start, end)
    own = {it["id"] for day in days for it in day["lessons"]}
    whole = {it["id"] for it in await platform.get(f"edu-groups/{platform.group}/lessons/{start}/{end}")}
    assert own < whole
    stranger = next(iter(whole - own))
    assert await platform.refused(f"lessons/{stranger}") == (403, "authorizationSystemForbidden")


async def test_the_feed_shows_a_day_the_next_school_day_and_both_spellings_of_its_cards(platform: Platform) -> None:
    mark = next(it for it in platform.journal.marks(*platform.week) if it.lesson)
    answer = await platform.get(f"users/me/feed?date={mark.date}T0:0:0&childPersonId={platform.person}&limit=1")
    (day,) = answer["days"]
    assert day["date"] == f"{mark.date}T00:00:00" and day["nextWorkingDayDate"] > day["date"]
    boxed = [box["mark"] for card in day["summary"]["marksCards"] for box in card["marks"]]
    plain = [it for card in day["summary"]["markCards"] for it in card["marks"]]
    assert boxed == plain and numbered("mark", mark.number_id) in {it["id"] for it in plain}
    assert [it["number"] for it in day["todaySchedule"]] == [it.number for it in platform.journal.lessons(mark.date, mark.date)]
    due = platform.town.homework_of(platform.child.id, mark.date, mark.date, by="due")
    assert {it["work"]["text"] for it in day["todayHomeworks"]} == {it.text for it in due}


@pytest.mark.parametrize("query", ["limit=0", "limit=32", "date=x", "childPersonId=x"])
async def test_the_feed_refuses_what_makes_no_sense(platform: Platform, query: str) -> None:
    assert await platform.refused(f"users/me/feed?{query}") == (400, "parameterInvalid")
