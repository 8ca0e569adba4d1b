"""The sandbox's control interface, as far as the demo asks it (CONTRACT, «Sandbox control interface»)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from connectors.kit.answers import decode, raise_for_status
from connectors.kit.calls import Breaker, Caller
from connectors.kit.config import ConnectorConfig

SYSTEM = "sandbox"
DEADLINE_S = 5.0


class TownPerson(msgspec.Struct):
    """As much of a person as the demo loads."""

    id: str
    role: str
    last_name: str
    first_name: str
    middle_name: str | None = None
    snils: str | None = None
    school: str | None = None
    class_name: str | None = msgspec.field(default=None, name="class")


class TownSchool(msgspec.Struct):
    id: str
    legal_name: str
    short_name: str
    inn: str
    ogrn: str
    tz: str
    phone: str = ""
    email: str = ""
    accounts: dict[str, dict[str, Any]] = {}


class Town(msgspec.Struct):
    people: list[TownPerson]
    schools: list[TownSchool]


class TownSchoolName(msgspec.Struct):
    ogrn: str


class TownDevice(msgspec.Struct):
    """As an office would type it in."""

    serial: str
    kind: str
    sign: str
    school: TownSchoolName
    zone: str
    place: str = ""
    public_key: str | None = None
    secret: str | None = None


class TownCard(msgspec.Struct):
    """`child` is the town's person, `school` the registration number."""

    child: str
    school: str
    kind: str
    number: str
    state: str


class TownDevices(msgspec.Struct):
    devices: list[TownDevice]
    cards: list[TownCard]


class _Clock(msgspec.Struct):
    offset_s: float


class _System(msgspec.Struct):
    client_id: str
    url: str | None = None


class _Systems(msgspec.Struct):
    clients: list[_System]


class Control:
    """Asks the sandbox. Errors: the eight of `connectors.kit.errors`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    @staticmethod
    def breaker() -> Breaker:
        """A sandbox that has just been started is noticed at the next poll."""
        return Breaker(SYSTEM, threshold=1, pause_s=0.0)

    async def clock_offset(self) -> timedelta:
        answer = decode(SYSTEM, await self._ask("GET", "/_sandbox/clock"), _Clock)
        return timedelta(seconds=answer.offset_s)

    async def town(self) -> tuple[Town, bytes]:
        """The town, and the answer's bytes to compare it by."""
        body = await self._ask("GET", "/_sandbox/people")
        return decode(SYSTEM, body, Town), body

    async def esia_key(self) -> bytes:
        return await self._ask("GET", "/_sandbox/esia/key.pem")

    async def register_at_esia(self, config: ConnectorConfig, public_url: str) -> None:
        certificate = await asyncio.to_thread(Path(config.options["CERT_FILE"]).read_text, encoding="utf-8")
        await self._post(
            "/_sandbox/esia/clients",
            {
                "mnemonic": config.options["CLIENT_ID"],
                "certificate_pem": certificate,
                "redirect_uris": [f"{public_url}/auth/esia/return"],
                "logout_uris": [public_url, f"{public_url}/"],
                "dialect": "both",
                "claims": "esia",
                "token_alg": "RS256",
                "title": "School Hub",
            },
        )

    async def register_at_dnevnik(self, config: ConnectorConfig, public_url: str) -> None:
        await self._post(
            "/_sandbox/dnevnik/clients",
            {
                "client_id": config.options["CLIENT_ID"],
                "client_secret": config.options["CLIENT_SECRET"],
                "redirect_uris": [f"{public_url}/auth/dnevnik/return"],
            },
        )

    async def register_at_fgis(self, config: ConnectorConfig) -> None:
        await self._post(
            "/_sandbox/fgis/clients", {"client_id": config.options["CLIENT_ID"], "client_secret": config.options["CLIENT_SECRET"]}
        )

    async def my_school_tells(self, config: ConnectorConfig) -> bool:
        """Whether it has an address where our notices go."""
        found = decode(SYSTEM, await self._ask("GET", "/_sandbox/my-school/clients"), _Systems)
        return any(one.client_id == config.options["CLIENT_ID"] and one.url for one in found.clients)

    async def register_at_my_school(self, config: ConnectorConfig) -> None:
        await self._post(
            "/_sandbox/my-school/clients", {"client_id": config.options["CLIENT_ID"], "client_secret": config.options["CLIENT_SECRET"]}
        )

    async def merchants(self, public_url: str) -> dict[str, dict[str, str]]:
        """The demo's keys at each acquirer; from now on their notices come to this hub."""
        await self._post("/_sandbox/merchants", {"hub_url": public_url})
        return decode(SYSTEM, await self._ask("GET", "/_sandbox/merchants"), dict[str, dict[str, str]])

    async def register_kiosks(self, kiosks: Sequence[Mapping[str, Any]], public_url: str) -> None:
        """The played kiosks of the town's schools speak for these devices."""
        await self._post("/_sandbox/kiosk/devices", {"items": [{**one, "hub": public_url} for one in kiosks]})

    async def devices(self) -> TownDevices:
        """What stands at the doors of the town's schools, and what the pupils carry."""
        return decode(SYSTEM, await self._ask("GET", "/_sandbox/devices"), TownDevices)

    async def register_devices(self, devices: Sequence[Mapping[str, str]], public_url: str) -> None:
        """What this hub calls them: from now on they report here."""
        await self._post("/_sandbox/devices", {"hub": public_url, "items": list(devices)})

    async def register_at_vkid(self, config: ConnectorConfig, public_url: str) -> None:
        await self._post(
            "/_sandbox/vkid/apps",
            {
                "client_id": config.options["CLIENT_ID"],
                "redirect_uris": [f"{public_url}/auth/vkid/return"],
                "scopes": config.options["SCOPE"].split(),
                "title": "School Hub",
            },
        )

    async def register_at_op(self, config: ConnectorConfig, public_url: str) -> None:
        await self._post(
            "/_sandbox/op/clients",
            {
                "client_id": config.options["CLIENT_ID"],
                "client_secret": config.options["CLIENT_SECRET"],
                "redirect_uris": [f"{public_url}/auth/{config.instance}/return"],
                "title": "School Hub",
            },
        )

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        # Each failure is to be seen at once, so nothing is tried again here.
        response = await self._caller.call(method, path, deadline_s=DEADLINE_S, idempotent=False, json=body)
        raise_for_status(SYSTEM, response)
        return response.content
