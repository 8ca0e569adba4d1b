"""A sandbox in one process on a Friday in November, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.stand import Stand, stand


@pytest.fixture
async def cabinet() -> AsyncIterator[Stand]:
    async for made in stand("digital-school"):
        yield made
