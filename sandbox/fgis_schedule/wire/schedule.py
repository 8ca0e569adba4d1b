"""The Schedule of one pupil over some days, as the published contract shapes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sandbox.derived.averages import number_of, weight_of
from sandbox.world.model import Absence, Homework, Lesson, Mark, Person, School
from sandbox.world.town import Town

NAMES: Final = UUID("8d6ad5a4-6d5c-4c6e-9a54-3f2f3c1b7a10")
"""Ids of schools and lessons are made from the town's own within this namespace."""
BLANK_LINES: Final = re.compile(r"\n\s*\n+")
PASS_WORDS: Final = frozenset({"зач", "незач", "зачёт", "незачёт", "осв"})


def today(town: Town, pupil: Person) -> date:
    return town.now().astimezone(_zone(town.schools[pupil.school or ""])).date()


def schedule(town: Town, pupil: Person, start: date, end: date, distant: Iterable[tuple[str, date]]) -> tuple[dict[str, Any], datetime]:
    """The answer without `meta`, and the time of the newest entry in it; `distant` are (class, day)."""
    school, own = town.schools[pupil.school or ""], town.classes[pupil.class_id or ""]
    days = frozenset(day for class_id, day in distant if class_id == own.id)
    marks, absences = town.marks(pupil.id, start, end), town.absences(pupil.id, start, end)
    homework = town.homework_of(pupil.id, start, end, by="due")
    lessons = [
        _lesson(
            town,
            school,
            it,
            [item for item in homework if item.due_lesson == it.id],
            next((item for item in absences if item.lesson == it.id), None),
            [mark for mark in marks if mark.lesson == it.id],
            it.date in days,
        )
        for it in sorted(town.lessons_of(pupil.id, start, end), key=lambda lesson: (lesson.starts_at, lesson.number_id))
    ]
    shape: dict[str, Any] = {
        "id": str(uuid5(NAMES, f"school:{school.ogrn}")),
        "name": school.short_name,
        "scheduleUrl": f"https://school-{school.id}.town.example/schedule",
        "period": {"start": start.isoformat(), "end": end.isoformat()},
        "academYear": f"{town.year[0].year}/{town.year[1].year % 100:02d}",
    }
    if any("distant" in lesson for lesson in lessons):
        shape["distantUrl"] = f"https://school-{school.id}.town.example/distant"
    shape["class"] = [{"class": own.name, "grade": str(own.parallel), "lesson": lessons}]
    found = {"resourceType": "Schedule", "id": str(pupil.accounts["fgis"]["esia_id"]), "school": [shape]}
    return found, _newest(town, marks, absences, homework)


def _newest(town: Town, marks: list[Mark], absences: list[Absence], homework: list[Homework]) -> datetime:
    times = [datetime.combine(town.year[0], time(), UTC), *(mark.changed_at or mark.set_at for mark in marks)]
    return min(max([*times, *(it.set_at for it in absences), *(it.set_at for it in homework)]), town.now())


def _lesson(
    town: Town, school: School, it: Lesson, homework: list[Homework], absence: Absence | None, marks: list[Mark], distant: bool
) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": str(uuid5(NAMES, f"lesson:{it.id}")), "subject": town.subjects[it.subject].name}
    shape |= {
        name: value
        for name, value in (
            ("insteadOf", town.subjects[it.replaces].name if it.replaces else ""),
            ("topic", it.topic),
            ("homework", _paragraphs(item.text for item in homework)),
        )
        if value
    }
    shape["period"] = {"start": moment(school, it.starts_at), "end": moment(school, it.ends_at)}
    if it.room:
        shape["classroom"] = it.room
    if distant:
        shape["distant"] = True
    note = _paragraphs((_about(it), *(mark.comment for mark in marks), absence.comment if absence else ""))
    if note:
        shape["note"] = note
    if absence is not None:
        shape["attendance"] = {"code": absence.code}
    if marks:
        shape["score"] = [_score(town, mark) for mark in marks]
    return shape


def _about(it: Lesson) -> str:
    """What the contract has no field for, said in words."""
    if it.status == "cancelled":
        return "Урок отменён"
    return f"Перенесён с {it.moved_from.isoformat()}" if it.moved_from else ""


def _paragraphs(texts: Iterable[str]) -> str:
    """Parted by an empty line, of which no single text holds one."""
    return "\n\n".join(BLANK_LINES.sub("\n", text.strip()) for text in texts if text.strip())


def _score(town: Town, mark: Mark) -> dict[str, Any]:
    work, weight = town.work_types[mark.work], weight_of(town, mark)
    first, slash, second = mark.value.partition("/")
    return {
        "code": work.abbr,
        "weight": int(weight) if weight == int(weight) else float(weight),
        "score": first,
        **({"score2": second} if slash else {}),
        "scoreSystem": _system_of(mark.value),
    }


def _system_of(value: str) -> str:
    if value.casefold() in PASS_WORDS:
        return "pass"
    number = number_of(value)
    return "5" if number is not None and 1 <= number <= 5 else "other"


def moment(school: School, value: datetime) -> str:
    return value.astimezone(_zone(school)).replace(microsecond=0).isoformat()


def _zone(school: School) -> ZoneInfo:
    return ZoneInfo(school.tz)
