"""What a family writes, in a real browser: «Сегодня не придёт» in two taps, and letters read, answered and written in ЭлЖур."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 360, "height": 740}}
LOW = (
    "[...document.querySelectorAll('button, a.button, nav a, summary, input:not([type=hidden])')]"
    ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"
)


async def with_eljur(page: Page, stage: Stage) -> str:
    """A parent with ЭлЖур connected; the child's path."""
    person = await walk.parent(stage, system="eljur")
    account: dict[str, Any] = person["accounts"]["eljur"]
    await walk.sign_in(page, person)
    if not await page.get_by_role("link", name="Открыть дневник").count():
        await page.goto("/connect/eljur")
        form = page.get_by_role("region", name="Логин, пароль и ключ школы")
        await form.get_by_label("Адрес школы в ЭлЖуре").fill(account["vendor"])
        await form.get_by_label("Ключ школы (devkey)").fill(account["devkey"])
        await form.get_by_label("Логин", exact=True).fill(account["login"])
        await form.get_by_label("Пароль", exact=True).fill(account["password"])
        await form.get_by_role("button", name="Подключить").click()
        await page.get_by_role("link", name="Открыть дневник").first.wait_for()
        await page.goto("/")
    href = await page.get_by_role("link", name="Открыть дневник").first.get_attribute("href")
    return str(href).removesuffix("/diary")


async def fault(stage: Stage, body: dict[str, Any]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.post(f"{stage.sandbox}/_sandbox/faults", json=body)).raise_for_status()


async def sent_letters(stage: Stage) -> list[str]:
    async with httpx.AsyncClient(trust_env=False) as client:
        found = (await client.get(f"{stage.sandbox}/_sandbox/requests", params={"system": "eljur"})).json()["requests"]
    return [one["path"] for one in found if one["path"].endswith("/sendmessage")]


@pytest.mark.feature("F176")
@pytest.mark.parametrize("context", [PHONE, {**PHONE, "java_script_enabled": False}], indirect=True, ids=["phone", "no script"])
async def test_an_absence_is_told_in_two_taps_and_taken_back(page: Page, stage: Stage) -> None:
    await with_eljur(page, stage)
    before = len(await sent_letters(stage))
    await page.get_by_role("link", name="Сегодня не придёт").first.click()
    await page.get_by_role("button", name="не придёт").click()
    await expect(page.get_by_role("status").get_by_text("Отправлено.")).to_be_visible()
    await expect(page.get_by_text("письмо учителю (ЭлЖур)").first).to_be_visible()
    assert len(await sent_letters(stage)) == before + 1
    await page.reload()
    assert len(await sent_letters(stage)) == before + 1
    await page.get_by_role("button", name="Отозвать").click()
    await expect(page.get_by_text("отозвано").first).to_be_visible()


@pytest.mark.feature("F171")
@pytest.mark.feature("F204")
async def test_a_letter_is_read_answered_and_written(page: Page, stage: Stage) -> None:
    path = await with_eljur(page, stage)
    await page.goto(f"{path}/messages")
    first = page.locator(".list a.tall").first
    subject = (await first.inner_text()).partition("новое")[0].strip()
    await first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    await page.get_by_label("Ответ").fill("Спасибо, придём.")
    await page.get_by_role("button", name="Ответить").click()
    await expect(page.get_by_text("Письмо отправлено через ЭлЖур.")).to_be_visible()
    await expect(page.get_by_role("link", name=f"Re: {subject}")).to_be_visible()
    await page.get_by_role("link", name="Написать").click()
    await expect(page.get_by_role("checkbox").first).to_be_checked()
    await fault(stage, {"system": "eljur", "path": "*/sendmessage", "kind": "rate_limit", "value": 1})
    await page.get_by_label("Тема").fill("Про форму")
    await page.get_by_label("Текст").fill("Нужна ли сменная обувь?")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("alert")).to_contain_text("осталось в форме")
    assert await page.get_by_label("Текст").input_value() == "Нужна ли сменная обувь?"
    await walk.heal(stage)
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("link", name="Про форму")).to_be_visible()


@pytest.mark.parametrize("context", [PHONE], indirect=True, ids=["phone"])
async def test_the_pages_fit_a_phone_and_have_no_accessibility_fault(page: Page, stage: Stage) -> None:
    path = await with_eljur(page, stage)
    await page.goto(f"{path}/messages")
    letter = await page.locator(".list a.tall").first.get_attribute("href")
    faults: list[str] = []
    for address in (f"{path}/messages", str(letter), f"{path}/messages/new", f"{path}/absence", f"{path}/absence?more=1"):
        await page.goto(address)
        found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        faults += [f"{address} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]
        faults += [f"{address} low: {element}" for element in await page.evaluate(LOW)]
        width = await page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{address}: {width} px wide"] if width > 360 else []
    assert not faults
