"""Conditional answers (RFC 9110, 13): a strong entity tag from the bytes, and 304 to whoever has them."""

from __future__ import annotations

import hashlib

from quart import Response, request


async def tagged(answer: Response) -> Response:
    """The answer with its tag, or 304 where one of the asked tags is it."""
    body = await answer.get_data(as_text=False)
    tag = f'"{hashlib.sha256(bytes(body)).hexdigest()[:32]}"'
    if tag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return Response(b"", 304, headers={"ETag": tag, "Cache-Control": answer.headers.get("Cache-Control", "no-cache")})
    answer.headers["ETag"] = tag
    return answer
