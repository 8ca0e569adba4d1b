"""VK ID through its own pages: the button below the big one, a cabinet without children, a refusal, and the way up to Gosuslugi."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
NARROW = {"viewport": {"width": 360, "height": 740}}


async def to_vk(page: Page, stage: Stage) -> dict[str, Any]:
    """To VK's own page and past its password."""
    person: dict[str, Any] = next(one for one in (await walk.people(stage, system="vkid"))["people"] if one["role"] == "parent")
    await page.goto("/")
    await page.get_by_role("link", name="Войти через VK ID").click()
    await page.get_by_label("Телефон или почта").fill(person["vkid"]["login"])
    await page.get_by_label("Пароль").fill(person["vkid"]["password"])
    await page.get_by_role("button", name="Войти", exact=True).click()
    return person


@pytest.mark.rule("A3")
@pytest.mark.parametrize("context", [{}, NARROW], indirect=True, ids=["wide", "phone"])
async def test_a_vk_sign_in_opens_a_cabinet_that_says_what_it_lacks(page: Page, stage: Stage) -> None:
    await to_vk(page, stage)
    allow = page.get_by_role("button", name="Разрешить")
    lacks = page.get_by_role("heading", name="Этот вход не подтверждает, кто вы")
    await allow.or_(lacks).first.wait_for()
    if await allow.count():
        await allow.click()
    await expect(lacks).to_be_visible()
    await expect(page.get_by_text("Открыть дневник")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    assert not found.response["violations"]
    await page.get_by_role("link", name="Войти через Госуслуги").click()
    await expect(page.get_by_label("Телефон / Email / СНИЛС")).to_be_visible()


@pytest.mark.rule("A12")
async def test_whoever_declines_at_vk_comes_back_to_a_friendly_page(page: Page, stage: Stage) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="Войти через VK ID").click()
    await page.get_by_role("link", name="Отменить и вернуться в сервис").click()
    await expect(page.get_by_text("Ничего не изменилось")).to_be_visible()
    await page.get_by_role("link", name="Войти через VK ID").click()
    await expect(page.get_by_role("heading", name="Вход в VK ID")).to_be_visible()
