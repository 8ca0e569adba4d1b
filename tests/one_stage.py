"""A pytest plugin: with `--dist loadgroup` the browser tests of a file run in one process, because their stage is dear; others anywhere.

xdist 3.8 reads the mark `xdist_group` by renaming the test, which pytest 9 does not let it; so the folder decides here.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # no types in the package

STAGED = "tests/browser/"


class OneStage(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Tests of one scope go to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(STAGED) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStage | None:
    return OneStage(config, log) if config.getvalue("dist") == "loadgroup" else None
