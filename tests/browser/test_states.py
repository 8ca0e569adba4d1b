"""The states that nobody plans for: too low a level, no children, errors, no network."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def of_level(stage: Stage, *levels: str) -> dict[str, Any]:
    people = (await walk.people(stage, system="esia"))["people"]
    return next(person for person in people if person["role"] == "parent" and person["esia"]["level"] in levels)


@pytest.mark.feature("F053")
@pytest.mark.feature("F048")
@pytest.mark.feature("F055")
@pytest.mark.rule("A4")
async def test_too_low_a_level_signs_in_and_is_told_what_is_missing_and_how_to_get_it(page: Page, stage: Stage) -> None:
    await walk.sign_in(page, await of_level(stage, "simplified", "standard"))
    note = page.get_by_role("region", name="Нужна подтверждённая учётная запись Госуслуг")
    await expect(note).to_contain_text("доступно с 14 лет")
    await expect(note).to_contain_text("до 5 дней")
    await expect(note).to_contain_text("МФЦ")


@pytest.mark.feature("F080")
@pytest.mark.rule("A12")
async def test_no_children_at_gosuslugi_is_explained_with_every_way_out(page: Page, stage: Stage) -> None:
    people = (await walk.people(stage, system="esia"))["people"]
    childless = next(one for one in people if one["esia"]["level"] == "confirmed" and not one["children"] and one["role"] != "pupil")
    await walk.sign_in(page, childless)
    note = page.get_by_role("region", name="Госуслуги не показали ни одного ребёнка")
    await expect(note).to_contain_text("Семья и дети")
    await expect(note).to_contain_text("обратитесь с документом в школу")
    await expect(note.get_by_role("link", name=re.compile("Подключить"))).not_to_have_count(0)


@pytest.mark.feature("F081")
@pytest.mark.feature("F084")
async def test_a_pupil_signs_in_alone_and_sees_own_record(page: Page, stage: Stage) -> None:
    people = (await walk.people(stage, system="esia", role="pupil"))["people"]
    for pupil in (next(one for one in people if one["esia"]["is_child"]), next(one for one in people if not one["esia"]["is_child"])):
        await page.context.clear_cookies()
        await walk.sign_in(page, pupil)
        await expect(page.get_by_text("это вы")).to_be_visible()


@pytest.mark.feature("F007")
@pytest.mark.feature("F074")
@pytest.mark.feature("F195")
async def test_start_page_and_help_work_before_signing_in(page: Page) -> None:
    await page.goto("/")
    trouble = page.get_by_role("region", name="Не могу войти")
    await trouble.get_by_text("«Моя школа» (федеральная система)").click()
    await expect(trouble).to_contain_text("8-800-100-70-10")
    await page.get_by_role("link", name="Помощь").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Не могу войти")
    await expect(page.get_by_role("main")).to_contain_text("администратору школы")


async def test_an_unknown_page_is_russian_with_a_request_number_and_a_way_back(page: Page) -> None:
    answer = await page.goto("/nowhere")
    assert answer is not None and answer.status == 404
    await expect(page.get_by_role("heading", level=1)).to_have_text("Такой страницы нет")
    await expect(page.get_by_role("contentinfo")).to_contain_text("Номер запроса")
    await expect(page.get_by_role("link", name="На главную")).to_be_visible()


async def test_a_foreign_child_is_not_told_from_one_that_does_not_exist(page: Page, stage: Stage) -> None:
    await walk.sign_in(page, await walk.parent(stage))
    answer = await page.goto("/children/4c4084ae47f449ff9a377f196ef5a5f1/diary")
    assert answer is not None and answer.status in (403, 404)


async def test_without_network_the_app_shows_its_offline_page_and_nothing_personal(
    page: Page, context: BrowserContext, stage: Stage
) -> None:
    await walk.sign_in(page, await walk.parent(stage))
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.reload()
    await context.set_offline(True)
    try:
        await page.goto("/family")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Нет связи")
        kept = await page.evaluate(
            "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(cache => cache.keys()))))"
        )
        assert kept
        paths = await page.evaluate(
            "caches.keys().then(async names => (await Promise.all(names.map(async name => (await (await caches.open(name)).keys())"
            ".map(request => new URL(request.url).pathname)))).flat())"
        )
        assert set(paths) == {"/offline", "/static/style.css", "/static/app.js", "/static/icon.svg"}
    finally:
        await context.set_offline(False)


@pytest.mark.feature("F059")
async def test_the_cabinet_installs_as_an_app(page: Page) -> None:
    await page.goto("/")
    href = await page.locator("link[rel=manifest]").get_attribute("href")
    manifest = await page.evaluate("href => fetch(href).then(answer => answer.json())", href)
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/?app=1" and manifest["lang"] == "ru"
    icon = await page.evaluate("href => fetch(href).then(answer => answer.status)", manifest["icons"][0]["src"])
    assert icon == 200


async def test_a_replayed_return_says_what_to_do_and_makes_no_session(page: Page, stage: Stage) -> None:
    await walk.control(stage, "esia/sign_in_as", person=(await walk.parent(stage))["id"])
    try:
        returns: list[str] = []
        page.on("request", lambda request: returns.append(request.url) if "/auth/esia/return" in request.url else None)
        await page.goto("/auth/esia/start")
        await expect(page.get_by_role("heading", name=re.compile("здравствуйте"))).to_be_visible()
    finally:
        await walk.control(stage, "esia/sign_in_as")
    await page.context.clear_cookies(name="hub")
    answer = await page.goto(returns[0])
    assert answer is not None and answer.status >= 400
    await expect(page.get_by_role("link", name="Войти заново")).to_be_visible()
    assert not [cookie for cookie in await page.context.cookies() if cookie.get("name") == "hub"]
