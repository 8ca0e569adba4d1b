"""The hub against the town: real connectors, faithful systems, no socket between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser


@dataclass
class Home:
    """A parent's browser with a linked diary, and the child that it shows."""

    browser: httpx.AsyncClient
    town: dict[str, Any]
    csrf: str
    children: dict[str, str]

    @property
    def week(self) -> dict[str, str]:
        found: dict[str, str] = self.town["week"]
        return found

    async def sandbox(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.browser.post(f"{SANDBOX_URL}/_sandbox{path}", json=body)
        assert answer.status_code < 300, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def read(self, pupil: str, kind: str, *, now: bool = False, **span: str) -> dict[str, Any]:
        headers = {"Cache-Control": "no-cache"} if now else {}
        answer = await self.browser.get(f"/api/v1/children/{self.children[pupil]}/{kind}", params=span or dict(self.week), headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def told(self, pupil: str) -> dict[str, Any]:
        answer = await self.browser.get(f"{SANDBOX_URL}/_sandbox/world/diary", params={"pupil": pupil, **self.week})
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


async def _sign_in(browser: httpx.AsyncClient, person: str) -> dict[str, Any]:
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": person, "times": 1})
    answer = await _go(browser, "/auth/esia/start")
    assert answer.status_code == 200, answer.text
    me: dict[str, Any] = (await browser.get("/api/v1/me")).json()
    return me


@pytest.fixture
async def home(open_browser: OpenBrowser) -> AsyncIterator[Home]:
    browser = open_browser()
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people")).json()
    parent = next(p for p in town["people"] if p["role"] == "parent" and "dnevnik" in p["accounts"] and p.get("esia") and p["children"])
    me = await _sign_in(browser, parent["id"])
    await browser.post(f"{SANDBOX_URL}/_sandbox/dnevnik-login/sign_in_as", json={"person": parent["id"], "times": 1})
    answer = await _go(browser, "/auth/dnevnik/start?next=/family")
    assert (answer.status_code, answer.url.path) == (200, "/family"), answer.text
    me = (await browser.get("/api/v1/me")).json()
    named = {(child["last_name"], child["first_name"], child["birth_date"]): child["id"] for child in me["children"]}
    people = {person["id"]: person for person in town["people"]}
    children = {id_: named[people[id_]["last_name"], people[id_]["first_name"], people[id_]["birth_date"]] for id_ in parent["children"]}
    yield Home(browser=browser, town=town, csrf=me["csrf_token"], children=children)


async def test_the_week_is_the_towns_week_without_loss(home: Home) -> None:
    pupil = next(iter(home.children))
    town = await home.told(pupil)
    lessons = (await home.read(pupil, "lessons"))["items"]
    assert sorted((one["date"], one["number"], one["subject"]) for one in lessons) == sorted(
        (one["date"], one["number"], one["subject"]) for one in town["lessons"]
    )
    marks = (await home.read(pupil, "marks"))["items"]
    absences = (await home.read(pupil, "attendance"))["items"]
    graded = [one for one in town["marks"] if one["value"].casefold() not in {"н", "б", "уп", "оп"}]
    assert sorted((one["date"], one["subject"], one["value"]) for one in marks) == sorted(
        (one["date"], one["subject"], one["value"]) for one in graded
    )
    assert len(absences) == len(town["marks"]) - len(graded)
    homework = (await home.read(pupil, "homework"))["items"]
    due = [one for one in town["homework"] if home.week["from"] <= one["due"]["date"] <= home.week["to"]]
    assert sorted((one["due_date"], one["subject"], one["text"]) for one in homework) == sorted(
        (one["due"]["date"], one["subject"], one["text"]) for one in due
    )
    finals = (await home.read(pupil, "finals"))["items"]
    assert sorted((one["subject"], one["period"], one["value"]) for one in finals) == sorted(
        (one["subject"], one["period"], one["value"]) for one in town["finals"]
    )


@pytest.mark.rule("C3")
async def test_a_mark_corrected_at_the_school_keeps_its_former_value(home: Home) -> None:
    pupil = next(iter(home.children))
    lesson = (await home.told(pupil))["lessons"][0]
    body = {"pupil": pupil, "subject": lesson["subject"], "date": lesson["date"], "number": lesson["number"], "value": "2"}
    added = await home.sandbox("/world/marks", body)
    before = await home.read(pupil, "marks", now=True)
    await home.sandbox("/world/marks", {"pupil": pupil, "id": added["id"], "value": "4"})
    after = await home.read(pupil, "marks", now=True)
    known = {one["id"] for one in before["items"] if one["value"] == "2"}
    corrected = [one for one in after["items"] if one["id"] in known and one["value"] == "4"]
    assert [[old["value"] for old in one["revisions"]] for one in corrected] == [["2"]]


@pytest.mark.parametrize(
    ("fault", "state", "error"),
    [
        ({"kind": "status", "value": 503}, "silent", "unavailable"),
        ({"kind": "drop"}, "silent", "unavailable"),
        ({"kind": "garbage"}, "silent", "drifted"),
        ({"kind": "rate_limit", "value": 60}, "silent", "rate_limited"),
        ({"kind": "latency", "value": 20}, "silent", "timed_out"),
        ({"kind": "drift"}, "silent", "drifted"),
        ({"kind": "auth_expired"}, "needs_login", "auth_expired"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
async def test_a_source_in_trouble_is_shown_as_such(
    home: Home, fault: dict[str, Any], state: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil = next(iter(home.children))
    good = await home.read(pupil, "marks")
    await home.sandbox("/faults", {"system": "dnevnik", **fault})
    with monkeypatch.context() as short:
        if fault["kind"] == "latency":
            short.setattr("connectors.kit.deadline.LIVE_S", 0.2)
        body = await home.read(pupil, "marks", now=True)
    (source,) = body["sources"]
    assert (source["state"], source["error"]) == (state, error)
    assert body["items"] == good["items"]
    assert source["fetched_at"] == good["sources"][0]["fetched_at"]
    await home.browser.delete(f"{SANDBOX_URL}/_sandbox/faults")
    assert (await home.read(pupil, "marks", now=True))["sources"][0]["state"] == "fresh"


async def test_a_diary_that_wants_a_login_is_opened_again_by_the_parent(home: Home) -> None:
    pupil = next(iter(home.children))
    await home.sandbox("/faults", {"system": "dnevnik", "kind": "auth_expired"})
    await home.read(pupil, "marks", now=True)
    me = (await home.browser.get("/api/v1/me")).json()
    diary = next(child for child in me["children"] if child["id"] == home.children[pupil])["diaries"][0]
    assert diary["state"] == "needs_login"
    kinds = [one["kind"] for one in (await home.browser.get("/api/v1/me/notices")).json()["items"]]
    assert kinds.count("diary_needs_login") == 1
    await home.browser.delete(f"{SANDBOX_URL}/_sandbox/faults")
    headers = {"Origin": HUB_URL, "X-CSRF-Token": home.csrf}
    checked = await home.browser.post(f"/api/v1/links/{diary['link']}/check", headers=headers)
    assert checked.json() == {"id": diary["link"], "state": "active"}


async def test_credentials_of_the_school_link_the_diary(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people?system=dnevnik")).json()
    parent = next(p for p in town["people"] if p["role"] == "parent" and p.get("esia") and p["children"])
    me = await _sign_in(browser, parent["id"])
    headers = {"Origin": HUB_URL, "X-CSRF-Token": me["csrf_token"]}
    account = parent["accounts"]["dnevnik"]
    for credentials in ({"login": account["login"], "password": account["password"]}, {"token": account["token"]}):
        body = {"person": me["person"]["id"], "role": "parent", "credentials": credentials}
        answer = await browser.post("/api/v1/links/dnevnik", json=body, headers=headers)
        assert (answer.status_code, answer.json().get("state")) == (201, "active"), answer.text
    wrong = {"role": "parent", "credentials": {"login": account["login"], "password": "wrong"}}
    refused = await browser.post("/api/v1/links/dnevnik", json=wrong, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/wrong_credentials")


@pytest.mark.rule("A4")
async def test_a_parent_without_a_confirmed_account_hears_what_is_missing(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people?role=parent")).json()
    low = next(p for p in town["people"] if p.get("esia") and p["esia"]["level"] != "confirmed")
    me = await _sign_in(browser, low["id"])
    assert me["person"]["level"] == low["esia"]["level"]
    assert "level_too_low" in {one["code"] for one in me["missing"]}
    assert me["children"] == []
    assert (await browser.get("/")).status_code == 200


@pytest.mark.rule("A4")
async def test_pupils_sign_in_and_see_themselves(open_browser: OpenBrowser) -> None:
    town = (await open_browser().get(f"{SANDBOX_URL}/_sandbox/people?role=pupil")).json()
    pupils = [p for p in town["people"] if p.get("esia")]
    assert {p["esia"]["is_child"] for p in pupils} == {True, False}
    for pupil in pupils:
        browser = open_browser()
        me = await _sign_in(browser, pupil["id"])
        own = [child for child in me["children"] if child.get("self")]
        assert [child["id"] for child in own] == [me["person"]["id"]], pupil["first_name"]
        if own[0]["may_view"]:
            assert (await browser.get(f"/api/v1/children/{own[0]['id']}/marks")).status_code == 200
            assert "level_too_low" not in {one["code"] for one in me["missing"]}


@pytest.mark.parametrize("code", ["ESIA-007004", "ESIA-007007", "ESIA-007011", "ESIA-007053", "ESIA-007055"])
async def test_an_error_of_gosuslugi_ends_on_a_clear_page_without_a_session(open_browser: OpenBrowser, code: str) -> None:
    browser = open_browser()
    town = (await browser.get(f"{SANDBOX_URL}/_sandbox/people?role=parent")).json()
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": town["people"][0]["id"], "times": 1})
    await browser.post(f"{SANDBOX_URL}/_sandbox/faults", json={"system": "esia", "kind": "error", "value": code})
    browser.headers["Accept"] = "text/html"
    answer = await _go(browser, "/auth/esia/start")
    assert 400 <= answer.status_code < 600
    assert "<h1>" in answer.text
    del browser.headers["Accept"]
    assert (await browser.get("/api/v1/me")).status_code == 401
