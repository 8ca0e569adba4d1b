"""A request's fields: query and form in the client's own charset, or a JSON object."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from sandbox.smsc.wire.errors import PARAMETERS, SmscError

CHARSETS: Final = {"": "cp1251", "windows-1251": "cp1251", "cp1251": "cp1251", "utf-8": "utf-8", "utf8": "utf-8", "koi8-r": "koi8-r"}
MOST_PHONES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    fields: dict[str, str]
    charset: str = "utf-8"

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def flag(self, name: str) -> bool:
        return self.get(name) not in ("", "0")

    def number(self, name: str, most: int, default: int = 0) -> int:
        text = self.get(name)
        if not text:
            return default
        if not text.isdecimal() or not text.isascii() or int(text) > most:
            raise SmscError(PARAMETERS, name)
        return int(text)


def read(query: bytes, body: bytes, content_type: str) -> Asked:
    """Of the same name the form's comes first. Without `charset` letters are windows-1251: a client that forgets it sends garbage."""
    if "json" in content_type:
        return Asked(fields=_json(body))
    form = body if "urlencoded" in content_type else b""
    plain = dict(_pairs(query, form, "latin-1"))
    charset = CHARSETS.get(plain.get("charset", "").strip().lower())
    if charset is None:
        raise SmscError(PARAMETERS, "charset")
    return Asked(fields=dict(_pairs(query, form, charset)), charset=charset)


def _pairs(query: bytes, form: bytes, encoding: str) -> list[tuple[str, str]]:
    return [
        pair
        for text in (query, form)
        for pair in parse_qsl(text.decode("latin-1"), keep_blank_values=True, encoding=encoding, errors="replace", max_num_fields=10_000)
    ]


def _json(body: bytes) -> dict[str, str]:
    try:
        found: Any = json.loads(body or b"{}")
    except ValueError:
        raise SmscError(PARAMETERS, "json") from None
    if not isinstance(found, dict):
        raise SmscError(PARAMETERS, "json")
    fields = {"fmt": "3"}
    for name, value in found.items():
        if isinstance(value, list):
            fields[name] = ",".join(map(str, value))
        elif value is not None and not isinstance(value, dict):
            fields[name] = str(int(value)) if isinstance(value, bool) else str(value)
    return fields
