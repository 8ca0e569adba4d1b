"""A family of the town that joins a school: the hub and «Моя школа» side by side, and what the worker carries between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from hub.deps import Deps
from hub.store.joining.tables import JoinErrand
from hub.worker.jobs import jobs
from sandbox.app import SandboxApp
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import go

Json = dict[str, Any]
R1, R2 = "register_pupil", "attach_representative"


@dataclass
class TownJoins:
    """`father` applies for his son of 11, who has no school; `admin` is an administrator of the school, here and there."""

    deps: Deps
    sandbox: SandboxApp
    father: httpx.AsyncClient
    admin: httpx.AsyncClient
    son: str
    ogrn: str
    oid: str
    people: dict[str, str]

    async def apply(self, changes: Json | None = None, *, status: int = 201) -> Json:
        body = {"child": self.son, "school_ogrn": self.ogrn, "class": "6А", "role": "legal_representative"} | (changes or {})
        made: Json = await self.told(await self.father.post("/api/v1/joins", json=body), status)
        return made

    async def read(self, bundle: str) -> Json:
        found: Json = await self.told(await self.father.get(f"/api/v1/joins/{bundle}"))
        return found

    async def mine(self) -> list[Json]:
        found: list[Json] = (await self.told(await self.father.get("/api/v1/joins")))["items"]
        return found

    async def decide(self, request: Json, act: str = "approve", **body: str) -> httpx.Response:
        """In the hub's office."""
        return await self.admin.post(f"/api/v1/office/joins/{request['id']}/{act}", json=body)

    @staticmethod
    async def told(answer: httpx.Response, status: int = 200) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json()

    async def work(self, *names: str) -> None:
        """The worker's turns, until nothing is left to do at once."""
        for _ in range(3):
            for job in jobs(self.deps):
                while job.name in (names or ("joins_told", "joins_followed")) and await job.batch():
                    pass

    # At «Моя школа»
    async def control(self, path: str, body: Json | None = None) -> Json:
        answer = await self.father.post(f"{SANDBOX_URL}/_sandbox/{path}", json=body or {})
        assert answer.is_success, (path, answer.text)
        found: Json = answer.json()
        return found

    async def outside(self) -> list[Json]:
        """All bundles there, oldest first."""
        found: list[Json] = (await self.father.get(f"{SANDBOX_URL}/_sandbox/my-school/bundles")).json()["bundles"]
        return found

    async def decide_outside(self, kind: str, act: str = "approve", **body: str) -> None:
        (bundle, *_) = reversed(await self.outside())
        request = next(one for one in bundle["requests"] if one["kind"] == kind)
        await self.control(f"my-school/requests/{request['id']}/{act}", dict(body))

    async def fault(self, kind: str, **more: Any) -> None:
        await self.control("faults", {"system": "my-school", "kind": kind, **more})

    async def well(self) -> None:
        """It answers again, and the pause that its silence brought on is over."""
        (await self.father.delete(f"{SANDBOX_URL}/_sandbox/faults")).raise_for_status()
        self.deps.callers["my-school"].breaker.success()

    async def later(self, **span: float) -> None:
        """Both clocks go on, the hub's as its follower sets it at the next round; after hours people sign in anew."""
        now = self.sandbox.sandbox.clock.now() + timedelta(**span)
        await self.control("clock", {"now": now.isoformat()})
        clock: Any = self.deps.now
        clock.offset += timedelta(**span)
        if timedelta(**span) >= timedelta(hours=1):
            await signed_in(self.father, self.people["father"])
            await signed_in(self.admin, self.people["admin"])

    def now(self) -> datetime:
        return self.deps.now()


async def open_town_joins(deps: Deps, sandbox: SandboxApp, open_browser: OpenBrowser) -> TownJoins:
    father, admin = open_browser(), open_browser()
    town = (await father.get(f"{SANDBOX_URL}/_sandbox/people")).json()
    people = {one["id"]: one for one in town["people"]}
    parent = next(one for one in people.values() if (one["last_name"], one["first_name"]) == ("Орлов", "Павел"))
    me = await signed_in(father, parent["id"])
    ogrn = next(one["ogrn"] for one in town["schools"] if one["id"] == "kry")
    officer = next(one["id"] for one in people.values() if one["role"] == "school_admin" and one["school"] == "kry")
    await signed_in(admin, officer)
    son = next(one["id"] for one in me["children"] if one["first_name"] == "Глеб")
    return TownJoins(
        deps=deps,
        sandbox=sandbox,
        father=father,
        admin=admin,
        son=son,
        ogrn=ogrn,
        oid=parent["esia"]["oid"],
        people={"father": parent["id"], "admin": officer},
    )


async def signed_in(browser: httpx.AsyncClient, person: str) -> Json:
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": person, "times": 1})
    assert (await go(browser, "/auth/esia/start")).status_code == 200
    me: Json = (await browser.get("/api/v1/me")).json()
    browser.headers.update({"X-CSRF-Token": me["csrf_token"], "Origin": HUB_URL})
    return me


def states(bundle: dict[str, Any]) -> list[str]:
    return [bundle["state"], *(one["state"] for one in bundle["requests"])]


async def equal(town: TownJoins) -> bool:
    """Every application of the father reads the same on both sides."""
    return sorted(states(one) for one in await town.mine()) == sorted(states(one) for one in await town.outside())


async def waiting(town: TownJoins) -> int:
    count: Callable[[], int] = JoinErrand.select().where(JoinErrand.state == "waiting").count
    return await town.deps.db.read(count)


async def other_school(town: TownJoins) -> str:
    schools = (await town.father.get(f"{SANDBOX_URL}/_sandbox/people")).json()["schools"]
    return next(str(one["ogrn"]) for one in schools if one["id"] == "orn")
