"""A push service in one process on a Friday in November, and a browser that subscribed there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.stand import Stand, stand
from tests.sandbox.webpush.sender import PushStand


@pytest.fixture
async def desk() -> AsyncIterator[Stand]:
    async for made in stand("webpush"):
        yield made


@pytest.fixture
async def push(desk: Stand) -> PushStand:
    return await PushStand.subscribed(desk)
