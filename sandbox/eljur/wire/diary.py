"""The diary, the schedule, homework, marks, final marks, periods, updates: by student, by day `Ymd`, by number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.derived.averages import average, by_subject, number_of, weight_of
from sandbox.eljur.wire.answers import DAY_NAMES, ZONE, clock, ymd
from sandbox.eljur.wire.people import full_name, student_id
from sandbox.world.model import Absence, Homework, Lesson, Mark, Person
from sandbox.world.town import Town

FILES = "https://files.town.example"


def titled(pupil: Person, **more: Any) -> dict[str, Any]:
    return {"name": student_id(pupil), "title": full_name(pupil), **more}


def diary(town: Town, pupil: Person, start: date, end: date, *, rings: bool) -> dict[str, Any]:
    """Homework stands where it is due; absences are among the marks. A cancelled lesson is not shown."""
    marks = _marks(town, pupil, start, end)
    homework = _homework(town, pupil, start, end)

    def item(it: Lesson, sort: int) -> dict[str, Any]:
        shape = _lesson(town, it, sort, rings=rings)
        own = homework.get(it.id, [])
        shape["homework"] = {str(task.number_id): _task(task) for task in own}
        shape["files"] = [file for task in own for file in _files(task)]
        shape |= {"resources": [], "is_control": it.is_control, **dict.fromkeys(("payload_course_id", "payload_id", "payload_name"))}
        shape["payload_type"] = None
        found = marks.get(it.id, [])
        return shape | ({"assessments": [_mark(town, each, place) for place, each in enumerate(found, 1)]} if found else {})

    return titled(pupil, days=_days(town, pupil, start, end, item), parent_signed=False)


def schedule(town: Town, pupil: Person, start: date, end: date, *, rings: bool) -> dict[str, Any]:
    return titled(pupil, days=_days(town, pupil, start, end, lambda it, sort: _lesson(town, it, sort, rings=rings)))


def _days(town: Town, pupil: Person, start: date, end: date, item: Any) -> dict[str, Any]:
    """Days with lessons, and days off with their name."""
    found: dict[date, dict[str, Any]] = {}
    for it in town.lessons_of(pupil.id, start, end):
        if it.status == "cancelled":
            continue
        items = found.setdefault(it.date, {})
        number = str(it.number)
        items[number if number not in items else str(100 + len(items))] = item(it, len(items) + 1)
    days = {ymd(on): {"name": ymd(on), "title": DAY_NAMES[on.weekday()], "items": items} for on, items in found.items()}
    for holiday in town.holidays(pupil.school or ""):
        on = max(start, holiday.start)
        while on <= min(end, holiday.end):
            off: dict[str, Any] = {
                "name": ymd(on),
                "title": DAY_NAMES[on.weekday()],
                "alert": "holiday",
                "holiday_name": holiday.name,
                "items": {},
            }
            days.setdefault(ymd(on), off)
            on += timedelta(days=1)
    return dict(sorted(days.items()))


def _lesson(town: Town, it: Lesson, sort: int, *, rings: bool) -> dict[str, Any]:
    teacher = town.people.get(it.teacher)
    shape: dict[str, Any] = {
        "name": town.subjects[it.subject].name,
        "lesson_id": str(it.number_id),
        "num": str(it.number),
        "room": it.room,
        "teacher": "" if teacher is None else full_name(teacher),
        "sort": sort,
    }
    if it.topic:
        shape["topic"] = it.topic
    if it.subgroup:
        shape |= {"grp": f"Группа {it.subgroup}", "grp_short": it.subgroup}
    return shape | ({"starttime": clock(it.starts_at), "endtime": clock(it.ends_at)} if rings else {})


def _homework(town: Town, pupil: Person, start: date, end: date) -> dict[str | None, list[Homework]]:
    found: dict[str | None, list[Homework]] = {}
    for item in town.homework_of(pupil.id, start, end, by="due"):
        found.setdefault(item.due_lesson, []).append(item)
    return found


def _task(it: Homework) -> dict[str, Any]:
    return {"id": it.number_id, "value": it.text, "individual": it.pupil is not None}


def _files(it: Homework) -> list[dict[str, Any]]:
    return [{"toid": it.number_id, "filename": name, "link": f"{FILES}/{it.number_id}/{place}"} for place, (name, _) in enumerate(it.files)]


def homework(town: Town, pupil: Person, start: date, end: date) -> dict[str, Any]:
    """By day and subject."""
    days: dict[str, Any] = {}
    for item in town.homework_of(pupil.id, start, end, by="due"):
        name = town.subjects[item.subject].name
        day = days.setdefault(ymd(item.due_date), {"name": ymd(item.due_date), "title": DAY_NAMES[item.due_date.weekday()], "items": {}})
        subject = day["items"].setdefault(name, {"name": name, "homework": {}, "files": []})
        subject["homework"][str(item.number_id)] = _task(item)
        subject["files"] += _files(item)
    return titled(pupil, days=days)


# Marks
def _marks(town: Town, pupil: Person, start: date, end: date) -> dict[str | None, list[Mark | Absence]]:
    entries: list[Mark | Absence] = [*town.marks(pupil.id, start, end), *town.absences(pupil.id, start, end)]
    found: dict[str | None, list[Mark | Absence]] = {}
    for entry in entries:
        found.setdefault(entry.lesson, []).append(entry)
    return found


def _mark(town: Town, it: Mark | Absence, place: int) -> dict[str, Any]:
    """`convert` is the whole number behind the text, 0 for what does not count; an absence is a mark too."""
    lesson = town.lesson(it.lesson) if it.lesson else None
    number = number_of(it.value) if isinstance(it, Mark) else None
    weight = weight_of(town, it) if isinstance(it, Mark) else 0
    work = town.work_types[it.work] if isinstance(it, Mark) else None
    type_ = {"id": work.number if work else 0, "type": work.title if work else "", "short": work.abbr if work else ""}
    return {
        "value": it.value if isinstance(it, Mark) else it.code,
        "convert": int(number) if number is not None else 0,
        "count": number is not None,
        "countas": f"{number.normalize():f}" if number is not None else "0",
        "date": it.date.isoformat(),
        "lesson_id": str(lesson.number_id if lesson else 0),
        "nm": str(place),
        "weight": int(weight),
        "weight_float": float(weight),
        "color_hex": None,
        "comment": it.comment,
        "lesson_comment": None,
        "max_mark": None,
        "mtype": type_,
        "control_type": type_["type"],
        "control_type_short": type_["short"],
    }


def marks(town: Town, pupil: Person, start: date, end: date) -> dict[str, Any]:
    """By subject, with the journal's own average."""
    own: dict[str, list[Mark | Absence]] = {}
    entries: list[Mark | Absence] = [*town.marks(pupil.id, start, end), *town.absences(pupil.id, start, end)]
    for entry in sorted(entries, key=lambda it: (it.date, it.number_id)):
        own.setdefault(entry.subject, []).append(entry)
    counted = by_subject(town.marks(pupil.id, start, end))

    def row(subject: str) -> dict[str, Any]:
        mean = average(town, counted.get(subject, []))
        return {
            "name": town.subjects[subject].name,
            "lesson_id": str(town.subjects[subject].number),
            "average": "" if mean is None else f"{mean:.2f}",
            "averageConvert": 0 if mean is None else round(mean),
            "color_hex": None,
            "marks": [_mark(town, it, place) for place, it in enumerate(own[subject], 1)],
        }

    return titled(pupil, lessons=[row(subject) for subject in town.subjects if subject in own])


def finals(town: Town, pupil: Person) -> dict[str, Any]:
    given: dict[str, list[dict[str, Any]]] = {}
    for it in town.finals(pupil.id):
        number = number_of(it.value)
        shape = {"period": town.period(it.period).name, "value": it.value, "convert": int(number) if number is not None else 0}
        given.setdefault(it.subject, []).append(shape | {"comment": "", "color_hex": None})
    return titled(pupil, items=[{"name": town.subjects[key].name, "assessments": given[key]} for key in town.subjects if key in given])


def periods(town: Town, pupil: Person, *, weeks: bool) -> dict[str, Any]:
    def shape(name: str, start: date, end: date) -> dict[str, Any]:
        found = {"name": name, "fullname": name, "start": ymd(start), "end": ymd(end), "disabled": False, "ambigious": False}
        return found | ({"weeks": list(_weeks(start, end))} if weeks else {})

    own = town.periods_of(pupil.class_id or "")
    return titled(pupil, periods=[shape(it.name, it.start, it.end) for it in own if it.kind != "year"])


def _weeks(start: date, end: date) -> Iterable[dict[str, str]]:
    monday = start - timedelta(days=start.weekday())
    while monday <= end:
        first, last = max(start, monday), min(end, monday + timedelta(days=6))
        yield {"start": ymd(first), "end": ymd(last), "title": f"{first:%d.%m} – {last:%d.%m}"}
        monday += timedelta(days=7)


def updates(town: Town, pupil: Person, now: datetime, limit: int, page: int) -> dict[str, Any]:
    """What was written in the last fortnight, newest first; the last two days are `latest`."""
    start = now.astimezone(ZONE).date() - timedelta(days=14)
    entries: list[Mark | Absence] = [*town.marks(pupil.id, start, date.max), *town.absences(pupil.id, start, date.max)]
    entries.sort(key=lambda it: (it.set_at, it.number_id), reverse=True)
    part = entries[(page - 1) * limit : page * limit]
    shown = [(it, {"lesson": town.subjects[it.subject].name, **_mark(town, it, 1)}) for it in part]
    new = now - timedelta(days=2)
    return titled(
        pupil,
        updates={"latest": [shape for it, shape in shown if it.set_at >= new], "old": [shape for it, shape in shown if it.set_at < new]},
    )
