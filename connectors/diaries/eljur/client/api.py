"""One call to the API for apps: always a form, so that token, key and password are in no address; the envelope taken off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from connectors.diaries.eljur.errors import checked
from connectors.diaries.eljur.manifest import MANIFEST
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
_TOKEN = re.compile(r"[\x21-\x7e]{1,1024}")
_KEYS = re.compile(MANIFEST.settings[0].pattern)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with every call; kept as one secret, because a token is good with its school and its key only."""

    vendor: str
    devkey: str
    token: str


class Api:
    """The address of the platform and the keys of the schools that the hub knows. Shared by all families; holds no token."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self.devkeys = _devkeys(config.options.get("DEVKEYS", ""))
        self._caller = equipment.callers[PREFIX]

    async def auth(self, form: Mapping[str, str], deadline: Deadline) -> bytes:
        """A password is sent once, never tried again by itself."""
        return await self._ask("auth", form, deadline, idempotent=False)

    async def ask(
        self, method: str, token: Secret, deadline: Deadline, params: Mapping[str, str] | None = None, *, idempotent: bool = True
    ) -> bytes:
        session = unpacked(self.system, token)
        form = {**(params or {}), "vendor": session.vendor, "devkey": session.devkey, "auth_token": session.token}
        return await self._ask(method, form, deadline, idempotent=idempotent)

    async def open(self, method: str, form: Mapping[str, str], deadline: Deadline, *, idempotent: bool) -> bytes:
        """A call that needs neither a key nor a token: registering and what belongs to it."""
        return await self._ask(method, form, deadline, idempotent=idempotent)

    async def _ask(self, method: str, form: Mapping[str, str], deadline: Deadline, *, idempotent: bool) -> bytes:
        response = await self._caller.call(
            "POST",
            f"/apiv3/{method}",
            deadline_s=deadline.left(),
            idempotent=idempotent,
            headers={"Accept": "application/json"},
            data={**form, "out_format": "json"},
        )
        return checked(self.system, response)


def packed(system: str, vendor: str, devkey: str, token: str) -> Secret:
    if not _TOKEN.fullmatch(token):
        raise Drifted(system, "$.token", "not a token")
    return Secret(msgspec.json.encode(Session(vendor=vendor, devkey=devkey, token=token)).decode())


def unpacked(system: str, token: Secret) -> Session:
    try:
        return msgspec.json.decode(token.reveal(), type=Session)
    except msgspec.DecodeError as error:
        raise AuthExpired(system, "no session") from error


def _devkeys(setting: str) -> Mapping[str, str]:
    if not setting.strip():
        return {}
    if not _KEYS.fullmatch(setting):
        raise BadSetting("DEVKEYS", f"must be {MANIFEST.settings[0].form}")
    pairs = (part.partition("=") for part in setting.split(";") if part)
    return {vendor.strip().casefold(): key.strip() for vendor, _, key in pairs}
