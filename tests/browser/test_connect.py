"""A parent connects a diary in a real browser: the region, what works there, the school's form, whose diary it is."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = [{"viewport": {"width": 360, "height": 740}}]


async def family(stage: Stage, system: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A parent who can sign in at Gosuslugi, and the account that the school gave for that diary."""
    found = await walk.parent(stage, system=system)
    return found, found["accounts"][system]


async def choose(page: Page, region: str) -> None:
    await page.get_by_label("Регион школы").select_option(label=region)
    await page.get_by_role("button", name="Показать").or_(page.get_by_role("button", name="Сменить")).click()


@pytest.mark.rule("C4")
@pytest.mark.feature("F169")
@pytest.mark.feature("F178")
async def test_before_signing_in_the_region_says_which_diary_it_has(page: Page) -> None:
    await page.goto("/")
    assert await page.get_by_role("link", name="Войти через mos.ru").count() == 1
    await choose(page, "Красноярский край")
    region = page.get_by_role("region", name="Какой дневник в вашем регионе")
    await region.get_by_text("КИАСУО").first.wait_for()
    assert await region.get_by_text("подключим после входа").count() == 1
    assert await page.get_by_role("link", name="Войти через mos.ru").count() == 0, "mos.ru is Moscow's"
    await region.get_by_text("Нет логина").click()
    await region.get_by_text("код приглашения").first.wait_for()
    await page.reload()
    assert await page.get_by_label("Регион школы").input_value() == "24", "the browser remembers"


@pytest.mark.rule("C4")
async def test_only_what_works_in_the_region_is_offered(page: Page, stage: Stage) -> None:
    person, _ = await family(stage, "iv-edu")
    await walk.sign_in(page, person)
    await page.goto("/connect")
    await choose(page, "Кемеровская область — Кузбасс")
    titles = [await one.inner_text() for one in await page.get_by_role("heading", level=3).all()]
    assert any("Электронная школа" in title for title in titles)
    assert not any("Дневник.ру" in title or "Иванов" in title for title in titles)
    await choose(page, "Севастополь")
    await page.get_by_text("электронного дневника в городе нет").wait_for()


@pytest.mark.feature("F004")
@pytest.mark.feature("F005")
@pytest.mark.feature("F043")
@pytest.mark.rule("A15")
async def test_the_diary_of_ivanovo_opens_by_the_childs_snils_and_shows_the_childs_week(page: Page, stage: Stage) -> None:
    person, account = await family(stage, "iv-edu")
    await walk.sign_in(page, person)
    await page.goto("/connect")
    await choose(page, "Ивановская область")
    card = page.get_by_role("region", name="Иванов")
    await card.get_by_role("link", name="Ввести данные из школы").click()
    await page.get_by_label("СНИЛС ребёнка", exact=True).fill(account["snils"])
    await page.locator("input[type=password]").fill("not-the-password")
    await page.get_by_role("button", name="Подключить").click()
    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert "Проверьте" in await alert.inner_text()
    assert await page.locator("input[type=password]").input_value() == "", "a password is never shown again"
    await page.get_by_label("СНИЛС ребёнка", exact=True).fill(account["snils"])
    await page.locator("input[type=password]").fill(account["password"])
    await page.get_by_role("button", name="Подключить").click()
    await page.get_by_role("link", name="Открыть дневник").first.click()
    await page.get_by_role("navigation", name="Недели").wait_for()
    assert await page.locator(".lesson").count() > 0


@pytest.mark.feature("F104")
@pytest.mark.rule("A15")
async def test_the_first_time_in_khabarovsk_takes_the_code_and_an_only_child_needs_no_naming(page: Page, stage: Stage) -> None:
    person, account = await family(stage, "digital-school")
    await walk.sign_in(page, person)
    await page.goto("/connect/digital-school")
    first = page.get_by_role("region", name="Первый вход")
    await first.get_by_label("Лицевой счёт").fill(account["account"])
    await first.get_by_label("Код авторизации").fill(account["auth_code"])
    await first.get_by_label("Придумайте пароль").fill(account["password"])
    await first.get_by_role("button", name="Подключить").click()
    await page.get_by_role("link", name="Открыть дневник").first.click()
    await page.get_by_role("navigation", name="Недели").wait_for()


@pytest.mark.feature("F198")
async def test_kuzbass_opens_by_login_and_password(page: Page, stage: Stage) -> None:
    person, account = await family(stage, "ruobr")
    await walk.sign_in(page, person)
    await page.goto("/connect/ruobr")
    await page.get_by_label("Логин", exact=True).fill(account["login"])
    await page.locator("input[type=password]").fill(account["password"])
    await page.get_by_role("button", name="Подключить").click()
    await page.get_by_role("link", name="Открыть дневник").first.click()
    await page.get_by_role("navigation", name="Недели").wait_for()


@pytest.mark.parametrize("context", PHONE, indirect=True)
@pytest.mark.parametrize("path", ["/connect", "/connect/iv-edu", "/connect/digital-school", "/connect/ruobr", "/connect/dnevnik"])
async def test_the_pages_fit_a_phone_and_are_for_all(page: Page, stage: Stage, path: str) -> None:
    person, _ = await family(stage, "iv-edu")
    await walk.sign_in(page, person)
    await page.goto("/connect")
    await choose(page, "Ивановская область")
    await page.goto(path)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
async def test_without_scripts_the_region_and_the_form_work_too(page: Page, stage: Stage) -> None:
    person, _ = await family(stage, "iv-edu")
    await walk.sign_in(page, person)
    await page.goto("/connect")
    await choose(page, "Ивановская область")
    await page.get_by_role("region", name="Иванов").get_by_role("link", name="Ввести данные из школы").click()
    await page.get_by_label("СНИЛС ребёнка", exact=True).fill("11 22")
    await page.locator("input[type=password]").fill("x")
    await page.get_by_role("button", name="Подключить").click()
    assert "СНИЛС состоит из 11 цифр" in await page.get_by_role("alert").inner_text()
