"""A VK ID that answers well until a test says otherwise."""

from __future__ import annotations

import pytest

from tests.unit.vkid.stub import Stub


@pytest.fixture
def stub() -> Stub:
    return Stub()
