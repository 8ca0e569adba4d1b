"""Records as JSON, their originals among them, for tests that look for what must not be there."""

from __future__ import annotations

from typing import Any

import msgspec

from connectors.kit.record import Original


def written(records: Any) -> str:
    return msgspec.json.encode(records, enc_hook=_original).decode()


def _original(value: Any) -> msgspec.Raw:
    assert isinstance(value, Original), type(value)
    return msgspec.Raw(bytes(value))
