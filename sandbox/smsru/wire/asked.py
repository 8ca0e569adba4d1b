"""A request's fields, of the query and of the form; who is asking; the numbers with their texts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from sandbox.smsru.wire.codes import SmsRuError

EACH: Final = re.compile(r"(?:multi|to)\[([^\]]+)\]")
MOST_PHONES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`whole` is False where letters were not UTF-8."""

    fields: dict[str, str]
    whole: bool = True

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def flag(self, name: str) -> bool:
        return self.get(name) not in ("", "0")

    @property
    def as_json(self) -> bool:
        return self.flag("json")

    def wanted(self, *, text_needed: bool = True) -> list[tuple[str, str]]:
        """Each number once, with its text."""
        each = [(found[1], value) for name, value in self.fields.items() if (found := EACH.fullmatch(name))]
        text = self.get("msg") or self.get("text")
        found_ = dict(each) or {number.strip(): text for number in self.get("to").split(",") if number.strip()}
        if not found_:
            raise SmsRuError(202)
        if len(found_) > MOST_PHONES:
            raise SmsRuError(213)
        if not self.whole:
            raise SmsRuError(212)
        if text_needed and not any(found_.values()):
            raise SmsRuError(203)
        return list(found_.items())


def read(query: bytes, body: bytes, content_type: str) -> Asked:
    form = body if "urlencoded" in content_type else b""
    fields: dict[str, str] = {}
    whole = True
    for part in (query, form):
        for name, raw in parse_qsl(part.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=10_000):
            try:
                fields[name] = raw.encode("latin-1").decode()
            except UnicodeDecodeError:
                fields[name], whole = raw.encode("latin-1").decode(errors="replace"), False
    return Asked(fields=fields, whole=whole)


def signed(password: str, token: str) -> str:
    """The older way in: MD5 of the password and a token that lives ten minutes."""
    return hashlib.md5(f"{password}{token}".encode()).hexdigest()  # noqa: S324 - the gateway's own
