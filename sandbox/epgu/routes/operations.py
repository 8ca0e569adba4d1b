"""The four operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element

from sandbox.epgu.state import State
from sandbox.epgu.wire import rows
from sandbox.epgu.wire.errors import Refusal
from sandbox.epgu.wire.reading import Asked
from sandbox.world.model import Person
from sandbox.world.town import Town

LONGEST_DAYS: Final = 366


def rows_of(asked: Asked, town: Town, state: State) -> list[Element]:
    """What stands in `AppData` of the answer."""
    asked.check_fields(("ApplicantSnils",) if state.switches["applicant_required"] else ())
    if asked.operation == "GetStudents":
        return [rows.student(town, pupil) for pupil in state.students(town, asked.fields["ApplicantSnils"])]
    pupil = state.student(town, asked.fields["StudentId"], asked.fields.get("ApplicantSnils"))
    return BY_PUPIL[asked.operation](asked, town, pupil)


def _diary(asked: Asked, town: Town, pupil: Person) -> list[Element]:
    start, end = asked.date("From"), asked.date("To")
    if start > end:
        raise Refusal("DATE_ORDER")
    if (end - start).days >= LONGEST_DAYS:
        raise Refusal("DATE_RANGE")
    return rows.diary(town, pupil, start, end)


def _final_marks(asked: Asked, town: Town, pupil: Person) -> list[Element]:
    wanted = asked.fields.get("Period", "").casefold()
    periods = {it.id for it in town.periods_of(pupil.class_id or "") if wanted in ("", it.name.casefold())}
    if not periods:
        raise Refusal("PERIOD_NOT_FOUND")
    school = town.schools[pupil.school or ""]
    return [rows.final(town, school, it) for it in town.finals(pupil.id) if it.period in periods]


def _timetable(asked: Asked, town: Town, pupil: Person) -> list[Element]:
    return rows.timetable(town, pupil, asked.date("Date"))


BY_PUPIL: Final[dict[str, Callable[[Asked, Town, Person], list[Element]]]] = {
    "GetDiary": _diary,
    "GetFinalMarks": _final_marks,
    "GetTimetable": _timetable,
}
