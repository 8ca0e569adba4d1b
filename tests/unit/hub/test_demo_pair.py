"""A demo hub and a sandbox: registered, followed, registered again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from hub.demo import follower, wire
from hub.deps import Deps
from hub.settings import load
from hub.store.database import Database
from hub.store.joining import places
from hub.store.school import schools
from sandbox.app import SandboxApp, create_app

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


@pytest.mark.rule("A3")
async def test_a_vk_profile_signs_in_as_a_weak_person(open_browser: Callable[[], httpx.AsyncClient]) -> None:
    browser = open_browser()
    people = (await browser.get("http://localhost:9000/_sandbox/people?system=vkid")).json()["people"]
    person = next(one for one in people if one["role"] == "parent")
    for callback in ("parameters", "payload"):
        await browser.post("http://localhost:9000/_sandbox/vkid/switches", json={"callback": callback})
        await browser.post("http://localhost:9000/_sandbox/vkid/sign_in_as", json={"person": person["id"], "times": 1})
        assert (await _follow(browser, "/auth/vkid/start")).status_code == 200
        me = (await browser.get("/api/v1/me")).json()
        assert (me["person"]["last_name"], me["person"]["level"], me["children"]) == (person["last_name"], "unknown", [])
        links = (await browser.get("/api/v1/links")).json()["items"]
        assert [link["system"] for link in links] == ["vkid"]


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


class Unsteady(httpx.AsyncBaseTransport):
    """A sandbox that is not there, comes, and is started anew."""

    def __init__(self) -> None:
        self.app: SandboxApp | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.app is None:
            raise httpx.ConnectError("nobody listens")
        return await httpx.ASGITransport(self.app).handle_async_request(request)


async def _until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await check():  # noqa: ASYNC110 - another task changes it
            await asyncio.sleep(0.05)


async def test_a_sandbox_that_comes_late_or_anew_finds_the_hub_registered(
    database: Database, tmp_path: Path, sandbox_app: SandboxApp, caplog: pytest.LogCaptureFixture
) -> None:
    unsteady = Unsteady()
    deps = wire(load({"HUB_DEMO": "1", "HUB_DATA_DIR": str(tmp_path)}), database, transport=lambda prefix: unsteady)
    ready = deps.checks["sandbox"]

    async def is_ready() -> bool:
        return await ready() == ""

    async def is_gone() -> bool:
        return await ready() != ""

    await deps.start()
    assert "ждём песочницу" in await ready()
    unsteady.app = sandbox_app
    await _until(is_ready)
    await deps.db.write(lambda: places.keep_secret(deps.keys, "my-school", "whsec_of-before", now=deps.now()))
    unsteady.app = None
    await _until(is_gone)
    unsteady.app = create_app(now=sandbox_app.sandbox.clock.now())
    await _until(is_ready)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(unsteady.app), base_url="http://localhost:9000") as client:
        esia = (await client.get("/_sandbox/esia/clients")).json()["clients"]
        dnevnik = (await client.get("/_sandbox/dnevnik/clients")).json()["clients"]
        vkid = (await client.get("/_sandbox/vkid/apps")).json()["apps"]
        joining = (await client.get("/_sandbox/my-school/clients")).json()["clients"]
    assert [one["redirect_uris"] for one in esia] == [["http://localhost:8000/auth/esia/return"]]
    assert [one["redirect_uris"] for one in dnevnik] == [["http://localhost:8000/auth/dnevnik/return"]]
    assert [(one["redirect_uris"], one["scopes"]) for one in vkid] == [
        (["http://localhost:8000/auth/vkid/return"], ["vkid.personal_info", "phone"])
    ]
    assert [(one["client_id"], one["active"]) for one in joining] == [("school-hub-demo-8000", True)]
    assert await deps.db.read(lambda: places.subscribed_at("my-school")) is None, "it has forgotten where our notices go"
    assert len([record for record in caplog.records if "cannot follow" in record.getMessage()]) == 2, "once a trouble, not once a round"
    await deps.close()


async def test_a_reset_with_another_seed_loads_the_new_town(
    hub_deps: Deps, sandbox_app: SandboxApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "REGISTER_EVERY_S", 0.1)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox_app), base_url="http://localhost:9000") as client:
        assert (await client.post("/_sandbox/reset", json={"seed": 7})).is_success

    async def loaded() -> bool:
        known = await hub_deps.db.read(lambda: {row.ogrn for row in schools.School.select()})
        return {school.ogrn for school in sandbox_app.sandbox.town.schools.values()} <= known

    await _until(loaded)
