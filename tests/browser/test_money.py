"""The money's pages in a real browser: no accessibility fault, nothing sideways on a phone, all without JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser import walk
from tests.browser.test_access_for_all import NARROW
from tests.browser.test_console import link_of
from tests.browser.test_guardianship import faults
from tests.browser.test_office_desk import entered, on_roster
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFICE: tuple[str, ...] = (
    "debits",
    "debits?class=10Ю",
    "lessons",
    "card-orders",
    "prices",
    "services",
    "disputes",
    "payouts",
    "benefits",
    "breaks",
)
OFFICE += ("money", "money/top-ups", "money/receipts")
CONSOLE = ("money", "money/suspense", "money/top-ups", "money/receipts", "prices")


@dataclass
class Town:
    """Each of the three with the addresses of the own money; a spent account, a dispute and an ending contract are among them."""

    family: Page
    office: Page
    console: Page
    own: list[str]
    school: list[str]


async def tell(page: Page, method: str, path: str, **body: object) -> dict[str, Any]:
    token = (await (await page.request.get("/api/v1/me")).json())["csrf_token"]
    origin = "/".join(page.url.split("/")[:3])
    answer = await page.request.fetch(f"/api/v1{path}", method=method, data=body, headers={"X-CSRF-Token": token, "Origin": origin})
    assert answer.ok, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(browser: Browser, stage: Stage) -> AsyncIterator[Town]:
    person, people = await walk.parent(stage), {one["id"]: one for one in (await walk.people(stage))["people"]}
    kept: list[BrowserContext] = []
    phone: dict[str, Any] = {**NARROW, "color_scheme": "dark"}
    family = await entered(browser, stage, person, kept, **phone)
    office = await entered(browser, stage, (await walk.people(stage, role="school_admin"))["people"][0], kept, **phone)
    console = await entered(browser, stage, people["p017"], kept, **phone)
    await on_roster(office, people[person["children"][0]])
    await console.goto(await link_of(stage))

    living, ending = (await (await family.request.get("/api/v1/contracts")).json())["items"][:2]
    child, account = living["child"]["id"], {one["purpose"]: one["id"] for one in living["accounts"]}
    rows = (await (await family.request.get(f"/api/v1/accounts/{account['meal']}/statement")).json())["items"]
    debit = next(row for row in rows if row["amount_kop"] < 0)
    dispute = await tell(family, "POST", f"/accounts/{account['meal']}/disputes", transaction_id=debit["transaction_id"])
    payout = (await tell(family, "POST", f"/contracts/{ending['id']}/close"))["payouts"][0]["id"]

    of_child = [f"/children/{child}/{one}" for one in ("money", "money/month", "money/services", "tariff", f"tariff/{living['id']}/mobile")]
    of_paper = [f"/contracts/{living['id']}{one}" for one in ("", "/accept", "/close", "/benefit")]
    of_money = [f"/money/{account['meal']}{one}" for one in ("", "?month=2025-01", "/limit", "/transfer", "/top-up?amount=300", "/autopay")]
    own = [*of_child, *of_paper, *of_money, f"/money/{account['services']}/card", "/money/disputes", f"/payouts/{payout}"]
    own += [f"/contracts/{ending['id']}", f"/money/{ending['accounts'][0]['id']}"]
    yield Town(family=family, office=office, console=console, own=own, school=[f"disputes/{dispute['id']}"])
    for context in kept:
        await context.close()


async def look(page: Page, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        answer = await page.goto(address)
        if answer is None or answer.status != 200 or await page.locator("h1").count() != 1:
            found.append(f"{address}: {answer and answer.status}")
        found += await faults(page)
    return found


async def test_a_familys_pages_of_money_are_for_everybody_on_a_phone(town: Town) -> None:
    assert await look(town.family, town.own) == []


async def test_a_schools_pages_of_money_are_for_everybody_on_a_phone(town: Town) -> None:
    assert await look(town.office, [f"/office/{one}" for one in (*OFFICE, *town.school)]) == []


async def test_the_operators_pages_of_money_are_for_everybody_on_a_phone(town: Town) -> None:
    assert await look(town.console, [f"/console/{one}" for one in CONSOLE]) == []


async def test_a_family_uses_every_page_and_sets_a_limit_without_javascript(browser: Browser, stage: Stage, town: Town) -> None:
    kept: list[BrowserContext] = []
    page = await entered(browser, stage, await walk.parent(stage), kept, java_script_enabled=False)
    for address in town.own:
        answer = await page.goto(address)
        assert answer is not None and answer.status == 200, address
    await page.goto(next(address for address in town.own if address.endswith("/limit")))
    await page.get_by_label("Рублей в день").fill("150")
    await page.get_by_role("button", name="Записать").click()
    assert await page.get_by_text("150,00").count()
    await kept[0].close()
