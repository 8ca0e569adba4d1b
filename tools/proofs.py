"""Which tests prove which feature, rule or security row: the marks found in the test files."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("feature", "rule", "security")


def proofs() -> dict[str, dict[str, list[str]]]:
    """Kind -> number -> tests as `path::name`, for `pytest.mark.<kind>(…)` on functions, classes, params and modules."""
    found: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in KINDS}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        _collect(ast.parse(path.read_text("utf-8")), path.relative_to(ROOT).as_posix(), "", found)
    return found


def _collect(node: ast.AST, path: str, owner: str, found: dict[str, dict[str, list[str]]]) -> None:
    for child in ast.iter_child_nodes(node):
        name = owner
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{owner}::{child.name}"
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in KINDS:
            _note(child, child.func.attr, f"{path}{owner}", found)
        _collect(child, path, name, found)


def _note(call: ast.Call, kind: str, test: str, found: dict[str, dict[str, list[str]]]) -> None:
    for argument in call.args:
        if isinstance(argument, ast.Constant):
            tests = found[kind][str(argument.value)]
            if test not in tests:
                tests.append(test)
