"""One question to «Моя школа»: the hub's token, the person, the version; a token that is taken no more is replaced once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx

from connectors.diaries.my_school.client.tokens import Tokens
from connectors.diaries.my_school.errors import NO_OBJECT, PERSON_UNKNOWN, Current, checked
from connectors.diaries.my_school.manifest import MANIFEST
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, NotFound, Rejected
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
_OID = re.compile(r"[0-9]{1,20}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
Params = Mapping[str, str]


class Api:
    """The address and this hub's registration there. Shared by all people."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now = equipment.now
        self._caller = equipment.callers[PREFIX]
        secret = Secret(config.options.get("CLIENT_SECRET", ""))
        self._tokens = Tokens(self.system, self._caller, config.options.get("CLIENT_ID", ""), secret, equipment.now)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        oid: str = "",
        version: int | None = None,
        params: Params | None = None,
        json: Mapping[str, Any] | None = None,
        current: Current | None = None,
    ) -> tuple[int, bytes]:
        """Status and body of a good answer. Every call of the format may be sent again: its key or its words are its identity."""
        headers = {"Accept": "application/json"}
        if oid:
            headers["X-Person"] = self._oid(oid)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        deadline = Deadline(self.system)

        async def send(token: Secret) -> tuple[int, bytes]:
            response: httpx.Response = await self._caller.call(
                method,
                "/api/v1" + path,
                deadline_s=deadline.left(),
                idempotent=True,
                headers=headers | {"Authorization": f"Bearer {token.reveal()}"},
                params=dict(params) if params else None,
                json=json,
            )
            return response.status_code, checked(self.system, response, current)

        token = await self._tokens.current(deadline)
        try:
            return await send(token)
        except AuthExpired as ended:
            self._tokens.forget(token)
            try:
                newer = await self._tokens.current(deadline)
            except Rejected:
                raise ended from None
            return await send(newer)

    def _oid(self, oid: str) -> str:
        """It becomes a header: what cannot be a number of Gosuslugi names nobody."""
        if not _OID.fullmatch(oid):
            raise NotFound(self.system, PERSON_UNKNOWN)
        return oid

    def part(self, id_: str) -> str:
        """An id as a part of the address: what cannot be one names nothing."""
        if not _ID.fullmatch(id_):
            raise NotFound(self.system, NO_OBJECT)
        return id_
