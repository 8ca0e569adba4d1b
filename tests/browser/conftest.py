"""A running hub and sandbox, and a headless Chromium of the system; without Chromium these tests are skipped and say so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tools.browser import ARGUMENTS, chromium_path
from tools.stage import Stage, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine: browser tests are skipped")
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(chromium: str) -> AsyncIterator[Stage]:
    """One for each file: what one file's people have done, another's need not know."""
    async with running(bare=False) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield found
        await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, stage: Stage, request: pytest.FixtureRequest) -> AsyncIterator[BrowserContext]:
    options: dict[str, Any] = {"locale": "ru-RU", "viewport": {"width": 1200, "height": 900}, **getattr(request, "param", {})}
    found = await browser.new_context(base_url=stage.hub, **options)
    found.set_default_timeout(15_000)
    yield found
    await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    found = await context.new_page()
    problems: list[str] = []
    found.on("pageerror", lambda error: problems.append(str(error)))
    found.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
    yield found
    assert not problems
