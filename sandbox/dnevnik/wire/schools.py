"""Schools, groups, subjects, reporting periods, time-tables and teachers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.dnevnik.state.directory import Directory, Group
from sandbox.dnevnik.state.ids import named, numbered, with_text
from sandbox.dnevnik.wire.dates import day
from sandbox.world.model import Holiday, Period, School, SchoolClass, Subject

PERIOD_TYPES = {"quarter": "Quarter", "trimester": "Trimester", "semester": "Semester", "module": "Module", "year": "Year"}


def school(directory: Directory, it: School) -> dict[str, Any]:
    """`timeZone` is the offset from UTC in hours."""
    offset = datetime(directory.town.year[0].year, 9, 1, tzinfo=directory.zone(it)).utcoffset()
    return {
        **with_text(id=directory.school_id(it)),
        "name": it.short_name,
        "fullName": it.legal_name,
        "avatarSmall": "",
        "city": it.city,
        "municipality": it.region,
        "regionid": int(it.region_code),
        "regionId": int(it.region_code),
        "markType": "Mark5",
        "timeZone": 3 if offset is None else round(offset.total_seconds() / 3600),
        "uses_avg": True,
        "uses_weighted_avg": True,
        "educationType": "Regular",
        "tsoCityId": named("place", it.city),
        "tsoRegionTreePath": f"\\{it.region}\\{it.city}",
    }


def person_school(directory: Directory, it: School) -> dict[str, Any]:
    """The short profile of `schools/person-schools`."""
    full = school(directory, it)
    return {key: full[key] for key in ("id", "id_str", "name", "educationType", "tsoCityId", "tsoRegionTreePath")}


def edu_group(directory: Directory, group: Group) -> dict[str, Any]:
    """A class, or a subgroup with its class as the parent."""
    klass = group.klass
    parents = [] if group.label is None else [directory.class_id(klass)]
    name = klass.name if group.label is None else f"{klass.name} {_subject_name(directory, group)} ({group.label})"
    return {
        **with_text(id=group.id),
        "parentIds": parents,
        "parentIds_str": [str(key) for key in parents],
        "type": "Group" if group.label is None else "Subgroup",
        "name": name,
        "fullName": name,
        "parallel": klass.parallel,
        **with_text(timetable=numbered("timetable", directory.town.schools[klass.school].number)),
        "status": "Active",
        "studyyear": directory.town.year[0].year,
        "educationType": "Regular",
        "subjects": subjects(directory, group),
        "journaltype": "Numeric",
    }


def _subject_name(directory: Directory, group: Group) -> str:
    return "" if group.subject is None else directory.town.subjects[group.subject].name


def subject(directory: Directory, it: Subject) -> dict[str, Any]:
    return {
        **with_text(id=directory.subject_id(it.id)),
        "name": it.name,
        "knowledgeArea": "Общеобразовательные предметы",
        "fgosSubjectId": it.number,
    }


def subjects(directory: Directory, group: Group) -> list[dict[str, Any]]:
    """What the group is taught this year."""
    if group.subject is not None:
        return [subject(directory, directory.town.subjects[group.subject])]
    return [subject(directory, it) for it in class_subjects(directory, group.klass)]


def class_subjects(directory: Directory, klass: SchoolClass) -> list[Subject]:
    taught = directory.subjects_of(klass)
    return [it for key, it in directory.town.subjects.items() if key in taught]


def period(directory: Directory, it: Period) -> dict[str, Any]:
    return {
        **with_text(id=numbered("period", it.number_id)),
        "start": day(it.start),
        "finish": day(it.end),
        "number": it.number,
        "type": PERIOD_TYPES.get(it.kind, "NotSet"),
        "name": it.name,
        "year": directory.town.year[0].year,
    }


def period_group(directory: Directory, group: Group) -> dict[str, Any]:
    """The periods with the holidays between them."""
    own = numbered("timetable", group.klass.number)
    return {
        **with_text(id=own),
        "reportingPeriods": [period(directory, it) for it in reporting_periods(directory, group.klass)],
        "holidays": [_holiday(own, it) for it in directory.town.holidays(group.klass.school)],
    }


def _holiday(group: int, it: Holiday) -> dict[str, Any]:
    return {
        "id": named("holiday", it.name, it.start),
        "reportingPeriodGroupId": group,
        "dateStart": day(it.start),
        "dateFinish": day(it.end),
        "name": it.name,
        "description": "",
    }


def reporting_periods(directory: Directory, klass: SchoolClass) -> list[Period]:
    """The class's periods; the year is no reporting period, its marks carry none."""
    return [it for it in directory.town.periods_of(klass.id) if it.kind != "year"]
