"""Windows, corrections and isolation: what changes while a family reads, and what must never be seen."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import AttendanceKind, Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, NotFound
from connectors.kit.ports import DiaryAccount, Window
from tests.contract.stand import Family, Json, Stand
from tests.nothing_skipped import not_applicable

ABSENCES = {
    "н": AttendanceKind.ABSENT_UNEXCUSED,
    "б": AttendanceKind.ILL,
    "уп": AttendanceKind.EXCUSED,
    "оп": AttendanceKind.LATE,
}


def offers(diary: Stand, datum: Datum) -> None:
    if datum not in diary.manifest.data:
        not_applicable(f"{diary.name} does not offer {datum}")


def plain(page: DiaryPage, data: frozenset[Datum]) -> dict[str, set[str]]:
    """The dated records of a page by kind, as text: what a window must not change."""
    dated = data - {Datum.FINALS, Datum.AVERAGES, Datum.ANNOUNCEMENTS, Datum.TERMS, Datum.STATISTICS}
    return {datum: {record.origin.id for record in getattr(page, datum)} for datum in dated}


@pytest.mark.feature("F201")
async def test_a_long_window_is_the_union_of_its_weeks(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    start = date(2026, 9, 14)
    weeks = [Window(start=start + timedelta(days=7 * n), end=start + timedelta(days=7 * n + 6)) for n in range(10)]
    whole = plain(await diary.read(account.access, child, Window(start=weeks[0].start, end=weeks[-1].end)), diary.manifest.data)
    parts = [plain(await diary.read(account.access, child, week), diary.manifest.data) for week in weeks]
    assert whole == {datum: set().union(*(part[datum] for part in parts)) for datum in whole}
    assert sum(len(part[Datum.LESSONS]) for part in parts) == len(whole[Datum.LESSONS])


async def test_a_whole_year_never_asks_more_at_once_than_the_manifest_allows(
    diary: Stand, account: DiaryAccount, child: DiaryChild
) -> None:
    assert diary.calls is not None
    diary.calls.most = 0
    await diary.read(account.access, child, Window(start=diary.town.year[0], end=diary.town.year[1]))
    assert 1 <= diary.calls.most <= diary.manifest.parallel_calls


async def test_one_day_and_an_empty_day_are_windows_too(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    week = await diary.week()
    day = await diary.read(account.access, child, Window(start=week.start, end=week.start), Datum.LESSONS)
    assert {lesson.school_date for lesson in day.lessons or ()} == {week.start}
    sunday = week.start + timedelta(days=6)
    assert (await diary.read(account.access, child, Window(start=sunday, end=sunday), Datum.LESSONS)).lessons == ()


async def wrote(diary: Stand, pupil: Json, day: date, **more: Any) -> str:
    lesson = next(one for one in diary.town.lessons_of(pupil["id"], day, day) if one.status == "held")
    body = {"pupil": pupil["id"], "subject": diary.town.subjects[lesson.subject].name, "date": day.isoformat(), "number": lesson.number}
    return str((await diary.post("/_sandbox/world/marks", body | more))["id"])


@pytest.mark.rule("C3")
async def test_a_corrected_mark_shows_its_new_value_under_the_same_id(
    diary: Stand, family: Family, account: DiaryAccount, child: DiaryChild
) -> None:
    offers(diary, Datum.MARKS)
    week = await diary.week()
    before = {mark.origin.id for mark in (await diary.read(account.access, child, week)).marks or ()}
    key = await wrote(diary, family.children[0], week.start, value="2", comment="без комментария")
    (first,) = [mark for mark in (await diary.read(account.access, child, week)).marks or () if mark.origin.id not in before]
    await diary.post("/_sandbox/world/marks", {"pupil": family.children[0]["id"], "id": key, "value": "4"})
    (after,) = [mark for mark in (await diary.read(account.access, child, week)).marks or () if mark.origin.id not in before]
    assert (first.origin.id, first.value, after.value) == (after.origin.id, "2", "4")


@pytest.mark.rule("C1")
@pytest.mark.parametrize("value", ["5-", "4/5", "зач", "осв", "2"])
async def test_an_awkward_mark_written_today_is_read_as_written(
    diary: Stand, family: Family, account: DiaryAccount, child: DiaryChild, value: str
) -> None:
    offers(diary, Datum.MARKS)
    if value in diary.manifest.exempt:
        not_applicable(diary.manifest.exempt[value])
    week = await diary.week()
    before = {mark.origin.id for mark in (await diary.read(account.access, child, week)).marks or ()}
    await wrote(diary, family.children[0], week.start, value=value, weight=1.5)
    (found,) = [mark for mark in (await diary.read(account.access, child, week)).marks or () if mark.origin.id not in before]
    assert (found.value, found.flagged) == (value, False)
    if "weight" in diary.manifest.fields[Datum.MARKS] - diary.manifest.exempt.keys():
        assert found.weight == Decimal("1.5")


@pytest.mark.parametrize(("value", "kind"), ABSENCES.items())
async def test_an_absence_written_today_is_attendance(
    diary: Stand, family: Family, account: DiaryAccount, child: DiaryChild, value: str, kind: AttendanceKind
) -> None:
    offers(diary, Datum.ATTENDANCE)
    week = await diary.week()
    before = {one.origin.id for one in (await diary.read(account.access, child, week)).attendance or ()}
    free = next(
        one
        for one in diary.town.lessons_of(family.children[0]["id"], week.start, week.end)
        if one.status == "held"
        and not [absence for absence in diary.town.absences(family.children[0]["id"], one.date, one.date) if absence.lesson == one.id]
    )
    body = {"pupil": family.children[0]["id"], "subject": diary.town.subjects[free.subject].name, "date": str(free.date)}
    await diary.post("/_sandbox/world/marks", body | {"number": free.number, "value": value})
    (found,) = [one for one in (await diary.read(account.access, child, week)).attendance or () if one.origin.id not in before]
    assert (found.kind, found.school_date) == (kind, free.date)


@pytest.mark.rule("A15")
@pytest.mark.rule("C8")
async def test_another_familys_child_is_refused(diary: Stand, family: Family, account: DiaryAccount) -> None:
    own = {child["id"] for child in family.children}
    for other in await diary.families():
        if not own & {child["id"] for child in other.children}:
            foreign = (await diary.open(other)).children[0]
            break
    else:
        pytest.fail("the town has one family only in this diary")
    for datum in diary.manifest.data:
        with pytest.raises(ConnectorError) as refused:
            await diary.read(account.access, foreign, await diary.week(), datum)
        assert type(refused.value) in (AccessDenied, NotFound, Drifted), (datum, refused.value)


async def test_brothers_and_sisters_are_not_mixed_up(diary: Stand, family: Family, account: DiaryAccount) -> None:
    week = await diary.week()
    for person in family.children:
        page = await diary.read(account.access, diary.match(account, person), week, Datum.LESSONS, Datum.MARKS)
        town = await diary.diary(person, week)
        assert len(page.lessons or ()) == len(town["lessons"])
        marks = [mark for mark in town["marks"] if mark["value"].casefold() not in ABSENCES]
        assert Counter(mark.value for mark in page.marks or ()) == Counter(mark["value"] for mark in marks)
