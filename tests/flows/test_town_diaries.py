"""The hub against the town's diaries that are opened with what the school gave out: each from the sign-in to the week's marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from connectors.kit.manifest import Kind, LoginKind, Manifest
from connectors.kit.registry import manifests
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser

ABSENCES = {"н", "б", "уп", "оп"}


def by_password() -> list[tuple[str, Manifest]]:
    diaries = [one for one in manifests().values() if one.kind is Kind.DIARY]
    found = {instance.name: one.at(instance.name) for one in diaries for instance in one.instances}
    typed = LoginKind.CREDENTIALS
    return [(name, one) for name, one in sorted(found.items()) if typed in one.logins and LoginKind.BROWSER not in one.logins]


@dataclass
class Family:
    """A parent of this diary at the hub, and one child of the parent's."""

    browser: httpx.AsyncClient
    town: dict[str, Any]
    parent: dict[str, Any]
    pupil: dict[str, Any]
    child: str
    headers: dict[str, str]

    async def connect(self, system: str, manifest: Manifest, credentials: dict[str, str]) -> httpx.Response:
        """Of a diary without names the parent says whose it is."""
        nameless = "last_name" not in manifest.fields["children"]
        body = {"credentials": credentials} | ({"person": self.child} if nameless else {})
        answer = await self.browser.post(f"/api/v1/links/{system}", json=body, headers=self.headers)
        return await self.with_code(answer) if answer.json().get("state") == "needs_code" else answer

    async def with_code(self, waiting: httpx.Response) -> httpx.Response:
        """Types in the code that came to the parent's phone."""
        sent = (await self.browser.get(f"{SANDBOX_URL}/inbox", params={"kind": "sms"}, headers={"Accept": "application/json"})).json()
        code = max((one for one in sent["items"] if one.get("code")), key=lambda one: str(one["at"]))["code"]
        return await self.browser.post(f"/api/v1/links/{waiting.json()['id']}/code", json={"code": code}, headers=self.headers)

    async def read(self, kind: str, *, now: bool = False) -> dict[str, Any]:
        headers = {"Cache-Control": "no-cache"} if now else {}
        answer = await self.browser.get(f"/api/v1/children/{self.child}/{kind}", params=self.town["week"], headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def _go(browser: httpx.AsyncClient, url: str) -> httpx.Response:
    """Follows redirects like a browser."""
    answer = await browser.get(url)
    for _ in range(10):
        if answer.status_code not in (302, 303, 307):
            break
        answer = await browser.get(httpx.URL(str(answer.url)).join(answer.headers["Location"]))
    return answer


async def at_home(browser: httpx.AsyncClient, system: str) -> Family:
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people", params={"system": system})).json()
    parent = next(
        one for one in town["people"]
        if one["role"] == "parent" and one["children"] and (one.get("esia") or {}).get("level") == "confirmed"
    )  # fmt: skip
    people = {one["id"]: one for one in town["people"]}
    pupil = next(people[key] for key in parent["children"] if key in people)
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": parent["id"], "times": 1})
    assert (await _go(browser, "/auth/esia/start")).status_code == 200
    me = (await browser.get("/api/v1/me")).json()
    whose = (pupil["last_name"], pupil["first_name"], pupil["birth_date"])
    child = next(one["id"] for one in me["children"] if (one["last_name"], one["first_name"], one["birth_date"]) == whose)
    headers = {"Origin": HUB_URL, "X-CSRF-Token": me["csrf_token"]}
    return Family(browser=browser, town=town, parent=parent, pupil=pupil, child=child, headers=headers)


@pytest.mark.feature("F168")
@pytest.mark.feature("F170")
@pytest.mark.parametrize(("system", "manifest"), by_password(), ids=lambda value: value if isinstance(value, str) else "")
async def test_what_the_school_gave_out_opens_the_diary_and_its_week_is_the_towns(
    open_browser: OpenBrowser, system: str, manifest: Manifest
) -> None:
    family = await at_home(open_browser(), system)
    account = family.parent["accounts"][system] or family.pupil["accounts"][system]
    answer = await family.connect(system, manifest, {name: str(account[name]) for name in manifest.credentials})
    assert answer.json().get("state") == "active", answer.text
    query = {"pupil": family.pupil["id"], **family.town["week"]}
    told = (await family.browser.get(f"{SANDBOX_URL}/_sandbox/world/diary", params=query)).json()
    lessons = await family.read("lessons")
    assert [(one["system"], one["state"]) for one in lessons["sources"]] == [(system, "fresh")]
    shown = [one for one in told["lessons"] if one["status"] not in manifest.exempt]
    assert sorted((one["date"], one["subject"]) for one in lessons["items"]) == sorted((one["date"], one["subject"]) for one in shown)
    places = [(one["date"], one["number"] or 0, one["start"]) for one in lessons["items"]]
    assert places == sorted(places)
    marks = (await family.read("marks"))["items"]
    given = [one for one in told["marks"] if one["value"].casefold() not in ABSENCES]
    assert sorted((one["date"], one["subject"], one["value"]) for one in marks) == sorted(
        (one["date"], one["subject"], one["value"]) for one in given
    )


@pytest.mark.rule("A15")
@pytest.mark.parametrize(("system", "manifest"), by_password(), ids=lambda value: value if isinstance(value, str) else "")
async def test_a_wrong_password_of_the_diary_opens_nothing(open_browser: OpenBrowser, system: str, manifest: Manifest) -> None:
    family = await at_home(open_browser(), system)
    account = family.parent["accounts"][system] or family.pupil["accounts"][system]
    given = {name: str(account[name]) for name in manifest.credentials} | {manifest.credentials[-1]: "wrong-password"}
    answer = await family.connect(system, manifest, given)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong_credentials"), answer.text
    assert (await family.read("marks"))["items"] == []


@pytest.mark.rule("C6")
@pytest.mark.parametrize("system", ["iv-edu", "digital-school"])
async def test_a_session_that_ended_is_opened_anew_without_a_word(open_browser: OpenBrowser, system: str) -> None:
    family = await connected(open_browser(), system)
    answer = await family.browser.post(f"{SANDBOX_URL}/_sandbox/{system}/sessions/end", json={})
    assert answer.is_success, answer.text
    lessons = await family.read("lessons", now=True)
    assert [(one["state"], one["error"]) for one in lessons["sources"] if one["system"] == system] == [("fresh", None)]
    assert lessons["items"]


@pytest.mark.rule("C6")
async def test_a_password_that_the_school_changed_is_asked_for_once_and_not_tried_again(open_browser: OpenBrowser) -> None:
    family = await connected(open_browser(), "iv-edu")
    snils = family.parent["accounts"]["iv-edu"]["snils"]
    for path, body in (("passwords", {"snils": snils, "password": "novyi-parol-1"}), ("sessions/end", {})):
        answer = await family.browser.post(f"{SANDBOX_URL}/_sandbox/iv-edu/{path}", json=body)
        assert answer.is_success, answer.text
    for _ in range(2):
        lessons = await family.read("lessons", now=True)
        assert [one["state"] for one in lessons["sources"] if one["system"] == "iv-edu"] == ["needs_login"]
    asked = (await family.browser.get(f"{SANDBOX_URL}/_sandbox/requests", params={"system": "iv-edu"})).json()["requests"]
    assert [one["status"] for one in asked if one["path"].endswith("/cab/auth")].count(401) == 1
    notices = (await family.browser.get("/api/v1/me/notices")).json()["items"]
    assert [one["kind"] for one in notices].count("diary_needs_login") == 1


async def connected(browser: httpx.AsyncClient, system: str) -> Family:
    family = await at_home(browser, system)
    manifest = next(one for name, one in by_password() if name == system)
    account = family.parent["accounts"][system] or family.pupil["accounts"][system]
    answer = await family.connect(system, manifest, {name: str(account[name]) for name in manifest.credentials})
    assert answer.status_code == 201, answer.text
    return family
