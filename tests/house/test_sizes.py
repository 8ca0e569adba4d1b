"""Rooms small enough to live in: files, functions, folders, depth (ARCHITECTURE 2)."""

from __future__ import annotations

import ast
from collections import Counter

from tests.house.tree import OURS, PRODUCT, ROOT, name, python

MAX_FILE = 300
MAX_FUNCTION = 50
MAX_FOLDER = 14
MAX_DEPTH = 3
# Folders of like things: connectors, sandbox systems, flows, web subjects and the registers that hold them; and the hub's own root,
# whose parts ARCHITECTURE 2 names.
OF_LIKE_THINGS = {
    "connectors", "connectors/diaries", "connectors/payments", "connectors/notices", "connectors/kit", "sandbox", "hub/flows",
    "hub", "hub/web", "hub/web/api", "hub/web/templates", "hub/store", "hub/store/migrations", "tools",
}  # fmt: skip


def test_a_file_has_at_most_300_lines() -> None:
    counted = {name(path): len(path.read_text("utf-8").splitlines()) for path in python(*OURS, "tests")}
    assert not {path: lines for path, lines in counted.items() if lines > MAX_FILE}


def test_a_function_has_at_most_50_lines() -> None:
    long = [
        f"{name(path)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in python(*OURS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION
    ]
    assert not long


def test_a_folder_has_at_most_14_entries() -> None:
    entries: Counter[str] = Counter()
    seen: set[str] = set()
    for path in python(*PRODUCT):
        parts = path.relative_to(ROOT).parts
        for depth in range(1, len(parts)):
            entry = "/".join(parts[: depth + 1])
            if entry not in seen and parts[depth] != "__init__.py":
                seen.add(entry)
                entries["/".join(parts[:depth])] += 1
    crowded = {folder: count for folder, count in entries.items() if count > MAX_FOLDER and folder not in OF_LIKE_THINGS}
    assert not crowded


def test_folders_are_at_most_three_deep() -> None:
    deep = [name(path) for path in python(*PRODUCT) if len(path.relative_to(ROOT).parts) - 2 > MAX_DEPTH]
    assert not deep
