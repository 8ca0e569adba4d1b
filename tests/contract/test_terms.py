"""The calendar of terms and the announcements: what the town's school year is, a diary tells with the same days (F174)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from connectors.kit.diary import Datum, DiaryChild, PeriodKind
from connectors.kit.ports import DiaryAccount, Window
from tests.contract.stand import Family, Stand
from tests.contract.test_windows_and_changes import offers


@pytest.mark.feature("F174")
async def test_the_periods_and_holidays_of_the_year_have_the_towns_days(
    diary: Stand, family: Family, account: DiaryAccount, child: DiaryChild
) -> None:
    offers(diary, Datum.TERMS)
    year = Window(start=diary.town.year[0], end=date(diary.town.year[1].year, 8, 31))
    terms = (await diary.read(account.access, child, year, Datum.TERMS)).terms or ()
    pupil = diary.town.people[family.children[0]["id"]]
    periods = {(one.start, one.end) for one in terms if one.period is not None and one.period.kind is not PeriodKind.YEAR}
    assert periods == {(one.start, one.end) for one in diary.town.periods_of(pupil.class_id) if one.kind != "year"}
    assert len({one.origin.id for one in terms}) == len(terms)
    if "is_holiday" in diary.manifest.fields[Datum.TERMS]:
        days = {one.start + timedelta(days=n) for one in terms if one.is_holiday for n in range((one.end - one.start).days + 1)}
        off = {one.start + timedelta(days=n) for one in diary.town.holidays(pupil.school) for n in range((one.end - one.start).days + 1)}
        assert {day for day in days if day <= diary.town.year[1]} == off, "the summer is told by some"
        assert {one.name for one in diary.town.holidays(pupil.school)} <= {one.name for one in terms if one.is_holiday}
    else:
        assert not [one for one in terms if one.is_holiday]


async def test_announcements_are_those_of_the_window(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    offers(diary, Datum.ANNOUNCEMENTS)
    start = diary.town.year[0]
    autumn = Window(start=start, end=start + timedelta(days=60))
    whole = (await diary.read(account.access, child, Window(start=start, end=diary.town.year[1]), Datum.ANNOUNCEMENTS)).announcements
    part = (await diary.read(account.access, child, autumn, Datum.ANNOUNCEMENTS)).announcements
    assert whole and all(one.title or one.body for one in whole)
    assert {one.origin.id for one in part or ()} < {one.origin.id for one in whole}
    assert all(one.published_at.tzinfo is not None and one.published_at.date() <= autumn.end for one in part or ())
