"""`make screenshots`: the pictures of the README, taken from a running demo by the steps of the browser tests."""

from __future__ import annotations

import asyncio
import sys

from playwright.async_api import Browser, async_playwright

from tests.browser import walk
from tools.browser import ARGUMENTS, chromium_path
from tools.proofs import ROOT
from tools.stage import Stage, running

PICTURES = ROOT / "docs" / "img"
# A day in the middle of a term, so that the pictures do not change with the season.
NOON = "2026-11-18T09:40:00+03:00"


async def main() -> int:
    path = chromium_path()
    if path is None:
        print("make screenshots needs Chromium (on Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with running(bare=False) as stage, async_playwright() as playwright:
        await walk.control(stage, "clock", now=NOON)
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        await _cabinet(browser, stage)
        await _sandbox(browser, stage)
        await browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1024} KiB")
    return 0


async def _cabinet(browser: Browser, stage: Stage) -> None:
    context = await browser.new_context(base_url=stage.hub, locale="ru-RU", viewport={"width": 1100, "height": 820})
    page = await context.new_page()
    person = await walk.parent(stage)
    await walk.sign_in(page, person)
    await walk.open_diary(page, person)
    await page.screenshot(path=PICTURES / "week.png")
    await page.get_by_role("link", name="Успехи").click()
    await page.locator("img.chart").wait_for()
    await page.screenshot(path=PICTURES / "progress.png")
    await page.goto("/")
    await page.set_viewport_size({"width": 1100, "height": 480})
    await page.screenshot(path=PICTURES / "home.png")
    await page.set_viewport_size({"width": 390, "height": 780})
    await page.get_by_role("link", name="Открыть дневник").first.click()
    await page.get_by_role("navigation", name="Недели").wait_for()
    await page.screenshot(path=PICTURES / "week-phone.png")
    await context.close()


async def _sandbox(browser: Browser, stage: Stage) -> None:
    page = await browser.new_page(locale="ru-RU", viewport={"width": 1100, "height": 820})
    await page.goto(stage.sandbox)
    await page.screenshot(path=PICTURES / "sandbox.png")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
