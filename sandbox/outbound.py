"""The only place of the sandbox that knows httpx: what a client in the same process gets when a connection is dropped."""

from __future__ import annotations

import httpx


class ConnectionDropped(httpx.ReadError):
    """Raised through an in-process ASGI transport, where there is no socket to close."""
