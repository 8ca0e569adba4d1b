"""One call to the partner API: token in its header, the answer checked, the deadline of the whole read kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.diaries.dnevnik.client.words import Words
from connectors.diaries.dnevnik.errors import checked
from connectors.diaries.dnevnik.manifest import DEFAULT_SCOPE, MANIFEST
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import Rejected
from connectors.kit.secret import Secret

API, LOGIN = MANIFEST.instances[0].prefixes
VERSION = "/v2.0"


class Api:
    """The two addresses of the platform and our registration there. Shared by all families; holds no token."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.login_url = config.base_urls[LOGIN].rstrip("/")
        self.api_url = config.base_urls[API].rstrip("/")
        self.login = equipment.callers[LOGIN]
        self.now: Callable[[], datetime] = equipment.now
        self.words = Words()
        self._api = equipment.callers[API]
        self._options = config.options

    def option(self, name: str) -> str:
        """A setting that sign-in needs; without it the family is told that this door is closed, not that the system is down."""
        value = self._options.get(name, "")
        if not value:
            raise Rejected(self.system, "not_configured", name)
        return value

    @property
    def scope(self) -> str:
        return self._options.get("SCOPE") or DEFAULT_SCOPE

    async def get(self, path: str, token: Secret, deadline: Deadline, params: Mapping[str, str] | None = None) -> bytes:
        response = await self._api.call(
            "GET",
            VERSION + path,
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Access-Token": token.reveal(), "Accept": "application/json"},
            params=dict(params) if params else None,
        )
        return checked(self.system, response)

    async def ask_many(self, path: str, token: Secret, deadline: Deadline, ids: list[int]) -> bytes:
        """Several objects by their ids; a POST that changes nothing and may be repeated."""
        response = await self._api.call(
            "POST",
            VERSION + path,
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Access-Token": token.reveal(), "Accept": "application/json"},
            json=ids,
        )
        return checked(self.system, response)

    async def post(self, path: str, token: Secret, deadline: Deadline) -> bytes:
        """An answer that is given once."""
        response = await self._api.call(
            "POST",
            VERSION + path,
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Access-Token": token.reveal(), "Accept": "application/json"},
        )
        return checked(self.system, response)

    async def set_status(self, work: str, person: str, action: str, token: Secret, deadline: Deadline) -> None:
        """What the family says of a homework. Saying it again changes nothing."""
        response = await self._api.call(
            "POST",
            f"{VERSION}/works/{work}/persons/{person}/status",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Access-Token": token.reveal(), "Accept": "application/json"},
            json={"action": action},
        )
        checked(self.system, response)

    async def authorize(self, body: Mapping[str, str], deadline: Deadline) -> bytes:
        """The exchange of a code or a refresh token: never repeated, because both are used up by the first try."""
        response = await self._api.call(
            "POST",
            VERSION + "/authorizations",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            json=dict(body),
        )
        return checked(self.system, response)
