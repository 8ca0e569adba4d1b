"""Both nodes of the platform in one process on a Friday in November, left as they were found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.mes.family import Door, Family
from tests.sandbox.stand import Stand, stand


async def _stand(prefix: str) -> AsyncIterator[Stand]:
    async for made in stand(prefix):
        yield made
        made.app.sandbox.inbox.clear()
        made.app.sandbox.sign_in_as.clear()


@pytest.fixture
async def moscow() -> AsyncIterator[Stand]:
    async for made in _stand("mes"):
        yield made


@pytest.fixture
async def region() -> AsyncIterator[Stand]:
    async for made in _stand("mes-mo"):
        yield made


@pytest.fixture
def door(moscow: Stand) -> Door:
    return Door(moscow)


@pytest.fixture
def family(moscow: Stand) -> Family:
    return Family(moscow)


@pytest.fixture
def regional(region: Stand) -> Family:
    return Family(region)


@pytest.fixture(params=["mes", "mes-mo"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Family]:
    """The same test on both nodes."""
    async for made in _stand(request.param):
        yield Family(made)
