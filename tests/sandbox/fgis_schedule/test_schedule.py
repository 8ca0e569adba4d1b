"""The Schedule in its published shape, from the town's own journal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.sandbox.fgis_schedule.conftest import Federal

MONDAY, SATURDAY = "2026-11-09", "2026-11-14"
LESSON = {"id", "subject", "insteadOf", "topic", "homework", "period", "classroom", "distant", "note", "attendance", "score"}


async def test_the_shape_is_the_published_one(federal: Federal) -> None:
    answer = await federal.get(start=MONDAY, end=SATURDAY)
    body = answer.json()
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert list(body) == ["resourceType", "id", "meta", "school"]
    assert (body["resourceType"], body["id"]) == ("Schedule", federal.esia_id)
    assert datetime.fromisoformat(body["meta"]["lastUpdated"]).tzinfo
    school = body["school"][0]
    UUID(school["id"])
    assert school["period"] == {"start": MONDAY, "end": SATURDAY}
    assert (school["academYear"], school["class"][0]["grade"]) == ("2026/27", "5")
    assert set(school) == {"id", "name", "scheduleUrl", "period", "academYear", "class"}
    for lesson in school["class"][0]["lesson"]:
        UUID(lesson["id"])
        assert set(lesson) <= LESSON and all(value not in (None, "", []) for value in lesson.values())


async def test_the_lessons_are_the_towns_with_the_schools_offset(federal: Federal) -> None:
    town = federal.stand.town
    lessons = await federal.lessons(MONDAY, SATURDAY)
    own = town.lessons_of(federal.child.id, date.fromisoformat(MONDAY), date.fromisoformat(SATURDAY))
    assert sorted((datetime.fromisoformat(it["period"]["start"]), it["subject"]) for it in lessons) == sorted(
        (it.starts_at, town.subjects[it.subject].name) for it in own
    )
    assert all(it["period"]["start"].endswith("+02:00") for it in lessons)
    assert len({it["id"] for it in lessons}) == len(lessons)


async def test_no_name_of_anybody_is_in_the_answer(federal: Federal) -> None:
    text = (await federal.get(start="2026-09-01", end="2026-12-31")).text
    assert not [who.id for who in federal.stand.town.people.values() if f"{who.last_name} " in text or who.middle_name in text]


async def test_every_mark_of_the_town_is_a_score(federal: Federal) -> None:
    town, start, end = federal.stand.town, "2026-09-01", "2026-11-20"
    scores = [score for it in await federal.lessons(start, end) for score in it.get("score", [])]
    own = town.marks(federal.child.id, date.fromisoformat(start), date.fromisoformat(end))
    assert sorted("/".join(filter(None, (it["score"], it.get("score2")))) for it in scores) == sorted(it.value for it in own)
    assert {it["scoreSystem"] for it in scores} <= {"5", "pass", "other"}


async def write(federal: Federal, what: str, **body: Any) -> None:
    await federal.stand.control(f"world/{what}", {"pupil": federal.child.id, **body})


async def day(federal: Federal) -> list[dict[str, Any]]:
    return await federal.lessons("2026-11-14", "2026-11-14")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5-", {"score": "5-", "scoreSystem": "5"}),
        ("4/5", {"score": "4", "score2": "5", "scoreSystem": "5"}),
        ("зач", {"score": "зач", "scoreSystem": "pass"}),
        ("87", {"score": "87", "scoreSystem": "other"}),
    ],
)
async def test_a_mark_is_text_and_a_double_one_is_two(federal: Federal, value: str, expected: dict[str, Any]) -> None:
    await write(federal, "marks", subject="Астрономия", date="2026-11-14", number=1, value=value, weight=1.5, comment="Молодец")
    lesson = next(it for it in await day(federal) if it["subject"] == "Астрономия")
    score = lesson["score"][0]
    assert {name: score[name] for name in expected} == expected and score["weight"] == 1.5
    assert lesson["note"] == "Молодец"


async def test_an_absence_is_attendance_and_not_a_score(federal: Federal) -> None:
    await write(federal, "marks", subject="Астрономия", date="2026-11-14", number=1, value="Н", comment="Без записки")
    lesson = next(it for it in await day(federal) if it["subject"] == "Астрономия")
    assert (lesson["attendance"], lesson["note"], "score" in lesson) == ({"code": "н"}, "Без записки", False)


async def test_homework_stands_where_it_is_due_and_tasks_are_parted_by_an_empty_line(federal: Federal) -> None:
    for text in ("Первое\n\n\nпродолжение", "Второе"):
        await write(
            federal,
            "homework",
            subject="Астрономия",
            text=text,
            assigned={"date": "2026-11-13", "number": 9},
            due={"date": "2026-11-14", "number": 1},
        )
    lesson = next(it for it in await day(federal) if it["subject"] == "Астрономия")
    assert lesson["homework"].split("\n\n") == ["Первое\nпродолжение", "Второе"]


async def test_a_replaced_a_cancelled_and_a_moved_lesson(federal: Federal) -> None:
    await write(federal, "lessons", date="2026-11-14", number=1, subject="Химия", status="replaced", replaces="Музыка")
    await write(federal, "lessons", date="2026-11-14", number=2, subject="Физика", status="cancelled")
    await write(federal, "lessons", date="2026-11-14", number=3, subject="Труд", status="moved", moved_from="2026-11-12")
    found = {it["subject"]: it for it in await day(federal)}
    assert found["Химия"]["insteadOf"] == "Музыка"
    assert (found["Физика"]["note"], found["Труд"]["note"]) == ("Урок отменён", "Перенесён с 2026-11-12")


async def test_distant_lessons_come_with_the_schools_address(federal: Federal) -> None:
    await federal.stand.control("fgis/distant", {"pupil": federal.child.id, "date": "2026-11-10"})
    school = (await federal.get(start=MONDAY, end=SATURDAY)).json()["school"][0]
    marked = {it["period"]["start"][:10] for it in school["class"][0]["lesson"] if it.get("distant")}
    assert marked == {"2026-11-10"} and school["distantUrl"].startswith("https://")
    await federal.stand.control("fgis/distant", {"pupil": federal.child.id, "date": "2026-11-10", "on": False})
    assert "distantUrl" not in (await federal.get(start=MONDAY, end=SATURDAY)).json()["school"][0]


async def test_a_week_of_holidays_is_a_class_without_lessons(federal: Federal) -> None:
    assert await federal.lessons("2026-10-27", "2026-10-30") == []


async def test_without_dates_the_previous_this_and_the_next_week(federal: Federal) -> None:
    body = (await federal.get()).json()
    assert body["school"][0]["period"] == {"start": "2026-11-09", "end": "2026-11-29"}


@pytest.mark.parametrize(
    "query",
    [
        {"start": MONDAY},
        {"end": SATURDAY},
        {"start": SATURDAY, "end": MONDAY},
        {"start": "09.11.2026", "end": SATURDAY},
        {"start": "2026-02-30", "end": SATURDAY},
        {"start": "2026-W46-1", "end": SATURDAY},
        {"start": "2025-09-01", "end": "2026-09-02"},
        {"start": "", "end": ""},
    ],
)
async def test_a_wrong_window_is_a_structure_error(federal: Federal, query: dict[str, str]) -> None:
    answer = await federal.get(None, None, **query)
    issue = answer.json()["issue"][0]
    assert (answer.status_code, answer.json()["resourceType"], issue["severity"], issue["code"]) == (
        400,
        "OperationOutcome",
        "error",
        "structure",
    )


async def test_a_parameter_twice_and_an_id_of_letters_are_structure_errors(federal: Federal) -> None:
    await federal.get()
    address = f"/fgis/Schedule/{federal.esia_id}?start={MONDAY}&start={MONDAY}&end={SATURDAY}"
    doubled = await federal.http.get(address, headers={"Authorization": f"Bearer {federal.key}"})
    assert [answer.status_code for answer in (doubled, await federal.get("abc"), await federal.get("%D9%A1"))] == [400, 400, 400]
