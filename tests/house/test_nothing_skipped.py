"""Where everything is installed, a skipped test fails the run (`.ci/run` sets HUB_TEST_NOTHING_SKIPPED)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT
from tests.nothing_skipped import VARIABLE

SUITE = """
import pytest
from tests.nothing_skipped import not_applicable

@pytest.fixture
def server():
    pytest.skip("no PostgreSQL: nobody answers")

def test_that_needs_a_server(server): ...
def test_that_does_not_apply(): not_applicable("this diary has no sums")
@pytest.mark.skipif(True, reason="no Chromium")
def test_marked(): ...
@pytest.mark.xfail(reason="known")
def test_known(): assert False
def test_plain(): ...
"""


def run(folder: Path, suite: str, value: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(suite, "utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: value}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.nothing_skipped", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    return subprocess.run([*command, str(folder)], cwd=folder, env=environ, capture_output=True, text=True, check=False)


def test_a_skip_for_want_of_something_fails_and_says_why(tmp_path: Path) -> None:
    told = run(tmp_path, SUITE, "1")
    assert told.returncode == 1
    assert "1 passed, 1 skipped, 1 xfailed, 2 errors" in told.stdout, told.stdout
    assert "no PostgreSQL: nobody answers" in told.stdout
    assert "no Chromium" in told.stdout


def test_without_the_variable_skips_stay_skips(tmp_path: Path) -> None:
    told = run(tmp_path, SUITE, "")
    assert told.returncode == 0
    assert "1 passed, 3 skipped, 1 xfailed" in told.stdout, told.stdout
    assert "SKIPPED 1: no PostgreSQL: nobody answers" in told.stdout, "the reason is said without being asked for"


def test_a_module_that_skips_itself_fails_too(tmp_path: Path) -> None:
    told = run(tmp_path, "import pytest\npytest.importorskip('no_such_module')\n", "1")
    assert told.returncode != 0
    assert "no_such_module" in told.stdout


def test_the_whole_suite_is_under_the_rule() -> None:
    from tests import conftest, nothing_skipped

    assert conftest.pytest_runtest_makereport is nothing_skipped.pytest_runtest_makereport
    assert conftest.pytest_make_collect_report is nothing_skipped.pytest_make_collect_report
    assert f"export {VARIABLE}=1" in (ROOT / ".ci" / "run").read_text("utf-8")
