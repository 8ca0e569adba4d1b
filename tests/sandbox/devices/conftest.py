"""A street: the town's devices and a hub that is played back to them, in one process and without waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.devices.street import Street
from tests.sandbox.stand import stand


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async for desk in stand("devices"):
        made = Street(desk)
        await made.register()
        yield made
        made.leave()
