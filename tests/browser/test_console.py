"""The console in a real browser, on a phone: the one-time link over the sign-in, every page without a fault, news as they come."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import pytest
from playwright.async_api import Page, expect

from tests.browser import walk
from tests.browser.test_guardianship import NARROW, faults
from tools.stage import ROOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def link_of(stage: Stage) -> str:
    """What `hub operator add` prints beside the running hub."""
    ports = {"HUB_PORT": str(stage.hub_port), "SANDBOX_PORT": str(stage.sandbox_port), "HUB_DATA_DIR": stage.data_dir, "HUB_DEMO": "1"}
    command = [sys.executable, "-m", "hub", "operator", "add", "--name", "Пал Операторов", "--json"]
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, **ports}, stdout=asyncio.subprocess.PIPE)
    told, _ = await child.communicate()
    assert child.returncode == 0
    return str(json.loads(told)["link"])


@pytest.mark.parametrize("context", [NARROW], indirect=True, ids=["phone"])
async def test_an_operator_comes_by_the_link_and_sees_what_happens(page: Page, stage: Stage) -> None:
    operator = next(one for one in (await walk.people(stage))["people"] if (one["esia"] or {}).get("level") == "confirmed")
    await walk.control(stage, "esia/sign_in_as", person=operator["id"], times=1)
    await page.goto("/console/enter")
    found = await faults(page)
    await page.goto(await link_of(stage))
    assert page.url.endswith("/console"), "the code is out of the address"
    await expect(page.get_by_role("heading", name="Внешние системы")).to_be_visible()
    gosuslugi = page.locator("#s-esia")
    await gosuslugi.locator("summary").focus()
    await page.keyboard.press("Enter")
    found += await faults(page)
    await page.evaluate("document.querySelector('#s-esia').dataset.old = '1'")
    await expect(page.locator("#s-esia[data-old]")).to_have_count(0, timeout=9_000)
    assert await gosuslugi.locator("details").evaluate("one => one.open"), "news close nothing that is being read"
    assert await page.evaluate("document.activeElement.closest('#s-esia') !== null"), "and leave the focus"
    for path, heading in (("regions", "Регионы"), ("work", "Работа"), ("schools", "Школы"), ("audit", "Кто смотрел и менял")):
        await page.goto(f"/console/{path}")
        await expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        found += await faults(page)
    assert not found
