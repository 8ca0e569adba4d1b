"""Key files made once a run, and the reason for a skip where the GOST engine is missing."""

from __future__ import annotations

from functools import cache

import pytest

from tests.unit.esia.material import Material, engine_missing, make
from tests.unit.esia.stub import Stub


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return make(tmp_path_factory.mktemp("esia"))


@cache
def _missing() -> str:
    return engine_missing()


@pytest.fixture
def engine() -> None:
    """Skips where the openssl command cannot sign with GOST."""
    if _missing():
        pytest.skip(_missing())


@pytest.fixture
def stub(material: Material) -> Stub:
    return Stub(material=material)
