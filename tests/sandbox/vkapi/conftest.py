"""VK API in one process on a Friday in November, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.stand import Stand, stand
from tests.sandbox.vkapi.vk import Vk


@pytest.fixture
async def desk() -> AsyncIterator[Stand]:
    async for made in stand("vkapi"):
        yield made


@pytest.fixture
def vk(desk: Stand) -> Vk:
    return Vk(desk)
