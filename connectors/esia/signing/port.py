"""What signs for us: a port with one method, so that a key may live in a file, a token or an HSM."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol, TypeVar

from connectors.kit.errors import TimedOut

SIGN_WITHIN_S = 10.0
T = TypeVar("T")


class Signer(Protocol):
    """Signs off the event loop. Raises `Unavailable` where the key or the means is missing, `TimedOut` past its deadline."""

    async def sign(self, message: bytes) -> bytes:
        """The dialect's signature over `message`: 64 bytes, or a CMS in DER."""
        ...

    async def certificate_hash(self) -> str:
        """Streebog-256 over the DER of our certificate, 64 upper-case hexadecimal digits."""
        ...


async def within_deadline(system: str, work: Awaitable[T]) -> T:
    """The result of `work`, or `TimedOut` when it takes longer than a signature may."""
    try:
        async with asyncio.timeout(SIGN_WITHIN_S):
            return await work
    except TimeoutError as error:
        raise TimedOut(system, "signing") from error
