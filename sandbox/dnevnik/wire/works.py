"""Works, their types, tasks, and the files of homework."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.dnevnik.state.directory import Directory
from sandbox.dnevnik.state.ids import named, numbered, with_text
from sandbox.dnevnik.state.journal import Journal, Kind, Work
from sandbox.dnevnik.wire.dates import day, moment
from sandbox.dnevnik.wire.schools import PERIOD_TYPES
from sandbox.world.model import Homework, Lesson, Person

NEW_TASK = "New"


def work_type(directory: Directory, school: str, it: Kind) -> dict[str, Any]:
    """The type as `work-types/{school}` shows it, with its weight."""
    whole = it.weight == it.weight.to_integral_value()
    return {
        **with_text(id=it.id),
        "schoolId": directory.school_id(directory.town.schools[school]),
        "kindId": named("work_type", it.kind),
        "kind": it.kind,
        "title": it.name,
        "abbr": it.abbr,
        "weight": int(it.weight) if whole else float(it.weight),
    }


def side_work_type(directory: Directory, school: str, it: Kind) -> dict[str, Any]:
    """The same type where it lies beside marks: other keys, no weight."""
    return {
        "id": it.id,
        "schoolId": directory.school_id(directory.town.schools[school]),
        "abbreviation": it.abbr,
        "name": it.name,
        "isFinal": it.is_final,
        "isImportant": it.is_important,
        "kindId": named("work_type", it.kind),
        "kind": it.kind,
    }


def side_work_types(journal: Journal, works: Iterable[Work]) -> list[dict[str, Any]]:
    school = journal.directory.class_of(journal.pupil).school
    kinds = {work.kind.id: work.kind for work in works}
    return [side_work_type(journal.directory, school, kind) for kind in kinds.values()]


def work(journal: Journal, it: Work, status: str = NEW_TASK) -> dict[str, Any]:
    """One shape for all works: class works, homework, and the works that final marks stand on."""
    directory = journal.directory
    zone = directory.zone(directory.school_of(journal.pupil))
    homework = it.homework
    number, type_ = _period(journal, it)
    files = [] if homework is None else [file_id(homework, name) for name, _ in homework.files]
    return {
        **with_text(id=it.id),
        "type": it.type,
        "workType": it.kind.id,
        "markType": "Mark5",
        "markCount": 1,
        **with_text(lesson=0 if it.lesson is None else numbered("lesson", it.lesson.number_id)),
        "displayInJournal": True,
        "status": "Published",
        **with_text(eduGroup=_group(directory, journal.pupil, it.lesson)),
        "tasks": [] if homework is None else [task(journal, it, status)],
        "text": "" if homework is None else homework.text,
        "periodNumber": number,
        "periodType": type_,
        **with_text(subjectId=directory.subject_id(it.subject)),
        "isImportant": it.kind.is_important,
        "targetDate": day(it.date if homework is None else homework.due_date),
        "sentDate": None if homework is None else moment(homework.set_at, zone),
        "createdBy": _author(directory, it),
        "files": files,
        "oneDriveLinks": [],
    }


def _group(directory: Directory, pupil: Person, lesson: Lesson | None) -> int:
    return directory.class_id(directory.class_of(pupil)) if lesson is None else directory.lesson_group(lesson)


def _author(directory: Directory, it: Work) -> int:
    who = None if it.lesson is None else directory.town.people.get(it.lesson.teacher)
    return 0 if who is None else directory.person_id(who)


def _period(journal: Journal, it: Work) -> tuple[int, str]:
    if it.period is not None:
        return it.period.number, PERIOD_TYPES.get(it.period.kind, "NotSet")
    for period in journal.town.periods_of(journal.directory.class_of(journal.pupil).id):
        if period.kind != "year" and period.start <= it.date <= period.end:
            return period.number, PERIOD_TYPES.get(period.kind, "NotSet")
    return 0, "NotSet"


def task(journal: Journal, it: Work, status: str = NEW_TASK) -> dict[str, Any]:
    """A pupil's own copy of a homework, with what he did about it."""
    homework = it.homework
    pupil = journal.pupil
    return {
        **with_text(id=named("task", it.id, pupil.id), person=journal.directory.person_id(pupil), work=it.id),
        "status": status,
        "targetDate": day(it.date if homework is None else homework.due_date),
    }


def task_id(work_id: int, pupil: Person) -> int:
    return named("task", work_id, pupil.id)


def file_id(homework: Homework, name: str) -> int:
    return named("file", homework.id, name)


def file(homework: Homework, name: str, size: int, author: dict[str, Any], base: str, uploaded: str) -> dict[str, Any]:
    """A file beside homework; `type` is its ending."""
    ending = name.rpartition(".")[2].lower()
    number = file_id(homework, name)
    return {
        **with_text(id=number),
        "name": name,
        "typeGroup": {"jpg": "Image", "jpeg": "Image", "png": "Image", "mp3": "Audio", "mp4": "Video"}.get(ending, "Document"),
        "type": ending,
        "pageUrl": f"{base}/files/{number}",
        "downloadUrl": f"{base}/files/{number}/download",
        "user": author,
        "size": size,
        "vote": 0,
        "uploadedDate": uploaded,
        "storageType": "Files",
    }
