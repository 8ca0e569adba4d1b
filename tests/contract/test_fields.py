"""What a manifest promises is seen in the town's year, and nothing else is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from connectors.kit import diary as records
from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from connectors.kit.statistics import Figure
from tests.contract.stand import Stand

KINDS: dict[str, type[msgspec.Struct]] = {
    "children": records.DiaryChild,
    Datum.LESSONS: records.Lesson,
    Datum.MARKS: records.Mark,
    Datum.HOMEWORK: records.Homework,
    Datum.FINALS: records.Final,
    Datum.ATTENDANCE: records.Attendance,
    Datum.AVERAGES: records.SubjectAverage,
    Datum.ANNOUNCEMENTS: records.Announcement,
    Datum.TERMS: records.Term,
    Datum.STATISTICS: Figure,
}


def filled(found: Iterable[Any]) -> set[str]:
    """The fields that at least one record has: not empty, and not what stands there when nobody said anything."""
    names: set[str] = set()
    for record in found:
        for field in msgspec.structs.fields(record):
            value = getattr(record, field.name)
            if value not in (None, "", (), {}) and value != field.default:
                names.add(field.name)
    return names


async def seen(diary: Stand) -> dict[str, set[str]]:
    """The fields filled over the year, family by family, until the promise is kept or the town is through."""
    found: dict[str, set[str]] = {kind: set() for kind in ("children", *diary.manifest.data)}
    year = Window(start=diary.town.year[0], end=diary.town.year[1])
    families = await diary.families()
    own = [family for family in families if family.holder["role"] == "pupil"]
    for family in [*families[:1], *own[:1], *families[1:]]:
        account = await diary.open(family)
        found["children"] |= filled(account.children)
        for child in account.children:
            page = await diary.read(account.access, child, year)
            for datum in diary.manifest.data:
                found[datum] |= filled(getattr(page, datum))
        if all(diary.manifest.fields[kind] <= names for kind, names in found.items()):
            break
    return found


@pytest.mark.rule("C2")
async def test_every_promised_field_is_seen_and_no_other(diary: Stand) -> None:
    found = await seen(diary)
    assert found == {kind: set(diary.manifest.fields[kind]) for kind in found}


def test_a_manifest_promises_fields_of_real_records_for_each_kind_that_it_offers(diary: Stand) -> None:
    assert set(diary.manifest.fields) == {"children", *diary.manifest.data}
    for kind, names in diary.manifest.fields.items():
        assert names <= {field.name for field in msgspec.structs.fields(KINDS[kind])}, kind


@pytest.mark.feature("F177")
async def test_exactly_the_asked_kinds_are_filled(diary: Stand) -> None:
    account = await diary.open((await diary.families())[0])
    week = await diary.week()
    for datum in diary.manifest.data:
        page = await diary.read(account.access, account.children[0], week, datum)
        told = {kind.value for kind in Datum if getattr(page, kind) is not None}
        assert told == {datum.value}


async def test_a_kind_that_is_not_offered_stays_unsaid(diary: Stand) -> None:
    account = await diary.open((await diary.families())[0])
    page = await diary.port.read(account.access, account.children[0], frozenset(Datum), await diary.week())
    assert all(getattr(page, kind) is None for kind in frozenset(Datum) - diary.manifest.data)


@pytest.mark.rule("C2")
async def test_every_record_says_where_it_comes_from(diary: Stand) -> None:
    account = await diary.open((await diary.families())[0])
    page = await diary.read(account.access, account.children[0], await diary.week())
    origins = [record.origin for datum in diary.manifest.data for record in getattr(page, datum)]
    assert origins
    assert {origin.system for origin in origins} == {diary.name}
    assert all(origin.id and origin.fetched_at.tzinfo for origin in origins)
