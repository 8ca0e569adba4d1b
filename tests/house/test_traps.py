"""Traps that somebody fell into before (docs/adr): each is closed by a line here."""

from __future__ import annotations

import re
import sys

from tests.house.tree import OURS, ROOT, files, name, python

LOCKS = ("requirements.txt", "requirements-dev.txt")


def test_nothing_at_the_top_is_named_like_a_standard_module() -> None:
    """The server puts the working directory before the standard library on the path."""
    tops = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in files() if path.suffix == ".py"}
    assert not tops & sys.stdlib_module_names


def test_names_that_squat_on_a_known_project_are_in_no_lock() -> None:
    for lock in LOCKS:
        assert not re.findall(r"^(pygost|httpx2|jose|python_jose)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE)


def test_what_is_deprecated_or_loses_data_is_imported_by_nobody() -> None:
    bad = r"authlib\.jose|playhouse\.pwasyncio|authlib\.integrations\.(httpx|starlette)_client"
    package, module = r"authlib import .*\bjose\b", r"playhouse import .*\bpwasyncio\b"
    used = re.compile(rf"^\s*(import|from) ({bad}|{package}|{module})\b", re.MULTILINE)
    assert not [name(path) for path in python(*OURS, "tests") if used.search(path.read_text("utf-8"))]


def test_tests_replace_a_transport_and_patch_no_library() -> None:
    for path in python("tests"):
        text = path.read_text("utf-8")
        assert not re.search(r"@respx\.mock|respx\.mock\(|monkeypatch\.setattr\(httpx", text), name(path)


def test_a_lock_with_hosts_in_it_is_not_kept() -> None:
    assert not [name(path) for path in files() if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}]


def test_each_test_has_a_hard_time_limit_and_its_own_loop() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert re.search(r"^timeout = \d+$", text, re.MULTILINE)
    assert 'asyncio_default_test_loop_scope = "function"' in text
