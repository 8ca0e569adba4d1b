"""Reads an answer's body whole, within its size."""

from __future__ import annotations

import httpx

from connectors.kit.errors import Drifted

MAX_BODY = 8 * 1024 * 1024
# The body handed on is already decoded, so the headers that describe its transfer no longer hold.
_BODY_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})


async def read(system: str, client: httpx.AsyncClient, request: httpx.Request, limit: int = MAX_BODY) -> httpx.Response:
    """The answer with its body; `Drifted` for a body too large or packed more than once (each layer multiplies a small bomb)."""
    response = await client.send(request, stream=True)
    try:
        if "," in response.headers.get("content-encoding", ""):
            raise Drifted(system, "content-encoding", "packed more than once")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > limit:
                raise Drifted(system, "body", "too large")
    finally:
        await response.aclose()
    kept = [(name, value) for name, value in response.headers.multi_items() if name not in _BODY_HEADERS]
    return httpx.Response(response.status_code, headers=kept, content=bytes(body), request=request)
