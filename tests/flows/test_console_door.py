"""Who comes into the console: by the one-time link once, later by Gosuslugi alone; nobody else finds anything there (ADR 27)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hub.flows import console
from identity.claims import Level
from identity.store.accounts.operators import end_operator
from tests.flows.asking import visitor_of
from tests.flows.console_kit import PAL, Console, come, link_of, open_console
from tests.flows.kit import Browser, Hub

PATHS = ("", "/regions", "/work", "/schools", "/audit", "/events", "/systems/dnevnik/latency.svg")
JSON = ("systems", "regions", "work", "schools")


@pytest.fixture
async def inside(hub: Hub) -> Console:
    return await open_console(hub)


async def test_the_link_opens_the_console_and_later_the_sign_in_alone_does(inside: Console) -> None:
    again = inside.hub.browser()
    await again.sign_in("pal")
    for browser in (inside.pal, again):
        answer = await browser.get("/console", Accept="text/html")
        assert answer.status_code == 200
        assert "Внешние системы" in await answer.get_data(as_text=True)


@pytest.mark.parametrize("path", [*(f"/console{path}" for path in PATHS), *(f"/api/v1/console/{path}" for path in JSON)])
async def test_for_anybody_else_there_is_nothing_there(hub: Hub, anna: tuple[Browser, str], path: str) -> None:
    stranger = await hub.browser().get(path)
    assert stranger.status_code == 401
    answer, unknown = await anna[0].get(path), await anna[0].get("/console/no-such-page")
    assert (answer.status_code, unknown.status_code) == (404, 404)


async def test_the_answer_of_a_closed_door_is_that_of_any_unknown_record(hub: Hub, anna: tuple[Browser, str]) -> None:
    closed, unknown = await anna[0].get("/api/v1/console/systems"), await anna[0].get("/api/v1/children/nobody/marks")
    told, other = await closed.get_json(), await unknown.get_json()
    assert {key: told[key] for key in ("type", "title", "status", "detail")} == {
        key: other[key] for key in ("type", "title", "status", "detail")
    }


async def test_a_link_works_once_also_for_twenty_at_a_time(hub: Hub) -> None:
    hub.esia.claims["pal"] = PAL
    _, code = await link_of(hub)
    browser = hub.browser()
    await browser.sign_in("pal")
    answers = await asyncio.gather(*(come(browser, code) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [303, *[422] * 7]


async def test_a_link_that_another_person_used_opens_nothing(inside: Console, anna: tuple[Browser, str]) -> None:
    hub = inside.hub
    _, code = await link_of(hub, "Вера Вторая")
    hub.esia.claims["vera"] = replace(PAL, subject="7001", last_name="Вторая", first_name="Вера")
    vera = hub.browser()
    await vera.sign_in("vera")
    assert (await come(vera, code)).status_code == 303
    late = await come(anna[0], code)
    assert late.status_code == 422
    assert (await anna[0].get("/console")).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ("old link", 422, "Код не подошёл"),
        ("wrong code", 422, "Код не подошёл"),
        ("ended operator", 422, "Код не подошёл"),
        ("standard account", 403, "Подтвердите учётную запись"),
        ("old sign-in", 403, "Войти"),
        ("no csrf", 403, ""),
        ("foreign page", 403, ""),
    ],
)
async def test_what_the_link_refuses(hub: Hub, change: str, status: int, word: str) -> None:
    hub.esia.claims["pal"] = replace(PAL, level=Level.STANDARD) if change == "standard account" else PAL
    operator, code = await link_of(hub)
    if change == "old link":
        hub.clock.go(hours=24)
    browser = hub.browser()
    await browser.sign_in("pal")
    if change == "wrong code":
        code = code[:-1] + ("A" if code[-1] != "A" else "B")
    if change == "ended operator":
        await hub.deps.db.write(lambda: end_operator(operator, now=hub.clock()))
    if change == "old sign-in":
        hub.clock.go(minutes=6)
    if change == "no csrf":
        browser.csrf = ""
    answer = await come(browser, code, **({"Origin": "https://evil.example"} if change == "foreign page" else {}))
    assert answer.status_code == status
    assert word in await answer.get_data(as_text=True)
    browser.csrf = ""
    assert (await browser.get("/api/v1/console/systems")).status_code == 404


async def test_wrong_codes_are_counted(hub: Hub) -> None:
    hub.esia.claims["pal"] = PAL
    _, code = await link_of(hub)
    browser = hub.browser()
    await browser.sign_in("pal")
    assert [(await come(browser, "wrong")).status_code for _ in range(11)] == [422] * 10 + [429]
    assert (await come(browser, code)).status_code == 429, "the right one included"


async def test_an_end_shuts_the_door_at_once(inside: Console) -> None:
    await inside.hub.deps.db.write(lambda: end_operator(inside.operator, now=inside.hub.clock()))
    assert (await inside.pal.get("/console")).status_code == 404
    assert (await inside.pal.get("/api/v1/console/systems")).status_code == 404
    assert (await inside.pal.get("/api/v1/me")).status_code == 200, "the cabinet of the same person stays"


async def test_an_open_stream_ends_with_the_operator(inside: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.systems, "STREAM_EVERY_S", 0.001)
    stream = await console.follow_systems(inside.hub.deps, await visitor_of(inside.hub, inside.pal))
    assert (await asyncio.wait_for(anext(stream), 5)).items
    await inside.hub.deps.db.write(lambda: end_operator(inside.operator, now=inside.hub.clock()))
    rest = [one async for one in stream]
    assert len(rest) <= 1


async def test_the_console_asks_for_a_new_sign_in_after_twelve_hours(inside: Console) -> None:
    inside.hub.clock.go(hours=11, minutes=59)
    assert (await inside.pal.get("/console")).status_code == 200
    inside.hub.clock.go(minutes=1)
    answer = await inside.pal.get("/console", Accept="text/html")
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 403 and "12 часов" in text and "/auth/esia/start?" in text


async def test_the_page_of_the_link_says_the_next_step(hub: Hub) -> None:
    hub.esia.claims["pal"] = PAL
    browser = hub.browser()

    async def told() -> str:
        return str(await (await browser.get("/console/enter", Accept="text/html")).get_data(as_text=True))

    assert "Шаг 1 из 2" in await told()
    await browser.sign_in("pal")
    assert "Шаг 2 из 2" in await told()
    hub.clock.go(minutes=6)
    assert "Войдите ещё раз" in await told()


async def test_the_link_then_gosuslugi_and_nothing_else(hub: Hub) -> None:
    hub.esia.claims["pal"] = PAL
    _, code = await link_of(hub)
    browser = hub.browser()
    opened = await browser.get(f"/console/enter/{code}", Accept="text/html")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/console/enter")
    assert "HttpOnly" in opened.headers["Set-Cookie"] and "SameSite=Lax" in opened.headers["Set-Cookie"]
    on = await browser.get("/console/enter", Accept="text/html")
    assert (on.status_code, on.headers["Location"]) == (303, "/auth/esia/start?next=/console/enter")
    await browser.sign_in("pal")
    came = await browser.get("/console/enter", Accept="text/html")
    assert (came.status_code, came.headers["Location"]) == (303, "/console")
    assert (await browser.get("/console", Accept="text/html")).status_code == 200
    assert not browser.cookie("hub-operator"), "spent and forgotten"


async def test_opening_the_link_spends_nothing(hub: Hub) -> None:
    hub.esia.claims["pal"] = PAL
    _, code = await link_of(hub)
    for _ in range(3):
        assert (await hub.browser().get(f"/console/enter/{code}")).status_code == 303
    browser = hub.browser()
    await browser.sign_in("pal")
    assert (await come(browser, code)).status_code == 303


async def test_a_wrong_link_says_so_after_the_sign_in_and_is_forgotten(hub: Hub) -> None:
    hub.esia.claims["pal"] = PAL
    browser = hub.browser()
    await browser.sign_in("pal")
    await browser.get("/console/enter/no-such-code")
    told = await browser.get("/console/enter", Accept="text/html")
    assert told.status_code == 422 and "Код не подошёл" in await told.get_data(as_text=True)
    assert (await browser.get("/console/enter", Accept="text/html")).status_code == 200
    assert (await browser.get("/console", Accept="text/html")).status_code == 404
