"""Marks, final marks, averages and the dictionary of mark values."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sandbox.dnevnik.state.directory import Directory
from sandbox.dnevnik.state.ids import named, numbered, with_text
from sandbox.dnevnik.state.journal import Journal, Work, graded_at
from sandbox.dnevnik.wire.dates import day, moment
from sandbox.world.model import Final as FinalMark
from sandbox.world.model import Mark, Person

VALUES: Final[dict[str, list[str]]] = {
    "markna": ["н/а"],
    "markdismiss": ["осв"],
    "mark5": [f"{base}{sign}" for base in "12345" for sign in ("-", "", "+")],
    "mark6": list("123456"),
    "mark7": list("1234567"),
    "mark10": [str(value) for value in range(1, 11)],
    "mark12": [str(value) for value in range(1, 13)],
    "mark100": [str(value) for value in range(101)],
    "markabcdf": ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F"],
    "markoral6band": list("123456"),
    "test": ["зач", "незач"],
    "notset": [],
}
"""`marks/values`: the names are lower-case there, and CamelCase in a mark's own `type`."""
TYPE_NAMES: Final = {"markna": "MarkNA", "markdismiss": "MarkDismiss", "test": "Test", "mark5": "Mark5"}


def type_of(value: str) -> str:
    """The scale that a value belongs to; a pair such as `4/5` stays one mark of the five-point scale, as it is written."""
    text = value.strip().lower()
    for name, title in TYPE_NAMES.items():
        if text in VALUES[name]:
            return title
    parts = text.split("/")
    return "Mark5" if all(part.strip() in VALUES["mark5"] for part in parts) else "NotSet"


def number_of(value: str) -> Decimal | None:
    """What a value counts in an average: the pair's mean, without plus and minus; nothing where it is no number."""
    digits = [part.strip().rstrip("+-−") for part in value.split("/")]
    if not all(part.isdigit() for part in digits):
        return None
    return sum(map(Decimal, digits), Decimal()) / len(digits)


def mood_of(value: str) -> str:
    number = number_of(value)
    if number is None:
        return "NotSet"
    return "Good" if number >= 4 else "Average" if number >= 3 else "Bad"


def mark(journal: Journal, it: Mark, work: Work | None = None) -> dict[str, Any]:
    """`date` is when the mark was set; the lesson's own date is on the lesson. Without a lesson it is the day the mark is for."""
    work = journal.work_of(it) if work is None else work
    zone = journal.directory.zone(journal.directory.school_of(journal.pupil))
    return _mark(
        journal,
        number=numbered("mark", it.number_id),
        value=it.value,
        work=work,
        date=day(it.date) if work.lesson is None else moment(graded_at(it), zone),
        counts=number_of(it.value) is not None,
    )


def final_mark(journal: Journal, it: FinalMark, work: Work) -> dict[str, Any]:
    zone = journal.directory.zone(journal.directory.school_of(journal.pupil))
    return _mark(journal, number=numbered("final", it.number_id), value=it.value, work=work, date=moment(it.set_at, zone), counts=False)


def _mark(journal: Journal, *, number: int, value: str, work: Work, date: str, counts: bool) -> dict[str, Any]:
    return {
        **with_text(id=number),
        "type": type_of(value),
        "value": value,
        "textValue": value,
        **with_text(
            person=journal.directory.person_id(journal.pupil),
            work=work.id,
            lesson=None if work.lesson is None else numbered("lesson", work.lesson.number_id),
        ),
        "number": 1,
        "date": date,
        "workType": work.kind.id,
        "mood": mood_of(value),
        "use_avg_calc": counts,
    }


def criteria_marks(journal: Journal, marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """`criteriabasedmarks`: one line a criterion, a whole number in a numbered section."""
    zone = journal.directory.zone(journal.directory.school_of(journal.pupil))
    return [
        {
            **with_text(id=named("criterion", it.id, name)),
            "personid": journal.directory.person_id(journal.pupil),
            "section": section_id(it.subject, name),
            "value": int(value) if value.isdigit() else 0,
            "date": moment(graded_at(it), zone),
        }
        for it in marks
        for name, value, _ in it.criteria
    ]


def section_id(subject: str, name: str) -> int:
    return named("section", subject, name)


def subject_final_marks(journal: Journal, finals: Iterable[tuple[FinalMark, Work]]) -> list[dict[str, Any]]:
    """The shape with hyphens in its keys."""
    return [
        {**with_text(subject=journal.directory.subject_id(it.subject)), "final-mark": final_mark(journal, it, work)} for it, work in finals
    ]


def average(values: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The mean of (value, weight) pairs, to two places."""
    pairs = list(values)
    total = sum((weight for _, weight in pairs), Decimal())
    if not total:
        return None
    mean = sum((value * weight for value, weight in pairs), Decimal()) / total
    return mean.quantize(Decimal("0.01"), ROUND_HALF_UP)


def average_line(directory: Directory, pupil: Person, averages: dict[str, Decimal]) -> dict[str, Any]:
    return {
        **with_text(person=directory.person_id(pupil)),
        "per-subject-averages": [
            {**with_text(subject=directory.subject_id(key)), "avg-mark-value": str(value)} for key, value in averages.items()
        ],
    }
