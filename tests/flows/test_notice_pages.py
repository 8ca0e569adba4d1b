"""The page on which a parent switches the free ways and reads of every event why it was told or not (RULES F1; PAGES)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.flows.kit import PUBLIC, Browser, Hub
from tests.flows.money_kit import stranger
from tests.flows.notice_kit import reached
from tests.flows.test_desk_pages import text


async def save(browser: Browser, page: str, *ways: str, csrf: str | None = None) -> int:
    form = urlencode([("csrf_token", browser.csrf if csrf is None else csrf), *(("way", way) for way in ways)])
    headers = {"Host": "localhost:8000", "Origin": PUBLIC, "Content-Type": "application/x-www-form-urlencoded"}
    return (await browser.client.post(page, data=form, headers=headers)).status_code


@pytest.mark.rule("F1")
@pytest.mark.feature("F115")
async def test_ticked_ways_are_on_and_the_event_says_why(hub: Hub) -> None:
    here = await reached(hub, "email")
    page = f"/children/{here.child}/notices"
    assert "Пока сообщать было не о чем" in await text(here.browser, page)
    assert await save(here.browser, page, "pass-page", "pass-email") == 303
    event = await here.passed()
    await here.rounds()
    told = await text(here.browser, f"{page}?event={event}")
    assert "Сообщение есть на вашей странице" in told and "Отправлено" in told
    assert "Не сообщали там, где вы не включали: Пуш, MAX, VK, СМС" in told
    assert await save(here.browser, page) == 303
    later = await here.passed(direction="out")
    assert await here.said(later, "email") == ("not_sent", "channel_off")
    assert "ничего не решено" in await text(here.browser, f"{page}?event=unknown")


@pytest.mark.security("7")
async def test_the_form_wants_its_token_and_the_own_child(hub: Hub) -> None:
    here = await reached(hub)
    page = f"/children/{here.child}/notices"
    assert await save(here.browser, page, "pass-page", csrf="x") == 403
    assert (await here.browser.get("/children/nobody/notices")).status_code == 404
    assert (await here.browser.get(f"{page}?cursor=zzz")).status_code == 400


@pytest.mark.rule("F4")
async def test_a_push_is_read_by_its_own_person_only_and_counts_as_shown(hub: Hub) -> None:
    here = await reached(hub, "push", kop=1_000)
    for channel, kop in (("push", 0), ("sms", 50)):
        await here.wish(channel, kop=kop)
    event = await here.passed()
    await here.rounds()
    (sent,) = here.channels["push"].sent
    answer = await here.browser.get(f"/api/v1/me/pushes/{sent.event}")
    told = await answer.get_json()
    assert (answer.status_code, told["text"], told["href"]) == (200, "Ребёнок: вход в 15:59", f"/children/{here.child}/passes")
    await here.rounds(6, seconds=30)
    assert (await here.said(event, "sms"), here.sms.sent) == (("not_sent", "fallback_not_needed"), [])
    assert next(one["text"] for one in await here.log() if one["channel"] == "push") == "Доставлено."
    other = await stranger(hub)
    answers = [(await other.get(f"/api/v1/me/pushes/{one}")).status_code for one in (sent.event, "nothing")]
    assert answers == [404, 404]
