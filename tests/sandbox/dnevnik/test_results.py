"""Final marks in three shapes, averages of a person and of a class, periods with their holidays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.dnevnik.state.ids import numbered
from sandbox.dnevnik.wire.marks import number_of
from sandbox.world.model import Period
from tests.sandbox.dnevnik.platform_client import Platform


def periods(platform: Platform) -> list[Period]:
    return [it for it in platform.town.periods_of(platform.directory.class_of(platform.child).id) if it.kind != "year"]


async def to_summer(fresh: Platform) -> None:
    end = fresh.town.year[1]
    await fresh.control("clock", {"now": datetime(end.year, end.month, end.day, 12, tzinfo=UTC).isoformat()})


async def test_the_year_is_no_reporting_period_and_stands_under_null_in_final_marks(fresh: Platform) -> None:
    await to_summer(fresh)
    listed = await fresh.get(f"edu-groups/{fresh.group}/reporting-periods")
    assert [it["type"] for it in listed] == ["Quarter"] * 4 and [it["number"] for it in listed] == [1, 2, 3, 4]
    lines = await fresh.get(f"edu-groups/{fresh.group}/final-marks")
    keys = [it["reportingPeriod"] for it in lines]
    assert keys.count(None) == 1 and set(keys) - {None} <= {it["id"] for it in listed}
    assert all(line["reportingPeriod_str"] == (None if line["reportingPeriod"] is None else str(line["reportingPeriod"])) for line in lines)


async def test_a_final_mark_names_its_period_through_its_work(fresh: Platform) -> None:
    await to_summer(fresh)
    answer = await fresh.get(f"persons/{fresh.person}/edu-groups/{fresh.group}/allfinalmarks")
    works = {it["id"]: it for it in answer["works"]}
    wire = {
        (works[it["work"]]["subjectId"], works[it["work"]]["periodType"], works[it["work"]]["periodNumber"], it["value"])
        for it in answer["marks"]
    }
    kinds = {"quarter": "Quarter", "year": "Year"}
    by_id = {it.id: it for it in fresh.town.periods_of(fresh.directory.class_of(fresh.child).id)}
    town = {
        (fresh.subject(it.subject), kinds[by_id[it.period].kind], by_id[it.period].number, it.value)
        for it in fresh.town.finals(fresh.child.id)
    }
    assert wire == town and any(kind == "Year" for _, kind, _, _ in wire)
    assert all(it["lesson"] is None and it["use_avg_calc"] is False for it in answer["marks"])
    assert all(it["isFinal"] for it in answer["workTypes"])


async def test_the_three_shapes_of_final_marks_tell_the_same_marks(platform: Platform) -> None:
    everything = await platform.get(f"persons/{platform.person}/edu-groups/{platform.group}/allfinalmarks")
    by_subject = await platform.get(f"persons/{platform.person}/edu-groups/{platform.group}/final-marks")
    by_period = await platform.get(f"edu-groups/{platform.group}/final-marks")
    one = {it["id"]: it["value"] for it in everything["marks"]}
    two = {it["final-mark"]["id"]: it["final-mark"]["value"] for it in by_subject}
    three = {it["final-mark"]["id"]: it["final-mark"]["value"] for line in by_period for it in line["per-subject-final-marks"]}
    assert one == two == three and one


async def test_a_persons_average_is_a_bare_json_string(platform: Platform) -> None:
    period = periods(platform)[0]
    answer = await platform.ask(f"persons/{platform.person}/reporting-periods/{numbered('period', period.number_id)}/avg-mark")
    values = [float(value) for it in platform.journal.marks(period.start, period.end) if (value := number_of(it.value)) is not None]
    assert answer.text.startswith('"') and float(answer.json()) == pytest.approx(sum(values) / len(values), abs=0.0051)


async def test_an_average_without_marks_is_null(platform: Platform) -> None:
    future = periods(platform)[-1]
    assert await platform.get(f"persons/{platform.person}/reporting-periods/{numbered('period', future.number_id)}/avg-mark") is None


async def test_a_subjects_average_counts_that_subject_only(platform: Platform) -> None:
    period = periods(platform)[0]
    subject = platform.journal.marks(period.start, period.end)[0].subject
    values = [
        float(v)
        for it in platform.journal.marks(period.start, period.end)
        if it.subject == subject and (v := number_of(it.value)) is not None
    ]
    key = numbered("period", period.number_id)
    answer = await platform.get(f"persons/{platform.person}/reporting-periods/{key}/subjects/{platform.subject(subject)}/avg-mark")
    assert float(answer) == pytest.approx(sum(values) / len(values), abs=0.0051)


async def test_group_averages_have_every_member_once_with_ids_and_no_names(platform: Platform) -> None:
    start, end = periods(platform)[0].start, periods(platform)[0].end
    lines = await platform.get(f"edu-groups/{platform.group}/avg-marks/{start}/{end}")
    members = platform.town.pupils_of(platform.directory.class_of(platform.child).id)
    assert sorted(it["person"] for it in lines) == sorted(platform.directory.person_id(who) for who in members)
    assert len(lines) >= 5 and all(set(it) == {"person", "person_str", "per-subject-averages"} for it in lines)
    assert all(Decimal(one["avg-mark-value"]) for it in lines for one in it["per-subject-averages"])


async def test_averages_up_to_a_day_leave_later_marks_out(platform: Platform) -> None:
    period = periods(platform)[0]
    key = numbered("period", period.number_id)
    early = await platform.get(f"edu-groups/{platform.group}/reporting-periods/{key}/avg-marks/{period.start + timedelta(days=7)}")
    late = await platform.get(f"edu-groups/{platform.group}/reporting-periods/{key}/avg-marks/{period.end}")
    assert early != late
    assert {it["reportingPeriod"] for it in late} == {key} and {it["group"] for it in late} == {platform.group}


async def test_weighted_averages_are_numbers_that_use_the_works_weights(platform: Platform) -> None:
    start, end = periods(platform)[0].start, periods(platform)[0].end
    answer = await platform.get(f"edu-groups/{platform.group}/wa-marks/{start}/{end}")
    types = {it["id"]: it["weight"] for it in await platform.get(f"work-types/{platform.school}")}
    for line in answer["subjectMarks"]:
        mine = [it["value"] for it in line["marks"] if it["person"] == platform.person]
        marks = await platform.get(f"persons/{platform.person}/subjects/{line['subject']}/marks/{start}/{end}")
        pairs = [(float(value), types[it["workType"]]) for it in marks if (value := number_of(it["value"])) is not None]
        expected = [sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs)] if pairs else []
        assert mine == pytest.approx(expected, abs=0.0051)


async def test_a_work_shows_how_often_each_value_was_given_without_names(platform: Platform) -> None:
    mark = next(it for it in platform.journal.year_marks() if it.lesson)
    answer = await platform.get(f"works/{platform.journal.work_of(mark).id}/marks/histogram")
    (line,) = answer["markNumbers"]
    assert {"value": mark.value} in [{"value": it["value"]} for it in line["marks"]] and all(it["count"] >= 1 for it in line["marks"])


async def test_holidays_lie_beside_the_periods_under_both_spellings(platform: Platform) -> None:
    one = await platform.get(f"edu-groups/{platform.group}/reporting-period-group")
    two = await platform.get(f"edu-groups/{platform.group}/reporting-periods-group")
    assert one == two and one["holidays"]
    assert all(it["dateStart"] <= it["dateFinish"] and it["name"] for it in one["holidays"])


async def test_a_class_of_the_upper_school_has_half_years(platform: Platform) -> None:
    elder = next(
        klass for key in platform.parent.children
        if (klass := platform.directory.class_of(platform.town.people[key])) and klass.parallel >= 10
    )  # fmt: skip
    listed = await platform.get(f"edu-groups/{platform.directory.class_id(elder)}/reporting-periods")
    assert [it["type"] for it in listed] == ["Semester", "Semester"]


async def test_an_unknown_period_is_unavailable(platform: Platform) -> None:
    assert await platform.refused(f"persons/{platform.person}/reporting-periods/1/avg-mark") == (404, "apiResourceUnavailable")


async def test_the_dictionary_of_values_takes_either_case(platform: Platform) -> None:
    five = ["1-", "1", "1+", "2-", "2", "2+", "3-", "3", "3+", "4-", "4", "4+", "5-", "5", "5+"]
    assert await platform.get("marks/values/type/mark5") == await platform.get("marks/values/type/Mark5") == five
    assert await platform.refused("marks/values/type/stars") == (400, "parameterInvalid")


async def test_lesson_log_statuses_are_the_documented_five(platform: Platform) -> None:
    assert await platform.get("lesson-log-entries/statuses") == ["Attend", "Absent", "Ill", "Late", "Pass"]


async def test_the_schools_time_zone_is_whole_hours_from_utc(platform: Platform) -> None:
    school = await platform.get(f"schools/{platform.school}")
    assert school["timeZone"] == 5
    assert (await platform.get("users/me"))["timezone"] == "UTC+05:00"


async def test_children_are_ids_of_users_in_one_place_and_persons_in_the_other(platform: Platform) -> None:
    ids = await platform.get("users/me/children")
    persons = await platform.get(f"user/{platform.directory.user_id(platform.parent)}/children")
    assert ids == [it["userId"] for it in persons]
    context = await platform.get("users/me/context")
    assert [it["personId"] for it in context["children"]] == [it["id"] for it in persons]
    assert context["children"][0]["schoolIds"] == [platform.school] and platform.group in context["children"][0]["groupIds"]


async def test_a_teacher_who_is_also_a_parent_sees_the_child_and_no_class(platform: Platform) -> None:
    teacher = next(who for who in platform.town.people.values() if who.role == "teacher" and who.children and "dnevnik" in who.accounts)
    context = await platform.get("users/me/context", person=teacher)
    assert context["roles"] == ["EduStaff", "EduParent"]
    assert [it["personId"] for it in context["children"]] == [
        platform.directory.person_id(platform.town.people[key]) for key in teacher.children
    ]
    assert await platform.refused(f"persons/{platform.person}", person=teacher) == (403, "authorizationNotOwner")
