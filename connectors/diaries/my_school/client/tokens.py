"""The hub's own token at «Моя школа»: one for all people, in memory until it ends, asked for once however many wait."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote_plus

from connectors.diaries.my_school.errors import checked
from connectors.diaries.my_school.mapping import wire
from connectors.kit.answers import decode
from connectors.kit.calls import Caller
from connectors.kit.deadline import Deadline
from connectors.kit.errors import Drifted
from connectors.kit.secret import Secret

# A token that ends while its question travels is of no use.
EARLY = timedelta(seconds=30)


class Tokens:
    """Holds the token; `forget` makes the next question ask for another."""

    def __init__(self, system: str, caller: Caller, client_id: str, secret: Secret, now: Callable[[], datetime]) -> None:
        self._system = system
        self._caller = caller
        self._basic = _basic(client_id, secret)
        self._now = now
        self._lock = asyncio.Lock()
        self._token: Secret | None = None
        self._asked_at: datetime | None = None
        self._lives = timedelta()

    def forget(self, token: Secret) -> None:
        """Only the one that was refused: another question may have brought a newer one."""
        if self._token == token:
            self._token = None

    async def current(self, deadline: Deadline) -> Secret:
        async with self._lock:
            if self._token is None or not self._is_good():
                await self._renew(deadline)
            assert self._token is not None, "renewed above"
            return self._token

    def _is_good(self) -> bool:
        """A clock that was turned back before the token was asked for says nothing of its age."""
        return self._asked_at is not None and timedelta() <= self._now() - self._asked_at < self._lives

    async def _renew(self, deadline: Deadline) -> None:
        response = await self._caller.call(
            "POST",
            "/oauth/token",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Authorization": self._basic.reveal(), "Accept": "application/json"},
            data={"grant_type": "client_credentials"},
        )
        found = decode(self._system, checked(self._system, response), wire.Token)
        if found.token_type.casefold() != "bearer" or not found.access_token.isascii() or not found.access_token.isprintable():
            raise Drifted(self._system, "$.access_token", "not a bearer token")
        self._token, self._asked_at = Secret(found.access_token), self._now()
        self._lives = max(timedelta(seconds=found.expires_in) - EARLY, timedelta())


def _basic(client_id: str, secret: Secret) -> Secret:
    """RFC 6749, 2.3.1: both parts are form-urlencoded before they are joined."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret.reveal())}"
    return Secret("Basic " + base64.b64encode(pair.encode()).decode())
