"""Who sees a child, in a real browser: lending and taking a view, the child's login and the pupil's door, by keyboard and on a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
NARROW = {"viewport": {"width": 360, "height": 740}}
PAGES = ("who-sees", "delegation", "login", "leave", "proposals", "proposals/change_school", "proposals/erase_child")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOW = (
    "[...document.querySelectorAll('button, a.button, nav a, summary, select, input:not([type=hidden])')]"
    ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"
)


@dataclass
class Family:
    """A parent who is signed in, the diary of a child under 14 open, and everybody of the town."""

    page: Page
    child: str
    parent: dict[str, Any]
    others: list[dict[str, Any]]


async def at_home(page: Page, stage: Stage) -> Family:
    everybody = {one["id"]: one for one in (await walk.people(stage))["people"]}
    young = {id_ for id_, one in everybody.items() if one["role"] == "pupil" and one["birth_date"] > "2014"}
    confirmed = [one for one in everybody.values() if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed"]
    diary = {one["id"] for one in (await walk.people(stage, system="dnevnik"))["people"]}
    person = next(one for one in confirmed if one["id"] in diary and young & set(one["children"]))
    await walk.sign_in(page, person)
    await walk.open_diary(page, person)
    me = await page.evaluate("fetch('/api/v1/me').then(answer => answer.json())")
    child = next(one["id"] for one in me["children"] if (one["birth_date"] or "") > "2014")
    others = [one for one in confirmed if one["id"] != person["id"] and not set(one["children"]) & set(person["children"])]
    return Family(page=page, child=child, parent=person, others=others)


@pytest_asyncio.fixture(loop_scope="session")
async def family(page: Page, stage: Stage) -> Family:
    return await at_home(page, stage)


@pytest_asyncio.fixture(loop_scope="session")
async def family_pair(browser: Browser, stage: Stage, context: BrowserContext) -> AsyncIterator[tuple[Family, Page]]:
    """The parent in a plain browser, the pupil in the browser of the test's own kind."""
    wide = await browser.new_context(base_url=stage.hub, locale="ru-RU", viewport={"width": 1000, "height": 800})
    try:
        yield await at_home(await wide.new_page(), stage), await context.new_page()
    finally:
        await wide.close()


async def faults(page: Page) -> list[str]:
    """What axe finds, what is wider than the window, and what is too low for a finger."""
    found = (await Axe().run(page, options=RULES)).response["violations"]
    bad = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*bad, *([f"{page.url}: {width} px too wide"] if width > 0 else []), *(await page.evaluate(LOW))]


async def make_login(family: Family) -> tuple[str, str]:
    await family.page.goto(f"/children/{family.child}/login")
    await family.page.get_by_role("button", name=re.compile("Сделать логин|Задать новый пароль")).click()
    await expect(family.page.get_by_text("Показываем один раз")).to_be_visible()
    login, password = [await family.page.locator("dd code").nth(place).text_content() for place in (0, 1)]
    return login or "", password or ""


@pytest.mark.parametrize("context", [{}, NARROW, {"color_scheme": "dark"}], indirect=True, ids=["wide", "phone", "dark"])
async def test_no_page_of_the_family_has_a_fault(family: Family) -> None:
    found = []
    for address in [*(f"/children/{family.child}/{one}" for one in PAGES), "/delegations"]:
        answer = await family.page.goto(address)
        assert answer is not None and answer.status == 200, address
        found += await faults(family.page)
    await make_login(family)
    found += await faults(family.page)
    assert not found


@pytest.mark.rule("A5b")
@pytest.mark.parametrize("context", [{}, NARROW], indirect=True, ids=["wide", "phone"])
async def test_a_grandmother_opens_the_link_signs_in_and_sees_the_diary(family: Family, browser: Browser, stage: Stage) -> None:
    page = family.page
    await page.goto(f"/children/{family.child}/who-sees")
    await page.get_by_role("link", name="Открыть доступ близкому").click()
    await page.get_by_label("На сколько дней").select_option("7")
    await page.get_by_role("button", name="Получить код").click()
    await expect(page.get_by_role("heading", name="Код для близкого")).to_be_visible()
    assert not await faults(page)
    link = await page.locator("code").nth(1).text_content()
    context = await browser.new_context(base_url=stage.hub, locale="ru-RU", viewport=page.viewport_size or {"width": 900, "height": 800})
    try:
        hers = await context.new_page()
        await hers.goto(link or "")
        assert not await faults(hers)
        await hers.get_by_role("link", name="Войти через Госуслуги").click()
        await walk.enter_gosuslugi(hers, family.others[-1])
        grant, heading = hers.get_by_role("button", name="Предоставить"), hers.get_by_role("heading", name="Доступ для близких")
        await grant.or_(heading).first.wait_for()
        if await grant.count():
            await grant.click()
        await expect(hers.get_by_label("Код")).not_to_have_value("")
        assert "lent=" not in hers.url
        await hers.get_by_role("button", name="Принять доступ").click()
        await expect(hers.get_by_role("heading", name="здравствуйте")).to_be_visible()
        await hers.goto(f"/children/{family.child}/diary")
        await expect(hers.get_by_role("navigation", name="Недели")).to_be_visible()
        await page.goto(f"/children/{family.child}/who-sees")
        await page.get_by_role("button", name="Закончить").last.click()
        answer = await hers.goto(f"/children/{family.child}/diary")
        assert answer is not None and answer.status == 404
    finally:
        await context.close()


@pytest.mark.rule("A6")
@pytest.mark.feature("F071", "F072")
@pytest.mark.parametrize("context", [{}, NARROW], indirect=True, ids=["wide", "phone"])
async def test_a_pupil_enters_by_the_own_door_with_the_keyboard_alone(family_pair: tuple[Family, Page]) -> None:
    family, page = family_pair
    login, password = await make_login(family)
    await page.goto("/")
    await page.get_by_role("link", name="войти по логину").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Логин").focus()
    await page.keyboard.type(login)
    await page.keyboard.press("Tab")
    await page.keyboard.type("не тот пароль")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Логин или пароль не подошли")
    assert not await faults(page)
    await page.get_by_label("Пароль").focus()
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Придумайте свой пароль")).to_be_visible()
    assert not await faults(page)
    await page.get_by_label("Пароль, который дал родитель").fill(password)
    await page.get_by_label("Новый пароль").fill("кот любит рыбу")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="здравствуйте")).to_be_visible()
    assert not await faults(page)
    await expect(page.get_by_role("link", name="Семья и доступ")).to_have_count(0)
    await page.get_by_role("link", name="Открыть дневник").click()
    await expect(page.get_by_role("navigation", name="Недели")).to_be_visible()
    await page.get_by_text("Ещё", exact=True).focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Кто видит", exact=True).click()
    await expect(page.get_by_role("heading", name="Кто видит вас")).to_be_visible()
    assert not await faults(page)
    await page.get_by_role("button", name="Выйти").click()
    await expect(page.get_by_role("link", name="Войти через Госуслуги")).to_be_visible()


@pytest.mark.rule("A6")
@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
async def test_the_pupils_door_and_who_sees_work_without_javascript(family_pair: tuple[Family, Page]) -> None:
    family, page = family_pair
    login, password = await make_login(family)
    await page.goto("/pupil")
    await page.get_by_label("Логин").fill(login)
    await page.get_by_label("Пароль").fill(password)
    await page.get_by_role("button", name="Войти").click()
    await page.get_by_role("link", name="Потом").click()
    await expect(page.get_by_role("heading", name="здравствуйте")).to_be_visible()
    await page.get_by_role("link", name="Кто видит").click()
    await expect(page.get_by_role("heading", name="Кто видит вас")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("Закончить|не знаю"))).to_have_count(0)
