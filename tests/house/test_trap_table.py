"""docs/traps.md names tests that exist, and leaves out no diary."""

from __future__ import annotations

import ast
import re
from functools import cache

from connectors.kit.manifest import Kind
from connectors.kit.registry import manifests
from tests.house.tree import ROOT

TABLE = ROOT / "docs" / "traps.md"
NAME = re.compile(r"`([^`]+)`")


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    if not path.is_file():
        return frozenset()
    found = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def rows() -> list[tuple[str, list[str]]]:
    """Each trap with its tests as `file::name`; a file's name stands before those of its tests."""
    found = []
    for line in TABLE.read_text("utf-8").splitlines():
        if not line.startswith("| ") or line.startswith("| trap |"):
            continue
        trap, proof = (cell.strip() for cell in line.strip("| ").split(" | "))
        file, named = "", []
        for name in NAME.findall(proof):
            if name.endswith(".py"):
                file = name
            else:
                named.append(f"{file}::{name}")
        found.append((trap, named))
    return found


def test_every_trap_names_a_test_and_stands_once() -> None:
    traps = [trap for trap, _ in rows()]
    assert len(traps) > 60
    assert not [trap for trap, named in rows() if not named]
    assert len(set(traps)) == len(traps)


def test_every_named_test_exists() -> None:
    gone = [name for _, named in rows() for name in named if name.partition("::")[2] not in names_in(name.partition("::")[0])]
    assert not gone, "renamed or moved: name it anew in docs/traps.md"


def test_every_diary_with_names_in_its_own_is_in_the_table() -> None:
    folders = {name.split("/")[1] for _, named in rows() for name in named if name.startswith("unit/")}
    assert not own_stubs() - folders


def test_every_diary_with_a_stub_is_asked_about_the_traps() -> None:
    stands = (ROOT / "tests" / "unit" / "traps" / "stands.py").read_text("utf-8")
    assert not [diary for diary in own_stubs() if f"from tests.unit.{diary} import stub" not in stands]


def own_stubs() -> set[str]:
    """Diaries whose tests speak their own bytes; a new one is in the contract suite before it has such."""
    diaries = {id_ for id_, manifest in manifests().items() if manifest.kind is Kind.DIARY}
    return {diary for diary in diaries if (ROOT / "tests" / "unit" / diary / "stub.py").is_file()}
