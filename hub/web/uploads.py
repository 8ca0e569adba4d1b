"""Uploaded files stay in memory: a table with SNILS never lies in a temporary file, whatever its size (RULES A8)."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from quart import Request
from quart.formparser import FormDataParser


def in_memory(_total: int | None, _kind: str | None, _name: str | None, _length: int | None = None) -> IO[bytes]:
    """Quart's own choice writes files over 500 KB to the disk, unsealed; ours are at most as big as a body may be."""
    return BytesIO()


class InMemoryParser(FormDataParser):
    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "stream_factory": in_memory})


class HubRequest(Request):
    form_data_parser_class = InMemoryParser
