"""From the answers of one read to one page: side-loaded tables first, then the records that need them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.attendance import SeenEntry, attendance
from connectors.diaries.dnevnik.mapping.frame import Frame, Place, Tables, ident, pairs
from connectors.diaries.dnevnik.mapping.homework import SeenHomework, homework
from connectors.diaries.dnevnik.mapping.lessons import SeenLesson, lessons, subject_of
from connectors.diaries.dnevnik.mapping.marks import SeenMark, marks
from connectors.diaries.dnevnik.mapping.results import OneAverage, averages, finals, periods
from connectors.diaries.dnevnik.mapping.terms import terms
from connectors.diaries.dnevnik.mapping.times import school_day
from connectors.kit.diary import Datum, DiaryPage, Period, SubjectAverage
from connectors.kit.plain_text import plain_text


@dataclass(slots=True, kw_only=True)
class Answers:
    """What the platform answered, each as its wire type and as it was written."""

    schedules: list[tuple[wire.Schedule, Any]] = field(default_factory=list)
    homeworks: list[tuple[wire.Homeworks, Any]] = field(default_factory=list)
    marks: list[tuple[list[wire.Mark], Any]] = field(default_factory=list)
    criteria: list[wire.CriteriaMark] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    """The marks among the latest ones: of these the criteria are known."""
    sections: list[wire.Section] = field(default_factory=list)
    works: list[wire.Work] = field(default_factory=list)
    places: list[wire.FullLesson] = field(default_factory=list)
    types: list[wire.WorkType] = field(default_factory=list)
    subjects: list[wire.Subject] = field(default_factory=list)
    periods: list[wire.Period] = field(default_factory=list)
    finals: tuple[wire.AllFinalMarks, Any] | None = None
    averages: list[tuple[Period, list[OneAverage]]] = field(default_factory=list)
    year: wire.PeriodGroup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The objects of all answers, in their order."""

    tables: Tables = field(default_factory=Tables)
    lessons: list[SeenLesson] = field(default_factory=list)
    marks: list[SeenMark] = field(default_factory=list)
    entries: list[SeenEntry] = field(default_factory=list)
    homeworks: list[SeenHomework] = field(default_factory=list)


def absorb(frame: Frame, answers: Answers) -> Seen:
    """Reads the first round: refuses other people's records, fills the tables, lists what the day holds."""
    seen = Seen()
    tables = seen.tables
    tables.add_types(answers.types)
    tables.add_subjects(answers.subjects)
    for schedule, _ in answers.schedules:
        for day in schedule.days:
            tables.add_subjects(day.subjects)
            tables.add_works(day.works)
            tables.add_works(day.homeworks)
            tables.add_types(day.work_types)
            for teacher in day.teachers or ():
                tables.teachers[ident(teacher.person.id, teacher.person.id_str)] = _name(teacher.person)
    for schedule, plain in answers.schedules:
        for at, day, original in pairs(schedule.days, plain["days"]):
            _take_day(frame, seen, day, original, f"$.days[{at}]")
    for answer, plain in answers.homeworks:
        _take_homeworks(frame, seen, answer, plain)
    for found, plain in answers.marks:
        _take_marks(frame, seen, found, plain, "$")
    _take_criteria(frame, seen, answers)
    return seen


def _take_criteria(frame: Frame, seen: Seen, answers: Answers) -> None:
    seen.tables.criteria.clear()
    for index, one in enumerate(answers.criteria):
        if one.personid is not None:
            frame.own(one.personid, None, f"$.criteriabasedmarks[{index}].personid")
        seen.tables.criteria.setdefault(one.date or "", []).append(one)


def _take_day(frame: Frame, seen: Seen, day: wire.Day, original: Any, where: str) -> None:
    for index, lesson, plain in pairs(day.lessons, original["lessons"]):
        _take_lesson(frame, seen, lesson, plain, f"{where}.lessons[{index}]", own=True)
    _take_marks(frame, seen, day.marks, original["marks"], f"{where}.marks")
    on = school_day(frame.system, day.date, frame.zone, f"{where}.date")
    for index, entry, plain in pairs(day.lesson_log_entries, original["lessonLogEntries"]):
        frame.own(entry.person, entry.person_str, f"{where}.lessonLogEntries[{index}].person")
        line = SeenEntry(entry=entry, original=plain, date=on)
        seen.entries.append(line)
        if (comment := line.comment()).text:
            seen.tables.comments.setdefault(line.lesson, []).append(comment)
    for index, work, plain in pairs(day.homeworks, original["homeworks"]):
        seen.homeworks.append(SeenHomework(work=work, original=plain, where=f"{where}.homeworks[{index}]"))


def _take_lesson(frame: Frame, seen: Seen, lesson: wire.Lesson, plain: Any, where: str, *, own: bool) -> None:
    id_ = ident(lesson.id, lesson.id_str)
    on = school_day(frame.system, lesson.date, frame.zone, f"{where}.date")
    subject = subject_of(frame, lesson.subject_id, seen.tables, f"{where}.subjectId")
    seen.tables.lessons[id_] = Place(date=on, number=lesson.number, subject=subject, subject_id=ident(lesson.subject_id))
    if own:
        seen.lessons.append(SeenLesson(id=id_, date=on, lesson=lesson, original=plain, where=where))


def _take_homeworks(frame: Frame, seen: Seen, answer: wire.Homeworks, plain: Any) -> None:
    seen.tables.add_subjects(answer.subjects)
    seen.tables.add_works(answer.works)
    for file in answer.files or ():
        seen.tables.files[ident(file.id, file.id_str)] = file
    for index, lesson, original in pairs(answer.lessons, plain["lessons"]):
        if ident(lesson.id, lesson.id_str) not in seen.tables.lessons:
            _take_lesson(frame, seen, lesson, original, f"$.lessons[{index}]", own=False)
    for index, work, original in pairs(answer.works, plain["works"]):
        seen.homeworks.append(SeenHomework(work=work, original=original, where=f"$.works[{index}]"))


def _take_marks(frame: Frame, seen: Seen, found: Sequence[wire.Mark] | None, plain: Any, where: str) -> None:
    for index, mark, original in pairs(found, plain):
        frame.own(mark.person, mark.person_str, f"{where}[{index}].person")
        seen.marks.append(SeenMark(mark=mark, original=original, where=f"{where}[{index}]"))


def missing(seen: Seen) -> tuple[list[int], list[int]]:
    """Works and lessons that marks name and no answer showed: what a second round has to ask for."""
    works: dict[int, None] = {}
    places: dict[int, None] = {}
    for item in seen.marks:
        if item.lesson and item.lesson not in seen.tables.lessons:
            places[int(item.lesson)] = None
        if item.work and item.work not in seen.tables.works and not item.lesson:
            works[int(item.work)] = None
    return list(works), list(places)


def kinds_of_work(seen: Seen) -> set[str]:
    """The kinds of work that the marks name."""
    return {ident(item.mark.work_type) for item in seen.marks if item.mark.work_type}


def unlisted_marks(frame: Frame, seen: Seen, answers: Answers) -> bool:
    """Whether the latest marks ended before the window did, so that criteria may be missing."""
    places = seen.tables.lessons
    return any(item.id not in answers.listed and frame.holds(places[item.lesson].date) for item in seen.marks if item.lesson in places)


def sections_by_place(seen: Seen) -> dict[tuple[str, date], set[str]]:
    """The sections of criteria by subject and day: where to ask what they are called."""
    found: dict[tuple[str, date], set[str]] = {}
    for item in seen.marks:
        place = seen.tables.lessons.get(item.lesson)
        criteria = seen.tables.criteria.get(item.mark.date or "")
        if place is not None and criteria:
            found.setdefault((place.subject_id, place.date), set()).update(str(one.section) for one in criteria)
    return found


def take_missing(frame: Frame, seen: Seen, answers: Answers) -> None:
    """Reads the second round."""
    seen.tables.add_works(answers.works)
    seen.tables.add_types(answers.types)
    seen.tables.sections.update((str(section.id), section) for section in answers.sections)
    _take_criteria(frame, seen, answers)
    for index, lesson in enumerate(answers.places):
        if lesson.subject is None:
            continue
        on = school_day(frame.system, lesson.date, frame.zone, f"$[{index}].date")
        subject = lesson.subject
        place = Place(date=on, number=lesson.number, subject=subject.name, subject_id=ident(subject.id, subject.id_str))
        seen.tables.lessons[ident(lesson.id, lesson.id_str)] = place


def build(frame: Frame, data: Set[Datum], answers: Answers, seen: Seen, *, base: str) -> DiaryPage:
    """Exactly the asked kinds; the others stay None."""
    tables = seen.tables
    known = periods(frame, answers.periods)
    final_answer = answers.finals
    return DiaryPage(
        lessons=lessons(frame, seen.lessons, tables) if Datum.LESSONS in data else None,
        marks=marks(frame, seen.marks, tables) if Datum.MARKS in data else None,
        homework=homework(frame, seen.homeworks, tables, base=base) if Datum.HOMEWORK in data else None,
        attendance=attendance(frame, seen.entries, seen.marks, tables) if Datum.ATTENDANCE in data else None,
        finals=finals(frame, *final_answer, known, tables) if Datum.FINALS in data and final_answer else None,
        averages=_averages(frame, answers, tables) if Datum.AVERAGES in data else None,
        terms=terms(frame, answers.year) if Datum.TERMS in data and answers.year else None,
    )


def _averages(frame: Frame, answers: Answers, tables: Tables) -> tuple[SubjectAverage, ...]:
    ordered = sorted(answers.averages, key=lambda item: (item[0].start or date.min, item[0].id))
    return tuple(record for period, found in ordered for record in averages(frame, period, found, tables))


def _name(person: wire.Person) -> str:
    full = " ".join(part for part in (person.last_name, person.first_name, person.middle_name) if part)
    return plain_text(full or person.short_name)
