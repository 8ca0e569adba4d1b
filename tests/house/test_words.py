"""Names, first sentences and forbidden shortcuts (ARCHITECTURE 8)."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.tree import OURS, PRODUCT, name, python

EMPTY_NAMES = re.compile(r"(Manager|Helper|Util|Utils|Base)$")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
BARE_SILENCE = re.compile(r"#\s*(noqa(: ?[A-Z0-9, ]+)?|type: ignore(\[[a-z0-9, -]+\])?)\s*$", re.MULTILINE)


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def test_a_module_begins_with_one_sentence() -> None:
    def first(path: Path) -> str:
        return (ast.get_docstring(tree(path)) or "").split("\n\n")[0].rstrip()

    assert not [name(path) for path in python(*OURS, "tests") if not first(path).endswith((".", "!", "?"))]


def test_no_class_is_called_manager_helper_util_or_base() -> None:
    classes = [(path, node) for path in python(*OURS) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert not [f"{name(path)} {node.name}" for path, node in classes if EMPTY_NAMES.search(node.name)]


def test_nothing_is_left_unfinished() -> None:
    assert not [name(path) for path in python(*OURS, "tests") if UNFINISHED.search(text(path))]


def test_a_silenced_checker_has_a_reason_beside_it() -> None:
    assert not [name(path) for path in python(*OURS, "tests") if BARE_SILENCE.search(text(path))]


def test_the_product_imports_no_test_and_knows_no_test() -> None:
    def roots(path: Path) -> set[str]:
        nodes = list(ast.walk(tree(path)))
        found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        found |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        return {module.split(".")[0] for module in found}

    tested = {"tests", "pytest", "respx", "hypothesis", "bench", "tools"}
    assert not [name(path) for path in python(*PRODUCT) if roots(path) & tested or "PYTEST_CURRENT_TEST" in text(path)]


def test_no_exception_is_swallowed() -> None:
    swallowed = []
    for path in python(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
                if broad and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
                    swallowed.append(f"{name(path)}:{node.lineno}")
    assert not swallowed


def test_nobody_sleeps_in_a_blocking_way() -> None:
    assert not [name(path) for path in python(*PRODUCT, "tests") if "time" + ".sleep(" in text(path)]
