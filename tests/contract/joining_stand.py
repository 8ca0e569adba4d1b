"""A port of joining a school against the sandbox, built from its manifest alone: the person, the school's officer, notices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.kit.config import ConnectorConfig
from connectors.kit.manifest import Kind
from connectors.kit.registry import connect, manifests
from connectors.kit.school_joining import (
    Application,
    Bundle,
    ChildById,
    OutsidePerson,
    OutsideProfile,
    Request,
    RequestKind,
    Role,
    SchoolJoiningPort,
)
from connectors.kit.secret import Secret
from tests.contract.stand import Counting, Json, manifest_of, register

JOININGS = sorted(instance.name for one in manifests().values() if one.kind is Kind.JOINING for instance in one.instances)
HEAR = "http://localhost:8000/hear"


@dataclass
class Receiver:
    """The hub's address for notices: keeps what came."""

    status: int = 204
    came: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.came.append(request)
        return httpx.Response(self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningStand:
    """`calls` counts where the sandbox runs in this process; `receiver` hears its notices there."""

    name: str
    port: SchoolJoiningPort
    control: httpx.AsyncClient
    now: Callable[[], datetime]
    calls: Counting | None = None
    receiver: Receiver = field(default_factory=Receiver)

    # The town
    async def people(self) -> list[Json]:
        found: list[Json] = (await self.control.get("/_sandbox/people", params={"system": self.name})).raise_for_status().json()["people"]
        return found

    async def person(self, last_name: str, first_name: str) -> Json:
        return next(one for one in await self.people() if (one["last_name"], one["first_name"]) == (last_name, first_name))

    async def father(self) -> Json:
        """Confirmed; his son of 11 has no school."""
        return await self.person("Орлов", "Павел")

    async def son(self) -> Json:
        town = (await self.control.get("/_sandbox/people")).raise_for_status().json()["people"]
        own = (await self.father())["children"]
        found: Json = next(one for one in town if one["id"] in own and one["first_name"] == "Глеб")
        return found

    async def ogrn(self, id_: str = "kry") -> str:
        schools = (await self.control.get("/_sandbox/people")).raise_for_status().json()["schools"]
        return next(str(one["ogrn"]) for one in schools if one["id"] == id_)

    def oid(self, person: Json) -> str:
        return str(person["accounts"][self.name]["oid"])

    def outside(self, person: Json) -> OutsidePerson:
        return OutsidePerson(
            oid=self.oid(person),
            last_name=person["last_name"],
            first_name=person["first_name"],
            middle_name=person["middle_name"] or "",
            snils=Secret(person["snils"]),
            agreed_at=self.now(),
        )

    async def ready(self, person: Json, role: Role = Role.LEGAL_REPRESENTATIVE) -> OutsideProfile:
        """Agreed, with a profile."""
        profile = await self.port.agree(self.outside(person))
        return await self.port.choose_profile(profile.oid, role, profile.terms_version)

    async def officer(self, number: int = 0, school: str = "kry") -> str:
        town = (await self.control.get("/_sandbox/people", params={"role": "school_admin"})).raise_for_status().json()["people"]
        person = [one for one in town if one["school"] == school and self.name in one["accounts"]][number]
        return (await self.port.agree(self.outside(person))).oid

    async def application(self, profile: OutsideProfile, **changes: Any) -> Application:
        given: dict[str, Any] = {"role": Role.LEGAL_REPRESENTATIVE, "school_ogrn": await self.ogrn(), "class_name": "6А", **changes}
        if "child" not in given:
            given["child"] = ChildById(id=next(one.id for one in profile.children if one.first_name == "Глеб"))
        return Application(**given)

    async def submitted(self) -> Bundle:
        """The father's bundle for his son."""
        profile = await self.ready(await self.father())
        return (await self.port.create(profile.oid, await self.application(profile), submit=True)).bundle

    async def again(self, bundle: Bundle) -> Bundle:
        return await self.port.bundle(bundle.applicant, bundle.id)

    # The sandbox
    async def post(self, path: str, body: Json) -> Json:
        answer = await self.control.post(path, json=body)
        assert answer.is_success, (path, answer.status_code, answer.text)
        found: Json = answer.json()
        return found

    async def fault(self, kind: str, value: Any = None, **more: Any) -> None:
        await self.post("/_sandbox/faults", {"system": self.name, "kind": kind, **({} if value is None else {"value": value}), **more})

    async def well(self) -> None:
        (await self.control.delete("/_sandbox/faults")).raise_for_status()

    async def later(self, **span: float) -> None:
        await self.post("/_sandbox/clock", {"now": (self.now() + timedelta(**span)).isoformat()})

    async def told(self) -> None:
        """Every notice under way has come."""
        (await self.control.get(f"/_sandbox/{self.name}/notices")).raise_for_status()


def first(bundle: Bundle) -> Request:
    return next(one for one in bundle.requests if one.kind is RequestKind.REGISTER_PUPIL)


def second(bundle: Bundle) -> Request:
    return next(one for one in bundle.requests if one.kind is RequestKind.ATTACH_REPRESENTATIVE)


@asynccontextmanager
async def joining_stand(
    name: str, root: str, *, transport: httpx.AsyncBaseTransport | None = None, now: Callable[[], datetime]
) -> AsyncIterator[JoiningStand]:
    """The connector on the sandbox at `root`, registered there."""
    manifest = manifest_of(name)
    async with httpx.AsyncClient(base_url=root, transport=transport, trust_env=False, timeout=30) as control:
        options = await register(control, manifest)
        urls = {prefix: f"{root}/{prefix}" for prefix in manifest.instance(name).prefixes}
        calls = Counting(transport) if transport else None
        connected = connect(
            [ConnectorConfig(instance=name, base_urls=urls, options=options, demo=True)], now=now, transport=lambda prefix: calls
        )
        try:
            yield JoiningStand(name=name, port=connected.joining[name], control=control, now=now, calls=calls)
        finally:
            await connected.close()
