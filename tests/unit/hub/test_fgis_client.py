"""`hub fgis-client`: the operator registers a system for named schools; the secret is shown once (RULES C7)."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub import telemetry, wiring
from hub.cli.main import main
from hub.cli.parts import Parts
from hub.settings import load
from hub.store.database import Database, schema
from hub.store.outputs import fgis
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from identity.sealing import new_master_key

OGRN = "1027700000001"


class Shell:
    """A hub's database with one school, and its command line."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "var"))
        monkeypatch.setenv("HUB_MASTER_KEY", new_master_key())
        monkeypatch.setenv("HUB_PUBLIC_URL", "https://hub.example")
        monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
        monkeypatch.setattr(telemetry, "set_up", lambda form: None)  # the process of the tests keeps its own log
        self.capsys = capsys
        self.database = Database(load(os.environ).database)
        self.database.bind(wiring.tables())
        schema.migrate(self.database, "real")
        card = SchoolCard(ogrn=OGRN, inn="7701000001", legal_name="Школа 5", short_name="Школа 5", zone="Asia/Omsk")
        self.run(lambda: schools.put_school(card, now=datetime.now(UTC)))

    def run(self, unit: Any) -> Any:
        self.database.bind(wiring.tables())  # the command has bound them to a database of its own
        return self.database.write_sync(unit)

    def hub(self, *arguments: str, json_too: bool = True) -> tuple[int, str, str]:
        code = main(["fgis-client", *arguments, *(("--json",) if json_too else ())], Parts(create_app=_nothing, create_worker=_nothing))
        said = self.capsys.readouterr()
        return code, said.out, said.err


def _nothing(_deps: object) -> None:
    return None


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.mark.rule("C7")
def test_a_system_is_registered_listed_and_ended(shell: Shell) -> None:
    code, out, _ = shell.hub("add", "--name", "ФГИС «Моя школа»", "--school", OGRN)
    made = json.loads(out)
    assert code == 0
    assert shell.run(lambda: fgis.with_secret(made["id"], made["secret"])) is not None
    _, out, _ = shell.hub("list")
    assert json.loads(out)["items"] == [
        {"id": made["id"], "name": "ФГИС «Моя школа»", "schools": [OGRN], "certificate": False, "ended": False}
    ]
    assert made["secret"] not in out
    assert shell.hub("end", "--client", made["id"])[:2] == (0, '{"ended": true}\n')
    assert shell.run(lambda: fgis.with_secret(made["id"], made["secret"])) is None
    assert shell.hub("end", "--client", made["id"])[0] == 1
    assert "(ended)" in shell.hub("list", json_too=False)[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--name", "ФГИС", "--school", "1"), "--school"),
        (("--name", " x ", "--school", OGRN), "--name"),
        (("--name", "ФГИС", "--school", OGRN, "--certificate", "{bad}"), "--certificate"),
        (("--name", "ФГИС", "--school", OGRN, "--certificate", "{missing}"), "missing"),
    ],
)
def test_what_cannot_be_registered_is_one_line(shell: Shell, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    files = {"{bad}": str(tmp_path / "bad.pem"), "{missing}": str(tmp_path / "missing.pem")}
    code, out, error = shell.hub("add", *(files.get(one, one) for one in arguments))
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert said in error
