"""Every address of the API answers with the keys that public clients parse."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.dnevnik.routes import api_table
from sandbox.dnevnik.state.ids import numbered
from tests.sandbox.dnevnik.platform_client import Platform

PERSON = "id id_str userId userId_str firstName lastName middleName shortName sex"
USER = (
    "id id_str personId personId_str name email login fullName fullNameInverse firstName middleName lastName shortName locale timezone sex "
    "photoSmall photoMedium photoLarge birthday roles phone"
)
CONTEXT = "userId avatarUrl roles children schools eduGroups splitId personId firstName lastName middleName shortName schoolIds groupIds"
GROUP = (
    "id id_str parentIds parentIds_str type name fullName parallel timetable timetable_str status studyyear educationType "
    "subjects journaltype"
)
SCHOOL = (
    "fullName avatarSmall city municipality regionid markType timeZone uses_avg uses_weighted_avg id id_str name educationType tsoCityId "
    "tsoRegionTreePath"
)
LESSON = "id id_str title date number subject group status resultPlaceId works teachers teachers_str"
DAY = "date lessons marks works homeworks subjects workTypes lessonLogEntries teachers nextDate"
WORK = (
    "id id_str type workType markType markCount lesson lesson_str displayInJournal status eduGroup eduGroup_str tasks text "
    "periodNumber periodType subjectId isImportant targetDate sentDate createdBy files oneDriveLinks"
)
MARK = "id id_str type value textValue person person_str work work_str lesson lesson_str number date workType mood use_avg_calc"
TASK = "id id_str person person_str work work_str status targetDate"
ENTRY = "person lesson person_str lesson_str comment status createdDate"
PERIOD = "id id_str start finish number type name year"
HOMEWORK = "works subjects lessons files teachers"
FEED_DAY = "date nextWorkingDayDate summary nextDayHomeworks nextDaySchedule todayHomeworks todaySchedule logEntries"
TEACHER = (
    "Id IdStr UserId UserIdStr FirstName LastName MiddleName ShortName Sex DateBirth Email Subjects HouseMaster Education ScientificDegree"
)

OBJECTS = [
    ("users/me", USER),
    ("users/{user}", USER),
    ("users/me/context", CONTEXT),
    ("users/{user}/context", CONTEXT),
    ("users/me/school-memberships", "person person_str schools"),
    ("users/{user}/education", "person person_str schools"),
    ("persons/{person}/school-memberships", "person person_str schools"),
    ("users/me/organizations/{school}", "OrganizationId OrganizationType RegionId DistrictId CityId"),
    ("schools/{school}", SCHOOL),
    (
        "schools/{school}/parameters",
        "schoolId schoolId_str fullName shortName inn address email directorFullName hobbyGroups learningResults",
    ),
    ("persons/{person}", PERSON),
    ("edu-groups/{group}", GROUP),
    ("edu-groups/{group}/classteacher", PERSON),
    ("edu-groups/{group}/reporting-period-group", "id reportingPeriods holidays"),
    ("edu-groups/{group}/reporting-periods-group", "id reportingPeriods holidays"),
    ("persons/{person}/groups/{group}/schedules?startDate={from}&endDate={to}", "days"),
    ("lessons/{lesson}", LESSON),
    ("users/me/school/{school}/homeworks?startDate={from}&endDate={to}", HOMEWORK),
    ("persons/{person}/school/{school}/homeworks?startDate={from}&endDate={to}", HOMEWORK),
    ("users/me/school/homeworks?homeworkId={homework}", HOMEWORK),
    ("works/{work}", WORK),
    ("works/{homework}", WORK),
    ("marks/{mark}", MARK),
    ("marks/values", "markna markdismiss mark5 mark6 mark10 mark100 markabcdf mark12 mark7 test markoral6band notset"),
    ("persons/{person}/edu-groups/{group}/allfinalmarks", "marks works subjects workTypes"),
    ("edu-groups/{group}/wa-marks/{from}/{to}", "subjectMarks"),
    ("persons/{person}/group/{group}/recentmarks", "marks criteriabasedmarks works subjects workTypes lessons lessonLogEntries"),
    ("works/{work}/marks/histogram", "markNumbers"),
    ("periods/{period}/subjects/{subject}/groups/{group}/marks/histogram", "works"),
    ("users/me/feed?date={from}&childPersonId={person}&limit=3", "days"),
]
LISTS = [
    ("user/{parent_user}/children", PERSON),
    ("person/{parent_person}/children", PERSON),
    ("users?users={user}", USER),
    ("users/me/relatives", "type person"),
    ("users/{user}/relatives", "type person"),
    ("users/me/childrenrelatives", "type person relatives"),
    ("schools/person-schools", "id id_str name educationType tsoCityId tsoRegionTreePath"),
    ("schools", SCHOOL),
    ("schools?schools={school}", SCHOOL),
    ("schools/cities", "id id_str name regionId regionId_str"),
    ("schools/{school}/edu-groups", GROUP),
    ("schools/{school}/subjects", "id id_str name knowledgeArea fgosSubjectId"),
    ("schools/{school}/teachers", TEACHER),
    ("schools/{school}/membership?schoolMembershipType=Staff", PERSON),
    ("schools/{school}/membership?schoolMembershipType=Admins", PERSON),
    ("schools/{school}/timetables", "Name Start FirstLessonNumber Items"),
    ("edu-groups/{group}/timetables", "Name Start FirstLessonNumber Items"),
    ("work-types/{school}", "id id_str schoolId kindId kind title abbr weight"),
    ("persons/{person}/edu-groups", GROUP),
    ("persons/{person}/edu-groups/all", GROUP),
    ("persons/{person}/schools/{school}/edu-groups", GROUP),
    ("edu-groups?eduGroups={group}", GROUP),
    ("edu-groups/students", "group students"),
    ("edu-groups/{group}/persons", PERSON),
    ("edu-groups/{group}/students", PERSON),
    ("persons?eduGroup={group}", PERSON),
    ("edu-groups/{group}/parallel", GROUP),
    ("edu-groups/{group}/subjects", "id id_str name knowledgeArea fgosSubjectId"),
    ("edu-groups/{group}/teachers", PERSON),
    ("edu-groups/{group}/reporting-periods", PERIOD),
    ("edu-groups/{group}/lessons/{from}/{to}", LESSON),
    ("edu-groups/{group}/subjects/{subject}/lessons/{from}/{to}", LESSON),
    ("works?lesson={marked_lesson}", WORK),
    ("lessons/{marked_lesson}/works", WORK),
    ("works/{work}/marks", MARK),
    ("lessons/{marked_lesson}/marks", MARK),
    ("persons/{person}/schools/{school}/marks/{from}/{to}", MARK),
    ("persons/{person}/edu-groups/{group}/marks/{from}/{to}", MARK),
    ("persons/{person}/subjects/{subject}/marks/{from}/{to}", MARK),
    ("persons/{person}/marks/{graded}", MARK),
    ("lessons/{marked_date}/persons/{person}/marks", MARK),
    ("persons/{person}/lessons/{marked_lesson}/marks", MARK),
    ("persons/{person}/works/{work}/marks", MARK),
    ("edu-groups/{group}/marks/{from}/{to}", MARK),
    ("edu-groups/{group}/subjects/{subject}/marks/{from}/{to}", MARK),
    ("persons/{person}/edu-groups/{group}/final-marks", "subject subject_str final-mark"),
    ("edu-groups/{group}/final-marks", "person person_str group group_str reportingPeriod reportingPeriod_str per-subject-final-marks"),
    ("edu-groups/{group}/subjects/{final_subject}/final-marks", MARK),
    ("edu-groups/{group}/avg-marks/{from}/{to}", "person person_str per-subject-averages"),
    (
        "edu-groups/{group}/reporting-periods/{period}/avg-marks/{to}",
        "person person_str group group_str reportingPeriod per-subject-averages",
    ),
    ("persons/{person}/lesson-log-entries?startDate={year_from}&endDate={to}", ENTRY),
    ("lessons/{missed_lesson}/log-entries", ENTRY),
    ("lesson-log-entries?lessons={missed_lesson}", ENTRY),
    ("lesson-log-entries/group/{group}?subject={missed_subject}&from={year_from}&to={to}", ENTRY),
    ("lesson-log-entries/person/{person}/subject/{missed_subject}?from={year_from}&to={to}", ENTRY),
    ("lesson-log-entries/person={person}&subject={missed_subject}&from={year_from}&to={to}", ENTRY),
    ("persons/{person}/tasks?subject={homework_subject}&from={year_from}&to={to}", TASK),
    ("tasks/{person}/undone", TASK),
    ("persons/{person}/undone", TASK),
    ("lessons/{homework_lesson}/tasks", TASK),
    ("tasks?lessons={homework_lesson}", TASK),
    ("works/{homework}/tasks", TASK),
    ("works/{homework}/tasks?persons={person}", TASK),
    ("edu-group/{group}/criteria-marks-totals", "id id_str personid section value date"),
    ("edu-group/{group}/subject/{criteria_subject}/criteria-marks-totals", "id id_str personid section value date"),
    ("edu-group/{group}/subject/{criteria_subject}/period/{criteria_period}/criteria-marks", "id id_str personid section value date"),
    ("edu-group/{group}/subject/{criteria_subject}/period/{criteria_period}/criteria-marks-sections", "id id_str name maxValue"),
]
NUMBERS = [
    "users/me/children",
    "users/me/classmates",
    "users/me/schools",
    "users/me/edu-groups",
    "users/me/organizations",
    "users/{user}/schools",
]
TEXTS = ["users/me/roles", "users/{user}/roles", "marks/values/type/mark5", "lesson-log-entries/statuses"]


def places(platform: Platform) -> dict[str, Any]:
    """Values for the addresses of the tables, out of the town."""
    journal, directory = platform.journal, platform.directory
    start, end = platform.week
    mark = next(it for it in journal.marks(start, end) if it.lesson is not None)
    homework = journal.homework(start, end)[0]
    missed = next(entry for entry in reversed(journal.entries(platform.town.year[0], end)) if entry.status != "Attend" and entry.lesson)
    criteria = next(it for it in journal.year_marks() if it.criteria)
    work, lesson = journal.work_of(mark), journal.lesson_of(mark)
    assert lesson is not None and missed.lesson is not None
    return {
        "person": platform.person, "user": platform.user, "school": platform.school, "group": platform.group,
        "parent_user": directory.user_id(platform.parent), "parent_person": directory.person_id(platform.parent),
        "from": start, "to": end, "year_from": platform.town.year[0],
        "lesson": platform.lesson_id(platform.lessons()[0]), "subject": platform.subject(mark.subject), "mark": journal_mark(mark),
        "work": work.id, "marked_lesson": platform.lesson_id(lesson), "marked_date": mark.date,
        "graded": (mark.changed_at or mark.set_at).astimezone(directory.zone(directory.school_of(platform.child))).date(),
        "homework": journal.homework_work(homework).id, "homework_subject": platform.subject(homework.subject),
        "homework_lesson": platform.lesson_id(lesson_behind(platform, homework.assigned_lesson)),
        "missed_lesson": platform.lesson_id(missed.lesson), "missed_subject": platform.subject(missed.subject),
        "period": period_at(platform, start), "final_subject": platform.subject(journal.finals()[0][0].subject),
        "criteria_subject": platform.subject(criteria.subject), "criteria_period": period_at(platform, criteria.date),
    }  # fmt: skip


def journal_mark(mark: Any) -> int:
    return numbered("mark", mark.number_id)


def lesson_behind(platform: Platform, key: str) -> Any:
    found = platform.town.lesson(key)
    assert found is not None
    return found


def period_at(platform: Platform, day: Any) -> int:
    klass = platform.directory.class_of(platform.child)
    return next(
        numbered("period", it.number_id) for it in platform.town.periods_of(klass.id) if it.kind != "year" and it.start <= day <= it.end
    )


@pytest.mark.parametrize(("address", "keys"), OBJECTS, ids=[address for address, _ in OBJECTS])
async def test_an_object_has_the_keys_that_clients_parse(platform: Platform, address: str, keys: str) -> None:
    answer = await platform.get(address.format(**places(platform)))
    assert set(keys.split()) <= set(answer)


@pytest.mark.parametrize(("address", "keys"), LISTS, ids=[address for address, _ in LISTS])
async def test_a_list_is_not_empty_and_each_item_has_the_keys_that_clients_parse(platform: Platform, address: str, keys: str) -> None:
    answer = await platform.get(address.format(**places(platform)))
    assert isinstance(answer, list) and answer
    assert all(set(keys.split()) <= set(item) for item in answer)


@pytest.mark.parametrize("address", NUMBERS)
async def test_a_list_of_ids_holds_whole_numbers_above_2_to_the_53(platform: Platform, address: str) -> None:
    answer = await platform.get(address.format(**places(platform)))
    assert answer and all(isinstance(item, int) and 2**53 < item < 2**63 for item in answer)


@pytest.mark.parametrize("address", TEXTS)
async def test_a_dictionary_is_a_list_of_texts(platform: Platform, address: str) -> None:
    answer = await platform.get(address.format(**places(platform)))
    assert answer and all(isinstance(item, str) for item in answer)


def test_every_readable_address_stands_in_these_tables() -> None:
    """But for those that tell of one thing only, and are tested where that is."""
    shown = {_shape(address) for address, _ in (*OBJECTS, *LISTS)} | {_shape(address) for address in (*NUMBERS, *TEXTS)}
    elsewhere = {
        "files/*", "files/*/download", "authorizations/esia/v2.0/regions", "persons/*/reporting-periods/*/avg-mark", "users/*/friends",
        "users/*/groups", "person/search", "persons/search", "persons/*/schools/*/thematic-marks/*/*",
        "persons/*/edu-groups/*/thematic-marks/*/*", "persons/*/edu-groups/*/subjects/*/thematic-marks/*/*",
        "persons/*/reporting-periods/*/subjects/*/avg-mark", "lesson-log-entries/lesson/*/person/*", "teacher/*/students", "tasks/*",
        "users/me/invites",
    }  # fmt: skip
    rules = {_rule(rule) for method, rule in api_table().addresses() if method == "GET"}
    assert rules - {_generic(shape, rules) for shape in shown} - elsewhere == set()


def _shape(address: str) -> str:
    path = address.partition("?")[0]
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + "*" + path[end + 1 :]
    return path


def _rule(rule: str) -> str:
    path = rule.partition(":version>/")[2] or rule.lstrip("/")
    while "<" in path:
        start, end = path.index("<"), path.index(">")
        path = path[:start] + "*" + path[end + 1 :]
    return path


def _generic(shape: str, rules: set[str]) -> str:
    """`users/me/roles` is served by the rule of `users/{user}/roles`."""
    own = shape.replace("users/me", "users/*", 1)
    return shape if shape in rules else own if own in rules else "marks/values/type/*" if shape.startswith("marks/values/type") else shape
