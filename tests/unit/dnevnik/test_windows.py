"""How a window is asked of dnevnik.ru: pieces, whole days, and a child that was kept without its ids."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.diaries.dnevnik.client.rounds import MAX_DAYS, parts
from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.errors import AccessDenied, NotFound
from connectors.kit.ports import Window
from tests.unit.dnevnik.stub import PERSON, Bench, child, day

START = date(2026, 9, 1)


@given(st.integers(0, 400))
def test_the_pieces_of_a_window_are_short_and_cover_each_day_once(days: int) -> None:
    window = Window(start=START, end=START + timedelta(days=days))
    pieces = list(parts(window))
    covered = [piece.start + timedelta(days=n) for piece in pieces for n in range((piece.end - piece.start).days + 1)]
    assert covered == [START + timedelta(days=n) for n in range(days + 1)]
    assert all((piece.end - piece.start).days < MAX_DAYS for piece in pieces)


async def test_a_window_is_asked_from_its_first_to_its_last_moment(bench: Bench) -> None:
    bench.show(day())
    await bench.read(Datum.LESSONS)
    (asked,) = bench.stub.asked
    assert dict(asked.url.params) == {"startDate": "2026-11-16T00:00:00", "endDate": "2026-11-21T23:59:59"}


async def test_a_long_window_is_asked_in_pieces_and_each_lesson_is_there_once(bench: Bench) -> None:
    bench.show(day())
    page = await bench.read(Datum.LESSONS, window=Window(start=date(2026, 9, 1), end=date(2026, 12, 31)))
    assert len(bench.stub.asked) == 5
    assert page.lessons is not None
    assert len(page.lessons) == 1


@pytest.mark.parametrize("data", [(), (Datum.LESSONS, Datum.FINALS)])
async def test_a_window_that_ends_before_it_begins_is_empty_and_asks_nothing(bench: Bench, data: tuple[Datum, ...]) -> None:
    page = await bench.read(*data, window=Window(start=date(2026, 11, 21), end=date(2026, 11, 16)))
    assert all(getattr(page, datum) == () for datum in data)
    assert not bench.stub.asked


async def test_a_child_outlives_its_storage(bench: Bench) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(child()), type=DiaryChild)
    bench.show(day())
    page = await bench.read(Datum.LESSONS, key=kept.key, school=kept.school, group=kept.group)
    assert page.lessons


def account(bench: Bench, person: int, groups: list[dict[str, object]]) -> None:
    one = {"personId": person, "firstName": "Мария", "lastName": "Орлова", "schoolIds": [300], "groupIds": [400]}
    bench.stub.answers |= {
        "/users/me": {"id": 200_000_000_000_000_001, "personId": 2},
        "/users/me/context": {"userId": 200_000_000_000_000_001, "personId": 2, "roles": ["EduParent"], "children": [one]},
        "/schools/300": {"id": 300, "name": "Школа 1", "timeZone": 7},
        f"/persons/{person}/edu-groups": groups,
        "/user/200000000000000001/children": [],
    }


GROUP = {"id": 400, "name": "7А", "type": "Group"}


async def test_a_child_kept_without_school_and_class_is_looked_up_again(bench: Bench) -> None:
    bench.show(day())
    account(bench, PERSON, [GROUP])
    page = await bench.read(Datum.LESSONS, school=None, group=None)
    assert page.lessons


@pytest.mark.rule("C8")
async def test_a_child_that_the_account_does_not_show_is_refused(bench: Bench) -> None:
    account(bench, 99, [GROUP])
    with pytest.raises(AccessDenied):
        await bench.read(Datum.LESSONS, school=None, group=None)


async def test_a_child_without_a_class_has_no_diary(bench: Bench) -> None:
    account(bench, PERSON, [])
    with pytest.raises(NotFound):
        await bench.read(Datum.LESSONS, school=None, group=None)
