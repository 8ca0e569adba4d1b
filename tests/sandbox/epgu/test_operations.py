"""The four operations show the town's own journal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.sandbox.epgu.conftest import OWN, SMEV, Answer, Portal, envelope, text

MONDAY, SATURDAY = "2026-11-09", "2026-11-14"


async def test_a_parent_gets_the_own_children(portal: Portal) -> None:
    child, answer = portal.stand.child, await portal.call("GetStudents", ApplicantSnils=portal.snils)
    (row,) = answer.rows("Student")
    assert answer.status == "RESULT" and answer.http.headers["content-type"] == "text/xml; charset=utf-8"
    assert [text(row, name) for name in ("Id", "LastName", "FirstName", "MiddleName")] == [
        portal.child_id, child.last_name, child.first_name, child.middle_name,
    ]  # fmt: skip
    assert (text(row, "BirthDate"), text(row, "Class")) == (child.birth_date.isoformat(), "8Б")


@pytest.mark.parametrize("spelling", [lambda snils: snils.replace("-", "").replace(" ", ""), lambda snils: f" {snils.replace('-', ' ')} "])
async def test_a_snils_is_taken_in_any_spelling(portal: Portal, spelling: Any) -> None:
    assert len((await portal.call("GetStudents", ApplicantSnils=spelling(portal.snils))).rows("Student")) == 1


async def test_a_parent_of_another_diary_has_no_children_here(portal: Portal) -> None:
    other = next(who for who in portal.stand.town.people.values() if who.role == "parent" and who.snils and "epgu" not in who.accounts)
    answer = await portal.call("GetStudents", ApplicantSnils=other.snils)
    assert (answer.status, answer.rows("Student")) == ("RESULT", [])


async def test_the_message_comes_back_with_the_parties_changed_places(portal: Portal) -> None:
    answer = await portal.call("GetStudents", {"RequestIdRef": "a-1"}, ApplicantSnils=portal.snils)
    found = [answer.root.findtext(f".//{SMEV}{way}") for way in (f"Sender/{SMEV}Code", f"Recipient/{SMEV}Code", "TypeCode", "RequestIdRef")]
    assert found == ["EPGU01001", "SHUB01001", "GSRV", "a-1"]


async def test_the_diary_is_the_towns_by_date_and_number(portal: Portal) -> None:
    town = portal.stand.town
    own = town.lessons_of(portal.stand.child.id, date.fromisoformat(MONDAY), date.fromisoformat(SATURDAY))
    found = [(text(it, "Id"), text(it, "Date"), text(it, "Number"), text(it, "Subject")) for it in await portal.lessons(MONDAY, SATURDAY)]
    assert found == [(str(it.number_id), it.date.isoformat(), str(it.number), town.subjects[it.subject].name) for it in own]


async def test_marks_absences_and_homework_of_the_year_are_all_there(portal: Portal) -> None:
    town, child = portal.stand.town, portal.stand.child.id
    span = date(2026, 9, 1), date(2026, 11, 21)
    lessons = await portal.lessons(span[0].isoformat(), span[1].isoformat())
    marks = [text(mark, "Value") for it in lessons for mark in it.findall(f"{OWN}Mark")]
    assert sorted(filter(None, marks)) == sorted(it.value for it in town.marks(child, *span))
    assert sum(text(it, "Attendance") is not None for it in lessons) == len(town.absences(child, *span))
    assert sum(len(it.findall(f"{OWN}Homework")) for it in lessons) == len(town.homework_of(child, *span, by="due"))


async def test_times_have_the_schools_offset(portal: Portal) -> None:
    lesson = (await portal.lessons(MONDAY, MONDAY))[0]
    assert (text(lesson, "Start"), text(lesson, "End")) == ("2026-11-09T08:30:00+03:00", "2026-11-09T09:15:00+03:00")


async def write(portal: Portal, what: str, **body: Any) -> None:
    await portal.stand.control(f"world/{what}", {"pupil": portal.stand.child.id, **body})


async def one(portal: Portal, subject: str) -> Any:
    return next(it for it in await portal.lessons("2026-11-14", "2026-11-14") if text(it, "Subject") == subject)


@pytest.mark.parametrize("value", ["5", "5-", "4/5", "зач", "< & >"])
async def test_a_mark_is_what_the_teacher_wrote(portal: Portal, value: str) -> None:
    await write(portal, "marks", subject="Астрономия", date="2026-11-14", number=1, value=value, weight=1.5, comment="Молодец")
    mark = (await one(portal, "Астрономия")).find(f"{OWN}Mark")
    assert [text(mark, name) for name in ("Value", "Weight", "Comment")] == [value, "1.5", "Молодец"]


async def test_a_correction_keeps_the_id_and_moves_the_time(portal: Portal) -> None:
    await write(portal, "marks", subject="Астрономия", date="2026-11-14", number=1, value="3")
    before = (await one(portal, "Астрономия")).find(f"{OWN}Mark")
    await portal.stand.later(minutes=5)
    await write(portal, "marks", id=f"m{text(before, 'Id')}", value="4")
    after = (await one(portal, "Астрономия")).find(f"{OWN}Mark")
    assert (text(after, "Id"), text(after, "Value")) == (text(before, "Id"), "4")
    times = [datetime.fromisoformat(str(text(mark, "SetAt"))) for mark in (before, after)]
    assert (times[1] - times[0]).total_seconds() == 300


async def test_an_absence_is_attendance_and_homework_stands_where_it_is_due(portal: Portal) -> None:
    await write(portal, "marks", subject="Астрономия", date="2026-11-14", number=1, value="уп", comment="Справка")
    await write(
        portal,
        "homework",
        subject="Астрономия",
        text="§ 3\nи § 4",
        assigned={"date": "2026-11-13", "number": 9},
        due={"date": "2026-11-14", "number": 1},
    )
    lesson = await one(portal, "Астрономия")
    assert (text(lesson, "Attendance"), text(lesson, "AttendanceComment"), lesson.find(f"{OWN}Mark")) == ("уп", "Справка", None)
    assert text(lesson, "Homework") == "§ 3\nи § 4"
    assert all(
        it.find(f"{OWN}Homework") is None for it in await portal.lessons("2026-11-13", "2026-11-13") if text(it, "Subject") == "Астрономия"
    )


async def test_a_replaced_and_a_moved_lesson_say_so(portal: Portal) -> None:
    await write(portal, "lessons", date="2026-11-14", number=1, subject="Химия", status="replaced", replaces="Музыка")
    await write(portal, "lessons", date="2026-11-14", number=2, subject="Труд", status="moved", moved_from="2026-11-12")
    replaced, moved = await one(portal, "Химия"), await one(portal, "Труд")
    assert (text(replaced, "Status"), text(replaced, "InsteadOf")) == ("replaced", "Музыка")
    assert (text(moved, "Status"), text(moved, "MovedFrom")) == ("moved", "2026-11-12")


async def test_characters_that_xml_cannot_hold_are_left_out(portal: Portal) -> None:
    await write(portal, "marks", subject="Астрономия", date="2026-11-14", number=1, value="5", comment="a\x00\x0bб")
    assert text((await one(portal, "Астрономия")).find(f"{OWN}Mark"), "Comment") == "aб"


async def test_final_marks_of_the_year_and_of_one_period(portal: Portal) -> None:
    town = portal.stand.town
    whole = (await portal.call("GetFinalMarks", StudentId=portal.child_id)).rows("FinalMark")
    assert len(whole) == len(town.finals(portal.stand.child.id)) > 0
    quarter = (await portal.call("GetFinalMarks", StudentId=portal.child_id, Period="1 ЧЕТВЕРТЬ")).rows("FinalMark")
    assert {text(it, "Period") for it in quarter} == {"1 четверть"}
    year = await portal.call("GetFinalMarks", StudentId=portal.child_id, Period="Год")
    assert (year.status, year.rows("FinalMark")) == ("RESULT", [])


async def test_a_timetable_has_no_marks_and_no_homework(portal: Portal) -> None:
    rows = (await portal.call("GetTimetable", StudentId=portal.child_id, Date="2026-11-10")).rows("Lesson")
    assert len(rows) == len(await portal.lessons("2026-11-10", "2026-11-10")) > 0
    assert not [item for it in rows for name in ("Mark", "Homework", "Attendance") for item in it.findall(f"{OWN}{name}")]


async def test_fields_inside_the_operations_own_element_are_taken_too(portal: Portal) -> None:
    inner = f"<e:GetStudents><e:ApplicantSnils>{portal.snils}</e:ApplicantSnils></e:GetStudents>"
    body = envelope("GetStudents", {}).replace("<s:AppData>", f"<s:AppData>{inner}")
    assert len(Answer(await portal.send(body)).rows("Student")) == 1


async def test_a_ping_is_answered_without_data(portal: Portal) -> None:
    answer = await portal.call("GetStudents", {"Status": "PING"})
    assert (answer.status, list(answer.data if answer.data is not None else [1])) == ("RESULT", [])
