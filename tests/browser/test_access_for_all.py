"""Every page on a narrow phone, by keyboard, without JavaScript, and before an automatic accessibility check."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Response, expect

from tests.browser import walk
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN = [
    "/",
    "/help",
    "/offline",
    "/docs",
    "/nowhere",
    "/directory",
    "/directory?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0",
    "/support",
    "/phone-stop",
]
OWN = ["/", "/family", "/notices", "/connect", "/connect/dnevnik", "/connect/digital-school", "/invitation", "/checklist", "/appeals"]
MINE = ["/settings", "/contacts", "/family/devices", "/consents", "/export", "/export/oneroster", "/leave", "/retention", "/?app=1"]
MINE += ["/timeline"]
CHILD = [
    "diary",
    "finals",
    "year",
    "progress",
    "who-looked",
    "homework",
    "terms",
    "attendance",
    "announcements",
    "subject",
    "times",
    "calendar",
    "download",
]
CHILD += ["passes", "report", "messages", "absence", "absence?more=1", "ask", "appeals"]
CHILD += ["menu", "meal-rules", "meals", "cards", "photo", "notices", "contradictions"]
CHILD += ["school", "school?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0", "school/apply?ogrn=1025699000018"]
PARTS = 6
"""A look at a page takes most of a second: all of them would be one test too long."""
NARROW = {"viewport": {"width": 360, "height": 740}}


@pytest_asyncio.fixture(loop_scope="session")
async def pages(page: Page, stage: Stage) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page and the addresses that are to be looked at: the open ones first, then the signed-in ones."""
    person = await walk.parent(stage)
    await walk.sign_in(page, person)
    await walk.open_diary(page, person)
    child = page.url.split("/children/")[1].split("/")[0]
    yield page, [*OWN, *MINE, *(f"/children/{child}/{section}" for section in CHILD)]


async def look(page: Page, address: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA, as `rule: first element`."""
    await page.goto(address)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = await Axe().run(page, options=options)
    return [f"{address} {violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in found.response["violations"]]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("context", [{}, {**NARROW, "color_scheme": "dark"}], indirect=True, ids=["wide", "phone in the dark"])
async def test_no_page_has_an_accessibility_fault(pages: tuple[Page, list[str]], part: int) -> None:
    page, addresses = pages
    faults = [fault for address in addresses[part::PARTS] for fault in await look(page, address)]
    await page.context.clear_cookies()
    faults += [fault for address in OPEN[part::PARTS] for fault in await look(page, address)]
    assert not faults


@pytest.mark.parametrize("context", [NARROW], indirect=True)
async def test_no_page_scrolls_sideways_on_a_phone_of_360_px(pages: tuple[Page, list[str]]) -> None:
    page, addresses = pages
    wide = []
    for address in [*addresses, *OPEN[1:]]:
        await page.goto(address)
        width = await page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide.append(f"{address}: {width} px")
    assert not wide


@pytest.mark.parametrize("context", [NARROW], indirect=True)
async def test_what_is_touched_is_at_least_44_px_high(pages: tuple[Page, list[str]]) -> None:
    page, addresses = pages
    low = []
    script = (
        "[...document.querySelectorAll('button, a.button, nav a, summary, input:not([type=hidden])')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"
    )
    for address in addresses:
        await page.goto(address)
        low += [f"{address} {element}" for element in await page.evaluate(script)]
    assert not low


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
async def test_everything_works_without_javascript(pages: tuple[Page, list[str]]) -> None:
    page, addresses = pages
    for address in addresses:
        answer = await page.goto(address)
        assert answer is not None and answer.status == 200, address
    await page.goto(next(address for address in addresses if address.endswith("/diary")))
    await page.get_by_role("link", name="← Раньше").click()
    await expect(page.locator(".day, .empty").first).to_be_visible()
    if await page.locator("a.mark").count():
        await page.locator("a.mark").first.click()
        await expect(page.get_by_text("Источник")).to_be_visible()
    await page.get_by_role("button", name="Выйти").click()
    await expect(page.get_by_role("link", name="Войти через Госуслуги")).to_be_visible()


async def test_the_way_in_needs_no_mouse(browser: Browser, stage: Stage) -> None:
    context = await browser.new_context(base_url=stage.hub, locale="ru-RU")
    try:
        page = await context.new_page()
        await page.goto("/")
        await _tab_to(page, "Войти через Госуслуги")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Пароль")).to_be_visible()
    finally:
        await context.close()


async def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page) -> None:
    await page.goto("/help")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="К содержанию")).to_be_focused()
    await expect(page.get_by_role("link", name="К содержанию")).to_be_in_viewport()


async def test_the_first_page_weighs_less_than_60_kb_and_asks_nobody_else(page: Page, stage: Stage) -> None:
    sizes: list[int] = []
    hosts: set[str] = set()

    async def note(url: str, body: bytes) -> None:
        sizes.append(len(body))
        hosts.add(url.split("/")[2])

    waiting: list[Response] = []

    def keep(response: Response) -> None:
        waiting.append(response)

    page.on("response", keep)
    await page.goto("/", wait_until="networkidle")
    for response in waiting:
        await note(response.url, await response.body())
    assert sum(sizes) < 60 * 1024
    assert hosts == {stage.hub.removeprefix("http://")}


async def _tab_to(page: Page, name: str) -> None:
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"{name!r} is not reached by Tab")
