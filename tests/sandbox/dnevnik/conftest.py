"""A sandbox in one process on a Friday in November: one for tests that only read, a new one for each test that writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache

import httpx
import pytest

from sandbox.app import SandboxApp, create_app
from sandbox.world.town import Town
from tests.sandbox.dnevnik.platform_client import BASE, Platform

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def standing() -> datetime:
    """A clock that does not tick."""
    return NOW


@cache
def read_only_app() -> SandboxApp:
    return create_app(standing)


def platform_of(app: SandboxApp, http: httpx.AsyncClient) -> Platform:
    town = app.sandbox.town
    parents = [person for person in town.people.values() if person.role == "parent" and "dnevnik" in person.accounts]
    parent = next(person for person in parents if len([key for key in person.children if "dnevnik" in town.people[key].accounts]) == 2)
    child = town.people[parent.children[0]]
    stranger = next(person for person in parents if person.children and not set(person.children) & set(parent.children))
    return Platform(app=app, http=http, parent=parent, child=child, stranger=stranger)


def client(app: SandboxApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """For tests that change nothing."""
    async with client(read_only_app()) as http:
        yield platform_of(read_only_app(), http)


@cache
def working_app() -> SandboxApp:
    return create_app(NOW)


@pytest.fixture
async def fresh() -> AsyncIterator[Platform]:
    """For tests that write, sign in, set faults or turn the clock. The town is made anew only where a test touched it."""
    app = working_app()
    async with client(app) as http:
        platform = platform_of(app, http)
        yield platform
    app.sandbox.clock.set(NOW)
    app.sandbox.faults.clear()
    app.sandbox.sign_in_as.clear()
    app.sandbox.recorder.clear()
    app.sandbox.inbox.clear()
    app.systems["dnevnik"].reset()
    if platform.wrote:
        app.sandbox.town = Town(app.sandbox.clock.now, app.sandbox.town.seed)
