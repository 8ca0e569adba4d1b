"""What was decided about each event is there for the parent, what was not sent too (RULES F1, E4, E6)."""

from __future__ import annotations

import pytest

from tests.flows.kit import Hub
from tests.flows.notice_kit import by_channel, doors, log_of, passed, reached, wish

OFF = ("not_sent", "channel_off")


@pytest.mark.rule("F1")
async def test_a_pass_that_nobody_wanted_to_hear_of_says_so_for_every_channel(hub: Hub) -> None:
    desk, gate = await doors(hub)
    event = await passed(hub, gate)
    items = await log_of(desk.anna, desk.petya)
    assert by_channel(items, event) == dict.fromkeys(("page", "push", "max", "vk", "email", "sms"), OFF)
    assert all(one["text"] for one in items)
    assert {(one["price_kop"], one["transaction_id"]) for one in items} == {(0, None)}


@pytest.mark.rule("E4")
async def test_a_late_pass_is_told_to_nobody(hub: Hub) -> None:
    desk, gate = await doors(hub)
    await wish(desk.anna, desk.petya, "email")
    event = await passed(hub, gate, ago_s=16 * 60)
    assert by_channel(await log_of(desk.anna, desk.petya), event)["email"] == ("not_sent", "late")


@pytest.mark.rule("E4")
async def test_the_card_held_twice_within_five_seconds_is_told_of_once(hub: Hub) -> None:
    desk, gate = await doors(hub)
    await wish(desk.anna, desk.petya, "email")
    first = await passed(hub, gate, ago_s=6)
    second = await passed(hub, gate, ago_s=3)
    items = await log_of(desk.anna, desk.petya)
    assert by_channel(items, first)["email"] == ("pending", "")
    assert by_channel(items, second)["email"] == ("not_sent", "duplicate")


async def test_what_the_parent_uses_stands_before_what_is_off_and_the_clock_is_the_schools(hub: Hub) -> None:
    """The child of this family has no card in the school's register yet, only a carrier."""
    here = await reached(hub, "email")
    await here.wish("email")
    event = await here.passed()
    answer = await (await here.browser.get(f"/api/v1/children/{here.child}/notices/log")).get_json()
    found = [one["channel"] for one in answer["items"] if one["event_id"] == event]
    assert found == ["email", "page", "push", "max", "vk", "sms"]
    assert answer["zone"] == "Asia/Krasnoyarsk"
