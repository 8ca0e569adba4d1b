"""The generated tables are fresh, and the feature and rule tables are honest."""

from __future__ import annotations

import tomllib

import pytest

from tests.house.tree import ROOT
from tools import connectors_doc, features, security_doc, settings_doc
from tools.proofs import proofs


@pytest.mark.parametrize("render", [features.render, connectors_doc.render, security_doc.render, settings_doc.render])
def test_a_generated_table_is_fresh(render: object) -> None:
    assert callable(render)
    for path, text in render().items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path} is stale: make docs"


@pytest.mark.parametrize("kind", ["feature", "rule"])
def test_every_row_has_a_test_a_plan_or_a_reason(kind: str) -> None:
    assert not features.faults(kind, proofs()[kind])


def test_there_are_229_features() -> None:
    assert [row["number"] for row in features.rows("feature")] == [f"F{number:03}" for number in range(1, 230)]


def test_a_row_without_proof_plan_or_reason_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [
        {"number": "F001", "text": "a", "state": "works"},
        {"number": "F002", "text": "b", "state": "planned"},
        {"number": "F003", "text": "c", "state": "left out"},
        {"number": "F004", "text": "d"},
        {"number": "F004", "text": "d", "state": "planned", "plan": "later"},
    ]
    monkeypatch.setattr(features, "rows", lambda kind: bad)
    found = features.faults("feature", {"F999": ["a test"]})
    assert [fault[:4] for fault in found] == ["F004", "F999", "F001", "F002", "F003", "F004"]


def test_every_security_row_has_a_test_or_a_plan() -> None:
    assert "planned:  |" not in security_doc.render()["docs/security.md"]


def test_every_security_mark_names_a_row() -> None:
    with (ROOT / "docs" / "security.toml").open("rb") as file:
        rows = {row["number"] for row in tomllib.load(file)["row"]}
    assert set(proofs()["security"]) <= rows
    assert rows == {str(number) for number in range(1, 36)}
