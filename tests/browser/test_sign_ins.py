"""«Мои входы» in a browser: a profile connected through VK's own pages, a conflict, a sign-in done anew, two cabinets joined and parted."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
NARROW = {"viewport": {"width": 360, "height": 740}}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def vk_parent(stage: Stage) -> dict[str, Any]:
    """A confirmed parent who also has a VK profile."""
    found = (await walk.people(stage, system="vkid"))["people"]
    return next(one for one in found if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed" and one["children"])


async def through_vk(page: Page, person: dict[str, Any]) -> None:
    """VK's own pages, as far as they ask anything; back on one of ours."""
    login, allow = page.get_by_label("Телефон или почта"), page.get_by_role("button", name="Разрешить")
    ours = page.get_by_role("link", name="Семья и доступ").first
    await login.or_(allow).or_(ours).first.wait_for()
    if await login.count():
        await login.fill(person["vkid"]["login"])
        await page.get_by_label("Пароль").fill(person["vkid"]["password"])
        await page.get_by_role("button", name="Войти", exact=True).click()
        await allow.or_(ours).first.wait_for()
    if await allow.count():
        await allow.click()
    await ours.wait_for()


async def is_clean(page: Page) -> None:
    """Nothing that axe finds, nothing wider than the screen."""
    found = await Axe().run(page, options=RULES)
    assert not found.response["violations"], [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]]
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.rule("A9")
@pytest.mark.rule("A12")
@pytest.mark.parametrize("context", [{}, NARROW], indirect=True, ids=["wide", "phone"])
async def test_a_profile_is_connected_a_wrong_one_is_not_and_both_stand_on_the_page(page: Page, stage: Stage) -> None:
    person = await vk_parent(stage)
    await walk.sign_in(page, person)
    await page.goto("/family")
    await is_clean(page)
    await page.get_by_role("link", name="Мои входы", exact=True).click()
    own = page.get_by_role("listitem").filter(has_text="VK ID — ваш вход")
    if await own.count():
        await own.get_by_role("link").click()
        await is_clean(page)
        await page.get_by_role("button", name="Войти и подключить VK ID").click()
        await through_vk(page, person)
        await expect(page.get_by_text("Подключено.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Чем вы входите")).to_be_visible()
    await page.get_by_role("listitem").filter(has_text="VK ID — профиль ребёнка").first.get_by_role("link").click()
    await page.get_by_role("button", name="Войти и подключить VK ID").click()
    await through_vk(page, person)
    await expect(page.get_by_role("heading", name="Это профиль другого человека из вашей семьи")).to_be_visible()
    assert await page.locator("main a.button").count() == 3
    await is_clean(page)
    await page.goto("/family/sign-ins")
    await expect(page.get_by_role("heading", name="Не подключено")).to_be_visible()
    await is_clean(page)


@pytest.mark.rule("A16")
async def test_a_sign_in_that_is_too_old_is_done_anew_and_goes_on_where_it_was(page: Page, stage: Stage) -> None:
    person = await vk_parent(stage)
    await walk.sign_in(page, person)
    await page.goto("/family/merge")
    try:
        await walk.control(stage, "clock", offset_s=600)
        again = page.get_by_role("link", name="Войти заново и продолжить")
        for _ in range(40):  # the hub follows the sandbox's clock at its own pace
            await page.reload()
            if await again.count():
                break
            await page.wait_for_timeout(250)
        await is_clean(page)
        await again.click()
        await walk.enter_gosuslugi(page, person)
        await expect(page.get_by_role("heading", name="Объединить два своих кабинета")).to_be_visible()
        await expect(again).to_have_count(0)
    finally:
        await walk.control(stage, "clock")


@pytest.mark.rule("A11")
@pytest.mark.parametrize("context", [{}, NARROW], indirect=True, ids=["wide", "phone"])
async def test_two_cabinets_become_one_and_two_again(page: Page, stage: Stage, browser: Browser) -> None:
    person = await vk_parent(stage)
    await walk.control(stage, "op/sign_in_as", person=person["id"], times=1)
    other = await browser.new_context(base_url=stage.hub)
    try:
        elsewhere = await other.new_page()
        await elsewhere.goto("/auth/mosru/start")
        await expect(elsewhere.get_by_role("heading", name="здравствуйте")).to_be_visible()
    finally:
        await other.close()
    await walk.sign_in(page, person)
    await page.goto("/family/merge")
    await is_clean(page)
    await walk.control(stage, "op/sign_in_as", person=person["id"], times=1)
    await page.get_by_role("button", name="Войти через mos.ru").click()
    await expect(page.get_by_role("heading", name="Проверьте, что получится")).to_be_visible()
    await is_clean(page)
    await page.get_by_role("button", name="Объединить кабинеты").click()
    await expect(page.get_by_role("heading", name="Кабинеты объединены")).to_be_visible()
    await is_clean(page)
    await page.get_by_role("button", name="Отменить объединение").click()
    await expect(page.get_by_role("heading", name="Объединение отменено")).to_be_visible()


@pytest.mark.rule("A11")
async def test_pages_of_an_exchange_are_clean(page: Page, stage: Stage) -> None:
    await walk.sign_in(page, await vk_parent(stage))
    await page.goto("/family/swap")
    await expect(page.get_by_role("heading", name="Поменять профили местами")).to_be_visible()
    await is_clean(page)
