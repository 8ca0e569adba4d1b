"""A whole hub on a real database, its outside systems played in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.app import create_app
from hub.deps import Deps
from hub.store.database import Database
from identity.sealing import Keys, new_master_key
from tests.flows.kit import Browser, Clock, FakeDiary, FakeEsia, Hub, account, parent
from tests.flows.settings_kit import settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hub(database: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[Hub]:
    esia, played = FakeEsia(clock), FakeDiary(clock)
    esia.claims["anna"] = parent()
    played.accounts["anna"] = account()
    deps = Deps(
        settings=settings(tmp_path),
        db=database,
        keys=Keys.from_master(new_master_key()),
        now=clock,
        sign_ins={"esia": esia},
        diaries={"dnevnik": played},
    )
    yield Hub(create_app(deps), deps, clock, esia, played)
    await deps.memory.reads.stop()


@pytest.fixture
async def anna(hub: Hub) -> tuple[Browser, str]:
    """A parent with a linked diary, and the child's path in the API."""
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    return browser, f"/api/v1/children/{(await browser.me())['children'][0]['id']}"
