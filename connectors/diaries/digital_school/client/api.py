"""One call to the cabinet: the session in its header, the answer checked, the deadline of the whole read kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import httpx

from connectors.diaries.digital_school.errors import checked
from connectors.diaries.digital_school.manifest import MANIFEST
from connectors.diaries.digital_school.mapping import wire
from connectors.diaries.digital_school.mapping.frame import KHABAROVSK
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.local_time import dotted_moment
from connectors.kit.ports import Access
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,512}")


def number_of(account: Secret) -> str:
    """The account as the contract prints it, without the blanks of printing."""
    return "".join(account.reveal().split())


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
        if not _TOKEN.fullmatch(token.reveal()):
            raise AuthExpired(self.system, "no session")
        response = await self._caller.call(
            "GET",
            f"/api/v1/{path}",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"X-Session": token.reveal(), "Accept": "application/json", **more},
        )
        if response.status_code != httpx.codes.NOT_MODIFIED or not more:
            checked(self.system, response)
        return response

    async def activate(self, account: Secret, code: Secret, password: Secret, deadline: Deadline) -> None:
        """Spends the code for a password. Never tried twice: the first try may have spent it."""
        body = {"account": number_of(account), "auth_code": code.reveal().strip(), "new_password": password.reveal()}
        await self._post("activate", body, deadline)

    async def open(self, credentials: Mapping[str, Secret], deadline: Deadline) -> Access:
        """A new session. Never tried twice: a wrong password counts each time."""
        account = number_of(credentials["account"])
        body = await self._post("session", {"account": account, "password": credentials["password"].reveal()}, deadline)
        opened = decode(self.system, body, wire.Answer[wire.Session]).data
        if not _TOKEN.fullmatch(opened.token):
            raise Drifted(self.system, "$.data.token", "not a token")
        return Access(
            token=Secret(opened.token),
            owner=account,
            expires_at=dotted_moment(self.system, opened.expires, KHABAROVSK, "$.data.expires"),
            extra={"idn": " ".join(opened.idn)},
            credentials={name: credentials[name] for name in MANIFEST.credentials},
        )

    async def _post(self, path: str, body: Mapping[str, str], deadline: Deadline) -> bytes:
        response = await self._caller.call(
            "POST",
            f"/api/v1/{path}",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            json=dict(body),
        )
        return checked(self.system, response)
