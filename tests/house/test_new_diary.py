"""`make new-diary` makes a connector that the registry finds, and edits nothing that exists."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PRODUCT, ROOT
from tools.new_diary import create


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scaffold")
    for name in PRODUCT:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests").mkdir()
    for file in (ROOT / "tests").glob("*.py"):
        shutil.copy(file, folder / "tests")
    shutil.copytree(ROOT / "tests" / "contract", folder / "tests" / "contract")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}


def test_it_is_found_by_registry_and_sandbox_and_edits_no_file(copy: Path) -> None:
    before = contents(copy)
    written = create("river_diary", copy)
    after = contents(copy)
    assert {path: after[path] for path in before} == before
    assert len(written) == 10
    script = (
        "import json; from connectors.kit.registry import manifests; from sandbox.app import create_app; create_app();"
        "m = manifests()['river_diary']; print(json.dumps([m.kind, m.instances[0].prefixes]))"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=copy, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == ["diary", ["river-diary"]]


@pytest.mark.parametrize("name", ["River", "1st", "two words", "../up", "dnevnik", ""])
def test_a_bad_or_taken_name_is_refused_and_writes_nothing(copy: Path, name: str) -> None:
    before = contents(copy)
    with pytest.raises(ValueError, match=r"snake_case|already"):
        create(name, copy)
    assert contents(copy) == before


def test_the_contract_suite_picks_it_up_and_is_red_until_it_is_filled(copy: Path) -> None:
    if not (copy / "connectors/diaries/brook_diary").exists():
        create("brook_diary", copy)
    # One answer to two questions: the suite knows the new diary by itself, and what the scaffold promises is not kept yet.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/contract/test_reading.py", "-k", "brook_diary"]
    told = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert told.returncode == 1, told.stdout + told.stderr
    assert "brook_diary]" in told.stdout and ("1 failed" in told.stdout or "1 error" in told.stdout), told.stdout
