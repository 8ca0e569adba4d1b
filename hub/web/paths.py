"""Own paths only: where a sign-in may lead afterwards; pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

LONGEST = 500
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")


def own_path(text: str | None, default: str = "/") -> str:
    """The path when it is one of ours, else the default: no scheme, no host, no backslash, also not in percent signs."""
    if not text or len(text) > LONGEST:
        return default
    decoded = unquote(unquote(text))
    for spelling in (text, decoded):
        if not spelling.startswith("/") or spelling.startswith("//") or _FORBIDDEN.search(spelling):
            return default
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path.startswith("/auth/"):
        return default
    return text
