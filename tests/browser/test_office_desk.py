"""The office's desk in a real browser: two officers restrict a parent, who is out at once; a recovery goes from paper to the cabinet."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser import walk
from tests.browser.test_access_for_all import NARROW, look
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = re.compile(r"[2-9A-Y]{4}-[2-9A-Y]{4}-[2-9A-Y]{4}")
HEAD = "Класс;Фамилия;Имя;Дата рождения;СНИЛС ученика"


@dataclass
class Room:
    """Two administrators of one school in browsers of their own, and a parent whose child is on its roster."""

    first: Page
    second: Page
    parent: Page
    family: dict[str, Any]
    child: dict[str, Any]


async def entered(browser: Browser, stage: Stage, person: dict[str, Any], kept: list[BrowserContext], **options: Any) -> Page:
    context = await browser.new_context(base_url=stage.hub, locale="ru-RU", **options)
    context.set_default_timeout(15_000)
    kept.append(context)
    page = await context.new_page()
    await walk.control(stage, "esia/sign_in_as", person=person["id"], times=1)
    await page.goto("/auth/esia/start")
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def room(browser: Browser, stage: Stage, request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    """Each test has a family of its own: what is restricted stays so in the shared town."""
    place, options = getattr(request, "param", (0, {}))
    officers = (await walk.people(stage, role="school_admin"))["people"]
    school = officers[0]["school"]
    pair = [one for one in officers if one["school"] == school]
    town = {one["id"]: one for one in (await walk.people(stage))["people"]}
    families = [
        (one, town[child])
        for one in town.values()
        if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed"
        for child in one["children"][:1]
        if town[child]["snils"] and not town[child]["esia"]
    ]
    # Two parents of one child are one family here.
    family, child = list({child["id"]: (one, child) for one, child in families}.values())[place]
    kept: list[BrowserContext] = []
    parent = await entered(browser, stage, family, kept, **options)
    first = await entered(browser, stage, pair[0], kept, **options)
    second = await entered(browser, stage, pair[1], kept, **options)
    await on_roster(first, child)
    yield Room(first=first, second=second, parent=parent, family=family, child=child)
    for context in kept:
        await context.close()


async def on_roster(page: Page, child: dict[str, Any]) -> None:
    """The school's table names the child with the SNILS, so that the card is that of the child Gosuslugi told."""
    born = ".".join(reversed(child["birth_date"].split("-")))
    row = f"10Ю;{child['last_name']};{child['first_name']};{born};{child['snils']}"
    await page.goto("/office/roster/import")
    data = f"{HEAD}\r\n{row}".encode("cp1251")
    await page.get_by_label("Таблица CSV").set_input_files({"name": "one.csv", "mimeType": "text/csv", "buffer": data})
    await page.get_by_role("button", name="Проверить").click()
    await page.get_by_role("button", name=re.compile("Записать")).click()
    await expect(page.get_by_role("heading", name="Список записан")).to_be_visible(timeout=30_000)


async def open_desk(page: Page, child: dict[str, Any]) -> None:
    await page.goto("/office/classes/10%D0%AE")
    await page.get_by_role("link", name=re.compile(child["last_name"])).first.click()
    await page.get_by_role("link", name="Кто видит ученика", exact=True).click()


async def paper(page: Page, at: str) -> None:
    await page.locator(f"#d-kind-{at}").fill("Решение суда")
    await page.locator(f"#d-number-{at}").fill("2-100/2026")
    await page.locator(f"#d-date-{at}").fill("2026-01-15")


@pytest.mark.rule("A5a")
@pytest.mark.parametrize("room", [(0, {}), (1, NARROW)], indirect=True, ids=["wide", "phone"])
async def test_two_officers_restrict_a_parent_who_is_out_at_once(room: Room) -> None:
    await expect(room.parent.get_by_text(room.child["first_name"]).first).to_be_visible()
    await open_desk(room.first, room.child)
    await room.first.get_by_text("Ограничить доступ по документу").click()
    await room.first.locator("#r-who").select_option(label=f"{room.family['first_name']} {room.family['last_name']}")
    await paper(room.first, "restrict")
    await room.first.locator("form").filter(has=room.first.locator("#r-who")).get_by_role("button").click()
    await expect(room.first.get_by_role("status")).to_contain_text("нужна подпись второго")
    await room.first.goto("/office/reviews")
    await expect(room.first.get_by_text("ждёт другого").first).to_be_visible()
    await room.second.goto("/office/restrictions")
    await room.second.get_by_role("link", name="Подписать или отклонить").first.click()
    assert not await look(room.second, room.second.url)
    assert await room.second.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await room.second.get_by_role("button", name="Подписать: ограничить сейчас").click()
    await expect(room.second.get_by_role("status").first).to_contain_text("Готово")
    # The open page hears of it by itself.
    await expect(room.parent.get_by_role("link", name="Войти через Госуслуги").first).to_be_visible()
    await room.parent.get_by_role("link", name="Войти через Госуслуги").first.click()
    await walk.enter_gosuslugi(room.parent, room.family)
    await room.parent.get_by_role("button", name="Выйти").wait_for()
    await room.parent.goto("/")
    assert room.child["first_name"] not in await room.parent.locator("main").inner_text()


@pytest.mark.rule("A17")
@pytest.mark.parametrize("room", [(2, {})], indirect=True)
async def test_a_recovery_goes_from_paper_to_the_cabinet(room: Room, browser: Browser, stage: Stage) -> None:
    await open_desk(room.first, room.child)
    await room.first.get_by_text("Восстановить вход человеку").click()
    await room.first.locator("#b-who").select_option(label=f"{room.family['first_name']} {room.family['last_name']}")
    await paper(room.first, "recover")
    await room.first.locator("form").filter(has=room.first.locator("#b-who")).get_by_role("button").click()
    await room.second.goto("/office/recovery")
    await room.second.get_by_role("link", name="Открыть").first.click()
    await room.second.get_by_role("button", name="Подписать и показать код").click()
    (code,) = CODE.findall(await room.second.locator("main").inner_text())
    stranger = next(one for one in (await walk.people(stage, system="vkid"))["people"] if one["role"] == "teacher")
    context = await browser.new_context(base_url=stage.hub, locale="ru-RU")
    page = await context.new_page()
    await page.goto("/recovery")
    assert not await look(page, "/recovery")
    await walk.control(stage, "vkid/sign_in_as", person=stranger["id"], times=1)
    await page.get_by_role("link", name="Войти через VK ID").click()
    await page.get_by_label("Код").fill("2222-2222-2222")
    await page.get_by_role("button", name="Вернуть доступ").click()
    await expect(page.get_by_role("alert")).to_contain_text("24 часа")
    await page.get_by_label("Код").fill(code.lower())
    await page.get_by_role("button", name="Вернуть доступ").click()
    await page.goto("/notices")
    await expect(page.get_by_text("Доступ восстановлен через школу").first).to_be_visible()
    await context.close()
    # The open page hears of it by itself.
    await expect(room.parent.get_by_role("link", name="Войти через Госуслуги").first).to_be_visible()


DOORS = ("/office/guard", "/office/guard/find", "/office/carriers", "/office/carriers/unknown", "/office/devices")
KITCHEN = ("/office/menu", "/office/menu/records", "/office/meals", "/office/debits", "/office/card-orders", "/office/contradictions")


@pytest.mark.parametrize("room", [(5, {}), (6, NARROW)], indirect=True, ids=["wide", "phone"])
async def test_no_page_of_the_doors_and_the_kitchen_has_a_fault_for_anybody(room: Room, stage: Stage) -> None:
    """After a day that was played: unknown cards, devices that spoke."""
    await walk.control(stage, "devices/play", school="orn", day=None, wait=True)
    for address in (*DOORS, *KITCHEN):
        assert not await look(room.first, address)
        assert await room.first.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    await room.first.goto("/office/carriers/unknown")
    await room.first.get_by_role("link", name="Чья это карта").first.click()
    assert not await look(room.first, room.first.url)


async def moving(page: Page, stage: Stage) -> str:
    """The dry run of a class that has a chat to be moved."""
    me = await (await page.request.get("/api/v1/me")).json()
    headers = {"Origin": stage.hub, "X-CSRF-Token": me["csrf_token"]}
    body = {"class": "10Ю", "audience": "parents", "carrier": "vkapi"}
    made = await page.request.post("/api/v1/office/chats", data=body, headers=headers)
    assert made.status in (201, 409), await made.text()
    return "/office/chats/move?class=10%D0%AE&to=max"


@pytest.mark.parametrize("room", [(3, {}), (4, NARROW)], indirect=True, ids=["wide", "phone"])
async def test_no_page_of_the_desk_has_a_fault_for_anybody(room: Room, stage: Stage) -> None:
    await open_desk(room.first, room.child)
    own = (room.first.url, "/office", "/office/reviews", "/office/restrictions", "/office/recovery", "/recovery")
    for address in (*own, "/office/chats", "/office/chats/messengers", await moving(room.first, stage)):
        assert not await look(room.first, address)
        assert await room.first.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
