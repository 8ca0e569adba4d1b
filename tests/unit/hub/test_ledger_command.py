"""`hub ledger import` and `hub ledger check`: one line of JSON, refused whole with exit 1, twice changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cli.main import main
from hub.cli.parts import Parts
from hub.ledger.model import Purpose
from hub.ledger.store.tables import Entry
from tests.unit.hub.test_fgis_client import Shell
from tests.unit.ledger.kit import own


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


def said(shell: Shell, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the one line of JSON."""
    code = main([*arguments, "--json"], Parts(create_app=lambda deps: None, create_worker=lambda deps: None))
    found: dict[str, Any] = json.loads(shell.capsys.readouterr().out)
    return code, found


def books(tmp_path: Path, *lines: dict[str, Any]) -> str:
    file = tmp_path / "books.ndjson"
    file.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")
    return str(file)


def line(account: str, key: str, kop: int) -> dict[str, Any]:
    return {"key": key, "account": account, "at": "2026-01-10T09:00:00+03:00", "kind": "top_up", "amount_kop": kop, "reason": "остаток"}


@pytest.mark.rule("D3")
def test_the_books_are_taken_over_once_and_checked(shell: Shell, tmp_path: Path) -> None:
    to = shell.run(lambda: own()[Purpose.MEAL].id)
    file = books(tmp_path, line(to, "a", 100), line(to, "b", 200))
    assert said(shell, "ledger", "import", file, "--json") == (0, {"posted": 2, "duplicate": 0, "conflict": 0})
    assert said(shell, "ledger", "import", file, "--json") == (0, {"posted": 0, "duplicate": 2, "conflict": 0})
    changed = books(tmp_path, line(to, "a", 101))
    assert said(shell, "ledger", "import", changed, "--json") == (0, {"posted": 0, "duplicate": 0, "conflict": 1})
    assert said(shell, "ledger", "check", "--json") == (0, {"faults": []})


def test_a_bad_line_refuses_the_file_with_exit_1(shell: Shell, tmp_path: Path) -> None:
    to = shell.run(lambda: own()[Purpose.MEAL].id)
    code, told = said(shell, "ledger", "import", books(tmp_path, line(to, "a", 100), line(to, "b", 0)), "--json")
    assert (code, told["posted"]) == (1, 0)
    assert told["refused"][0].startswith("line 2")
    assert shell.run(lambda: Entry.select().count()) == 0
