"""VKScript as clients of `execute` write it: `var`, `return`, literals, calls of `API.…`, fields, indices and `@.`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.vkapi.wire.errors import VkError

MOST_CALLS = 25
TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign>@\.|[\[\]{}(),:;.=+]))"""
)
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
Caller = Callable[[str, dict[str, Any]], Any]


def run(code: str, call: Caller) -> Any:
    """What the code returns; no `return` is null. More than 25 calls are error 13, what is not understood is error 12."""
    return _Run(_tokens(code), call).program()


def _tokens(code: str) -> list[tuple[str, str]]:
    found, at = [], 0
    code = code.rstrip()
    while at < len(code):
        match = TOKEN.match(code, at)
        if match is None:
            raise VkError(12, f"unexpected symbol at {at}")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Run:
    """One run, left to right."""

    def __init__(self, tokens: list[tuple[str, str]], call: Caller) -> None:
        self._tokens = tokens
        self._at = 0
        self._call = call
        self._calls = 0
        self._names: dict[str, Any] = {}

    def program(self) -> Any:
        while self._at < len(self._tokens):
            kind, word = self._peek()
            if (kind, word) == ("name", "return"):
                self._at += 1
                return None if self._peek()[1] == ";" else self._sum()
            if (kind, word) == ("name", "var"):
                self._at += 1
            name = self._take("name")
            self._take("sign", "=")
            self._names[name] = self._sum()
            if self._peek()[1] == ";":
                self._at += 1
        return None

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", ";")

    def _take(self, kind: str, word: str | None = None) -> str:
        found = self._peek()
        if found[0] != kind or (word is not None and found[1] != word):
            raise VkError(12, f"syntax error near '{found[1]}'")
        self._at += 1
        return found[1]

    def _sum(self) -> Any:
        value = self._value()
        while self._peek() == ("sign", "+"):
            self._at += 1
            more = self._value()
            is_sum = isinstance(value, int | float) and isinstance(more, int | float)
            value = value + more if is_sum else f"{value}{more}"
        return value

    def _value(self) -> Any:
        value = self._first()
        while self._peek()[0] == "sign" and self._peek()[1] in {".", "[", "@."}:
            value = self._step(value, self._take("sign"))
        return value

    def _step(self, value: Any, sign: str) -> Any:
        if sign == "[":
            key = self._sum()
            self._take("sign", "]")
            if isinstance(value, list) and isinstance(key, int):
                return value[key] if 0 <= key < len(value) else None
            return value.get(str(key)) if isinstance(value, dict) else None
        name = self._take("name")
        if sign == "@.":
            return [item.get(name) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        if name == "length" and isinstance(value, list | str):
            return len(value)
        return value.get(name) if isinstance(value, dict) else None

    def _first(self) -> Any:
        kind, word = self._peek()
        self._at += 1
        if kind == "number":
            return float(word) if "." in word else int(word)
        if kind == "text":
            return _unquoted(word)
        if word == "[":
            return self._list("]")
        if word == "{":
            return self._object()
        if word == "(":
            value = self._sum()
            self._take("sign", ")")
            return value
        if kind == "name" and word == "API":
            return self._api()
        if kind == "name" and (word in WORDS or word in self._names):
            return WORDS[word] if word in WORDS else self._names[word]
        raise VkError(12, f"syntax error near '{word}'")

    def _list(self, end: str) -> list[Any]:
        found = []
        while self._peek()[1] != end:
            found.append(self._sum())
            if self._peek()[1] == ",":
                self._at += 1
        self._take("sign", end)
        return found

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._peek()[1] != "}":
            kind, word = self._peek()
            self._at += 1
            self._take("sign", ":")
            found[_unquoted(word) if kind == "text" else word] = self._sum()
            if self._peek()[1] == ",":
                self._at += 1
        self._take("sign", "}")
        return found

    def _api(self) -> Any:
        self._take("sign", ".")
        name = self._take("name")
        if self._peek()[1] == ".":
            self._at += 1
            name = f"{name}.{self._take('name')}"
        self._take("sign", "(")
        asked = self._list(")")
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise VkError(13, "Too many API calls")
        return self._call(name, asked[0] if asked and isinstance(asked[0], dict) else {})


def _unquoted(word: str) -> str:
    inner = word[1:-1]
    if word[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        raise VkError(12, "bad string") from None
