"""Forms as the hub takes them: no file lies on the disk (RULES A8), no field holds what a database cannot keep."""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO, Any

from quart import Request
from quart.formparser import FormDataParser
from werkzeug.datastructures import MultiDict

from hub.flows.refusals import Reason, Refused
from hub.web.edge import OWN_WORDS

NUL_TYPED = "В тексте есть знак с кодом 0, а хранить его нельзя. Уберите его и отправьте ещё раз."

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The character that no database keeps in a text, as JSON writes it; a backslash before it makes it six plain characters."""


def names_nul(json: bytes) -> bool:
    """Whether a text of this JSON is one that PostgreSQL keeps nowhere."""
    return _NUL.search(json) is not None


def in_memory(_total: int | None, _kind: str | None, _name: str | None, _length: int | None = None) -> IO[bytes]:
    """Quart's own choice writes files over 500 KB to the disk, unsealed, SNILS and all; ours are at most as big as a body may be."""
    return BytesIO()


class InMemoryParser(FormDataParser):
    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "stream_factory": in_memory})


class HubRequest(Request):
    form_data_parser_class = InMemoryParser

    @property
    async def form(self) -> MultiDict[str, str]:
        """Terminals are refused in the words of their own protocol."""
        found: MultiDict[str, str] = await super().form
        if not self.path.startswith(OWN_WORDS) and any("\0" in text for pair in found.items(multi=True) for text in pair):
            raise Refused(Reason.MALFORMED, NUL_TYPED)
        return found
