"""One call to the diary: the token in its header, the child in `id`, the answer checked; and the renewal of the pair of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import msgspec

from connectors.diaries.kiasuo.errors import checked
from connectors.diaries.kiasuo.manifest import MANIFEST
from connectors.diaries.kiasuo.mapping import wire
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.jose.verify import unverified_claims
from connectors.kit.ports import Access
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
NO_CHILD = "0"
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
_AROUND = re.compile(r"(?i:^bearer\s+)")


class Api:
    """The address of the platform. Shared by all families; holds no token."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self.base_url = config.base_urls[PREFIX].rstrip("/")
        self._caller = equipment.callers[PREFIX]

    async def get(
        self, path: str, token: Secret, deadline: Deadline, *, child: str = NO_CHILD, params: Mapping[str, str] | None = None
    ) -> bytes:
        """Every call names the child, even the one that asks whose account it is (0)."""
        if not is_token(token.reveal()):
            raise AuthExpired(self.system, "not a token")
        response = await self._caller.call(
            "GET",
            f"/diary/api/{path}",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"},
            params={"id": child, **(params or {})},
        )
        return checked(self.system, response)

    async def renewed(self, access: Access, deadline: Deadline) -> Access:
        """Another pair of tokens; the refresh token is spent by being sent, so it is sent once."""
        if not access.refresh:
            raise AuthExpired(self.system, "no refresh token")
        response = await self._caller.call(
            "POST",
            "/diary/refresh",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            data={"refresh-token": access.refresh.reveal()},
        )
        return self._pair(access, response)

    async def first(self, code: str, deadline: Deadline) -> Access:
        """The pair for the code that the browser brought; spent by being sent."""
        response = await self._caller.call(
            "POST",
            "/diary/login",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            json={"code": code},
        )
        return self._pair(Access(token=Secret("")), response)

    async def post(self, path: str, token: Secret, deadline: Deadline, body: Mapping[str, str]) -> bytes:
        if not is_token(token.reveal()):
            raise AuthExpired(self.system, "not a token")
        response = await self._caller.call(
            "POST",
            f"/diary/api/{path}",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"},
            params={"id": NO_CHILD},
            json=dict(body),
        )
        return checked(self.system, response)

    def _pair(self, access: Access, response: httpx.Response) -> Access:
        pair = decode(self.system, checked(self.system, response), wire.Tokens)
        for name, text in (("accessToken", pair.access_token), ("refreshToken", pair.refresh_token)):
            if not is_token(text):
                raise Drifted(self.system, f"$.{name}", "not a token")
        return replace(
            access, token=Secret(pair.access_token), refresh=Secret(pair.refresh_token), expires_at=end_of(Secret(pair.access_token))
        )


def is_token(text: str) -> bool:
    return bool(_TOKEN.fullmatch(text))


def pasted(system: str, given: Secret) -> Secret:
    """A token as people copy it out of a browser: with quotes, blanks or the word «Bearer» around it."""
    text = _AROUND.sub("", given.reveal().strip().strip("\"'").strip())
    if not is_token(text):
        raise Rejected(system, "credentials", "Это не похоже на токен: скопируйте его целиком, одной строкой.")
    return Secret(text)


def end_of(token: Secret) -> datetime | None:
    """When the token ends, where it is a JWT that says so."""
    exp = unverified_claims(token.reveal()).get("exp")
    try:
        return datetime.fromtimestamp(msgspec.convert(exp, int), UTC) if exp is not None else None
    except (msgspec.ValidationError, ValueError, OverflowError, OSError):
        return None
