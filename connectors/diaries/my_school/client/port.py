"""The port that the hub holds: the applicant's side, the office's side, and what the hub is told."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.diaries.my_school.client.api import Api
from connectors.diaries.my_school.client.applying import Applying
from connectors.diaries.my_school.manifest import MANIFEST
from connectors.diaries.my_school.mapping import bundles, notices, office, wire
from connectors.diaries.my_school.mapping.reading import opened
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.errors import Drifted
from connectors.kit.manifest import Manifest
from connectors.kit.school_joining import Changes, Notice, OfficePage, OfficeRequest, RequestState, SchoolJoiningPort
from connectors.kit.secret import Secret


class MySchool(Applying):
    """«Моя школа» for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        super().__init__(Api(config, equipment))
        self.name = config.instance

    async def changes(self, after: str = "0", limit: int = 100) -> Changes:
        _, body = await self._api.ask("GET", "/changes", params={"after": after, "limit": str(limit)})
        return bundles.changes(self.name, body, after)

    async def requests(self, officer: str, *, state: RequestState | None = None, after: str = "", limit: int = 50) -> OfficePage:
        given = {"state": str(state) if state else "", "after": after, "limit": str(limit)}
        params = {name: value for name, value in given.items() if value}
        _, body = await self._api.ask("GET", "/office/requests", oid=officer, params=params)
        return office.page(self.name, body)

    async def request(self, officer: str, request: str) -> OfficeRequest:
        _, body = await self._api.ask("GET", f"/office/requests/{self._api.part(request)}", oid=officer)
        return office.request(self.name, body, request)

    async def approve(self, officer: str, request: str, *, version: int) -> OfficeRequest:
        return await self._decide(officer, request, "approve", version)

    async def reject(self, officer: str, request: str, *, version: int, reason: str) -> OfficeRequest:
        return await self._decide(officer, request, "reject", version, {"reason": reason})

    async def _decide(self, officer: str, request: str, act: str, version: int, json: Mapping[str, str] | None = None) -> OfficeRequest:
        path = f"/office/requests/{self._api.part(request)}/{act}"
        _, body = await self._api.ask(
            "POST", path, oid=officer, version=version, json=json, current=lambda now: office.current(self.name, now)
        )
        return office.request(self.name, body, request)

    async def subscribe(self, url: str) -> Secret:
        _, body = await self._api.ask("PUT", "/subscription", json={"url": url})
        found = opened(self.name, body, wire.SubscriptionOf)
        secret = Secret(found.secret)
        if found.url != url or notices.key_of(secret) is None:
            raise Drifted(self.name, "$.data.secret" if found.url == url else "$.data.url", "not the subscription that was asked for")
        return secret

    async def unsubscribe(self) -> None:
        await self._api.ask("DELETE", "/subscription")

    def read_notice(self, headers: Mapping[str, str], body: bytes, secrets: tuple[Secret, ...]) -> Notice:
        return notices.read(self.name, headers, body, secrets, self._api.now())


def connect(config: ConnectorConfig, equipment: Equipment) -> SchoolJoiningPort:
    return MySchool(config, equipment)
