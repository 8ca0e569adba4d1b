"""Names, first sentences and forbidden shortcuts (ARCHITECTURE 8)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tree import OURS, PRODUCT, name, python

EMPTY_NAMES = re.compile(r"(Manager|Helper|Util|Utils|Base)$")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")


@pytest.mark.parametrize("path", python(*OURS, "tests"), ids=name)
def test_a_module_begins_with_one_sentence(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert text, "no docstring"
    first = text.split("\n\n")[0]
    assert first.rstrip().endswith((".", "!", "?")), first


@pytest.mark.parametrize("path", python(*OURS), ids=name)
def test_no_class_is_called_manager_helper_util_or_base(path: Path) -> None:
    bad = [
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name)
    ]
    assert not bad


@pytest.mark.parametrize("path", python(*OURS, "tests"), ids=name)
def test_nothing_is_left_unfinished(path: Path) -> None:
    assert not UNFINISHED.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("path", python(*OURS, "tests"), ids=name)
def test_a_silenced_checker_has_a_reason_beside_it(path: Path) -> None:
    bare = [
        line.strip()
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"#\s*(noqa(: ?[A-Z0-9, ]+)?|type: ignore(\[[a-z0-9, -]+\])?)\s*$", line)
    ]
    assert not bare


@pytest.mark.parametrize("path", python(*PRODUCT), ids=name)
def test_the_product_imports_no_test_and_knows_no_test(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in imported if module.split(".")[0] in {"tests", "pytest", "respx", "hypothesis"}}
    assert "PYTEST_CURRENT_TEST" not in text


@pytest.mark.parametrize("path", python(*PRODUCT), ids=name)
def test_no_exception_is_swallowed(path: Path) -> None:
    bad = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.ExceptHandler):
            continue
        broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        silent = all(isinstance(statement, ast.Pass) for statement in node.body)
        raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        if (broad and not raises) or (silent and broad):
            bad.append(node.lineno)
    assert not bad


@pytest.mark.parametrize("path", python(*PRODUCT, "tests"), ids=name)
def test_nobody_sleeps_in_a_blocking_way(path: Path) -> None:
    assert "time" + ".sleep(" not in path.read_text("utf-8")
