"""Marks and absences of dnevnik.ru: every awkward value of facts/diaries.md that it can send."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit.diary import Attendance, AttendanceKind, Datum, Mark, Scale
from connectors.kit.errors import Drifted
from tests.unit.dnevnik.stub import LESSON, PERSON, SUBJECT, Bench, body_of, day, lesson, log, mark, work

RANGE = f"/persons/{PERSON}/schools/300/marks/*"
WEIGHTS = [{"id": 40, "title": "Контрольная работа", "abbr": "КР", "kind": "Common", "kindId": 1, "weight": 3}]


async def marks(bench: Bench, *found: dict[str, Any], entries: list[dict[str, Any]] | None = None, **others: Any) -> tuple[Mark, ...]:
    bench.show(day(marks=list(found), works=[work()], lessonLogEntries=entries or []), **others)
    page = await bench.read(Datum.MARKS)
    assert page.marks is not None
    return page.marks


async def absences(bench: Bench, **parts: Any) -> tuple[Attendance, ...]:
    bench.show(day(**parts))
    page = await bench.read(Datum.ATTENDANCE)
    assert page.attendance is not None
    return page.attendance


async def test_a_mark_has_everything_that_the_platform_says(bench: Bench) -> None:
    (found,) = await marks(bench, mark(), **{"/work-types/300": WEIGHTS})
    assert (found.value, found.number, found.scale, found.weight) == ("5", Decimal(5), Scale.FIVE, Decimal(3))
    assert (found.subject, found.lesson, found.lesson_date) == ("Русский язык", str(LESSON), date(2026, 11, 17))
    assert found.set_at == datetime(2026, 11, 17, 3, 15, 0, 500_000, tzinfo=UTC)
    assert (found.counts_in_average, found.mood) == (True, "Good")
    assert found.work is not None
    assert (found.work.type_name, found.work.abbr, found.work.type_code) == ("Контрольная работа", "КР", "Common")


@pytest.mark.rule("C1")
@pytest.mark.parametrize(("value", "number"), [("5-", "5"), ("5+", "5"), ("2", "2"), ("4.5", "4.5")])
async def test_the_text_stays_and_the_number_is_decimal(bench: Bench, value: str, number: str) -> None:
    (found,) = await marks(bench, mark(value=value, textValue=value))
    assert (found.value, found.number, found.flagged) == (value, Decimal(number), False)


@pytest.mark.rule("C1")
async def test_a_double_mark_is_two_parts_and_no_number(bench: Bench) -> None:
    (found,) = await marks(bench, mark(value="4/5", textValue="4/5"))
    assert (found.value, found.parts, found.number) == ("4/5", ("4", "5"), None)


@pytest.mark.rule("C1")
async def test_pass_and_dismissed_are_marks_with_text(bench: Bench) -> None:
    found = await marks(
        bench,
        mark(id_str="1", type="Test", value="зач", textValue="зач"),
        mark(id_str="2", type="MarkDismiss", value="осв", textValue="осв", mood="NotSet"),
        mark(id_str="3", type="MarkNA", value="н/а", textValue="н/а"),
    )
    assert [(one.value, one.scale, one.flagged) for one in found] == [
        ("зач", Scale.PASS, False),
        ("осв", Scale.UNKNOWN, False),
        ("н/а", Scale.UNKNOWN, False),
    ]
    assert found[1].mood is None


@pytest.mark.rule("C1")
async def test_a_mark_of_an_unknown_kind_is_flagged_and_not_dropped(bench: Bench) -> None:
    (found,) = await marks(bench, mark(type="MarkStars", value="★★", textValue="★★"))
    assert (found.value, found.flagged, found.number) == ("★★", True, None)


@pytest.mark.parametrize(("type_", "scale"), [("Mark100", Scale.HUNDRED), ("Mark10", Scale.UNKNOWN), ("Mark5", Scale.FIVE)])
async def test_the_platform_names_the_scale(bench: Bench, type_: str, scale: Scale) -> None:
    (found,) = await marks(bench, mark(type=type_, value="4", textValue="4"))
    assert found.scale is scale


@pytest.mark.rule("C1")
@pytest.mark.parametrize(("weight", "meaning"), [(3, "3"), (1.5, "1.5"), ("1.0", "1.0"), (0, "0"), (None, None)])
async def test_the_weight_belongs_to_the_kind_of_work(bench: Bench, weight: Any, meaning: str | None) -> None:
    types = [{"id": 40, "title": "Ответ", "abbr": "ОТВ", "weight": weight}]
    (found,) = await marks(bench, mark(), **{"/work-types/300": types})
    assert found.weight == (None if meaning is None else Decimal(meaning))


async def test_a_kind_of_work_beside_the_diary_has_a_name_but_no_weight(bench: Bench) -> None:
    types = [
        {"id": 40, "schoolId": 300, "abbreviation": "КР", "name": "Контрольная", "isFinal": False, "isImportant": True, "kind": "Common"}
    ]
    bench.show(day(marks=[mark()], works=[work()], workTypes=types))
    page = await bench.read(Datum.MARKS)
    assert page.marks is not None
    found = page.marks[0]
    assert found.work is not None
    assert (found.work.type_name, found.work.abbr, found.weight) == ("Контрольная", "КР", None)


async def test_use_avg_calc_says_whether_a_mark_counts(bench: Bench) -> None:
    found = await marks(bench, mark(id_str="1", use_avg_calc=False), mark(id_str="2", use_avg_calc=None))
    assert [one.counts_in_average for one in found] == [False, None]


async def test_a_remark_in_the_log_is_the_comment_of_the_mark_set_with_it(bench: Bench) -> None:
    stamps = ["2026-11-17T10:00:00", "2026-11-17T10:05:00"]
    entries = [log(status="Attend", comment=text, createdDate=stamp) for text, stamp in zip(["за ответ", "за доску"], stamps, strict=True)]
    found = await marks(bench, mark(id_str="1", date=stamps[0]), mark(id_str="2", date=stamps[1]), entries=entries)
    assert [one.comment for one in found] == ["за ответ", "за доску"]


async def test_the_reason_of_an_absence_is_not_the_comment_of_a_mark(bench: Bench) -> None:
    (found,) = await marks(bench, mark(), entries=[log(status="Ill", comment="справка")])
    assert found.comment == ""


async def test_a_text_beside_the_value_is_kept_as_comment(bench: Bench) -> None:
    (found,) = await marks(bench, mark(value="5", textValue="5 за проект"))
    assert (found.value, found.comment) == ("5", "5 за проект")


@pytest.mark.rule("C1")
async def test_criteria_hang_on_the_mark_set_at_the_same_moment(bench: Bench) -> None:
    stamp = "2026-11-17T10:15:00.5"
    criteria = [
        {"id": 1, "personid": PERSON, "section": 11, "value": 3, "date": stamp},
        {"id": 2, "section": 12, "value": 4, "date": stamp},
    ]
    sections = [{"id": 11, "name": "Знание", "maxValue": 8}]
    others: dict[str, Any] = {
        f"/persons/{PERSON}/group/400/recentmarks": {"marks": [], "criteriabasedmarks": criteria},
        f"/edu-group/400/subject/{SUBJECT}/period/130/criteria-marks-sections": sections,
    }
    found = await marks(bench, mark(), mark(id_str="9", date="2026-11-17T11:00:00"), **others)
    assert [(one.name, one.value, one.max) for one in found[0].criteria] == [("Знание", "3", "8"), ("12", "4", None)]
    assert found[0].scale is Scale.FIVE
    assert found[0].value == "5"
    assert found[1].criteria == ()


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_its_id_and_shows_the_new_value(bench: Bench) -> None:
    (before,) = await marks(bench, mark(value="3"))
    (after,) = await marks(bench, mark(value="4"))
    assert before.origin.id == after.origin.id
    assert (before.value, after.value) == ("3", "4")


async def test_one_mark_seen_in_two_lists_is_one_mark(bench: Bench) -> None:
    found = await marks(bench, mark(), **{RANGE: [mark()]})
    assert len(found) == 1


async def test_a_mark_without_a_lesson_stands_on_the_day_it_was_set(bench: Bench) -> None:
    loose = mark(id_str="77", lesson=None, lesson_str=None, work=71, work_str="71", date="2026-11-18T00:00:00")
    asked = {RANGE: [loose], "/works/many": [work(id=71, id_str="71", lesson=0, lesson_str="0")]}
    (found,) = await marks(bench, **asked)
    assert (found.lesson, found.lesson_date, found.subject) == (None, date(2026, 11, 18), "Русский язык")
    assert [body_of(request) for request in bench.stub.asked if request.method == "POST"] == [[71]]


async def test_a_mark_set_now_for_an_older_lesson_belongs_to_that_lessons_week(bench: Bench) -> None:
    older = {"id": 55, "id_str": "55", "date": "2026-11-10T00:00:00", "number": 1, "subject": {"id": SUBJECT, "name": "Русский язык"}}
    found = await marks(bench, mark(), **{RANGE: [mark(id_str="78", lesson=55, lesson_str="55")], "/lessons/many": [older]})
    assert [one.origin.id for one in found] == ["800000000000000001"]


async def test_a_week_whose_answers_explain_each_other_costs_one_round_of_calls(bench: Bench) -> None:
    bench.show(day(marks=[mark()], works=[work()]), **{"/work-types/300": WEIGHTS})
    for calls in (6, 4):
        bench.stub.asked.clear()
        await bench.read(Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE)
        assert len(bench.stub.asked) == calls, "what a school calls things is kept for the next read"
    assert all(request.method == "GET" for request in bench.stub.asked)


async def test_a_new_kind_of_work_is_asked_for_although_the_table_is_kept(bench: Bench) -> None:
    await marks(bench, mark(), **{"/work-types/300": WEIGHTS})
    heavier = [*WEIGHTS, {"id": 41, "title": "Экзамен", "weight": 5}]
    (found,) = await marks(bench, mark(workType=41), **{"/work-types/300": heavier})
    assert found.weight == 5


async def test_criteria_beyond_the_latest_marks_are_asked_for_again(bench: Bench) -> None:
    bench.show(day(marks=[mark()], works=[work()]), **{f"/persons/{PERSON}/group/400/recentmarks": {"marks": [], "criteriabasedmarks": []}})
    await bench.read(Datum.MARKS)
    limits = [request.url.params["limit"] for request in bench.stub.asked if request.url.path.endswith("/recentmarks")]
    assert limits == ["3", "100"]


@pytest.mark.rule("C3")
async def test_reading_only_asks(bench: Bench) -> None:
    loose = mark(id_str="77", lesson=None, lesson_str=None, work=71, work_str="71")
    await marks(bench, **{RANGE: [loose], "/works/many": [work(id=71, id_str="71", lesson=0, lesson_str="0")]})
    assert [path for request, path in zip(bench.stub.asked, bench.stub.paths(), strict=True) if request.method != "GET"] == ["/works/many"]


@pytest.mark.rule("C8")
@pytest.mark.parametrize("place", ["days", "range"])
async def test_another_childs_mark_spoils_the_whole_answer(bench: Bench, place: str) -> None:
    foreign = mark(person=PERSON + 1, person_str=str(PERSON + 1))
    with pytest.raises(Drifted) as error:
        if place == "days":
            await marks(bench, mark(), foreign)
        else:
            await marks(bench, mark(), **{RANGE: [foreign]})
    assert error.value.where in ("$.days[0].marks[1].person", "$[0].person")


@pytest.mark.rule("C8")
async def test_another_childs_absence_spoils_the_whole_answer(bench: Bench) -> None:
    with pytest.raises(Drifted):
        await absences(bench, lessonLogEntries=[log(person=PERSON + 1, person_str=None)])


@pytest.mark.parametrize("missing", ["id", "value", "person"])
async def test_a_missing_key_of_a_mark_is_a_drift_with_its_path(bench: Bench, missing: str) -> None:
    broken = mark()
    del broken[missing]
    with pytest.raises(Drifted) as error:
        await marks(bench, broken)
    assert error.value.where.startswith("$.days[")


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Absent", AttendanceKind.ABSENT_UNEXCUSED),
        ("Ill", AttendanceKind.ILL),
        ("Pass", AttendanceKind.EXCUSED),
        ("Late", AttendanceKind.LATE),
        ("Quarantine", AttendanceKind.UNKNOWN),
    ],
)
async def test_the_log_says_who_was_absent_and_an_unknown_word_is_kept(bench: Bench, status: str, kind: AttendanceKind) -> None:
    (found,) = await absences(bench, lessonLogEntries=[log(status=status, comment="записка")])
    assert (found.code, found.kind, found.comment) == (status, kind, "записка")
    assert (found.lesson, found.subject, found.school_date) == (str(LESSON), "Русский язык", date(2026, 11, 17))


@pytest.mark.parametrize("status", ["Attend", "", None])
async def test_presence_is_no_record(bench: Bench, status: str | None) -> None:
    assert await absences(bench, lessonLogEntries=[log(status=status, comment="молодец")]) == ()


async def test_an_absence_without_a_lesson_stands_on_its_day(bench: Bench) -> None:
    (found,) = await absences(bench, lessonLogEntries=[log(lesson=None, lesson_str=None)])
    assert (found.lesson, found.school_date) == (None, date(2026, 11, 17))


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("value", "kind"), [("н", AttendanceKind.ABSENT_UNEXCUSED), ("Б", AttendanceKind.ILL), ("ОП", AttendanceKind.LATE)]
)
async def test_an_absence_written_as_a_mark_is_attendance_and_no_mark(bench: Bench, value: str, kind: AttendanceKind) -> None:
    spelled = mark(type="NotSet", value=value, textValue=value, mood="NotSet")
    (found,) = await absences(bench, marks=[spelled], works=[work()])
    assert (found.code, found.kind, found.lesson) == (value, kind, str(LESSON))
    assert await marks(bench, spelled) == ()


async def test_the_same_absence_in_log_and_mark_is_one_record(bench: Bench) -> None:
    spelled = mark(value="н", textValue="н")
    (found,) = await absences(bench, marks=[spelled], works=[work()], lessonLogEntries=[log(status="Absent")])
    assert found.origin.id == f"log-{LESSON}"


@pytest.mark.rule("C1")
async def test_absent_on_one_of_two_double_lessons_is_absent_on_that_one(bench: Bench) -> None:
    found = await absences(
        bench, lessons=[lesson(), lesson(id=LESSON + 1, number=3)], lessonLogEntries=[log(lesson=LESSON + 1, lesson_str=str(LESSON + 1))]
    )
    assert [one.lesson for one in found] == [str(LESSON + 1)]


@pytest.mark.rule("C5")
async def test_the_raw_mark_is_kept_whole(bench: Bench) -> None:
    (found,) = await marks(bench, mark(novelty="x"))
    assert msgspec.json.decode(bytes(found.raw or b"")) == mark(novelty="x")
