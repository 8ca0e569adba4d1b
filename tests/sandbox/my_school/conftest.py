"""A sandbox in one process on a Friday in November, left as it was found, with a registered system."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.my_school.hub_side import CLIENT, System
from tests.sandbox.stand import Stand, stand


@pytest.fixture
async def site() -> AsyncIterator[Stand]:
    async for made in stand("my-school"):
        yield made


@pytest.fixture
async def system(site: Stand) -> AsyncIterator[System]:
    """Registered, with a token of its own."""
    await site.control("my-school/clients", CLIENT)
    made = System(site)
    await made.sign_in()
    yield made
    await site.control("my-school/clients", {"client_id": CLIENT["client_id"], "active": False})
