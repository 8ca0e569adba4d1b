"""Several sources become one list in pages: nothing lost, nothing twice, whatever lies at one moment (facts 4.2, 1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.flows.refusals import Refused
from hub.flows.timeline.merging import Found, merge, read_place
from hub.flows.views.people.joint import JointItem, JointSource
from hub.web.timeline import minutes
from hub.web.zones import there

DAY = datetime(2026, 11, 18, 9, tzinfo=UTC)


def item(kind: str, number: int, minute: int) -> JointItem:
    at = DAY + timedelta(minutes=minute)
    source = JointSource(system="t", title="t", id=str(number), fetched_at=at)
    return JointItem(
        id=f"{kind}:{number}", kind=kind, child="c", first_name="", at=at, precision="instant", zone="UTC", title="", text="", source=source
    )


def fetched(items: list[JointItem], end: datetime, count: int) -> Found:
    """As a source does: newest first, so many at most."""
    found = sorted((one for one in items if one.at < end), key=lambda one: one.at, reverse=True)[:count]
    return Found(items=found, whole=len(found) < count, oldest=found[-1].at if found else None)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), max_size=40), st.integers(1, 7))
def test_pages_hold_every_item_once_newest_first(drawn: list[tuple[str, int]], limit: int) -> None:
    items = [item(kind, number, minute) for number, (kind, minute) in enumerate(drawn)]
    seen: list[JointItem] = []
    cursor: str | None = None
    for _ in range(len(items) + 2):
        after = read_place(cursor)
        end = DAY + timedelta(days=1) if after is None else after.at + timedelta(microseconds=1)
        count = limit + 24 + (after.beside if after else 0)
        page, cursor = merge([fetched([one for one in items if one.kind == kind], end, count) for kind in "ab"], after=after, limit=limit)
        assert len(page) <= limit
        seen += page
        if cursor is None:
            break
    assert sorted(one.id for one in seen) == sorted(one.id for one in items)
    assert [one.at for one in seen] == sorted((one.at for one in items), reverse=True)


@pytest.mark.parametrize("cursor", ["zzz", "MQ==", "MSAwIGE=", "eCAxIGE="])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Refused):
        read_place(cursor)


@pytest.mark.parametrize(
    ("zone", "own", "wanted"),
    [
        ("Asia/Krasnoyarsk", "Europe/Moscow", " (по Красноярску, +4)"),
        ("Europe/Kaliningrad", "Europe/Moscow", " (по Калининграду, −1)"),
        ("Europe/Moscow", "Europe/Moscow", ""),
        ("Europe/Kirov", "Europe/Moscow", ""),
        ("Asia/Kamchatka", "Europe/Kaliningrad", " (по Камчатке, +10)"),
    ],
)
def test_two_regions_name_the_schools_clock_where_it_differs(zone: str, own: str, wanted: str) -> None:
    assert there(DAY, zone, own) == wanted


@pytest.mark.parametrize(("count", "wanted"), [(353, "5 ч 53 мин"), (60, "1 ч"), (7, "7 мин"), (0, "0 мин")])
def test_a_length_in_hours_and_minutes(count: int, wanted: str) -> None:
    assert minutes(count) == wanted
