"""`hub ledger fees`: what each way costs, set from a day on, never backwards (RULES D6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hub.cli.main import main
from hub.cli.parts import Parts
from tests.unit.hub.test_fgis_client import Shell
from tests.unit.hub.test_ledger_command import said


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


def of(told: dict[str, Any], provider: str, method: str) -> tuple[int, str]:
    return next((one["hundredths"], one["since"]) for one in told["fees"] if (one["provider"], one["method"]) == (provider, method))


@pytest.mark.rule("D6")
@pytest.mark.feature("F134")
def test_a_fee_holds_from_its_day_on_and_may_be_said_again(shell: Shell) -> None:
    _, before = said(shell, "ledger", "fees")
    assert of(before, "rbs", "card") == (250, "") and of(before, "osmp", "") == (0, "")
    for percent in ("9", "5.25"):
        code, after = said(shell, "ledger", "fees", "rbs", "card", "--percent", percent, "--since", "2100-01-01")
    assert (code, of(after, "rbs", "card")) == (0, (525, "2100-01-01"))
    assert of(said(shell, "ledger", "fees")[1], "rbs", "card") == (250, "")
    assert of(said(shell, "ledger", "fees", "--since", "2100-06-01")[1], "rbs", "card") == (525, "2100-01-01")


WRONG = (
    ("rbs", "card"),
    ("rbs", "gold", "--percent", "1"),
    ("nobody", "", "--percent", "1"),
    ("rbs", "card", "--percent", "2,5"),
    ("rbs", "card", "--percent=-1"),
    ("rbs", "card", "--percent", "1.255"),
    ("rbs", "card", "--percent", "31"),
    ("rbs", "card", "--percent", "1", "--since", "2020-01-01"),
    ("rbs", "card", "--percent", "1", "--since", "soon"),
)


def test_a_wrong_word_sets_nothing(shell: Shell) -> None:
    for words in WRONG:
        assert main(["ledger", "fees", *words], Parts(create_app=lambda deps: None, create_worker=lambda deps: None)) == 1, words
    assert of(said(shell, "ledger", "fees")[1], "rbs", "card") == (250, "")
