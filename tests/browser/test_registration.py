"""A parent without an account gets into a diary in a real browser, on a phone: the form, the letter, the school, the diary's page."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = [{"viewport": {"width": 360, "height": 740}}]
PASSWORD = "pridumannyi-parol-1"


async def control(stage: Stage, path: str, body: dict[str, Any]) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=stage.sandbox, trust_env=False) as client:
        answer = await client.post(f"/_sandbox{path}", json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def letter(stage: Stage, to: str) -> str:
    async with httpx.AsyncClient(base_url=stage.sandbox, trust_env=False) as client:
        items = (await client.get("/inbox", params={"kind": "mail", "to": to}, headers={"Accept": "application/json"})).json()["items"]
    return str(max((one for one in items if one.get("code")), key=lambda one: str(one["at"]))["code"])


async def pupil_of(stage: Stage, person: dict[str, Any], system: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=stage.sandbox, trust_env=False) as client:
        people = (await client.get("/_sandbox/people", params={"system": system})).json()["people"]
    found: dict[str, Any] = next(one for one in people if one["id"] == person["children"][0])
    return found


async def is_fit_for_everybody(page: Page) -> None:
    """No sideways scrolling on a phone, and nothing that a screen reader stumbles over."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    report = await Axe().run(page)
    assert report.violations_count == 0, report.generate_report()


@pytest.mark.feature("F220")
@pytest.mark.feature("F221")
@pytest.mark.parametrize("context", PHONE, indirect=True)
async def test_a_code_from_the_school_and_a_letter_open_the_diary(page: Page, stage: Stage) -> None:
    person = await walk.parent(stage, system="eljur")
    pupil = await pupil_of(stage, person, "eljur")
    made = await control(stage, "/eljur/invitations", {"pupil": pupil["id"]})
    await walk.sign_in(page, person)
    await page.goto("/connect/eljur")
    await page.get_by_role("link", name="Нет входа: зарегистрироваться").click()
    await is_fit_for_everybody(page)
    given = {
        "Город или адрес школы в ЭлЖуре": made["city"], "Код приглашения": made["code"], "Ваша фамилия": "Новосёлова", "Ваше имя": "Дарья",
        "Электронная почта": "dasha@example.ru", "Придумайте логин": "novaya-mama", "Придумайте пароль": PASSWORD,
        "Ключ школы": person["accounts"]["eljur"]["devkey"],
    }  # fmt: skip
    for label, text in given.items():
        await page.get_by_role("main").get_by_label(label).and_(page.locator("input")).fill(text)
    await page.get_by_role("button", name="Зарегистрироваться в ЭлЖуре").click()
    await page.get_by_text("Ждём, когда вы подтвердите почту").wait_for()
    await is_fit_for_everybody(page)
    await page.get_by_role("button", name="Проверить сейчас").click()
    await page.get_by_text("Проверили только что").wait_for()
    await page.get_by_label("Код из письма").fill(await letter(stage, "dasha@example.ru"))
    await page.get_by_role("button", name="Подтвердить").click()
    await page.wait_for_url("**/")
    await page.goto("/family/sign-ins")
    await page.get_by_text("ЭлЖур").first.wait_for()
    assert await page.get_by_text("ждёт письма").count() == 0


@pytest.mark.feature("F190")
@pytest.mark.parametrize("context", PHONE, indirect=True)
async def test_in_petersburg_the_school_approves_the_application(page: Page, stage: Stage) -> None:
    person = await walk.parent(stage, system="petersburg")
    pupil = await pupil_of(stage, person, "petersburg")
    await walk.sign_in(page, person)
    await page.goto("/connect/petersburg/register")
    for label, text in {
        "Электронная почта": "mama@example.ru", "Ваша фамилия": "Новосёлова", "Ваше имя": "Дарья", "Придумайте пароль": PASSWORD,
    }.items():  # fmt: skip
        await page.get_by_role("main").get_by_label(label).and_(page.locator("input")).fill(text)
    await page.get_by_role("button", name="Зарегистрироваться").click()
    await page.get_by_label("Код из письма").fill(await letter(stage, "mama@example.ru"))
    await page.get_by_role("button", name="Подтвердить").click()
    await page.get_by_text("Нужно заявление в школу").wait_for()
    await is_fit_for_everybody(page)
    for label, text in {
        "Фамилия ребёнка": pupil["last_name"], "Имя ребёнка": pupil["first_name"], "Отчество ребёнка": pupil["middle_name"],
        "Дата рождения ребёнка": pupil["birth_date"],
    }.items():  # fmt: skip
        await page.get_by_role("main").get_by_label(label).and_(page.locator("input")).fill(text)
    await page.get_by_label("Школа", exact=True).select_option(index=1)
    await page.get_by_label("Кем вы приходитесь").select_option(label="Родитель")
    await page.get_by_role("button", name="Подать заявление").click()
    await page.get_by_role("heading", name="Заявление ждёт решения школы").wait_for()
    await is_fit_for_everybody(page)
    await control(stage, "/petersburg/applications/1/approve", {})
    await page.get_by_role("button", name="Проверить сейчас").click()
    await page.wait_for_url("**/")
    await page.get_by_text(pupil["first_name"]).first.wait_for()
