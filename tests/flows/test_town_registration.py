"""A family gets into the town's diaries by itself: letters, applications, invitations, and what it hears while it waits."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from hub.deps import Deps
from hub.flows.watch_accounts import Watching
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser

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


async def _go(browser: httpx.AsyncClient, url: str) -> httpx.Response:
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
        if one["role"] == "parent" and one["children"] and one["children"][0] in people and (one.get("esia") or {}).get("level") == "confirmed"
    )  # fmt: skip
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": parent["id"], "times": 1})
    assert (await _go(browser, "/auth/esia/start")).status_code == 200
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


@pytest.mark.feature("F220")
@pytest.mark.feature("F221")
async def test_a_code_of_the_school_and_a_letter_open_eljur(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "eljur")
    form, _ = await at_eljur(home)
    status, made = await home.send("/links/eljur/registration", {"fields": form})
    assert (status, made["state"]) == (201, "waiting_letter"), made
    assert made["sent_to"].startswith("на почту o***")
    (waiting,) = [one for one in await home.links() if one["system"] == "eljur"]
    assert (waiting["state"], waiting["waiting"]["code"], waiting["waiting"]["phones"][0]["number"]) == (
        "waiting_letter", True, "8 (800) 555-22-50",
    )  # fmt: skip
    assert (await home.send(f"/links/{made['id']}/check"))[1] == {"id": made["id"], "state": "waiting_letter"}
    assert (await home.send(f"/links/{made['id']}/code", {"code": "0000-wrong"}))[0] == 422
    status, opened = await home.send(f"/links/{made['id']}/code", {"code": await home.letter(MAIL)})
    assert (status, opened["state"]) == (200, "active"), opened
    (link,) = [one for one in await home.links() if one["system"] == "eljur"]
    assert (link["id"], link["state"], len(link["children"])) == (opened["id"], "active", 1)
    assert (await home.send(f"/links/{made['id']}/code", {"code": "again-1"}))[0] == 404
