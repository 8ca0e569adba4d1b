"""The Token of requests and notices: SHA-256 over the values of plain root fields and the password, in the order of names."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any


def plain(value: Any) -> str | None:
    """Booleans in small letters; nested objects, lists and null take no part."""
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def token(fields: Mapping[str, Any], password: str) -> str:
    values = {name: text for name, value in fields.items() if name != "Token" and (text := plain(value)) is not None}
    values["Password"] = password
    return hashlib.sha256("".join(values[name] for name in sorted(values)).encode()).hexdigest()


def signed(fields: Mapping[str, Any], password: str) -> dict[str, Any]:
    return {**fields, "Token": token(fields, password)}


def right(body: bytes, password: str) -> bool:
    """Numbers count as they were written."""
    fields = json.loads(body, parse_float=str, parse_int=str)
    return hmac.compare_digest(token(fields, password).encode(), str(fields.get("Token", "")).lower().encode())
