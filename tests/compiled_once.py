"""Compiles each address of the application and each template once a process: hundreds of tests build the same application anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_RULES: dict[object, dict[str, Any]] = {}
_WRITTEN = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")
_compile: Callable[[Rule], None] = Rule.compile


def _compile_once(rule: Rule) -> None:
    key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
    found = _RULES.get(key)
    if found is None:
        _compile(rule)
        _RULES[key] = {name: _unbound(getattr(rule, name)) for name in _WRITTEN}
        return
    for name, value in found.items():
        setattr(rule, name, value.__get__(rule, None) if name.startswith("_build") else value)


def _unbound(value: Any) -> Any:
    """The two builders are methods of the rule that they were made for."""
    return getattr(value, "__func__", value)


class _InMemory(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._kept.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def pytest_configure() -> None:
    Rule.compile = _compile_once  # type: ignore[method-assign, assignment]  # werkzeug offers no seam for it
    kept = _InMemory()
    Environment.bytecode_cache = property(lambda _: kept, lambda _self, _given: None)  # type: ignore[assignment]  # each environment sets its own
