"""Final marks in three shapes, and averages: of a person, of a group, weighted and not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import Journal
from sandbox.dnevnik.state.directory import Group
from sandbox.dnevnik.state.ids import numbered, with_text
from sandbox.dnevnik.wire import marks as wire
from sandbox.dnevnik.wire import works
from sandbox.dnevnik.wire.schedules import subjects
from sandbox.world.model import Mark, Period

Weight = Callable[[Mark], Decimal]


def add(table: Table) -> None:
    table.get("persons/<person>/edu-groups/<group>/final-marks")(person_finals)
    table.get("persons/<person>/edu-groups/<group>/allfinalmarks")(all_finals)
    table.get("edu-groups/<group>/final-marks")(group_finals)
    table.get("edu-groups/<group>/subjects/<subject>/final-marks")(subject_finals)
    table.get("persons/<person>/reporting-periods/<period>/avg-mark")(average)
    table.get("persons/<person>/reporting-periods/<period>/subjects/<subject>/avg-mark")(subject_average)
    table.get("edu-groups/<group>/avg-marks/<start>/<end>")(group_averages)
    table.get("edu-groups/<group>/reporting-periods/<period>/avg-marks/<day>")(group_averages_until)
    table.get("edu-groups/<group>/wa-marks/<start>/<end>")(weighted_averages)
    table.get(
        "edu-group/<group>/criteria-marks-totals",
        "edu-group/<group>/subject/<subject>/criteria-marks-totals",
        "edu-group/<group>/subject/<subject>/period/<period>/criteria-marks",
    )(criteria_totals)
    table.get("edu-group/<group>/subject/<subject>/period/<period>/criteria-marks-sections")(criteria_sections)


def person_finals(call: Call, person: str, group: str) -> Any:
    journal = _in_group(call, person, group)
    return wire.subject_final_marks(journal, journal.finals())


def all_finals(call: Call, person: str, group: str) -> Any:
    """Marks beside the works that say which period each is for."""
    journal = _in_group(call, person, group)
    found = journal.finals()
    final_works = {work.id: work for _, work in found}
    return {
        "marks": [wire.final_mark(journal, final, work) for final, work in found],
        "works": [works.work(journal, work) for work in final_works.values()],
        "subjects": subjects(journal, (final.subject for final, _ in found)),
        "workTypes": works.side_work_types(journal, final_works.values()),
    }


def _in_group(call: Call, person: str, group: str) -> Journal:
    call.group(group)
    return call.pupil(person)


def _own(call: Call, group: Group) -> list[Journal]:
    return [journal for journal in call.journals() if journal.pupil.class_id == group.klass.id]


def group_finals(call: Call, group: str) -> Any:
    """By period, the year under a null; of the own pupils only."""
    wanted = call.group(group)
    lines = []
    for journal in _own(call, wanted):
        by_period: dict[str, list[Any]] = {}
        for final, work in journal.finals():
            by_period.setdefault(final.period, []).append((final, work))
        for found in by_period.values():
            period = found[0][1].period
            key = None if period.kind == "year" else numbered("period", period.number_id)
            lines.append(
                {
                    **with_text(person=call.directory.person_id(journal.pupil), group=wanted.id, reportingPeriod=key),
                    "per-subject-final-marks": wire.subject_final_marks(journal, found),
                }
            )
    return lines


def subject_finals(call: Call, group: str, subject: str) -> Any:
    key = call.subject(subject)
    return [
        wire.final_mark(journal, final, work)
        for journal in _own(call, call.group(group))
        for final, work in journal.finals()
        if final.subject == key
    ]


def average(call: Call, person: str, period: str) -> Any:
    """A bare JSON string, or null while there is no mark."""
    journal = call.pupil(person)
    span = call.period(call.directory.class_of(journal.pupil), period)
    return _text(_mean(journal.marks(span.start, span.end), _plain))


def subject_average(call: Call, person: str, period: str, subject: str) -> Any:
    journal, key = call.pupil(person), call.subject(subject)
    span = call.period(call.directory.class_of(journal.pupil), period)
    return _text(_mean([it for it in journal.marks(span.start, span.end) if it.subject == key], _plain))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _plain(_mark: Mark) -> Decimal:
    return Decimal(1)


def _mean(marks: list[Mark], weight: Weight) -> Decimal | None:
    pairs = ((value, weight(it)) for it in marks if (value := wire.number_of(it.value)) is not None)
    return wire.average(pairs)


def _averages(call: Call, group: Group, start: date, end: date, weight: Weight) -> dict[str, dict[str, Decimal]]:
    """Pupil -> subject -> mean, of the whole group: only numbers leave, no single mark of a classmate."""
    members = {who.id for who in call.directory.members(group)}
    found: dict[str, dict[str, Decimal]] = {who.id: {} for who in call.directory.members(group)}
    taught = {group.subject} if group.subject is not None else call.directory.subjects_of(group.klass)
    for subject in sorted(key for key in taught if key is not None):
        by_pupil: dict[str, list[Mark]] = {}
        for it in call.directory.town.class_marks(group.klass.id, subject, start, end):
            if it.pupil in members:
                by_pupil.setdefault(it.pupil, []).append(it)
        for pupil, marks in by_pupil.items():
            mean = _mean(marks, weight)
            if mean is not None:
                found[pupil][subject] = mean
    return found


def group_averages(call: Call, group: str, start: str, end: str) -> Any:
    found = _averages(call, call.group(group), *call.span("from", "to", start, end), _plain)
    people = call.directory.town.people
    return [wire.average_line(call.directory, people[pupil], means) for pupil, means in found.items()]


def group_averages_until(call: Call, group: str, period: str, day: str) -> Any:
    """From the period's beginning to a day."""
    wanted = call.group(group)
    span = call.period(wanted.klass, period)
    until = min(call.date("date", day), span.end)
    found = _averages(call, wanted, span.start, max(until, span.start), _plain)
    people = call.directory.town.people
    ids = with_text(group=wanted.id, reportingPeriod=numbered("period", span.number_id))
    return [{**ids, **wire.average_line(call.directory, people[pupil], means)} for pupil, means in found.items()]


def weighted_averages(call: Call, group: str, start: str, end: str) -> Any:
    """By subject, with the weights of the works; here a value is a number."""
    wanted = call.group(group)
    types = call.directory.town.work_types

    def weight(mark: Mark) -> Decimal:
        return Decimal(types[mark.work].weight) if mark.weight is None else Decimal(str(mark.weight))

    by_subject: dict[str, list[dict[str, Any]]] = {}
    for pupil, means in _averages(call, wanted, *call.span("from", "to", start, end), weight).items():
        person = call.directory.person_id(call.directory.town.people[pupil])
        for subject, mean in means.items():
            by_subject.setdefault(subject, []).append({**with_text(person=person), "value": float(mean)})
    return {
        "subjectMarks": [{**with_text(subject=call.directory.subject_id(key)), "marks": marks} for key, marks in sorted(by_subject.items())]
    }


def criteria_totals(call: Call, group: str, subject: str | None = None, period: str | None = None) -> Any:
    """The criteria of the own pupils' marks."""
    wanted = call.group(group)
    key = None if subject is None else call.subject(subject)
    span = _span(call, wanted, period)
    return [
        line
        for journal in _own(call, wanted)
        for line in wire.criteria_marks(journal, (it for it in journal.marks(*span) if key is None or it.subject == key))
    ]


def criteria_sections(call: Call, group: str, subject: str, period: str) -> Any:
    """What the numbered sections of `criteriabasedmarks` mean. The platform's own keys are not known: a house shape."""
    wanted, key = call.group(group), call.subject(subject)
    sections: dict[int, dict[str, Any]] = {}
    for journal in _own(call, wanted):
        for it in journal.marks(*_span(call, wanted, period)):
            for name, _, most in it.criteria if it.subject == key else ():
                number = wire.section_id(it.subject, name)
                sections[number] = {**with_text(id=number), "name": name, "maxValue": int(most) if most.isdigit() else None}
    return list(sections.values())


def _span(call: Call, group: Group, period: str | None) -> tuple[date, date]:
    if period is None:
        return call.directory.town.year
    found: Period = call.period(group.klass, period)
    return found.start, found.end
