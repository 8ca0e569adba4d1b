"""What each diary's connector asks of the sandbox for one pupil, and what it is answered: recorded once, then served again from memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import httpx

from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.manifest import Kind, LoginKind, Manifest
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.registry import Connected, connect, manifests, packages
from connectors.kit.secret import Secret
from tools.stage import Stage

Ask = tuple[str, str, bytes]
"""Method, target below the prefix's root with its query, and body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One pupil in one diary: the right to read, and every answer that a read of `window` needs.

    `before`: what was answered before the read, as a token of the hub's own; `at`: when, for a question may carry the time."""

    system: str
    manifest: Manifest
    access: Access = field(repr=False)
    child: DiaryChild
    window: Window
    answers: Mapping[Ask, httpx.Response]
    options: Mapping[str, str]
    before: Mapping[Ask, httpx.Response] = field(default_factory=dict)
    at: datetime

    @property
    def bodies(self) -> Iterator[bytes]:
        return (answer.content for answer in self.answers.values())


class Recorder(httpx.AsyncBaseTransport):
    """Passes everything on and, while it is told to, keeps the answers."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self.answers: dict[Ask, httpx.Response] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body = await answer.aread()
        headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in (b"content-encoding", b"transfer-encoding")]
        kept = httpx.Response(answer.status_code, headers=headers, content=body)
        self.answers[request.method, request.url.raw_path.decode(), request.content] = kept
        return kept

    async def aclose(self) -> None:
        await self._inner.aclose()


class Replay:
    """Stands where the `Caller` of a connector stands, and answers at once: what remains is the connector's own work."""

    def __init__(self, system: str, prefix: str, answers: Mapping[Ask, httpx.Response]) -> None:
        self.system = system
        self.base_url = f"http://localhost/{prefix}"
        self._answers = answers
        self._client = httpx.AsyncClient(trust_env=False)
        self._known: dict[tuple[str, str, str], httpx.Response] = {}

    async def call(self, method: str, path: str, *, params: Any = None, **more: Any) -> httpx.Response:
        key = (method, path, repr(params) + repr(more.get("json")) + repr(more.get("data")) + repr(more.get("content")))
        found = self._known.get(key)
        if found is None:
            content = {name: more.get(name) for name in ("json", "data", "content")}
            request = self._client.build_request(method, self.base_url + path, params=params, **content)
            found = self._known[key] = self._answers[method, request.url.raw_path.decode(), request.content]
        return found


def replayed(recording: Recording) -> DiaryPort:
    """The same connector over the recorded answers."""
    instance = recording.manifest.instance(recording.system)
    callers: Any = {prefix: Replay(recording.system, prefix, {**recording.before, **recording.answers}) for prefix in instance.prefixes}
    config = ConnectorConfig(
        instance=recording.system,
        base_urls={prefix: f"http://localhost/{prefix}" for prefix in instance.prefixes},
        options=recording.options,
        demo=True,
    )
    port: DiaryPort = import_module(f"{packages()[recording.manifest.id]}.client").connect(
        config, Equipment(callers=callers, now=lambda: recording.at)
    )
    return port


@asynccontextmanager
async def _connected(
    stage: Stage, system: str, manifest: Manifest, transport: Recorder, at: datetime
) -> AsyncIterator[tuple[Connected, dict[str, str]]]:
    urls = {prefix: f"{stage.sandbox}/{prefix}" for prefix in manifest.instance(system).prefixes}
    options = {setting.name: setting.default for setting in manifest.settings if setting.default}
    async with httpx.AsyncClient(base_url=stage.sandbox, trust_env=False) as control:
        if any(setting.name == "CLIENT_ID" for setting in manifest.settings):
            options |= {"CLIENT_ID": "bench", "CLIENT_SECRET": "bench-secret"}
            registration = {"client_id": "bench", "client_secret": "bench-secret", "redirect_uris": [f"{stage.hub}/auth/bench/return"]}
            answer = await control.post(f"/_sandbox/{manifest.id}/clients", json=registration)
            if answer.status_code == 404:
                answer = await control.post(f"/_sandbox/{manifest.instance(system).prefixes[0]}/clients", json=registration)
            answer.raise_for_status()
    config = ConnectorConfig(instance=system, base_urls=urls, options=options, demo=True)
    connected = connect([config], now=lambda: at, transport=lambda prefix: transport)
    try:
        yield connected, options
    finally:
        await connected.close()


async def record(stage: Stage, system: str, *, since: date | None = None, data: AbstractSet[Datum] = frozenset(Datum)) -> Recording | None:
    """One pupil's diary from `since` (without it, of the full school week); None where no account can be opened without a person."""
    manifest = next(one for one in manifests().values() if system in {instance.name for instance in one.instances})
    transport, at = Recorder(), datetime.now(UTC)
    async with (
        httpx.AsyncClient(base_url=stage.sandbox, trust_env=False) as control,
        _connected(stage, system, manifest, transport, at) as (connected, options),
    ):
        people = (await control.get("/_sandbox/people", params={"system": system})).json()
        monday = date.fromisoformat(people["week"]["from"])
        # The hub asks for whole weeks, Sunday included.
        window = Window(start=since or monday, end=monday + timedelta(days=6))
        names = manifest.credentials if LoginKind.CREDENTIALS in manifest.logins else ("token",)
        if LoginKind.TOKEN in manifest.logins:
            names = ("token",)
        holder = next(
            (
                one
                for one in sorted(people["people"], key=lambda one: one["role"] != "parent")
                if (one["children"] or one["role"] == "pupil") and set(names) <= set(one["accounts"][system])
            ),
            None,
        )
        if holder is None:
            return None
        port = connected.diaries[system]
        account = await port.sign_in({name: Secret(str(holder["accounts"][system][name])) for name in names})
        before = dict(transport.answers)
        transport.answers.clear()
        await port.read(account.access, account.children[0], manifest.data & data, window)
    return Recording(
        system=system,
        manifest=manifest,
        access=account.access,
        child=account.children[0],
        window=window,
        answers=dict(transport.answers),
        options=options,
        before=before,
        at=at,
    )


def diary_names() -> list[str]:
    """Every diary of the registry, by instance; a white label of the same code is not asked twice."""
    return sorted(manifest.instances[0].name for manifest in manifests().values() if manifest.kind is Kind.DIARY)
