"""The week: homework, marks, absences and owed work as assignments; children by place in a list; mail and files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sandbox.netschool.family import Family

WEEK = (date(2026, 11, 16), date(2026, 11, 21))


def with_mark(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [it for it in items if it.get("mark") and it["mark"]["mark"] is not None]


async def test_the_current_student_is_a_place_in_the_list(family: Family) -> None:
    found = await family.get("student/diary/init")
    assert found["currentStudentId"] == 0
    assert str(found["students"][0]["studentId"]) == family.student
    assert found["weekStart"] == "2026-11-16T00:00:00"


async def test_the_week_is_the_towns_own_without_cancelled_lessons(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    own = [it for it in town.lessons_of(child.id, *WEEK) if it.status != "cancelled"]
    assert [it["classmeetingId"] for it in await family.lessons()] == [it.number_id for it in own]
    items = await family.assignments("2026-11-16", "2026-11-21")
    assert sorted(it["mark"]["mark"] for it in with_mark(items)) == sorted(int(it.value) for it in town.marks(child.id, *WEEK))
    homework = {it["id"]: it["assignmentName"] for it in items if it["typeId"] == 3}
    assert homework == {it.number_id: it.text for it in town.homework_of(child.id, *WEEK)}


async def test_times_are_local_and_bare(family: Family) -> None:
    first = (await family.lessons())[0]
    assert (first["startTime"], first["endTime"], first["day"]) == ("08:00", "08:45", "2026-11-16T00:00:00")
    assert (await family.get("announcements", take="1"))[0]["postDate"] == "2026-11-09T09:05:00.99"


async def test_assignments_are_absent_where_there_are_none(family: Family) -> None:
    lessons = await family.lessons("2026-09-01", "2026-11-20")
    assert any("assignments" not in it for it in lessons)
    assert all(it.get("assignments", True) for it in lessons)


async def test_homework_is_of_weight_nought_and_its_type_begins_with_home(family: Family) -> None:
    names = {it["id"]: it["name"] for it in await family.get("grade/assignment/types", all="false")}
    items = await family.assignments()
    homework = [it for it in items if names[it["typeId"]].startswith("Домашн")]
    assert homework
    assert {(it["weight"], it.get("mark")) for it in homework} == {(0, None)}
    assert all(it["weight"] > 0 for it in with_mark(items))


async def test_marks_of_this_pupil_are_whole_numbers_and_others_are_text(family: Family) -> None:
    assert {type(it["mark"]["mark"]) for it in with_mark(await family.assignments())} == {int}
    body = {"pupil": family.stand.child.id, "subject": "Алгебра", "date": "2026-11-17", "number": 9, "value": "5-", "weight": 1.5}
    await family.stand.control("world/marks", body)
    it = next(it for it in await family.lessons() if it["number"] == 9)
    assert [(item["mark"]["mark"], item["weight"]) for item in it["assignments"]] == [("5-", 1.5)]


async def test_absences_have_no_mark_but_a_code(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    found = [it["mark"]["abbr"] for it in await family.assignments() if it.get("mark") and "abbr" in it["mark"]]
    codes = {"н": "НП", "б": "Б", "уп": "УП", "оп": "ОП"}
    assert sorted(found) == sorted(codes[it.code] for it in town.absences(child.id, date(2026, 9, 1), date(2026, 11, 20)))
    await family.stand.control("netschool/switches", {"absence_as_mark": True})
    texts = [it["mark"]["mark"] for it in with_mark(await family.assignments()) if isinstance(it["mark"]["mark"], str)]
    assert sorted(texts) == sorted(found)


async def test_a_missed_test_is_owed(family: Family) -> None:
    query = {"studentId": family.student, "yearId": family.year, "weekStart": "2026-09-01", "weekEnd": "2026-11-20"}
    owed = await family.get("student/diary/pastMandatory", **query)
    assert owed
    assert all(it["mark"]["dutyMark"] and it["mark"]["mark"] is None for it in owed)


async def test_a_correction_overwrites_in_silence(family: Family) -> None:
    child = family.stand.child.id
    made = await family.stand.control(
        "world/marks", {"pupil": child, "subject": "Алгебра", "date": "2026-11-17", "number": 9, "value": "3"}
    )
    before = next(it for it in await family.lessons() if it["number"] == 9)["assignments"][0]
    await family.stand.control("world/marks", {"pupil": child, "id": made["id"], "value": "4"})
    after = next(it for it in await family.lessons() if it["number"] == 9)["assignments"][0]
    assert (before["id"], before["mark"]["mark"], after["mark"]["mark"]) == (after["id"], 3, 4)


async def test_another_familys_pupil_is_refused_as_an_unknown_one(family: Family) -> None:
    stand = family.stand
    theirs = str(stand.account(stand.families[1][1])["student_id"])
    query = {"yearId": family.year, "weekStart": "2026-11-16", "weekEnd": "2026-11-21"}
    answers = [await family.ask("student/diary", studentId=student, **query) for student in (theirs, "1", "x")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(403, answers[0].text)}


@pytest.mark.parametrize(("start", "end", "status"), [("2026-11-21", "2026-11-16", 400), ("16.11.2026", "2026-11-21", 400), ("", "", 400)])
async def test_a_wrong_span_is_refused(family: Family, start: str, end: str, status: int) -> None:
    answer = await family.ask("student/diary", studentId=family.student, yearId=family.year, weekStart=start, weekEnd=end)
    assert answer.status_code == status


async def test_another_year_is_empty(family: Family) -> None:
    assert (await family.week(yearId="1"))["weekDays"] == []


async def test_attachments_are_found_by_their_assignment_and_downloaded(family: Family) -> None:
    numbers = [it["id"] for it in await family.assignments() if it["typeId"] == 3]
    found = (await family.post("student/diary/get-attachments", {"assignId": numbers}, studentId=family.student)).json()
    assert {it["assignmentId"] for it in found} < set(numbers)
    file = found[0]["attachments"][0]
    assert "Вложение песочницы" in (await family.ask(f"attachments/{file['id']}")).text
    stranger = Family(family.stand, family.stand.families[1][0])
    await stranger.sign_in()
    assert (await stranger.ask("attachments/1")).status_code == 404


async def test_the_card_of_an_assignment_names_the_teacher(family: Family) -> None:
    number = (await family.assignments())[0]["id"]
    card = await family.get(f"student/diary/assigns/{number}", studentId=family.student)
    assert card["teachers"][0]["name"]
    assert (await family.ask("student/diary/assigns/1", studentId=family.student)).status_code == 404


# Mail
async def register(family: Family, folder: str = "Inbox", **changes: Any) -> dict[str, Any]:
    chosen = {"selectedData": [{"filterId": "MailBox", "filterValue": folder}]}
    answer = await family.post("mail/registry", {"filterContext": chosen, "page": 1, "pageSize": 20, **changes})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_reading_a_letter_marks_it(family: Family) -> None:
    unread = await family.get("mail/messages/unread")
    letter = (await register(family))["rows"][0]["id"]
    assert letter in unread
    assert (await family.get(f"mail/messages/{letter}/read"))["read"] is True
    assert await family.get("mail/messages/unread") == [it for it in unread if it != letter]
    await family.post("mail/messages/mark-as", {"messageId": [letter], "read": False})
    assert sorted(await family.get("mail/messages/unread")) == sorted(unread)


async def test_letters_are_paged_searched_and_ordered(family: Family) -> None:
    whole = await register(family)
    assert whole["totalItems"] == len(whole["rows"]) == 4
    assert [it["sent"] for it in whole["rows"]] == sorted((it["sent"] for it in whole["rows"]), reverse=True)
    assert (await register(family, page=2, pageSize=3))["rows"] == whole["rows"][3:]
    assert [it["subject"] for it in (await register(family, search={"fieldId": "subject", "text": "поезд"}))["rows"]] == ["Поездка"]
    assert (await family.post("mail/registry", {"page": 0, "pageSize": 20})).status_code == 400


async def test_a_letter_is_sent_to_staff_only_and_deleted_in_two_steps(family: Family) -> None:
    teacher = (await family.get("mail/recipients", group="4"))[0]["id"]
    sent = (await family.post("mail/messages", {"subject": "Вопрос", "text": "Текст", "to": [teacher]})).json()["messageId"]
    assert [it["id"] for it in (await register(family, "Sent"))["rows"]] == [sent]
    for to in ([], ["bm9ib2R5"], ["?"], [teacher, "x"]):
        assert (await family.post("mail/messages", {"subject": "x", "text": "x", "to": to})).status_code == 400
    assert (await family.post("mail/messages/delete", {"messageId": [sent]})).status_code == 400
    await family.post("mail/messages/moving", {"messageId": [sent]})
    assert (await family.post("mail/messages/delete", {"messageId": [sent]})).status_code == 200
    assert (await register(family, "Sent"))["rows"] == (await register(family, "Deleted"))["rows"] == []


async def test_anothers_letter_is_not_found(family: Family) -> None:
    stranger = Family(family.stand, family.stand.families[1][0])
    await stranger.sign_in()
    letter = (await register(stranger))["rows"][0]["id"]
    assert (await family.ask(f"mail/messages/{letter}/read")).status_code == 404
    assert (await family.post("mail/messages/moving", {"messageId": [letter]})).status_code == 404
