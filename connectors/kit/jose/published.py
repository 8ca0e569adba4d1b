"""The keys that a provider publishes (RFC 7517): kept for a while, asked for again when a token fits none, but seldom."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from connectors.kit.jose.keys import Key
from connectors.kit.jose.verify import key_id

KEEP_S = 60.0
AGAIN_BURST = 2
AGAIN_EVERY_S = 30.0


def fitting(keys: Sequence[Key], token: str) -> tuple[Key, ...]:
    """The keys that the token's `kid` names, else those without a name; all of them for a token without a `kid`."""
    kid = key_id(token)
    if kid is None:
        return tuple(keys)
    return tuple(key for key in keys if key.names.get("kid") == kid) or tuple(key for key in keys if "kid" not in key.names)


class PublishedKeys:
    """One provider's keys. Whoever sends tokens with invented key ids makes us ask a few times, not once a token."""

    def __init__(self, ask: Callable[[], Awaitable[tuple[Key, ...]]], *, timer: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._timer = timer
        self._lock = asyncio.Lock()
        self._keys: tuple[Key, ...] = ()
        self._asked_at: float | None = None
        self._again = float(AGAIN_BURST)
        self._counted_at = timer()

    async def keys(self) -> tuple[Key, ...]:
        """As last heard, for a minute, so that a key taken back is soon refused; many who ask at once wait for one answer."""
        if not self._known:
            async with self._lock:
                if not self._known:
                    await self._hear()
        return self._keys

    async def anew(self, seen: tuple[Key, ...]) -> tuple[Key, ...]:
        """The keys after `seen` fitted nothing: the provider may have changed them a moment ago. The same ones where it is too soon."""
        async with self._lock:
            if self._keys is seen and self._may_ask_again():
                await self._hear()
            return self._keys

    @property
    def _known(self) -> bool:
        return self._asked_at is not None and self._timer() - self._asked_at < KEEP_S

    async def _hear(self) -> None:
        self._keys = await self._ask()
        self._asked_at = self._timer()

    def _may_ask_again(self) -> bool:
        now = self._timer()
        self._again = min(float(AGAIN_BURST), self._again + (now - self._counted_at) / AGAIN_EVERY_S)
        self._counted_at = now
        if self._again < 1.0:
            return False
        self._again -= 1.0
        return True
