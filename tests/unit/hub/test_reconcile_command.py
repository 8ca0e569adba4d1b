"""`hub reconcile`: one line of JSON with the named fields, and an exit code that says whether the file was taken (RULES D10)."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from hub import telemetry, wiring
from hub.cli.main import main
from hub.cli.parts import Parts
from hub.ledger.model import Purpose
from hub.settings import load
from hub.store.database import Database, schema
from identity.sealing import new_master_key
from tests.unit.ledger.kit import put
from tests.unit.ledger.register_kit import DAY, opened_with_terms, paid, register, row

pytestmark = pytest.mark.rule("D10")
FIELDS = {"accepted", "reason", "matched", "already_imported", "work_items"}
ITEM = {"class", "txn_id", "ours_kop", "theirs_kop", "line"}


class Shell:
    """A hub's database with one contract and one payment, and its command line."""

    def __init__(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file, self.capsys = tmp_path / "register.txt", capsys
        self.map = tmp_path / "map.toml"
        database = Database(load(os.environ).database)
        database.bind(wiring.tables())
        put(database, paid(database.write_sync(opened_with_terms)[Purpose.MEAL], "17", 10_650))
        database.close_sync()

    def hub(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        code = main(["reconcile", *arguments, "--json"], Parts(create_app=_nothing, create_worker=_nothing))
        said = self.capsys.readouterr()
        return code, json.loads(said.out or "{}"), said.err

    def take(self, data: bytes, *more: str) -> tuple[int, dict[str, Any], str]:
        self.file.write_bytes(data)
        return self.hub("--provider", "osmp", "--day", DAY.isoformat(), str(self.file), *more)


def _nothing(_deps: object) -> None:
    return None


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrations run once; each test has a copy."""
    file = tmp_path_factory.mktemp("hub") / "hub.sqlite3"
    database = Database(str(file))
    schema.migrate(database, "real")
    database.close_sync()
    return file


@pytest.fixture
def shell(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("HUB_MASTER_KEY", new_master_key())
    monkeypatch.setenv("HUB_PUBLIC_URL", "https://hub.example")
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    monkeypatch.setattr(telemetry, "set_up", lambda form: None)  # the process of the tests keeps its own log
    file = Path(load(os.environ).database)
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated, file)
    return Shell(tmp_path, capsys)


def test_a_register_is_taken_listed_settled_and_known_again(shell: Shell) -> None:
    data = register([row("17", 10_650), row("99", 7_700)])
    code, said, _ = shell.take(data)
    assert (code, said["accepted"], said["reason"], said["matched"], said["already_imported"]) == (0, True, None, 1, 0)
    assert said.keys() >= FIELDS
    (item,) = said["work_items"]
    assert item.keys() >= ITEM
    assert [item[name] for name in ("class", "txn_id", "ours_kop", "theirs_kop", "line")] == ["theirs_only", "99", None, 7_700, 2]
    code, said, _ = shell.take(data)
    assert (code, said["accepted"], said["matched"], said["already_imported"], said["work_items"]) == (0, True, 0, 2, [])
    code, said, _ = shell.hub("--list")
    assert (code, [one["id"] for one in said["work_items"]]) == (0, [item["id"]])
    assert shell.hub("--settle", item["id"], "--note", "терминал был без связи")[0] == 0
    assert shell.hub("--settle", item["id"], "--note", "терминал был без связи")[0] == 1
    assert shell.hub("--list", "--provider", "osmp", "--day", DAY.isoformat())[1] == {"work_items": []}


def test_a_file_with_wrong_totals_is_refused_whole_with_an_exit_code(shell: Shell) -> None:
    code, said, told = shell.take(register([row("99", 7_700)], totals="=;1;78.00;0.00"))
    assert (code, said["accepted"], said["matched"], said["already_imported"], said["work_items"]) == (1, False, 0, 0, [])
    assert "totals do not match" in said["reason"] and "totals do not match" in told
    assert shell.hub("--list")[1] == {"work_items": []}


def test_a_map_is_read_from_a_file(shell: Shell) -> None:
    shell.map.write_text(
        'encoding = "cp866"\nseparator = "|"\ncolumns = ["txn_id", "at", "account", "sum"]\ntotals = ["mark", "count", "sum"]\n'
    )
    text = "17|17.11.2026 12:00:00|0000000001|106.50\n=|1|106.50\n"
    assert shell.take(text.encode("cp866"), "--map", str(shell.map))[1]["matched"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--provider", "osmp"),
        ("--provider", "osmp", "--day", "17.11.2026", "x"),
        ("--provider", "osmp", "--day", "2026-11-17", "/nowhere/at/all"),
        ("--settle", "x"),
        ("--provider", "osmp", "--day", "2026-11-17", "x", "--map", "/nowhere"),
    ],
)
def test_what_cannot_begin_says_so(shell: Shell, arguments: tuple[str, ...]) -> None:
    code, said, told = shell.hub(*arguments)
    assert (code, said) == (2, {}) and told.startswith("hub: ")


@pytest.mark.parametrize("text", ["encoding = 1", "colour = 'red'", "= x", 'columns = ["txn_id"]'])
def test_a_bad_map_says_so(shell: Shell, text: str) -> None:
    shell.map.write_text(text)
    code, _, told = shell.take(register([]), "--map", str(shell.map))
    assert code == 2 and "--map" in told


def test_the_connectors_id_means_its_only_acquirer(shell: Shell) -> None:
    code, said, _ = shell.hub("--provider", "demand_code", "--list")
    assert (code, said) == (0, {"work_items": []})
    shell.file.write_bytes(b"not a register")
    assert "no form" not in shell.hub("--provider", "demand_code", "--day", DAY.isoformat(), str(shell.file))[1]["reason"]
