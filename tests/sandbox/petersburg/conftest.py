"""A sandbox in one process on a Friday in November, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.petersburg.family import Family
from tests.sandbox.stand import Stand, stand


@pytest.fixture
async def site() -> AsyncIterator[Stand]:
    async for made in stand("petersburg"):
        yield made


@pytest.fixture
async def family(site: Stand) -> Family:
    """Signed in."""
    made = Family(site)
    assert (await made.sign_in()).status_code == 200
    return made
