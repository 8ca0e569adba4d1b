"""One call to NetSchool with a session: its token in a header, its cookies, the answer checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import msgspec

from connectors.diaries.netschool.errors import checked
from connectors.diaries.netschool.manifest import MANIFEST
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
_PART = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,1024}")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in brings; kept as one secret, because each half is of no use without the other."""

    at: str
    cookies: dict[str, str]


class Api:
    """The address of one region's server. Shared by all families; holds no session."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self.caller = equipment.callers[PREFIX]
        named = config.options.get("ZONE") or MANIFEST.settings[0].default
        try:
            self.zone = ZoneInfo(named)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadSetting("ZONE", "must be a zone such as Europe/Samara") from error

    async def get(self, path: str, token: Secret, deadline: Deadline, params: Mapping[str, str] | None = None) -> bytes:
        return checked(self.system, await self.call("GET", path, token, deadline, params=params))

    async def call(
        self,
        method: str,
        path: str,
        token: Secret,
        deadline: Deadline,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
        idempotent: bool | None = None,
    ) -> httpx.Response:
        """The token goes in its header, never in an address. `idempotent`: a POST that only asks may be repeated."""
        session = unpacked(self.system, token)
        return await self.caller.call(
            method,
            f"/webapi/{path}",
            deadline_s=deadline.left(),
            idempotent=method == "GET" if idempotent is None else idempotent,
            headers={"at": session.at, "Accept": "application/json"},
            cookies=session.cookies,
            params=dict(params) if params else None,
            json=json,
            content=content,
        )


def packed(system: str, at: str, cookies: Mapping[str, str]) -> Secret:
    if not _PART.fullmatch(at):
        raise Drifted(system, "$.at", "not a token")
    return Secret(msgspec.json.encode(Session(at=at, cookies=dict(cookies))).decode())


def unpacked(system: str, token: Secret) -> Session:
    try:
        return msgspec.json.decode(token.reveal(), type=Session)
    except msgspec.DecodeError as error:
        raise AuthExpired(system, "no session") from error


def is_cookie(name: str, value: str) -> bool:
    return bool(_PART.fullmatch(name) and _PART.fullmatch(value))
