"""The calendar, the card of a lesson and the schedule against the town: nothing lost but what the platform cannot say."""

from __future__ import annotations

from datetime import date, datetime

from tests.sandbox.mes.family import Family

MONDAY, SATURDAY = date(2026, 11, 9), date(2026, 11, 14)


async def test_the_calendar_shows_every_lesson_of_the_town_in_its_order(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    lessons = town.lessons_of(child.id, MONDAY, SATURDAY)
    events = await either.events()
    assert [it["id"] for it in events] == [400_000_000 + lesson.number_id for lesson in lessons]
    for event, lesson in zip(events, lessons, strict=True):
        assert datetime.fromisoformat(event["start_at"]) == lesson.starts_at
        assert event["start_at"].endswith("+03:00") and event["finish_at"].endswith("+03:00")
        assert event["subject_name"] == town.subjects[lesson.subject].name
        assert (event["room_number"], event["lesson_theme"]) == (lesson.room, lesson.topic)
        assert event["cancelled"] is (lesson.status == "cancelled") and event["replaced"] is (lesson.status == "replaced")
        assert (event["replaced_teacher_id"] is not None) is event["replaced"]
        assert event["source"] == "PLAN" and event["source_id"] == str(event["id"])


async def test_expand_decides_what_hangs_on_a_lesson(either: Family) -> None:
    bare = await either.events(expand="")
    names = ("marks", "homework", "absence_reason_id", "nonattendance_reason_id", "health_status")
    assert all(event[name] is None for event in bare for name in names)
    full = await either.events()
    assert all(event["marks"] is not None and event["homework"] is not None for event in full)


async def test_the_marks_of_the_calendar_are_those_of_the_list(either: Family) -> None:
    listed = (await either.of_child("marks", **{"from": "2026-11-09", "to": "2026-11-14"}))["payload"]
    hung = [mark for event in await either.events() for mark in event["marks"]]
    assert {mark["id"]: mark["value"] for mark in hung} == {mark["id"]: mark["value"] for mark in listed}
    assert listed


async def test_an_absence_is_a_reason_on_its_lesson(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    span = {"begin_date": "2026-10-05", "end_date": "2026-11-20"}
    codes = {"н": (1, True), "уп": (2, True), "б": (6, True), "оп": (9, False)}
    absences = {400_000_000 + int((it.lesson or "l0")[1:]): it for it in town.absences(child.id, date(2026, 10, 5), date(2026, 11, 20))}
    assert {it.code for it in absences.values()} == set(codes)
    for event in await either.events(**span):
        absence = absences.get(event["id"])
        expected = (None, False) if absence is None else codes[absence.code]
        assert (event["absence_reason_id"], event["is_missed_lesson"]) == expected


async def test_homework_is_on_the_lesson_it_is_due_at(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    due = {400_000_000 + int((it.due_lesson or "l0")[1:]): it.text for it in town.homework_of(child.id, MONDAY, SATURDAY)}
    shown = {event["id"]: event["homework"]["descriptions"] for event in await either.events() if event["homework"]["descriptions"]}
    assert shown.keys() == due.keys()
    assert all(text in shown[event] for event, text in due.items())


async def test_other_sources_than_the_plan_are_empty(either: Family) -> None:
    assert await either.events(source_types="AE,EC") == []
    assert await either.events(source_types="PLAN,AE")


async def test_a_card_has_both_hooks_of_homework(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    item = next(it for it in town.homework_of(child.id, MONDAY, SATURDAY, by="assigned") if it.due_lesson and it.due_date <= SATURDAY)
    due, given = 400_000_000 + int((item.due_lesson or "l0")[1:]), 400_000_000 + int(item.assigned_lesson[1:])
    at_due = await either.of_child(f"lesson_schedule_items/{due}", type="PLAN")
    at_given = await either.of_child(f"lesson_schedule_items/{given}", type="PLAN")
    assert item.text in [it["homework"] for it in at_due["lesson_homeworks"]]
    assert item.text in [it["homework"] for it in at_given["homework_to_give"]]
    assert at_given["homework_to_give"][0]["date_assigned_on"] == item.assigned_date.isoformat()


async def test_a_card_tells_the_teacher_and_both_kinds_of_time(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    lesson = town.lessons_of(child.id, MONDAY, SATURDAY)[0]
    card = await either.of_child(f"lesson_schedule_items/{400_000_000 + lesson.number_id}")
    assert card["teacher"]["last_name"] == town.people[lesson.teacher].last_name
    assert card["begin_utc"] == int(lesson.starts_at.timestamp()) and card["begin_time"] == "08:30"
    assert card["details"]["lesson_topic"] == lesson.topic
    assert (
        await either.ask(f"api/family/mobile/v1/lesson_schedule_items/{card['id']}?student_id={either.student}&type=AE")
    ).status_code == 404


async def test_the_other_subgroups_lesson_is_not_ones_own(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    own = town.subgroup_of(child.id, "eng")
    lessons = town.lessons(child.class_id or "", MONDAY, SATURDAY)
    other = next(lesson for lesson in lessons if lesson.subgroup not in (None, own))
    path = f"api/family/mobile/v1/lesson_schedule_items/{400_000_000 + other.number_id}?student_id={either.student}"
    assert (await either.ask(path)).status_code == 404
    assert 400_000_000 + other.number_id not in {event["id"] for event in await either.events()}


async def test_the_days_schedule_leaves_out_what_is_cancelled(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    days = {lesson.date for lesson in town.lessons_of(child.id, date(2026, 11, 2), date(2026, 11, 20)) if lesson.status == "cancelled"}
    day = min(days)
    held = [lesson for lesson in town.lessons_of(child.id, day, day) if lesson.status != "cancelled"]
    whole = await either.of_child("schedule", date=day.isoformat())
    short = (await either.of_child("schedule/short", dates=f"{day},{MONDAY}"))["payload"]
    names = [town.subjects[lesson.subject].name for lesson in held]
    assert [it["lesson"]["subject_name"] for it in whole["activities"]] == names
    assert [it["subject_name"] for it in short[0]["lessons"]] == names
    assert [it["date"] for it in short] == [day.isoformat(), MONDAY.isoformat()]


async def test_a_change_in_the_world_is_seen_at_once(either: Family) -> None:
    day = {"begin_date": "2026-11-25", "end_date": "2026-11-25"}
    first = (await either.events(**day))[0]
    for status in ("cancelled", "replaced", "moved"):
        body = {"pupil": either.stand.child.id, "date": "2026-11-25", "number": 1, "subject": first["subject_name"], "status": status}
        await either.stand.control("world/lessons", body)
        now = (await either.events(**day))[0]
        assert (now["cancelled"], now["replaced"]) == (status == "cancelled", status == "replaced")


async def test_the_calendar_of_the_year_names_holidays_and_periods(either: Family) -> None:
    days = {it["date"]: it for it in await either.of_child("periods_schedules", **{"from": "2026-10-26", "to": "2026-11-16"})}
    assert len(days) == 22
    assert days["2026-11-14"]["type"] == "dayoff" and days["2026-11-04"]["type"] in {"holiday", "vacation"}
    kind = "четверть" if either.stand.prefix == "mes" else "триместр"
    assert kind in days["2026-11-09"]["description"] and days["2026-11-09"]["type"] == "workday"
    assert {it["type"] for it in await either.of_child("periods_schedules", **{"from": "2027-01-01", "to": "2027-01-03"})} == {"vacation"}
