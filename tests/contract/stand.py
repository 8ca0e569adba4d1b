"""Where the contract suite runs: a sandbox in this process, in one of its own behind sockets, or (opt-in) a real system.

Everything about one connector comes from its manifest: the credentials are the fields of the town person's account,
the application is registered at `/_sandbox/<id>/clients` with the manifest's CLIENT_ID and CLIENT_SECRET.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from connectors.kit.config import ConnectorConfig
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import Rejected
from connectors.kit.manifest import Kind, LoginKind, Manifest
from connectors.kit.ports import Access, Arrival, CodeAsked, CodePort, DiaryAccount, DiaryPort, Window
from connectors.kit.registry import Connected, connect, manifests
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RETURN_URI = "http://localhost:8000/auth/contract/return"
DIARIES = sorted(
    (instance.name for manifest in manifests().values() if manifest.kind is Kind.DIARY for instance in manifest.instances),
)

Json = dict[str, Any]


def manifest_of(name: str) -> Manifest:
    return next(one for one in manifests().values() if name in {instance.name for instance in one.instances})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One account holder of the town and the children that this diary shows under the account."""

    holder: Json
    children: tuple[Json, ...]


@dataclass(slots=True, kw_only=True)
class Stand:
    """One connector against one sandbox. `town` is its own town, only where the sandbox runs in this process."""

    name: str
    port: DiaryPort
    control: httpx.AsyncClient
    connected: Connected
    town: Any = None
    wrote: bool = False
    calls: Counting | None = None
    _families: list[Family] = field(default_factory=list)

    @property
    def manifest(self) -> Manifest:
        return self.port.manifest

    async def families(self) -> list[Family]:
        """Account holders with what signs in, parents first."""
        if not self._families:
            answer = (await self.control.get("/_sandbox/people", params={"system": self.name})).raise_for_status().json()
            people = {person["id"]: person for person in answer["people"]}
            for holder in sorted(people.values(), key=lambda person: person["role"] != "parent"):
                if not self._can_sign_in(holder["accounts"][self.name]):
                    continue
                shown = [holder["id"]] if holder["role"] == "pupil" else holder["children"]
                children = tuple(people[key] for key in shown if key in people)
                if children:
                    self._families.append(Family(holder=holder, children=children))
        return self._families

    def _can_sign_in(self, account: Mapping[str, Any]) -> bool:
        named = bool(self.manifest.credentials) and set(self.manifest.credentials) <= set(account)
        return named or (LoginKind.TOKEN in self.manifest.logins and "token" in account)

    async def open(self, family: Family) -> DiaryAccount:
        """Signs in with what the manifest names, else with the ready token; where that is refused, by another of the forms."""
        if isinstance(self.port, CodePort):
            return await self._with_code(self.port, family)
        try:
            return await self.port.sign_in(self.credentials(family))
        except Rejected:
            others = [form.names for form in self.manifest.forms if set(form.names) > set(self.manifest.credentials)]
            account = family.holder["accounts"][self.name]
            if not others or not set(others[0]) <= set(account):
                raise
            return await self.port.sign_in({name: Secret(str(account[name])) for name in others[0]})

    async def _with_code(self, port: CodePort, family: Family) -> DiaryAccount:
        """Reads the code where the sandbox keeps what was sent to the person's phone."""
        asked = await port.ask_code(self.credentials(family))
        if isinstance(asked, CodeAsked):
            to = "".join(filter(str.isdigit, family.holder["phone"] or ""))
            sent = (await self.control.get("/inbox", params={"kind": "sms", "to": to}, headers={"Accept": "application/json"})).json()
            asked = await port.enter_code(asked.keep, Secret(max(sent["items"], key=lambda one: str(one["at"]))["code"]))
        assert isinstance(asked, DiaryAccount)
        return asked

    def credentials(self, family: Family) -> dict[str, Secret]:
        account = family.holder["accounts"][self.name]
        names = self.manifest.credentials if LoginKind.CREDENTIALS in self.manifest.logins else ("token",)
        return {name: Secret(str(account[name])) for name in names}

    async def in_browser(self, family: Family) -> DiaryAccount:
        """The code flow, with the sandbox's sign-in page approved for this person."""
        await self.post(f"/_sandbox/{self.name}/sign_in_as", {"person": family.holder["id"], "times": 1})
        departure = await self.port.begin(state="state-1", redirect_uri=RETURN_URI)
        params = await walk_home(self.control, departure.url)
        arrival = Arrival(params=params, keep=departure.keep, state="state-1", redirect_uri=RETURN_URI)
        return await self.port.finish(arrival)

    async def post(self, path: str, body: Json) -> Json:
        self.wrote |= path.startswith("/_sandbox/world/")
        answer = await self.control.post(path, json=body)
        assert answer.is_success, (path, answer.status_code, answer.text)
        found: Json = answer.json()
        return found

    async def fault(self, kind: str, value: Any = None, **more: Any) -> None:
        await self.post("/_sandbox/faults", {"system": self.name, "kind": kind, **({} if value is None else {"value": value}), **more})

    async def well(self) -> None:
        """All faults off again."""
        (await self.control.delete("/_sandbox/faults")).raise_for_status()

    async def week(self) -> Window:
        week = (await self.control.get("/_sandbox/people")).json()["week"]
        return Window(start=date.fromisoformat(week["from"]), end=date.fromisoformat(week["to"]))

    async def diary(self, child: Json, window: Window) -> Json:
        """What the town says of this child, without the changes of lessons that the system does not show."""
        query = {"pupil": child["id"], "from": window.start.isoformat(), "to": window.end.isoformat()}
        found: Json = (await self.control.get("/_sandbox/world/diary", params=query)).raise_for_status().json()
        found["lessons"] = [lesson for lesson in found["lessons"] if lesson["status"] not in self.manifest.exempt]
        return found

    async def read(self, access: Access, child: DiaryChild, window: Window, *data: Datum) -> DiaryPage:
        return await self.port.read(access, child, frozenset(data or self.manifest.data), window)

    def match(self, account: DiaryAccount, person: Json) -> DiaryChild:
        """The child record of this town person: it shares most ids with the person's account, or the name where ids say nothing."""
        ids = {str(value) for value in person["accounts"].get(self.name, {}).values()}
        name = (person["last_name"], person["first_name"])

        def likeness(child: DiaryChild) -> tuple[int, bool]:
            return len(ids & {child.key, *child.ids.values()}), (child.last_name, child.first_name) == name

        best = max(account.children, key=likeness)
        assert max(likeness(best)), f"{person['id']} is not among the account's children"
        return best


class Counting(httpx.AsyncBaseTransport):
    """Passes everything on and remembers how many requests were under way at once."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._now = 0
        self.most = 0
        self.total = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._now += 1
        self.total += 1
        self.most = max(self.most, self._now)
        try:
            return await self._inner.handle_async_request(request)
        finally:
            self._now -= 1


async def walk_home(browser: httpx.AsyncClient, url: str) -> dict[str, str]:
    """Follows the provider's redirects until they lead home; the parameters that a browser would bring back."""
    for _ in range(10):
        answer = await browser.get(url)
        url = str(httpx.URL(url).join(answer.headers["location"]))
        if url.startswith(RETURN_URI):
            return dict(httpx.URL(url).params)
    raise AssertionError("the provider never came back")


@asynccontextmanager
async def stand(
    name: str, root: str, *, transport: httpx.AsyncBaseTransport | None = None, now: Callable[[], datetime], town: Any = None
) -> AsyncIterator[Stand]:
    """A connector built from its manifest alone, against the sandbox at `root`."""
    manifest = manifest_of(name)
    async with httpx.AsyncClient(base_url=root, transport=transport, trust_env=False, timeout=30) as control:
        options = await register(control, manifest)
        urls = {prefix: f"{root}/{prefix}" for prefix in manifest.instance(name).prefixes}
        config = ConnectorConfig(instance=name, base_urls=urls, options=options, demo=True)
        calls = Counting(transport) if transport else None
        connected = connect([config], now=now, transport=lambda prefix: calls)
        try:
            yield Stand(name=name, port=connected.diaries[name], control=control, connected=connected, town=town, calls=calls)
        finally:
            await connected.close()


async def register(control: httpx.AsyncClient, manifest: Manifest) -> dict[str, str]:
    """Registers our application where the system has such; the settings that follow from it, and the defaults of the rest."""
    options = {setting.name: setting.default for setting in manifest.settings if setting.default}
    if any(setting.name == "CLIENT_ID" for setting in manifest.settings):
        options |= {"CLIENT_ID": "contract", "CLIENT_SECRET": "contract-secret"}
        body = {"client_id": "contract", "client_secret": "contract-secret", "redirect_uris": [RETURN_URI]}
        answer = await control.post(f"/_sandbox/{manifest.id}/clients", json=body)
        if answer.status_code == 404:
            answer = await control.post(f"/_sandbox/{manifest.instances[0].prefixes[0]}/clients", json=body)
        assert answer.is_success, answer.text
    return options
