"""Schools, groups with their people and periods, subjects, time-tables, teachers."""

from __future__ import annotations

from typing import Any

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state.journal import school_kinds
from sandbox.dnevnik.wire import people, schools, staff, works
from sandbox.dnevnik.wire.errors import ApiError, parameter


def add(table: Table) -> None:
    table.get("schools/person-schools")(person_schools)
    table.get("schools/cities")(cities)
    table.get("schools")(several)
    table.get("schools/<school>")(profile)
    table.get("schools/<school>/parameters")(parameters)
    table.get("schools/<school>/edu-groups")(school_groups)
    table.get("schools/<school>/subjects")(school_subjects)
    table.get("schools/<school>/teachers")(school_teachers)
    table.get("schools/<school>/membership")(membership)
    table.get("schools/<school>/timetables")(school_timetable)
    table.get("work-types/<school>")(work_types)
    table.get("persons/<person>/edu-groups", "persons/<person>/edu-groups/all")(person_groups)
    table.get("persons/<person>/schools/<school>/edu-groups")(person_school_groups)
    table.get("edu-groups/students")(groups_with_students)
    table.post("edu-groups")(groups_with_students_by_ids)
    table.get("edu-groups")(groups_by_ids)
    table.get("edu-groups/<group>")(group)
    table.get("edu-groups/<group>/persons", "edu-groups/<group>/students")(group_persons)
    table.get("persons")(persons_of_group)
    table.get("edu-groups/<group>/parallel")(parallel)
    table.get("edu-groups/<group>/subjects")(group_subjects)
    table.get("edu-groups/<group>/teachers")(group_teachers)
    table.get("edu-groups/<group>/classteacher")(class_teacher)
    table.get("edu-groups/<group>/reporting-periods")(periods)
    table.get("edu-groups/<group>/reporting-period-group", "edu-groups/<group>/reporting-periods-group")(period_group)
    table.get("edu-groups/<group>/timetables")(group_timetable)
    table.get("teacher/<teacher>/students")(teacher_students)


def person_schools(call: Call) -> Any:
    return [schools.person_school(call.directory, it) for it in _own(call)]


def _own(call: Call) -> list[Any]:
    return list({it.id: it for it in map(call.directory.school_of, call.pupils())}.values())


def several(call: Call) -> Any:
    """The named schools, or the own ones where none is named."""
    keys = call.numbers("schools")
    found = [call.school(str(key)) for key in keys] if keys else _own(call)
    return [schools.school(call.directory, it) for it in found]


def profile(call: Call, school: str) -> Any:
    return schools.school(call.directory, call.school(school))


def parameters(call: Call, school: str) -> Any:
    return staff.parameters(call.directory, call.school(school))


def cities(call: Call) -> Any:
    return staff.cities(call.directory)


def school_groups(call: Call, school: str) -> Any:
    found = call.school(school)
    return [schools.edu_group(call.directory, it) for it in call.directory.classes_of(found)]


def school_subjects(call: Call, school: str) -> Any:
    taught: set[str] = set()
    for it in call.directory.classes_of(call.school(school)):
        taught |= call.directory.subjects_of(it.klass)
    return [schools.subject(call.directory, it) for key, it in call.directory.town.subjects.items() if key in taught]


def school_teachers(call: Call, school: str) -> Any:
    return staff.school_teachers(call.directory, call.school(school))


def membership(call: Call, school: str) -> Any:
    kind = call.args.get("schoolMembershipType", "Staff")
    if kind not in {"Staff", "Admins"}:
        raise parameter("schoolMembershipType", kind)
    role = {"Staff": "teacher", "Admins": "school_admin"}[kind]
    found = call.school(school)
    return [
        people.person(call.directory, who) for who in call.directory.town.people.values() if who.school == found.id and who.role == role
    ]


def school_timetable(call: Call, school: str) -> Any:
    found = call.directory.classes_of(call.school(school))
    return [staff.timetable(call.directory, it.klass) for it in found[:1]]


def group_timetable(call: Call, group: str) -> Any:
    return [staff.timetable(call.directory, call.group(group).klass)]


def work_types(call: Call, school: str) -> Any:
    found = call.school(school)
    marks = [mark for journal in call.journals() if call.directory.school_of(journal.pupil).id == found.id for mark in journal.year_marks()]
    return [works.work_type(call.directory, found.id, kind) for kind in school_kinds(call.directory, found.id, marks)]


def person_groups(call: Call, person: str) -> Any:
    return [schools.edu_group(call.directory, it) for it in call.directory.groups_of(call.pupil(person).pupil)]


def person_school_groups(call: Call, person: str, school: str) -> Any:
    journal, found = call.pupil(person), call.school(school)
    return [schools.edu_group(call.directory, it) for it in call.directory.groups_of(journal.pupil) if it.klass.school == found.id]


def groups_by_ids(call: Call) -> Any:
    return [schools.edu_group(call.directory, call.group(str(key))) for key in call.numbers("eduGroups")]


def groups_with_students(call: Call) -> Any:
    return _with_students(call, [it.id for pupil in call.pupils() for it in call.directory.groups_of(pupil)])


def groups_with_students_by_ids(call: Call) -> Any:
    return _with_students(call, call.id_list("eduGroups"))


def _with_students(call: Call, keys: list[int]) -> Any:
    return [
        {
            "group": schools.edu_group(call.directory, it),
            "students": [
                {"person": people.person(call.directory, who), "membershipstatus": "Active"} for who in call.directory.members(it)
            ],
        }
        for it in map(call.group, map(str, dict.fromkeys(keys)))
    ]


def group(call: Call, group: str) -> Any:
    return schools.edu_group(call.directory, call.group(group))


def group_persons(call: Call, group: str) -> Any:
    return [people.person(call.directory, who) for who in call.directory.members(call.group(group))]


def persons_of_group(call: Call) -> Any:
    return group_persons(call, call.args.get("eduGroup", ""))


def parallel(call: Call, group: str) -> Any:
    own = call.group(group).klass
    same = [it for it in call.directory.classes_of(call.directory.town.schools[own.school]) if it.klass.parallel == own.parallel]
    return [schools.edu_group(call.directory, it) for it in same]


def group_subjects(call: Call, group: str) -> Any:
    return schools.subjects(call.directory, call.group(group))


def group_teachers(call: Call, group: str) -> Any:
    return [people.person(call.directory, who) for who in call.directory.teachers_of(call.group(group).klass)]


def class_teacher(call: Call, group: str) -> Any:
    return people.person(call.directory, call.directory.town.people[call.group(group).klass.teacher])


def periods(call: Call, group: str) -> Any:
    return [schools.period(call.directory, it) for it in schools.reporting_periods(call.directory, call.group(group).klass)]


def period_group(call: Call, group: str) -> Any:
    return schools.period_group(call.directory, call.group(group))


def teacher_students(call: Call, teacher: str) -> Any:
    """For teachers only."""
    call.number("teacher", teacher)
    raise ApiError("authorizationSystemForbidden")
