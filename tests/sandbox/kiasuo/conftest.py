"""A sandbox in one process on a Friday in November, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.kiasuo.family import Family
from tests.sandbox.stand import Stand, stand


@pytest.fixture
async def diary() -> AsyncIterator[Stand]:
    async for made in stand("kiasuo"):
        yield made


@pytest.fixture
def family(diary: Stand) -> Family:
    return Family(diary)
