"""MAX in one process on a Friday in November, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.max.bot import Bot
from tests.sandbox.stand import Stand, stand


@pytest.fixture
async def desk() -> AsyncIterator[Stand]:
    async for made in stand("max"):
        yield made


@pytest.fixture
def bot(desk: Stand) -> Bot:
    return Bot(desk)
