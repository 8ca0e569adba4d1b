"""Compiles each address of the application and each template once a process: hundreds of tests build the same application anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_RULES: dict[object, Any] = {}
_compile_rule: Callable[..., Any] = Rule._compile_builder


def _rule_once(rule: Rule, append_unknown: bool = True) -> Any:
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _RULES:
        _RULES[key] = _compile_rule(rule, append_unknown)
    return _RULES[key]


class _InMemory(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._kept.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def pytest_configure() -> None:
    Rule._compile_builder = _rule_once  # type: ignore[method-assign, assignment]  # werkzeug offers no seam for it
    kept = _InMemory()
    Environment.bytecode_cache = property(lambda _: kept, lambda _self, _given: None)  # type: ignore[assignment]  # each environment sets its own
