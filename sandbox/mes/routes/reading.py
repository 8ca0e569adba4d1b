"""The family API: what a parent and a pupil read, below `family/mobile/v1` and `family/web/v1` alike."""

from __future__ import annotations

from typing import Any

from quart import request

from sandbox.mes.routes.table import Call, Handler, read_day
from sandbox.mes.wire import day, homework, ids, lessons, marks, notices, people, subject_marks
from sandbox.mes.wire.answers import MesError, bad
from sandbox.world.model import Lesson, Person, Subject


def _days(call: Call, child: Person, *span: Any) -> lessons.Days:
    start, end = span
    return lessons.Days.read(call.town, child, start, end, call.state.done, call.state.notices.get(child.id, {}))


def profile(call: Call) -> Any:
    return people.family(call.town, call.who, call.children(), call.node.id, call.web)


def school_info(call: Call) -> Any:
    school, unit = call.number("school_id"), call.number("class_unit_id")
    for child in call.children():
        if (ids.school_id(call.school(child)), ids.class_unit_id(call.school_class(child))) == (school, unit):
            return people.school_info(call.town, call.school(child), call.school_class(child), call.node.id)
    raise MesError("not_found")


def status(call: Call) -> Any:
    asked = [part for part in call.text("contract_ids").split(",") if part]
    own = {str(ids.contract_id(child)): child for child in call.children()}
    if not all(part in own for part in asked):
        raise MesError("not_found")
    return {
        "students": [
            {
                "balance": day.balance(call.town, own[part]),
                "contract_id": int(part),
                "at_school": day.at_school(call.town, call.school(own[part]), own[part]),
            }
            for part in asked
        ]
    }


# Lessons
def schedule(call: Call) -> Any:
    child, date = call.child(), call.day("date")
    return lessons.schedule(_days(call, child, date, date), date)


def schedule_short(call: Call) -> Any:
    child = call.child()
    asked = [read_day(part, "dates") for part in call.text("dates").split(",") if part]
    if not 1 <= len(asked) <= 100:
        raise bad("dates")
    return {"payload": [lessons.short_day(_days(call, child, date, date), date) for date in asked]}


def lesson_card(call: Call, event: str) -> Any:
    child = call.child()
    if request.args.get("type", "PLAN") != "PLAN":
        raise MesError("not_found")
    lesson: Lesson = call.lesson(child, event)
    given = [item for item in call.town.homework_of(child.id, lesson.date, lesson.date, by="assigned") if item.assigned_lesson == lesson.id]
    return lessons.card(_days(call, child, lesson.date, lesson.date), lesson, given)


def periods_schedules(call: Call) -> Any:
    child = call.child()
    return day.calendar(call.town, call.school(child), child, *call.span())


# Homework
def homeworks_short(call: Call) -> Any:
    child = call.child()
    found = [homework.short(call.town, child, item, call.state.done) for item in call.town.homework_of(child.id, *call.span())]
    falling = request.args.get("sort_direction", "asc").lower() == "desc"
    return {"payload": sorted(found, key=lambda row: (row["date"], row["homework_entry_student_id"]), reverse=falling)}


def homeworks(call: Call) -> Any:
    child = call.child()
    school = call.school(child)
    found = [homework.full(call.town, school, child, item, call.state.done) for item in call.town.homework_of(child.id, *call.span())]
    return {"payload": sorted(found, key=lambda row: (row["date"], row["homework_entry_student_id"]))}


# Marks
def mark_list(call: Call) -> Any:
    child = call.child()
    found = marks.by_date(call.town.marks(child.id, *call.span()))
    return {"payload": [marks.listed(call.town, call.school(child), mark) for mark in found]}


def mark_card(call: Call, number: str) -> Any:
    child = call.child()
    mark = call.town.mark(int(number) - 800_000_000)
    if mark is None or mark.pupil != child.id or not (mark.written or mark.set_at <= call.now):
        raise MesError("not_found")
    return marks.card(call.town, call.school(child), mark)


def all_subject_marks(call: Call) -> Any:
    book = subject_marks.Book.read(call.town, call.child())
    return {"payload": [subject_marks.whole(book, subject) for subject in book.subjects()]}


def short_subject_marks(call: Call) -> Any:
    book = subject_marks.Book.read(call.town, call.child())
    return {"payload": [subject_marks.short(book, subject) for subject in book.subjects()]}


def one_subject_marks(call: Call) -> Any:
    book = subject_marks.Book.read(call.town, call.child())
    wanted = call.text("subject_name").strip().lower()
    found: Subject | None = next((subject for subject in book.subjects() if subject.name.lower() == wanted), None)
    if found is None:
        raise MesError("not_found")
    return subject_marks.by_periods(book, found)


def subjects(call: Call) -> Any:
    child = call.child()
    return {
        "payload": [
            {"subject_id": ids.subject_id(subject), "subject_name": subject.name}
            for subject in people.subjects(call.town, call.school_class(child))
        ]
    }


def curriculum(call: Call, number: str) -> Any:
    own = call.school_class(call.child())
    if int(number) != ids.CURRICULUM + own.parallel:
        raise MesError("not_found")
    return [people.curriculum(call.town, own)]


# Changes, passes, money
def notifications(call: Call) -> Any:
    child = call.child()
    return notices.feed(call.town, call.school(child), child, call.node.id)


def visits(call: Call) -> Any:
    if not call.node.is_moscow:
        raise MesError("not_found")
    child = call.by_contract("contract_id")
    return day.visits(call.town, call.school(child), child, *call.span())


def day_balance_info(call: Call) -> Any:
    child = call.by_contract("contract_id")
    first = call.number("first") if request.args.get("first") else 14
    after = call.day("after") if request.args.get("after") else None
    return day.balance_days(call.town, call.school(child), child, min(first, 100), after)


def attendance(call: Call) -> Any:
    child = call.child()
    return day.missed_days(call.town, child, call.state.notices.get(child.id, {}))


FAMILY: dict[str, Handler] = {
    "profile": profile,
    "school_info": school_info,
    "status": status,
    "schedule": schedule,
    "schedule/short": schedule_short,
    r"lesson_schedule_items/(\d{1,15})": lesson_card,
    "periods_schedules": periods_schedules,
    "homeworks/short": homeworks_short,
    "homeworks": homeworks,
    "marks": mark_list,
    r"marks/(\d{1,15})": mark_card,
    "subject_marks": all_subject_marks,
    "subject_marks/short": short_subject_marks,
    "subject_marks/for_subject": one_subject_marks,
    "subjects/list": subjects,
    r"programs/parallel_curriculum/(\d{1,15})": curriculum,
    "notifications/search": notifications,
    "visits": visits,
    "day_balance_info": day_balance_info,
    "attendance": attendance,
}
