"""A parent applies to a school in the browser, on a phone: two steps, the way of it, taken back; nothing in its way for anybody."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 360, "height": 740}}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.feature("F082")
@pytest.mark.parametrize("context", [PHONE], indirect=True)
async def test_a_parent_applies_reads_the_steps_and_takes_it_back(page: Page, stage: Stage) -> None:
    town = await walk.people(stage)
    people = {one["id"]: one for one in town["people"]}
    parent, kid = next(
        (one, people[kid])
        for one in town["people"]
        for kid in one["children"]
        if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed"
        and people[kid]["school"] is None and people[kid]["birth_date"] > "2013"
    )  # fmt: skip
    await walk.sign_in(page, parent)
    card = page.locator("li.card", has_text=kid["first_name"])
    child = (await card.locator("a[href*='child=']").first.get_attribute("href") or "").split("child=")[1].split("&")[0]
    await page.goto(f"/children/{child}/school")
    school = town["schools"][0]
    await page.get_by_label("Название школы").fill(school["legal_name"])
    await page.get_by_role("button", name="Найти").click()
    await page.get_by_role("link", name="Выбрать").first.click()
    await page.get_by_label("Класс или группа").fill("5А")
    await page.get_by_label("Передать заявление в «Мою школу»").check()
    await page.get_by_role("button", name="Подать заявление").click()
    await expect(page.get_by_text("Школа решает до 30 дней")).to_be_visible()
    await expect(page.locator("[aria-current=step]")).to_have_count(2)
    found = await Axe().run(page, options=RULES)
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found.response["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.get_by_text("Отозвать заявление").click()
    await page.get_by_role("button", name="Отозвать").click()
    await expect(page.get_by_text("Вы отозвали заявление")).to_be_visible()
    await expect(page.get_by_role("link", name="Подать заново")).to_be_visible()
