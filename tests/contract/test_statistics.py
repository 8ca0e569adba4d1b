"""The figures of a diary: what can be counted in its own year is what they say (F108)."""

from __future__ import annotations

import pytest

from connectors.kit.diary import AttendanceKind, Datum, DiaryChild
from connectors.kit.ports import DiaryAccount, Window
from tests.contract.stand import Stand
from tests.contract.test_windows_and_changes import offers


@pytest.mark.feature("F108")
async def test_the_missed_lessons_are_those_of_the_attendance(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    offers(diary, Datum.STATISTICS)
    year = Window(start=diary.town.year[0], end=diary.town.now().date())
    page = await diary.read(account.access, child, year, Datum.STATISTICS, Datum.ATTENDANCE)
    told = {one.name: one.value for one in page.statistics or ()}
    missed = [one.kind for one in page.attendance or () if one.kind is not AttendanceKind.LATE]
    assert told["missed"] == str(len(missed))
    assert told["missed_without_reason"] == str(missed.count(AttendanceKind.ABSENT_UNEXCUSED))


@pytest.mark.feature("F108")
async def test_each_figure_says_what_it_is_and_when_it_was_counted(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    offers(diary, Datum.STATISTICS)
    found = (await diary.read(account.access, child, await diary.week(), Datum.STATISTICS)).statistics or ()
    assert found and len({one.name for one in found}) == len(found)
    assert all(one.title and one.told_at and one.told_at <= diary.town.now() for one in found)
