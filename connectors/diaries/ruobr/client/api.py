"""One call to the mobile API: GET only, the login and password in their headers, the answer checked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.diaries.ruobr.errors import checked, says_nothing
from connectors.diaries.ruobr.manifest import MANIFEST
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
REFUSED = "Логин или пароль «Электронной школы» не подошли."


class Api:
    """The address of the platform. Shared by all families; holds no password."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self._caller = equipment.callers[PREFIX]

    async def get(self, path: str, token: Secret, deadline: Deadline, params: Mapping[str, str] | None = None) -> bytes:
        login, password = unpacked(self.system, token)
        response = await self._caller.call(
            "GET",
            path,
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"username": login, "password": password, "Accept": "application/json"},
            params=dict(params) if params else None,
        )
        return checked(self.system, response)

    async def user(self, token: Secret, deadline: Deadline) -> bytes:
        """Who the login and password belong to. The API says «nobody» by an empty answer."""
        body = await self.get("/user/", token, deadline)
        if says_nothing(body):
            raise AuthExpired(self.system, "an empty answer", text=REFUSED)
        return body


def packed(login: str, password: str) -> Secret:
    """The two headers of every call; this pair is the access that is kept, for the API has no session."""
    named = base64.b64encode(login.upper().encode()).decode()
    return Secret(f"{named} {base64.b64encode(password.encode()).decode()}")


def unpacked(system: str, token: Secret) -> tuple[str, str]:
    login, _, password = token.reveal().partition(" ")
    if not (_decoded(login) and _decoded(password)):
        raise AuthExpired(system, "no login and password", text=REFUSED)
    return login, password


def login_of(system: str, token: Secret) -> str:
    return _decoded(unpacked(system, token)[0])


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (ValueError, binascii.Error):
        return ""
