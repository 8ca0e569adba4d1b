"""How a sealed photo is answered: as the picture that it is and nothing else, asked for anew each time."""

from __future__ import annotations

from quart import Response

from hub.store.passes.photos import Photo
from hub.web.answers import tagged

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def photo_answer(found: Photo) -> Response:
    """`no-cache`: the browser asks before it shows what it has, so that a withdrawn one is gone at once."""
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    return tagged(found.picture, found.kind, headers=headers, tag=f'"{found.version}"')
