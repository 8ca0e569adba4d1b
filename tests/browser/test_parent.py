"""A parent in a real browser: from the start page through Gosuslugi and dnevnik.ru to the children's diary."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser import walk
from tools.stage import Stage

# One loop for the browser, the stage and the tests that share them.
pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def family(page: Page, stage: Stage) -> Page:
    """A parent who is signed in and has the first child's week open."""
    person = await walk.parent(stage)
    await walk.sign_in(page, person)
    await walk.open_diary(page, person)
    return page


@pytest.mark.feature("F003")
@pytest.mark.feature("F050")
@pytest.mark.feature("F215")
async def test_a_parent_signs_in_with_gosuslugi_and_sees_all_children(page: Page, stage: Stage) -> None:
    person = await walk.parent(stage)
    names = {one["id"]: one["first_name"] for one in (await walk.people(stage))["people"]}
    await walk.sign_in(page, person)
    for child in person["children"]:
        await expect(page.get_by_role("heading", name=names[child])).to_be_visible()


@pytest.mark.parametrize("spelling", ["phone", "email", "snils"])
@pytest.mark.feature("F050")
async def test_gosuslugi_opens_by_phone_mail_or_snils(page: Page, stage: Stage, spelling: str) -> None:
    person = await walk.parent(stage)
    await walk.sign_in(page, {**person, "esia": {**person["esia"], "login": person[spelling]}})
    await expect(page.get_by_role("heading", name=person["first_name"])).to_be_visible()


@pytest.mark.feature("F075")
async def test_the_first_sign_in_asks_to_grant_rights_and_a_refusal_is_friendly(page: Page, stage: Stage) -> None:
    people = (await walk.people(stage, role="parent"))["people"]
    person = [one for one in people if (one["esia"] or {}).get("level") == "confirmed"][-1]
    await page.goto("/auth/esia/start")
    await walk.enter_gosuslugi(page, person)
    await expect(page.get_by_text("СНИЛС ребёнка")).to_be_visible()
    await expect(page.get_by_text("Паспорт")).to_have_count(0)
    await page.get_by_role("button", name="Отказать").click()
    await expect(page.get_by_role("link", name=re.compile("Войти через Госуслуги"))).to_be_visible()
    await page.goto("/family")
    await expect(page.get_by_role("link", name=re.compile("Войти через Госуслуги"))).to_be_visible()


@pytest.mark.feature("F039")
@pytest.mark.feature("F166")
@pytest.mark.feature("F172")
@pytest.mark.feature("F200")
async def test_a_week_shows_lessons_marks_homework_and_where_it_comes_from(family: Page, stage: Stage) -> None:
    week = (await walk.people(stage))["week"]
    await family.goto(f"{family.url.split('?')[0]}?week={week['from']}")
    await expect(family.locator(".day")).not_to_have_count(0)
    assert await family.locator(".lesson .subject").count() > 10
    assert await family.locator(".mark").count() > 0
    assert await family.locator(".homework").count() > 0
    await expect(family.get_by_role("list", name="Источники")).to_contain_text("Дневник.ру: получено")
    await family.locator("a.mark").first.click()
    card = family.get_by_role("dialog", name="Оценка")
    await expect(card.get_by_text("Источник")).to_be_visible()
    await family.keyboard.press("Escape")
    await expect(card).to_have_count(0)
    await expect(family.locator("a.mark").first).to_be_focused()


@pytest.mark.feature("F044")
async def test_an_open_home_page_takes_up_what_a_diary_says_anew(family: Page, stage: Stage) -> None:
    person, day = await walk.parent(stage), (await walk.people(stage))["week"]["from"]
    children = (await (await family.request.get("/api/v1/children")).json())["items"]
    weeks = [f"/children/{child['id']}/diary?week={day}&fresh=1" for child in children]
    for week in weeks:
        await family.request.get(week)
    await family.goto("/")
    lesson = (await walk.days(stage, person["children"][0], day))["lessons"][0]
    mark = {"pupil": person["children"][0], "subject": lesson["subject"], "date": day, "number": lesson["number"], "value": "4/5"}
    await walk.control(stage, "world/marks", **mark)
    for week in weeks:
        await family.request.get(week)
    await expect(family.locator(".news").get_by_text("4/5").first).to_be_visible()


@pytest.mark.feature("F173")
async def test_weeks_are_turned_by_links_and_by_arrow_keys(family: Page) -> None:
    heading = family.get_by_role("heading", level=1)
    first = await heading.inner_text()
    await family.get_by_role("link", name="← Раньше").click()
    await expect(heading).not_to_have_text(first)
    earlier = await heading.inner_text()
    await family.keyboard.press("ArrowRight")
    await expect(heading).to_have_text(first)
    await family.keyboard.press("ArrowLeft")
    await expect(heading).to_have_text(earlier)


async def test_children_are_switched_on_the_page(family: Page) -> None:
    others = family.get_by_role("navigation", name="Дети").locator("a:not([aria-current])")
    name = (await others.first.inner_text()).strip()
    await others.first.click()
    await expect(family.get_by_role("heading", level=1)).to_contain_text(name)


@pytest.mark.feature("F040")
@pytest.mark.feature("F041")
@pytest.mark.feature("F201")
async def test_results_of_periods_and_marks_of_the_year(family: Page) -> None:
    await family.get_by_role("link", name="Итоги").click()
    await expect(family.get_by_role("region", name="Итоговые оценки")).to_be_visible()
    assert await family.locator("td.value").count() > 0
    await family.get_by_role("link", name="Год", exact=True).click()
    await expect(family.get_by_role("region", name="Оценки по предметам")).to_be_visible()
    assert await family.locator("tbody tr").count() > 5
    start = date.fromisoformat(await family.get_by_label("С", exact=True).input_value())
    await family.get_by_label("По", exact=True).fill((start + timedelta(days=13)).isoformat())
    await family.get_by_role("button", name="Показать").click()
    await expect(family).to_have_url(re.compile(r"to="))


@pytest.mark.feature("F042")
@pytest.mark.rule("C5")
async def test_progress_is_a_chart_against_the_class_with_the_same_figures_as_a_table(family: Page) -> None:
    await family.get_by_role("link", name="Успехи").click()
    chart = family.locator("img.chart")
    await expect(chart).to_be_visible()
    assert await chart.evaluate("image => image.complete && image.naturalWidth") == 480
    await expect(family.get_by_role("columnheader", name="Класс")).to_be_visible()
    assert await family.locator("tbody tr").count() > 3


@pytest.mark.feature("F044")
@pytest.mark.rule("C2")
async def test_a_silent_diary_is_said_and_the_last_copy_stays(family: Page, stage: Stage) -> None:
    lessons = await family.locator(".lesson .subject").count()
    await walk.control(stage, "faults", system="dnevnik", kind="status", value=503)
    try:
        await family.get_by_role("link", name="Спросить дневник сейчас").click()
        await expect(family.get_by_role("status")).to_contain_text("Дневник.ру не отвечает. Показываем то, что получили")
        assert await family.locator(".lesson .subject").count() == lessons
    finally:
        await walk.heal(stage)
    await family.get_by_role("link", name="Спросить дневник сейчас").click()
    await expect(family.get_by_role("status")).to_have_count(0)


@pytest.mark.rule("C6")
async def test_a_diary_that_wants_a_new_sign_in_says_so_and_leads_there(family: Page, stage: Stage) -> None:
    await walk.control(stage, "faults", system="dnevnik", kind="auth_expired")
    try:
        await family.get_by_role("link", name="Спросить дневник сейчас").click()
        await expect(family.get_by_role("status")).to_contain_text("просит войти заново")
        await expect(family.get_by_role("link", name=re.compile("Войти в Дневник"))).to_be_visible()
        await family.goto("/notices")
        await expect(family.get_by_role("main")).to_contain_text("просит войти")
    finally:
        await walk.heal(stage)


@pytest.mark.feature("F060")
async def test_a_device_is_signed_out_from_another_one(family: Page, browser: Browser, stage: Stage) -> None:
    other = await browser.new_context(base_url=stage.hub, locale="ru-RU", user_agent="Mozilla/5.0 (Android 14) Firefox/140.0")
    try:
        phone = await other.new_page()
        await walk.sign_in(phone, await walk.parent(stage))
        await family.goto("/family")
        await family.get_by_role("link", name="Устройства, на которых вы вошли").click()
        row = family.get_by_role("listitem").filter(has_text="Firefox, Android")
        await row.get_by_role("button", name="Завершить").first.click()
        await expect(family.get_by_role("heading", name="Устройства").first).to_be_visible()
        # The other process of a hub may remember a session for a second; a page of this one asks at once.
        await phone.goto("/family")
        await expect(phone.get_by_role("link", name=re.compile("Войти через Госуслуги"))).to_be_visible()
    finally:
        await other.close()


async def test_signing_out_ends_at_gosuslugi_too(family: Page) -> None:
    await family.get_by_role("button", name="Выйти").click()
    await expect(family.get_by_role("link", name="Войти через Госуслуги")).to_be_visible()
    await family.get_by_role("link", name="Войти через Госуслуги").click()
    await expect(family.get_by_label("Пароль")).to_be_visible()
