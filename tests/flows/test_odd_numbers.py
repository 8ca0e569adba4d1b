"""Numbers that are none, or beyond any: «²», five thousand nines, the year 1; each is refused or means the end of all there is."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from hub.flows.cursors import to_cursor
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Hub

MANY = "9" * 5000
"""Python reads no number of over 4,300 digits."""


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


@pytest.mark.parametrize("text", ["²", "٣٣", MANY, "0", "-1", "1e2"])
@pytest.mark.parametrize("list_", ["changes", "lessons"])
async def test_a_limit_that_is_no_number_of_ours_is_refused(desk: Desk, list_: str, text: str) -> None:
    answer = await desk.anna.get(f"/api/v1/children/{desk.petya}/{list_}?limit={quote(text)}")
    assert answer.status_code == 400


@pytest.mark.parametrize("moment", ["²", MANY, "9" * 18, "-1", "", "2026-11-22"])
@pytest.mark.parametrize(("list_", "ours"), [
    ("/api/v1/office/joins", "{} id"),
    ("/api/v1/me/notices", "{} id"),
    ("/api/v1/children/{child}/notices/log", "{} id"),
    ("/api/v1/children/{child}/timeline", "{}.1"),
    ("/api/v1/children/{child}/timeline", "1.{}"),
    ("/api/v1/timeline", "{} 1 id"),
    ("/api/v1/timeline", "1 {} id"),
])  # fmt: skip
async def test_a_forged_cursor_is_refused(desk: Desk, list_: str, ours: str, moment: str) -> None:
    officer = "/office/" in list_
    path = list_.format(child=desk.petya)
    answer = await (desk.nina if officer else desk.anna).get(f"{path}?cursor={to_cursor(ours.format(moment))}")
    assert answer.status_code == 400


@pytest.mark.parametrize("list_", ["/api/v1/office/joins", "/api/v1/me/notices"])
async def test_what_no_database_keeps_is_in_no_cursor(desk: Desk, list_: str) -> None:
    forged = to_cursor("1 a\0b")
    assert (await desk.nina.get(f"{list_}?cursor={forged}")).status_code == 400


async def test_a_cursor_as_far_as_numbers_go_is_one(desk: Desk) -> None:
    far = to_cursor("9" * 17 + " id")
    assert (await desk.nina.get(f"/api/v1/office/joins?cursor={far}")).status_code == 200


@pytest.mark.parametrize("days", [2**31, 2**63, 10**30, 91, 0, -1, -(2**31)])
async def test_nobody_lends_a_view_for_so_long_or_for_the_past(desk: Desk, days: int) -> None:
    answer = await desk.anna.send("POST", f"/api/v1/children/{desk.petya}/delegations", json={"days": days})
    assert answer.status_code == 400


@pytest.mark.parametrize("code", ["77", "92", "50"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_region_is_shown_on_any_day(desk: Desk, code: str, day: str) -> None:
    assert (await desk.anna.get(f"/api/v1/regions/{code}?on={day}")).status_code == 200


@pytest.mark.parametrize(("start", "end"), [("08:00", "2026-13"), ("08:00+14:00", "17:00-12:00"), ("08:00Z", "17:00Z"), ("24:00", "25:00")])
async def test_a_desk_has_hours_of_its_own_day_alone(desk: Desk, start: str, end: str) -> None:
    hours = [{"days": [1], "start": start, "end": end}]
    typed = {"topic": "general", "person": "Канцелярия", "phones": ["+7 495 000-00-01"], "hours": hours}
    assert (await desk.nina.send("POST", "/api/v1/office/contacts", json=typed)).status_code == 400
    good = [{"days": [1], "start": "08:00", "end": "17:00"}]
    assert (await desk.nina.send("POST", "/api/v1/office/contacts", json=typed | {"hours": good})).status_code == 201
