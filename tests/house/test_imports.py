"""The import contracts hold, and each of them really refuses a planted bad import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PRODUCT, ROOT

PLANTED = {
    "identity/snils.py": "import hub.settings",
    "device_ingest/__init__.py": "import identity.claims",
    "sandbox/clock.py": "import connectors.kit.errors",
    "connectors/kit/answers.py": "import sandbox.clock",
    "connectors/esia/mapping.py": "import connectors.esia.client",
    "connectors/diaries/dnevnik/errors.py": "import identity.linking",
    "hub/errors.py": "import httpx",
    "hub/deps.py": "import quart",
    "hub/flows/show_me.py": "import connectors.diaries.dnevnik.manifest",
    "hub/flows/sign_in.py": "import peewee",
    "hub/wiring.py": "import hub.demo",
    "identity/linking/deciding.py": "import peewee",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in PRODUCT:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.css", "*.html"))
    return folder


def test_the_contracts_hold(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.parametrize(("path", "line"), PLANTED.items(), ids=lambda value: value)
def test_a_planted_bad_import_is_refused(copy: Path, path: str, line: str) -> None:
    file = copy / path
    kept = file.read_text("utf-8")
    file.write_text(f"{kept}\n{line}\n", "utf-8")
    try:
        result = lint(copy)
    finally:
        file.write_text(kept, "utf-8")
    assert result.returncode != 0
    assert "BROKEN" in result.stdout
