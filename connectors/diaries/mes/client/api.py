"""One call to a node: the token in its three places, the profile it is for, the answer checked, the deadline kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import msgspec

from connectors.diaries.mes.errors import checked
from connectors.diaries.mes.manifest import MANIFEST, MOSCOW
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired
from connectors.kit.jose.verify import unverified_claims
from connectors.kit.ports import Access
from connectors.kit.secret import Secret

# Neither a blank nor a semicolon: the token also travels as a cookie.
_TOKEN = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{8,8192}")
FAMILY = "/api/family/mobile/v1"


class Api:
    """The two addresses of a node and its zone. Shared by all families; holds no token.

    In Moscow the data lies at the first address; a regional node keeps all of it where one signs in."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        data, login = MANIFEST.instance(config.instance).prefixes
        self.login_url = config.base_urls[login].rstrip("/")
        self.login = equipment.callers[login]
        self.school = equipment.callers[data] if self.system == MOSCOW else self.login
        self.zone = _zone(config.options.get("ZONE") or "Europe/Moscow")
        self.demo = config.demo
        self.options = config.options

    async def get(self, path: str, access: Access, deadline: Deadline, params: Mapping[str, str] | None = None) -> bytes:
        return checked(self.system, await self._ask("GET", path, access, deadline, params=params, idempotent=True))

    async def change(self, method: str, path: str, access: Access, deadline: Deadline) -> None:
        """A POST or DELETE that may be repeated: it says how things are to be."""
        checked(self.system, await self._ask(method, path, access, deadline, idempotent=True))

    async def change_once(self, method: str, path: str, access: Access, deadline: Deadline, body: object) -> bytes:
        """A change that is sent once: what came of it, another question tells."""
        return checked(self.system, await self._ask(method, path, access, deadline, idempotent=False, json=body))

    async def _ask(
        self,
        method: str,
        path: str,
        access: Access,
        deadline: Deadline,
        *,
        params: Mapping[str, str] | None = None,
        idempotent: bool,
        json: object | None = None,
    ) -> httpx.Response:
        return await self.school.call(
            method,
            path,
            deadline_s=deadline.left(),
            idempotent=idempotent,
            headers=self._headers(access),
            params=dict(params) if params else None,
            json=json,
        )

    def _headers(self, access: Access) -> dict[str, str]:
        token = access.token.reveal()
        if not is_token(token):
            raise AuthExpired(self.system, "not a token")
        told = {name: access.extra[key] for name, key in (("profile-id", "profile"), ("x-mes-role", "role")) if access.extra.get(key)}
        return {
            "Authorization": f"Bearer {token}",
            "Auth-Token": token,
            "Cookie": f"aupd_token={token}",
            "Accept": "application/json",
            "x-mes-subsystem": "familymp",
            "client-type": "diary-mobile",
            **told,
        }


def is_token(text: str) -> bool:
    return bool(_TOKEN.fullmatch(text))


def end_of(token: Secret) -> datetime | None:
    """When the token ends, where it is a JWT that says so."""
    exp = unverified_claims(token.reveal()).get("exp")
    try:
        return datetime.fromtimestamp(msgspec.convert(exp, int), UTC) if exp is not None else None
    except (msgspec.ValidationError, ValueError, OverflowError, OSError):
        return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise BadSetting("ZONE", "must be a time zone such as Asia/Yekaterinburg") from error
