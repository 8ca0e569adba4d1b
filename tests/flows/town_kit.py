"""A parent of the town at the hub, without the diary that is to be opened, and what the town's schools do for him."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import httpx

from hub.deps import Deps
from hub.flows.watch_accounts import Watching
from hub.store.diaries.diary_links import DiaryLink
from tests.conftest import HUB_URL, SANDBOX_URL

PASSWORD = "pridumannyi-parol-1"
MAIL = "orlova.mama@example.ru"


@dataclass
class Home:
    """A parent at the hub without this diary, and a pupil of the town."""

    browser: httpx.AsyncClient
    parent: dict[str, Any]
    pupil: dict[str, Any]
    headers: dict[str, str]

    async def send(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> tuple[int, dict[str, Any]]:
        answer = await self.browser.request(method, f"/api/v1{path}", json=body, headers=self.headers)
        return answer.status_code, answer.json() if answer.content else {}

    async def control(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.browser.post(f"{SANDBOX_URL}/_sandbox{path}", json=body)
        assert answer.is_success, (path, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    async def letter(self, to: str) -> str:
        """The code of the latest letter."""
        query = {"kind": "mail", "to": to}
        items = (await self.browser.get(f"{SANDBOX_URL}/inbox", params=query, headers={"Accept": "application/json"})).json()["items"]
        return str(max((one for one in items if one.get("code")), key=lambda one: str(one["at"]))["code"])

    async def links(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.browser.get("/api/v1/links")).json()["items"]
        return found

    async def notices(self) -> list[str]:
        return [one["kind"] for one in (await self.browser.get("/api/v1/me/notices")).json()["items"]]

    async def children_of(self, system: str) -> int:
        return sum(len(one["children"]) for one in await self.links() if one["system"] == system)


async def go(browser: httpx.AsyncClient, url: str) -> httpx.Response:
    answer = await browser.get(url)
    for _ in range(12):
        if answer.status_code not in (302, 303, 307):
            break
        answer = await browser.get(httpx.URL(str(answer.url)).join(answer.headers["Location"]))
    return answer


async def at_home(browser: httpx.AsyncClient, system: str) -> Home:
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people", params={"system": system})).json()["people"]
    people = {one["id"]: one for one in town}
    parent = next(
        one for one in town
        if one["role"] == "parent" and one["children"] and one["children"][0] in people and (one["esia"] or {}).get("level") == "confirmed"
    )  # fmt: skip
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": parent["id"], "times": 1})
    assert (await go(browser, "/auth/esia/start")).status_code == 200
    me = (await browser.get("/api/v1/me")).json()
    headers = {"Origin": HUB_URL, "X-CSRF-Token": me["csrf_token"]}
    return Home(browser=browser, parent=parent, pupil=people[parent["children"][0]], headers=headers)


async def at_eljur(home: Home) -> tuple[dict[str, str], str]:
    """The form with a real invitation, and the school's key."""
    made = await home.control("/eljur/invitations", {"pupil": home.pupil["id"]})
    people = (await home.browser.get(f"{SANDBOX_URL}/_sandbox/people", params={"system": "eljur"})).json()["people"]
    accounts = [one["accounts"].get("eljur") for one in people]
    devkey = next(one["devkey"] for one in accounts if one and one["vendor"] == made["vendor"])
    form = {
        "vendor": made["vendor"], "code": made["code"], "login": "novaya-mama", "password": PASSWORD, "email": MAIL,
        "lastname": "Новосёлова", "firstname": "Дарья", "devkey": str(devkey),
    }  # fmt: skip
    return form, made["city"]


async def watched(deps: Deps) -> None:
    """What the worker does when its time has come."""
    deps = replace(deps, settings=replace(deps.settings, polls=True))
    await deps.db.write(lambda: DiaryLink.update(look_at=deps.now()).execute())
    await Watching(deps).batch()
    await asyncio.gather(*deps.memory.polled.values())


def application(home: Home) -> dict[str, str]:
    return {
        "surname": home.pupil["last_name"], "firstname": home.pupil["first_name"], "birth_date": home.pupil["birth_date"],
        "middlename": home.pupil["middle_name"], "relation": "parent",
    }  # fmt: skip


async def by_browser(home: Home, system: str, person: str) -> httpx.Response:
    """The parent chooses Gosuslugi at the diary's own page."""
    await home.control(f"/{system}/sign_in_as", {"person": person, "times": 1})
    answer = await go(home.browser, f"/auth/{system}/start?next=/")
    home.headers["X-CSRF-Token"] = (await home.browser.get("/api/v1/me")).json()["csrf_token"]
    return answer


async def childless(browser: httpx.AsyncClient, system: str) -> dict[str, Any]:
    """A grown-up of the town without a child in this diary."""
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people")).json()["people"]
    return next(
        one for one in town
        if one["role"] == "parent" and not one["accounts"].get(system) and (one.get("esia") or {}).get("level") == "confirmed"
    )  # fmt: skip


async def signed_in(browser: httpx.AsyncClient, person: dict[str, Any], pupil: dict[str, Any]) -> Home:
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": person["id"], "times": 1})
    assert (await go(browser, "/auth/esia/start")).status_code == 200
    csrf = (await browser.get("/api/v1/me")).json()["csrf_token"]
    return Home(browser=browser, parent=person, pupil=pupil, headers={"Origin": HUB_URL, "X-CSRF-Token": csrf})
