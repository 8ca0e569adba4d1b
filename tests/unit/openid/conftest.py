"""A provider for each test."""

from __future__ import annotations

import pytest

from tests.unit.openid.stub import Provider


@pytest.fixture
def op() -> Provider:
    return Provider()
