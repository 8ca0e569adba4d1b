"""The answers of the partner API as its public clients document them; a key without default must be there."""

from __future__ import annotations

from decimal import Decimal

import msgspec

Number = int
"""A 64-bit id. Its text twin (`…_str`), where there is one, is the truth: other readers round above 2^53."""


_AS_WRITTEN = frozenset({"uses_weighted_avg", "use_avg_calc"})


def _key(name: str) -> str:
    """`person_id` is `personId` on the wire, its text twin `person_id_str` is `personId_str`."""
    if name in _AS_WRITTEN:
        return name
    words = name.removesuffix("_str").split("_")
    return words[0] + "".join(word.capitalize() for word in words[1:]) + ("_str" if name.endswith("_str") else "")


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename=_key):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Person(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    user_id: Number | None = None
    user_id_str: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    short_name: str | None = None
    sex: str | None = None


class Subject(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    name: str


class WorkType(Wire, frozen=True, kw_only=True):
    """Two spellings: side-loaded with a diary (`name`, `abbreviation`), and of a school (`title`, `abbr`, `weight`)."""

    id: Number
    title: str | None = None
    name: str | None = None
    abbr: str | None = None
    abbreviation: str | None = None
    kind: str | None = None
    weight: Decimal | None = None
    is_important: bool | None = None


class Task(Wire, frozen=True, kw_only=True):
    person: Number
    person_str: str | None = None
    status: str | None = None
    target_date: str | None = None


class Work(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    type: str
    work_type: Number | None = None
    lesson: Number | None = None
    lesson_str: str | None = None
    subject_id: Number | None = None
    text: str | None = None
    tasks: list[Task] | None = None
    period_number: int | None = None
    period_type: str | None = None
    is_important: bool | None = None
    target_date: str | None = None
    sent_date: str | None = None
    files: list[Number] | None = None


class Lesson(Wire, frozen=True, kw_only=True):
    """A lesson of a personal diary."""

    id: Number
    id_str: str | None = None
    title: str | None = None
    date: str
    number: int | None
    subject_id: Number | None
    replaced_subject_id: Number | None = None
    moved_from: str | None = None
    status: str | None = None
    hours: str | None = None
    place: str | None = None
    building: str | None = None
    floor: str | None = None
    works: list[Number] | None = None
    teachers: list[Number] | None = None


class FullLesson(Wire, frozen=True, kw_only=True):
    """A lesson asked for by its id, with the subject inside."""

    id: Number
    id_str: str | None = None
    date: str
    number: int | None = None
    subject: Subject | None


class Mark(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    type: str | None = None
    value: str | None
    text_value: str | None = None
    person: Number
    person_str: str | None = None
    work: Number | None = None
    work_str: str | None = None
    lesson: Number | None = None
    lesson_str: str | None = None
    number: int | None = None
    date: str | None = None
    work_type: Number | None = None
    mood: str | None = None
    use_avg_calc: bool | None = None


class CriteriaMark(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    personid: Number | None = None
    section: int
    value: int
    date: str | None = None


class Section(Wire, frozen=True, kw_only=True):
    """What a numbered section of criteria means; the keys beside the id are not documented."""

    id: Number
    name: str | None = None
    max_value: int | str | None = None


class LogEntry(Wire, frozen=True, kw_only=True):
    person: Number
    person_str: str | None = None
    lesson: Number | None
    lesson_str: str | None = None
    comment: str | None = None
    status: str | None
    created_date: str | None = None


class DayTeacher(Wire, frozen=True, kw_only=True):
    person: Person
    role: str | None = None


class Day(Wire, frozen=True, kw_only=True):
    date: str
    lessons: list[Lesson] | None
    marks: list[Mark] | None
    works: list[Work] | None
    homeworks: list[Work] | None
    subjects: list[Subject] | None
    work_types: list[WorkType] | None
    lesson_log_entries: list[LogEntry] | None
    teachers: list[DayTeacher] | None = None


class Schedule(Wire, frozen=True, kw_only=True):
    days: list[Day]


class HomeworkFile(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    name: str | None = None
    download_url: str | None = None
    size: int | None = None


class Homeworks(Wire, frozen=True, kw_only=True):
    works: list[Work] | None
    subjects: list[Subject] | None
    lessons: list[Lesson] | None
    files: list[HomeworkFile] | None = None


class Listed(Wire, frozen=True, kw_only=True):
    """An object of which only the id is of use."""

    id: Number
    id_str: str | None = None


class RecentMarks(Wire, frozen=True, kw_only=True):
    """Of the latest marks only the criteria are read: the marks themselves come with their lessons."""

    marks: list[Listed] | None
    criteriabasedmarks: list[CriteriaMark] | None


class Holiday(Wire, frozen=True, kw_only=True):
    id: Number
    start: str = msgspec.field(name="dateStart")
    finish: str = msgspec.field(name="dateFinish")
    name: str


class Period(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    start: str
    finish: str
    number: int | None
    type: str
    name: str
    year: int | None = None


class PeriodGroup(Wire, frozen=True, kw_only=True):
    """The class's year: its reporting periods and the holidays between them."""

    periods: list[Period] = msgspec.field(name="reportingPeriods")
    holidays: list[Holiday] | None = None


class AllFinalMarks(Wire, frozen=True, kw_only=True):
    marks: list[Mark] | None
    works: list[Work] | None
    subjects: list[Subject] | None
    work_types: list[WorkType] | None = None


class SubjectAverage(Wire, frozen=True, kw_only=True):
    subject: Number
    subject_str: str | None = None
    average: str | None = msgspec.field(name="avg-mark-value")


class PersonAverages(Wire, frozen=True, kw_only=True):
    person: Number
    person_str: str | None = None
    averages: list[SubjectAverage] | None = msgspec.field(name="per-subject-averages")


class WeightedMark(Wire, frozen=True, kw_only=True):
    person: Number
    value: Decimal | None


class WeightedSubject(Wire, frozen=True, kw_only=True):
    subject: Number
    subject_str: str | None = None
    marks: list[WeightedMark] | None


class WeightedMarks(Wire, frozen=True, kw_only=True):
    subject_marks: list[WeightedSubject] | None
