"""A sandbox in one process on a Friday in November, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.eljur.family import Family
from tests.sandbox.stand import Stand, stand


@pytest.fixture
async def journal() -> AsyncIterator[Stand]:
    async for made in stand("eljur"):
        yield made


@pytest.fixture
async def family(journal: Stand) -> Family:
    """Signed in."""
    made = Family(journal)
    assert (await made.sign_in()).status_code == 200
    return made
