"""Nights are quiet by the parent's own clock, the morning brings one message, and what is urgent comes at once (RULES F3, E4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.store.school.carriers import Carrier, CarrierState
from tests.flows.kit import Hub
from tests.flows.notice_kit import reached

PUT = "/api/v1/me/quiet-hours"
EVENING = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
"""22:30 in Krasnoyarsk, 18:30 in Moscow."""
LESSON = datetime(2026, 11, 18, 3, 30, tzinfo=UTC)
"""10:30 of a Wednesday in Krasnoyarsk."""


@pytest.mark.rule("F3")
async def test_a_night_is_one_message_in_the_morning(hub: Hub) -> None:
    here = await reached(hub, "email", at=EVENING)
    await here.wish("email")
    first = await here.passed(ago_s=300)
    second = await here.passed(direction="out")
    await here.rounds(3)
    assert [await here.said(one, "email") for one in (first, second)] == [("delayed", "quiet_hours")] * 2
    hub.clock.at = datetime(2026, 11, 18, 23, 59, tzinfo=UTC)
    await here.rounds(1)
    assert here.channels["email"].sent == []
    hub.clock.at = datetime(2026, 11, 19, 0, 0, 1, tzinfo=UTC)
    await here.rounds(2)
    ((_, text),) = here.channels["email"].told
    assert text == "За ночь: Ребёнок: вход в 22:25 18.11; Ребёнок: выход в 22:29 18.11"
    assert [await here.said(one, "email") for one in (first, second)] == [("sent", "")] * 2


@pytest.mark.rule("F3")
async def test_a_night_of_sms_costs_one(hub: Hub) -> None:
    here = await reached(hub, at=EVENING, kop=1_000)
    await here.wish("sms", kop=50)
    for direction, ago in (("in", 300), ("out", 5)):
        await here.passed(direction=direction, ago_s=ago)
    hub.clock.at = datetime(2026, 11, 19, 0, 0, 1, tzinfo=UTC)
    await here.rounds(6)
    assert (len(here.sms.sent), await here.money()) == (1, [("top_up", 1_000), ("notice_pass", -50)])


@pytest.mark.rule("F3")
@pytest.mark.parametrize(
    ("zone", "decision"), [("Europe/Moscow", "pending"), ("Asia/Krasnoyarsk", "delayed"), ("Asia/Kamchatka", "delayed"), ("", "delayed")]
)
async def test_the_night_is_that_of_the_parents_own_zone(hub: Hub, zone: str, decision: str) -> None:
    here = await reached(hub, "email", at=EVENING)
    await here.wish("email")
    if zone:
        answer = await here.browser.send("PUT", PUT, json={"from": "22:00", "to": "07:00", "zone": zone})
        assert (answer.status_code, await answer.get_json()) == (200, {"off": False, "from": "22:00", "to": "07:00", "zone": zone})
    event = await here.passed()
    assert (await here.said(event, "email"))[0] == decision


@pytest.mark.rule("F3")
async def test_without_quiet_hours_everything_comes_at_once(hub: Hub) -> None:
    here = await reached(hub, "email", at=EVENING)
    await here.wish("email")
    answer = await here.browser.send("PUT", PUT, json={"off": True})
    assert (answer.status_code, (await answer.get_json())["off"]) == (200, True)
    event = await here.passed()
    await here.rounds()
    assert await here.said(event, "email") == ("sent", "")


@pytest.mark.rule("F3")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"from": "22:00"},
        {"from": "25:00", "to": "07:00"},
        {"from": "22:00", "to": "22:00"},
        {"from": "10pm", "to": "07:00"},
        {"from": "22:00", "to": "07:00", "zone": "Mars/Olympus"},
        {"from": "22:00", "to": "07:00", "zone": "../../etc/passwd"},
        {"off": "yes"},
    ],
)
async def test_hours_that_are_none_are_refused_and_change_nothing(hub: Hub, body: dict[str, object]) -> None:
    browser = hub.browser()
    await browser.sign_in()
    assert (await browser.send("PUT", PUT, json=body)).status_code in (400, 422)
    assert await (await browser.get(PUT)).get_json() == {"off": False, "from": "22:00", "to": "07:00", "zone": ""}


@pytest.mark.security("7")
async def test_quiet_hours_want_the_hubs_own_page(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    browser.csrf = "x"
    assert (await browser.send("PUT", PUT, json={"off": True})).status_code == 403


@pytest.mark.rule("F3")
@pytest.mark.rule("E4")
async def test_who_leaves_during_lessons_is_told_of_at_night_too_and_however_late(hub: Hub) -> None:
    here = await reached(hub, "email", at=LESSON)
    answer = await here.browser.send("PUT", PUT, json={"from": "22:00", "to": "07:00", "zone": "Europe/Kaliningrad"})
    assert answer.status_code == 200
    hub.clock.go(hours=1)
    event = await here.passed(direction="out", ago_s=3600)
    await here.rounds()
    ((_, text),) = here.channels["email"].told
    assert text == "Ребёнок: выход в 10:30, во время уроков"
    assert await here.said(event, "email") == ("sent", "")
    assert (await here.said(event, "page"))[0] == "sent"


@pytest.mark.rule("F3")
async def test_an_alarm_goes_by_the_sms_that_was_asked_for_and_not_only_by_a_letter_that_was_not(hub: Hub) -> None:
    """The letter is on by itself for alarms; who pays for an SMS of each pass hears of this one no later."""
    here = await reached(hub, "email", at=LESSON, kop=1_000)
    await here.wish("sms", kop=50)
    event = await here.passed(direction="out")
    await here.rounds()
    assert [text for _, text in here.channels["email"].told] == ["Ребёнок: выход в 10:29, во время уроков"]
    assert [text for _, text in here.sms.sent] == ["Ребёнок: выход в 10:29, во время уроков"]
    assert [await here.said(event, one) for one in ("email", "sms")] == [("sent", "")] * 2
    assert (await here.money())[-1] == ("notice_pass", -50)


@pytest.mark.rule("E6")
async def test_a_device_that_does_not_sign_raises_no_alarm(hub: Hub) -> None:
    here = await reached(hub, "email", at=LESSON)
    event = await here.passed(direction="out", of=here.weak)
    (item,) = [one for one in await here.log() if (one["event_id"], one["channel"]) == (event, "email")]
    assert (item["kind"], item["rule"]) == ("left", "channel_off")


@pytest.mark.rule("F3")
async def test_a_lost_card_that_somebody_shows_is_an_alarm(hub: Hub) -> None:
    here = await reached(hub, "email", at=EVENING)
    lost = {"state": CarrierState.LOST.value, "until": hub.clock() - timedelta(hours=1)}
    await hub.deps.db.write(lambda: Carrier.update(lost).execute())
    event = await here.passed()
    await here.rounds()
    assert here.channels["email"].told[0][1] == "Ребёнок: закрытую карту показали в 22:29"
    assert await here.said(event, "email") == ("sent", "")


async def test_a_retry_that_comes_into_the_night_waits_for_the_morning(hub: Hub) -> None:
    here = await reached(hub, "email", at=EVENING - timedelta(minutes=31))
    await here.wish("email")
    await here.wish("email", kind="meal")
    event = await here.ate()
    hub.clock.go(minutes=5)
    await here.rounds(2)
    assert await here.said(event, "email") == ("delayed", "quiet_hours")
