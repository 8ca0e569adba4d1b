"""A demo hub and a sandbox: registered, followed, registered again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import httpx
import pytest

from hub.deps import Deps
from hub.store import schools
from sandbox.app import SandboxApp

pytestmark = pytest.mark.timeout(60)


async def _follow(browser: httpx.AsyncClient, path: str) -> httpx.Response:
    """Redirects as a browser follows them."""
    answer = await browser.get(path)
    for _ in range(10):
        if not answer.is_redirect:
            return answer
        answer = await browser.get(answer.headers["location"])
    raise AssertionError("redirects without end")


async def test_a_parent_signs_in_at_the_sandboxes_gosuslugi(open_browser: Callable[[], httpx.AsyncClient]) -> None:
    browser = open_browser()
    people = (await browser.get("http://localhost:9000/_sandbox/people?role=parent&system=esia")).json()["people"]
    person = next(one for one in people if one["esia"]["level"] == "confirmed" and one["children"])
    await browser.post("http://localhost:9000/_sandbox/esia/sign_in_as", json={"person": person["id"], "times": 1})
    assert (await _follow(browser, "/auth/esia/start")).status_code == 200
    me = (await browser.get("/api/v1/me")).json()
    assert me["person"]["last_name"] == person["last_name"]
    assert len(me["children"]) == len(person["children"])


async def test_the_towns_schools_and_office_are_loaded(hub_deps: Deps, sandbox_app: SandboxApp) -> None:
    town = sandbox_app.sandbox.town
    for school in town.schools.values():
        found = await hub_deps.db.read(partial(schools.school, school.ogrn))
        assert found is not None
        assert (found.legal_name, found.zone) == (school.legal_name, school.tz)
    officers = await hub_deps.db.read(lambda: schools.SchoolOfficer.select().count())
    assert officers == sum(person.role == "school_admin" for person in town.people.values())


async def test_the_hubs_clock_is_the_sandboxes(hub_deps: Deps, sandbox_app: SandboxApp) -> None:
    assert abs(hub_deps.now() - sandbox_app.sandbox.clock.now()) < timedelta(seconds=1)
    sandbox_app.sandbox.clock.shift(40 * 86_400)
    async with asyncio.timeout(1.5):
        while abs(hub_deps.now() - sandbox_app.sandbox.clock.now()) > timedelta(seconds=1):  # noqa: ASYNC110 - another task changes it
            await asyncio.sleep(0.02)


async def test_it_is_ready_once_the_sandbox_knows_it(hub_deps: Deps) -> None:
    assert await hub_deps.checks["sandbox"]() == ""
    assert await hub_deps.checks["database"]() == ""
