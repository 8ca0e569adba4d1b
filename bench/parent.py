"""A parent of the town who signs in through the sandbox and has a diary, as every bench needs one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tools.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    client: httpx.AsyncClient
    child: str
    week: dict[str, str]
    token: str

    @property
    def cookie(self) -> tuple[str, str]:
        return ("Cookie", "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies.jar if cookie.name == "hub"))

    async def json(self, path: str, **headers: str) -> Any:
        answer = await self.client.get(path, headers={"Accept": "application/json", **headers})
        answer.raise_for_status()
        return answer.json()


def _suits(person: dict[str, Any]) -> bool:
    confirmed = (person["esia"] or {}).get("level") == "confirmed"
    return person["role"] == "parent" and confirmed and bool(person["children"]) and "dnevnik" in person["accounts"]


async def signed_in(stage: Stage) -> Parent:
    """Signs a parent with a dnevnik account in, and connects the diary."""
    client = httpx.AsyncClient(base_url=stage.hub, trust_env=False, follow_redirects=True, timeout=60.0)
    people = (await client.get(f"{stage.sandbox}/_sandbox/people")).json()
    parent = next(person for person in people["people"] if _suits(person))
    for system in ("esia", "dnevnik-login"):
        await client.post(f"{stage.sandbox}/_sandbox/{system}/sign_in_as", json={"person": parent["id"]})
        (await client.get(f"/auth/{system.removesuffix('-login')}/start")).raise_for_status()
    me = (await client.get("/api/v1/me", headers={"Accept": "application/json"})).json()
    child = next(child for child in me["children"] if any(diary["state"] == "active" for diary in child["diaries"]))
    return Parent(client=client, child=child["id"], week=people["week"], token=parent["accounts"]["dnevnik"]["token"])
