"""The settings of a hub in a test: the demo on its usual address, no key in the environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.kit.secret import Secret
from hub.settings import Settings
from tests.flows.kit import PUBLIC


def settings(tmp_path: Path, **changes: Any) -> Settings:
    made = Settings(
        demo=True, hosts=("127.0.0.1",), port=8000, public_url=PUBLIC, data_dir=tmp_path, database_url=Secret(""), master_key=Secret("")
    )
    return replace(made, **changes)
