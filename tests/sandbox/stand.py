"""One sandbox in one process as a client of a diary sees it, with a family of that diary, and the replay of recorded sessions."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from sandbox.app import SandboxApp, create_app
from sandbox.world.model import Person
from sandbox.world.town import Town

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BASE = "http://localhost:9000"
WIRE = Path(__file__).parents[1] / "wire"
PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass
class Stand:
    """`parent` and `child` are the diary's first family, `stranger` a parent of another."""

    app: SandboxApp
    http: httpx.AsyncClient
    prefix: str
    wrote: bool = False

    @property
    def town(self) -> Town:
        return self.app.sandbox.town

    @property
    def families(self) -> list[tuple[Person, Person]]:
        """(parent, child) pairs with accounts in this diary."""
        people = self.town.people
        parents = [who for who in people.values() if self.prefix in who.accounts and who.children]
        return [(who, people[key]) for who in parents for key in who.children if self.prefix in people[key].accounts]

    @property
    def parent(self) -> Person:
        return self.families[0][0]

    @property
    def child(self) -> Person:
        return self.families[0][1]

    @property
    def stranger(self) -> Person:
        return self.families[1][0]

    def account(self, who: Person | None = None) -> dict[str, Any]:
        return (who or self.parent).accounts[self.prefix]

    async def control(self, path: str, body: Mapping[str, Any]) -> Any:
        self.wrote |= path.startswith("world/")
        answer = await self.http.post(f"/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def fault(self, kind: str, **more: Any) -> None:
        await self.control("faults", {"system": self.prefix, "kind": kind, **more})

    async def later(self, **span: float) -> None:
        """Moves the clock on."""
        await self.control("clock", {"now": (self.app.sandbox.clock.now() + timedelta(**span)).isoformat()})

    async def log(self) -> list[dict[str, Any]]:
        """The request log, oldest first."""
        found: list[dict[str, Any]] = (await self.http.get(f"/_sandbox/requests?system={self.prefix}")).json()["requests"]
        return found


@cache
def _app() -> SandboxApp:
    return create_app(NOW)


async def stand(prefix: str) -> AsyncIterator[Stand]:
    """A stand that leaves the shared sandbox as it found it; the town is made anew only where a test wrote into it."""
    app = _app()
    app.sandbox.clock.set(NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        made = Stand(app=app, http=http, prefix=prefix)
        yield made
    app.sandbox.clock.set(NOW)
    app.sandbox.faults.clear()
    app.sandbox.recorder.clear()
    app.sandbox.inbox.clear()
    app.systems[prefix].reset()
    if made.wrote:
        app.sandbox.town = Town(app.sandbox.clock.now, app.sandbox.town.seed)


# Recorded sessions
@dataclass
class Replay:
    """Sends recorded requests with this town's values in place of the placeholders; `take` keeps what an answer brings."""

    http: httpx.AsyncClient
    values: dict[str, str] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        if isinstance(value, str):
            return PLACEHOLDER.sub(lambda found: self.values[found[1]], value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return {key: self.fill(item) for key, item in value.items()} if isinstance(value, dict) else value

    async def send(self, sample: Mapping[str, Any]) -> httpx.Response:
        answer = await self.http.request(
            sample["method"],
            f"https://{sample['host']}{self.fill(sample['path'])}",
            params=self.fill(sample.get("query")),
            headers=self.fill(sample.get("headers", {})),
            json=self.fill(sample["json"]) if "json" in sample else None,
            data=self.fill(sample["form"]) if "form" in sample else None,
            content=self.fill(sample["xml"]).encode() if "xml" in sample else None,
        )
        for name, way in sample.get("take", {}).items():
            found = answer.json()
            for step in way.split("."):
                found = found[int(step)] if isinstance(found, list) else found[step]
            self.values[name] = str(found)
        return answer


def samples(system: str) -> list[Path]:
    return sorted((WIRE / system).glob("*.json"))


def load(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return sample


def kind_of(answer: httpx.Response) -> Any:
    """What a sample keeps of an answer: the keys, all the way down and of the first item of a list, or what it is."""
    kind = answer.headers.get("content-type", "")
    return shape(answer.json()) if "json" in kind else kind


def shape(value: Any) -> Any:
    """A map by Russian names, such as subjects, keeps the first of its values only."""
    if isinstance(value, dict):
        if value and not all(key.isascii() for key in value):
            return {"*": shape(next(iter(value.values())))}
        return {key: shape(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def fits(recorded: Any, answered: Any) -> bool:
    """At least the recorded keys everywhere; what was empty or null then may be filled now, and the other way round."""
    if "NoneType" in (recorded, answered) or [] in (recorded, answered):
        return True
    if isinstance(recorded, dict) and isinstance(answered, dict):
        return all(key in answered and fits(item, answered[key]) for key, item in recorded.items())
    if isinstance(recorded, list) and isinstance(answered, list):
        return fits(recorded[0], answered[0])
    return bool(recorded == answered)
