"""The provider's own description and keys (OpenID Connect Discovery 1.0): believed only for its own issuer, asked only where it is safe."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from connectors.kit.answers import decode
from connectors.kit.calls import Caller
from connectors.kit.config import Equipment
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.guard import may_be_asked
from connectors.kit.jose import Key, PublishedKeys, keys_of_set
from connectors.openid import errors
from connectors.openid.mapping import KeySet, Metadata

WELL_KNOWN = "/.well-known/openid-configuration"
SHARE_S = 0.2
WITHIN_S = 8.0
ASKED = {"Accept": "application/json"}
T = TypeVar("T")


class Discovery:
    """One provider's endpoints and keys; many who ask at once wait for one answer."""

    def __init__(
        self,
        system: str,
        issuer: str,
        equipment: Equipment,
        *,
        loopback: bool,
        algorithms: Collection[str],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._issuer = issuer
        self._reach = equipment.reach
        self._loopback = loopback
        self._algorithms = algorithms
        self._timer = timer
        self._lock = asyncio.Lock()
        self._metadata: Metadata | None = None
        self._asked_at = 0.0
        self._callers: dict[str, Caller] = {}
        self._published: tuple[str, PublishedKeys] | None = None

    async def metadata(self) -> Metadata:
        """As it is now; a flood of sign-ins shares one answer. Raises one of the eight; `Rejected("issuer_mismatch")` for another issuer's.

        Whoever leaves takes what they need of it along, so nothing is looked up again on the way back.
        """
        known = self._fresh
        if known is not None:
            return known
        async with self._lock:
            return self._fresh or await self._ask_metadata()

    def keys(self, jwks_uri: str) -> PublishedKeys:
        """The keys at the address that this sign-in was told of."""
        if self._published is None or self._published[0] != jwks_uri:
            self._published = (jwks_uri, PublishedKeys(partial(self._ask_keys, jwks_uri), timer=self._timer))
        return self._published[1]

    def at(self, address: str) -> tuple[Caller, str]:
        """The caller for an endpoint, and the path to ask it for."""
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        caller = self._callers.get(origin)
        if caller is None:
            caller = self._callers[origin] = self._reach(origin)
        return caller, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"

    @property
    def _fresh(self) -> Metadata | None:
        return self._metadata if self._metadata and self._timer() - self._asked_at < SHARE_S else None

    async def _ask_metadata(self) -> Metadata:
        found = await self._document(f"{self._issuer.rstrip('/')}{WELL_KNOWN}", Metadata)
        if found.issuer != self._issuer:
            raise Rejected(self._system, "issuer_mismatch", errors.OURS)
        named: Mapping[str, str | None] = {
            "authorization_endpoint": found.authorization_endpoint,
            "token_endpoint": found.token_endpoint,
            "jwks_uri": found.jwks_uri,
            "userinfo_endpoint": found.userinfo_endpoint,
        }
        for name, address in named.items():
            if address is not None and not may_be_asked(address, loopback=self._loopback):
                raise Drifted(self._system, f"$.{name}", "not an address that may be asked", text=errors.OURS)
        self._metadata, self._asked_at = found, self._timer()
        return found

    async def _ask_keys(self, jwks_uri: str) -> tuple[Key, ...]:
        found = await self._document(jwks_uri, KeySet)
        # Numbers of a key are heavy enough to parse that other requests should not wait.
        return await asyncio.to_thread(partial(keys_of_set, found.keys, self._algorithms))

    async def _document(self, address: str, shape: type[T]) -> T:
        caller, path = self.at(address)
        with errors.explained():
            response = await caller.call("GET", path, headers=ASKED, deadline_s=WITHIN_S, idempotent=True)
        errors.raise_document_error(self._system, response)
        with errors.explained():
            return decode(self._system, response.content, shape)
