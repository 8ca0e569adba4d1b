"""One call to the cabinet: the session in its header, the answer checked, the deadline of the whole read kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import httpx

from connectors.diaries.iv_edu.errors import checked
from connectors.diaries.iv_edu.manifest import MANIFEST
from connectors.diaries.iv_edu.mapping import wire
from connectors.diaries.iv_edu.mapping.account import digits
from connectors.diaries.iv_edu.mapping.frame import IVANOVO
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.local_time import iso_moment
from connectors.kit.ports import Access
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
_SESSION = re.compile(r"[A-Za-z0-9._~+/=-]{8,512}")


class Api:
    """The address of the cabinet. Shared by all families; holds no session."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self._caller = equipment.callers[PREFIX]

    async def get(self, path: str, token: Secret, deadline: Deadline) -> bytes:
        return (await self.send(path, token, deadline, {})).content

    async def send(self, path: str, token: Secret, deadline: Deadline, more: Mapping[str, str]) -> httpx.Response:
        """`path` with its query; `more` headers may make it conditional, and then 304 is an answer too."""
        if not _SESSION.fullmatch(token.reveal()):
            raise AuthExpired(self.system, "no session")
        response = await self._caller.call(
            "GET",
            f"/cab/api/v1/{path}",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"X-Cab-Session": token.reveal(), "Accept": "application/json", **more},
        )
        if response.status_code != httpx.codes.NOT_MODIFIED or not more:
            checked(self.system, response)
        return response

    async def open(self, credentials: Mapping[str, Secret], deadline: Deadline) -> Access:
        """A new session. Never tried twice: a wrong password counts each time."""
        response = await self._caller.call(
            "POST",
            "/cab/auth",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            json={"snils": digits(credentials["snils"].reveal()), "password": credentials["password"].reveal()},
        )
        opened = decode(self.system, checked(self.system, response), wire.Session)
        if not _SESSION.fullmatch(opened.session):
            raise Drifted(self.system, "$.session", "not a session")
        return Access(
            token=Secret(opened.session),
            expires_at=iso_moment(self.system, opened.expires_at, IVANOVO, "$.expires_at"),
            credentials={name: credentials[name] for name in MANIFEST.credentials},
        )
