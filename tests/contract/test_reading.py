"""Round trip and time zones: the town's diary against the connector's records, nothing lost and nothing invented."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.kit.diary import AttendanceKind, Datum, DiaryChild, DiaryPage
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import DiaryAccount, Window
from tests.contract.stand import Family, Stand
from tests.nothing_skipped import not_applicable
from tests.records import written

ABSENCES = {
    "н": AttendanceKind.ABSENT_UNEXCUSED,
    "б": AttendanceKind.ILL,
    "уп": AttendanceKind.EXCUSED,
    "оп": AttendanceKind.LATE,
}


@pytest.fixture
def year(diary: Stand) -> Window:
    """The school year up to the clock's week, where the most is known."""
    return Window(start=diary.town.year[0], end=date(2026, 11, 29))


@pytest.fixture
async def page(diary: Stand, account: DiaryAccount, child: DiaryChild, year: Window) -> DiaryPage:
    return await diary.read(account.access, child, year)


def offers(diary: Stand, datum: Datum, *fields: str) -> None:
    if datum not in diary.manifest.data or not set(fields) <= diary.manifest.fields[datum]:
        not_applicable(f"{diary.name} does not offer {datum} {' '.join(fields)}".strip())


def told(diary: Stand, datum: Datum, record: Any, *fields: str) -> tuple[Any, ...]:
    """Those of the fields that the manifest promises, so that both sides are cut alike."""
    return tuple(getattr(record, field) for field in fields if field in diary.manifest.fields[datum])


def count(found: Any) -> Counter[Any]:
    return Counter(found)


@pytest.mark.rule("C1")
@pytest.mark.feature("F166")
@pytest.mark.feature("F200")
async def test_no_lesson_is_lost_and_none_invented(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.LESSONS)
    town = (await diary.diary(family.children[0], year))["lessons"]
    numbered = "number" in diary.manifest.fields[Datum.LESSONS]
    ours = count((lesson.school_date.isoformat(), lesson.number if numbered else 0, lesson.subject) for lesson in page.lessons or ())
    assert ours == count((lesson["date"], lesson["number"] if numbered else 0, lesson["subject"]) for lesson in town)


@pytest.mark.rule("C1")
async def test_changes_of_lessons_come_through(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.LESSONS, "status", "replaces")
    town = (await diary.diary(family.children[0], year))["lessons"]
    ours = count((one.school_date.isoformat(), one.subject, one.status.value, one.replaces) for one in page.lessons or ())
    assert ours == count((one["date"], one["subject"], one["status"], one.get("replaces")) for one in town)


@pytest.mark.rule("C1")
@pytest.mark.feature("F041")
@pytest.mark.feature("F166")
@pytest.mark.feature("F172")
async def test_every_mark_keeps_its_text_and_every_absence_its_meaning(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.MARKS)
    town = (await diary.diary(family.children[0], year))["marks"]
    marks = [mark for mark in town if mark["value"].casefold() not in ABSENCES]
    ours = count((str(mark.lesson_date), mark.subject, mark.value) for mark in page.marks or ())
    assert ours == count((mark["date"], mark["subject"], mark["value"]) for mark in marks)
    if Datum.ATTENDANCE in diary.manifest.data:
        absences = [mark for mark in town if mark["value"].casefold() in ABSENCES]
        found = count((str(one.school_date), one.subject, one.kind) for one in page.attendance or ())
        assert found == count((one["date"], one["subject"], ABSENCES[one["value"].casefold()]) for one in absences)


@pytest.mark.rule("C1")
async def test_what_hangs_on_a_mark_comes_through(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    """Weight, comment, criteria, kind of work and the time it was set, as far as the manifest promises them."""
    offers(diary, Datum.MARKS)
    promised = diary.manifest.fields[Datum.MARKS] - diary.manifest.exempt.keys()
    town = diary.town
    theirs, ours = [], []
    for mark in town.marks(family.children[0]["id"], year.start, year.end):
        kind = town.work_types[mark.work]
        line: list[Any] = [town.subjects[mark.subject].name, str(mark.date), mark.value]
        line += [Decimal(str(mark.weight if mark.weight is not None else kind.weight))] if "weight" in promised else []
        line += [mark.criteria] if "criteria" in promised else []
        line += [kind.title] if "work" in promised else []
        line += [mark.changed_at or mark.set_at] if "set_at" in promised else []
        theirs.append(tuple(line))
    for mark in page.marks or ():
        line = [mark.subject, str(mark.lesson_date), mark.value]
        line += [mark.weight] if "weight" in promised else []
        line += [tuple((one.name, one.value, one.max) for one in mark.criteria)] if "criteria" in promised else []
        line += [mark.work.type_name if mark.work else ""] if "work" in promised else []
        line += [mark.set_at] if "set_at" in promised else []
        ours.append(tuple(line))
    assert count(ours) == count(theirs)


@pytest.mark.rule("C1")
async def test_the_teachers_comments_come_through(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.MARKS, "comment")
    absent = {absence.lesson for absence in diary.town.absences(family.children[0]["id"], year.start, year.end)}
    theirs = [mark for mark in diary.town.marks(family.children[0]["id"], year.start, year.end) if mark.lesson not in absent]
    ours = count((str(mark.lesson_date), mark.subject, mark.value, mark.comment) for mark in page.marks or ())
    missing = [
        (str(mark.date), diary.town.subjects[mark.subject].name, mark.value, mark.comment)
        for mark in theirs
        if not ours[str(mark.date), diary.town.subjects[mark.subject].name, mark.value, mark.comment]
    ]
    assert not missing


@pytest.mark.rule("C1")
@pytest.mark.feature("F166")
@pytest.mark.feature("F173")
async def test_homework_keeps_both_its_dates(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.HOMEWORK)
    promised = diary.manifest.fields[Datum.HOMEWORK]
    town = (await diary.diary(family.children[0], year))["homework"]
    dates = [(field, key) for field, key in (("assigned_date", "assigned"), ("due_date", "due")) if field in promised]
    ours = count((one.subject, one.text, *(str(getattr(one, field)) for field, _ in dates)) for one in page.homework or ())
    assert ours == count((one["subject"], plain_text(one["text"]), *(one[key]["date"] for _, key in dates)) for one in town)


async def test_homework_knows_the_lesson_it_is_due_on(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.HOMEWORK, "due_lesson")
    numbered = "number" in diary.manifest.fields[Datum.LESSONS]
    spots = {lesson.origin.id: (str(lesson.school_date), lesson.number if numbered else 0) for lesson in page.lessons or ()}
    town = (await diary.diary(family.children[0], year))["homework"]
    ours = count((one.subject, one.text, *spots[one.due_lesson]) for one in page.homework or () if one.due_lesson in spots)
    theirs = count((one["subject"], plain_text(one["text"]), one["due"]["date"], one["due"]["number"] if numbered else 0) for one in town)
    assert ours
    assert not ours - theirs


@pytest.mark.rule("C1")
@pytest.mark.feature("F040")
async def test_final_marks_come_with_their_periods(diary: Stand, family: Family, page: DiaryPage, year: Window) -> None:
    offers(diary, Datum.FINALS)
    town = diary.town
    ours = count((final.subject, final.period.kind.value, final.period.number, final.value) for final in page.finals or ())
    theirs = [(final, town.period(final.period)) for final in town.finals(family.children[0]["id"])]
    assert ours == count((town.subjects[final.subject].name, period.kind, period.number, final.value) for final, period in theirs)


@pytest.mark.rule("C5")
@pytest.mark.feature("F042")
async def test_of_the_class_only_aggregates_of_five_or_more_come_out(diary: Stand, page: DiaryPage) -> None:
    offers(diary, Datum.AVERAGES)
    assert page.averages
    assert all(one.class_average is None or (one.class_size is not None and one.class_size >= 5) for one in page.averages)


@pytest.mark.rule("C5")
async def test_no_classmate_leaves_the_connector(diary: Stand, family: Family, account: DiaryAccount, page: DiaryPage) -> None:
    told = written((account.children, page))
    person = diary.town.people[family.children[0]["id"]]
    own = {family.holder["id"], *(child["id"] for child in family.children)}
    mates = [mate for mate in diary.town.pupils_of(person.class_id) if mate.id not in own]
    met = {diary.town.people[key].last_name for key in own}
    met |= {person.last_name for person in diary.town.people.values() if person.role == "teacher"}
    assert mates
    for mate in mates:
        assert f"{mate.last_name} {mate.first_name}" not in told
        assert f"{mate.first_name} {mate.last_name}" not in told
        assert mate.last_name in met or mate.last_name not in told
        ids = [str(value) for key, value in mate.accounts.get(diary.name, {}).items() if key not in ("school_id", "group_id", "class_ref")]
        assert not [id_ for id_ in ids if len(id_) > 6 and id_ in told]


@pytest.mark.rule("C8")
async def test_times_are_aware_and_the_day_is_the_schools(
    diary: Stand, family: Family, child: DiaryChild, page: DiaryPage, year: Window
) -> None:
    offers(diary, Datum.LESSONS, "start", "end")
    school = diary.town.school_of(family.children[0]["id"])
    zone = ZoneInfo(child.school.tz if child.school else "")
    shown = [
        one for one in diary.town.lessons_of(family.children[0]["id"], year.start, year.end) if one.status not in diary.manifest.exempt
    ]
    theirs = {(lesson.starts_at, lesson.ends_at) for lesson in shown}
    assert {(lesson.start, lesson.end) for lesson in page.lessons or ()} == theirs
    for lesson in page.lessons or ():
        assert lesson.start is not None
        assert lesson.start.utcoffset() == timedelta(0)
        assert lesson.start.astimezone(zone).date() == lesson.school_date
        assert lesson.start.astimezone(zone).utcoffset() == lesson.start.astimezone(ZoneInfo(school.tz)).utcoffset()
