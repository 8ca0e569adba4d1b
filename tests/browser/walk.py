"""The steps of a person in the browser, by the words on the page, shared by the browser tests and the screenshots."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.async_api import Page

from tools.stage import Stage


async def people(stage: Stage, **query: str) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False) as client:
        found: dict[str, Any] = (await client.get(f"{stage.sandbox}/_sandbox/people", params=query)).json()
        return found


async def days(stage: Stage, pupil: str, day: str) -> dict[str, Any]:
    """What the town says of this pupil's day."""
    query = {"pupil": pupil, "from": day, "to": day}
    async with httpx.AsyncClient(trust_env=False) as client:
        found: dict[str, Any] = (await client.get(f"{stage.sandbox}/_sandbox/world/diary", params=query)).json()
        return found


async def control(stage: Stage, path: str, **body: object) -> Any:
    """One call of the sandbox's control interface."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{stage.sandbox}/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()


async def heal(stage: Stage) -> None:
    """Ends every fault."""
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.delete(f"{stage.sandbox}/_sandbox/faults")).raise_for_status()


async def parent(stage: Stage, *, system: str = "dnevnik") -> dict[str, Any]:
    """The first confirmed parent with children and an account in that diary."""
    return next(
        person
        for person in (await people(stage, system=system))["people"]
        if person["role"] == "parent" and person["children"] and (person["esia"] or {}).get("level") == "confirmed"
    )


async def enter_gosuslugi(page: Page, person: dict[str, Any]) -> None:
    """Login and password on Gosuslugi's page."""
    await page.get_by_label("Телефон / Email / СНИЛС").fill(person["esia"]["login"])
    await page.get_by_label("Пароль").fill(person["esia"]["password"])
    await page.get_by_role("button", name="Войти").click()


async def sign_in(page: Page, person: dict[str, Any]) -> None:
    """From the start page through Gosuslugi's own pages and back; the consent page comes at the first time only."""
    await page.goto("/")
    await page.get_by_role("link", name="Войти через Госуслуги").click()
    await enter_gosuslugi(page, person)
    grant = page.get_by_role("button", name="Предоставить")
    greeting = page.get_by_role("heading", name="здравствуйте")
    await grant.or_(greeting).first.wait_for()
    if await grant.count():
        await grant.click()
        await greeting.wait_for()


async def open_diary(page: Page, person: dict[str, Any]) -> None:
    """The first child's week; the diary is connected on its own pages where it is not yet."""
    connect = page.get_by_role("link", name="Подключить Дневник.ру")
    again = page.get_by_role("link", name="Войти в Дневник.ру заново")
    if await again.count():
        await again.first.click()
        await _enter_dnevnik(page, person)
    elif await page.get_by_role("link", name="Открыть дневник").count():
        await page.get_by_role("link", name="Открыть дневник").first.click()
    else:
        if not await connect.count():
            await page.get_by_role("link", name="Подключить дневник").first.click()
        await connect.first.click()
        await page.get_by_role("link", name="Открыть Дневник.ру").click()
        await _enter_dnevnik(page, person)
    await page.get_by_role("navigation", name="Недели").wait_for()


async def _enter_dnevnik(page: Page, person: dict[str, Any]) -> None:
    account = person["accounts"]["dnevnik"]
    await page.get_by_label("Логин").fill(account["login"])
    await page.get_by_label("Пароль").fill(account["password"])
    await page.get_by_role("button", name="Войти").click()
    allow = page.get_by_role("button", name="Разрешить")
    await allow.or_(page.get_by_role("navigation", name="Недели")).first.wait_for()
    if await allow.count():
        await allow.click()
