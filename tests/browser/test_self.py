"""One's own account in the browser: settings that are kept, a new device that is told and ended, consents, the file, and leaving."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"


async def somebody(stage: Stage) -> dict[str, Any]:
    """The last confirmed parent: the other tests begin with the first one."""
    fitting = [
        person
        for person in (await walk.people(stage))["people"]
        if person["role"] == "parent" and person["children"] and (person["esia"] or {}).get("level") == "confirmed"
    ]
    found: dict[str, Any] = fitting[-1]
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def me(page: Page, stage: Stage) -> Page:
    """A parent who has just signed in."""
    await walk.sign_in(page, await somebody(stage))
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """Another browser of the same parent, not signed in yet."""
    context: BrowserContext = await browser.new_context(
        base_url=stage.hub, locale="ru-RU", viewport={"width": 360, "height": 740}, user_agent=PHONE
    )
    context.set_default_timeout(15_000)
    yield await context.new_page()
    await context.close()


@pytest.mark.feature("F024")
@pytest.mark.feature("F025")
async def test_what_is_saved_is_on_the_pages_and_what_is_refused_stays_typed(me: Page) -> None:
    await me.goto("/settings")
    await me.get_by_role("group", name="Как показывать даты").get_by_role("radio").nth(2).check()
    nickname = me.get_by_role("group", name="Как называть детей").get_by_role("textbox").first
    await nickname.fill("тел 89161234567")
    await me.get_by_role("button", name="Сохранить").click()
    await expect(me.get_by_role("alert")).to_contain_text("Не сохранено")
    await expect(nickname).to_have_value("тел 89161234567")
    await expect(me.get_by_role("group", name="Как показывать даты").get_by_role("radio").nth(2)).to_be_checked()
    await nickname.fill("Солнышко")
    await me.get_by_role("button", name="Сохранить").click()
    await expect(me.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()
    await me.goto("/family/devices")
    await expect(me.get_by_text("последний раз").first).to_contain_text(".20")
    await me.goto("/settings")
    await expect(nickname).to_have_value("Солнышко")
    await me.get_by_role("group", name="Как показывать даты").get_by_role("radio").first.check()
    await me.get_by_role("button", name="Сохранить").click()
    await expect(me.get_by_text("Сохранено")).to_be_visible()


@pytest.mark.feature("F060")
async def test_a_new_device_is_told_on_the_open_page_and_ended_from_there(me: Page, phone: Page, stage: Stage) -> None:
    await me.goto("/family")
    await walk.sign_in(phone, await somebody(stage))
    await expect(me.locator("#live")).to_contain_text("нового устройства")
    await me.locator("#live a").click()
    strange = me.get_by_role("listitem").filter(has_text="Chrome, Android").first
    await strange.get_by_role("button", name="Это не я").click()
    await expect(me.get_by_role("heading", name="Устройства")).to_be_visible()
    await phone.goto("/family")
    await expect(phone.get_by_role("link", name="Войти через Госуслуги").first).to_be_visible()


@pytest.mark.feature("F060")
async def test_the_phone_stays_in_the_app_and_the_list_says_so(phone: Page, stage: Stage) -> None:
    await walk.sign_in(phone, await somebody(stage))
    await phone.goto("/?app=1")
    await phone.get_by_role("button", name="Оставаться в приложении").click()
    await expect(phone.get_by_text("Приложение: Chrome, Android")).to_be_visible()
    cookie = next(one for one in await phone.context.cookies() if one.get("name") == "hub")
    assert float(cookie.get("expires", 0)) - (await phone.evaluate("Date.now()")) / 1000 > 300 * 86_400


@pytest.mark.rule("A14")
async def test_a_consent_is_given_by_its_own_button_and_taken_back(me: Page) -> None:
    await me.goto("/consents")
    child = me.locator("section.card").nth(1)
    await child.get_by_role("link", name="Фотография на проходной").click()
    await expect(me.get_by_text("Кто отвечает за данные")).to_be_visible()
    assert await me.locator("input[type=checkbox], input:checked").count() == 0
    await me.get_by_role("button", name="Даю согласие").click()
    photo = me.locator("section.card").nth(1).get_by_role("listitem").filter(has_text="Фотография")
    await expect(photo).to_contain_text("Отозвать")
    await photo.get_by_role("button").click()
    await expect(photo).to_contain_text("Отозвано")
    await expect(photo.get_by_role("button")).to_have_count(0)


@pytest.mark.feature("F132")
async def test_an_email_is_confirmed_by_the_code_of_a_letter(me: Page, stage: Stage) -> None:
    await me.goto("/contacts")
    await me.get_by_text("Сменить почту").click()
    await me.get_by_label("Новый адрес").fill("new@mail.example")
    await me.get_by_role("region", name="Почта").get_by_role("button", name="Получить код").click()
    answer = await me.request.get(f"{stage.sandbox}/inbox", params={"kind": "mail"}, headers={"Accept": "application/json"})
    letter = next(one for one in (await answer.json())["items"] if one["to"] == "new@mail.example")
    await me.get_by_label("Шесть цифр").fill(letter["code"])
    await me.get_by_role("button", name="Подтвердить").click()
    await expect(me.get_by_role("status").filter(has_text="Почта подтверждена")).to_be_visible()
    await expect(me.get_by_text("n•••@mail.example")).to_be_visible()


NOTED = """() => {
  const show = self.registration.showNotification.bind(self.registration);
  self.noted = new Promise((told) => {
    self.registration.showNotification = (title, options) => { told(options.body); return show(title, options); };
  });
}"""


@pytest.mark.rule("F4")
async def test_a_push_of_an_unknown_event_shows_a_neutral_sentence(me: Page, stage: Stage) -> None:
    await me.context.grant_permissions(["notifications"])
    await me.goto("/contacts")
    await expect(me.get_by_text("В этом браузере пуш выключен.")).to_be_visible()
    # A push to a worker that is still being installed is lost.
    await me.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser = await me.context.new_cdp_session(me)
    loop = asyncio.get_running_loop()
    known: asyncio.Future[str] = loop.create_future()

    def told(event: dict[str, Any]) -> None:
        if event["registrations"] and not known.done():
            known.set_result(event["registrations"][0]["registrationId"])

    browser.on("ServiceWorker.workerRegistrationUpdated", told)
    await browser.send("ServiceWorker.enable")
    worker = {"origin": stage.hub, "registrationId": await asyncio.wait_for(known, 30)}
    # What it shows is noted where it is shown: a browser without a screen takes a notification away at once.
    (script,) = me.context.service_workers
    await script.evaluate(NOTED)
    await browser.send("ServiceWorker.deliverPushMessage", {**worker, "data": '{"event":"nobodys"}'})
    assert await script.evaluate("() => self.noted") == "В кабинете есть новое. Откройте его, чтобы прочитать."


async def test_the_file_comes_down_and_is_mine(me: Page, stage: Stage) -> None:
    person = await somebody(stage)
    await me.goto("/export")
    async with me.expect_download() as coming:
        await me.get_by_role("link", name="Скачать файл").click()
    file = Path(await (await coming.value).path())
    told = json.loads(await asyncio.to_thread(file.read_text, "utf-8"))
    assert told["me"]["person"]["last_name"] == person["last_name"]
    assert {child["first_name"] for child in told["children"]} and person["snils"] not in json.dumps(told)


@pytest.mark.rule("A14")
async def test_leaving_asks_for_the_word_and_the_next_sign_in_is_somebody_new(me: Page) -> None:
    before = (await (await me.request.get("/api/v1/me")).json())["person"]["id"]
    await me.goto("/leave")
    await me.get_by_label("Наберите слово").fill("нет")
    await me.get_by_role("button", name="Удалить мой кабинет").click()
    await expect(me.get_by_role("alert")).to_contain_text("УДАЛИТЬ")
    await me.get_by_label("Наберите слово").fill("удалить")
    await me.get_by_role("button", name="Удалить мой кабинет").click()
    await expect(me.get_by_role("heading", name="Кабинет удалён")).to_be_visible()
    await me.goto("/")
    await me.get_by_role("link", name="Войти через Госуслуги").click()
    await expect(me.get_by_role("heading", name="здравствуйте")).to_be_visible()
    assert (await (await me.request.get("/api/v1/me")).json())["person"]["id"] != before
