"""One diary answers badly, in every way that it can: the others stay on the page in time, and its own good copy stays as it was (C2)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.kit.diary import DiaryChild, DiaryPage
from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    TimedOut,
    Unavailable,
)
from connectors.kit.manifest import Instance
from connectors.kit.ports import Access, Window
from hub.app import create_app
from hub.flows.show_diary import sources
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser
from tests.flows.asking import MONDAY, NOW, WEEK, ask
from tests.flows.kit import Browser, FakeDiary, Hub, account, lesson, mark
from tests.flows.silence import short_of
from tests.flows.test_town_diaries import _go as follow
from tests.flows.test_town_diaries import by_password

LONGEST_S = max(sources.FORCED_S, sources.WITH_A_COPY_S)
Pair = tuple[Browser, str, FakeDiary]


@pytest.fixture
async def two(hub: Hub) -> Pair:
    """One child in two diaries; the second one, КИАСУО, is the bad one."""
    bad = FakeDiary(hub.clock, name="kiasuo")
    bad.manifest = replace(
        bad.manifest, id="kiasuo", title="КИАСУО", instances=(Instance(name="kiasuo", title="КИАСУО", prefixes=("kiasuo",)),)
    )
    bad.accounts["anna"] = account("owner-2", "t2")
    hub.deps = replace(hub.deps, diaries={"dnevnik": hub.diary, "kiasuo": bad})
    hub.app = create_app(hub.deps)
    browser = hub.browser()
    await browser.sign_in()
    for system in ("dnevnik", "kiasuo"):
        assert (await browser.back(await browser.leave(system), "anna", system)).status_code == 303
    hub.diary.marks = [mark(MONDAY, "5", id_="good")]
    bad.marks = [mark(MONDAY, "4", id_="kept")]
    hub.diary.lessons = [lesson(MONDAY, 1)]
    bad.lessons = [lesson(MONDAY, 2)]
    path = f"/api/v1/children/{(await browser.me())['children'][0]['id']}"
    await ask(browser, f"{path}/marks?{WEEK}")
    return browser, path, bad


def states(body: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {one["system"]: (one["state"], one["error"]) for one in body["sources"]}


class Silent(Exception):
    """Played by an answer that never comes."""


BAD: list[tuple[Exception, str]] = [
    (Unavailable("kiasuo", "page 502"), "silent"),
    (Unavailable("kiasuo", "dropped"), "silent"),
    (TimedOut("kiasuo"), "silent"),
    (RateLimited("kiasuo", "429", after_s=60), "silent"),
    (RateLimited("kiasuo", "433"), "silent"),
    (AccessDenied("kiasuo"), "silent"),
    (NotFound("kiasuo"), "silent"),
    (Rejected("kiasuo", "7", "Отказ"), "silent"),
    (Drifted("kiasuo", "$.marks[0].value", "renamed"), "silent"),
    (Drifted("kiasuo", "$", "not JSON"), "silent"),
    (AuthExpired("kiasuo", "401 midway"), "needs_login"),
    (Silent(), "silent"),
]


@pytest.mark.rule("C2")
@pytest.mark.parametrize(("error", "state"), BAD, ids=lambda value: getattr(value, "code", "") or str(value) or "never")
async def test_the_other_diary_stays_and_the_good_copy_is_not_overwritten(
    hub: Hub, two: Pair, error: Exception, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, path, bad = two
    if isinstance(error, Silent):
        short_of(monkeypatch, "kiasuo")
        bad.before_read = asyncio.Event().wait
        error = TimedOut("kiasuo")
    else:
        bad.fails = bad.refresh_fails = error
    bad.marks = []
    hub.diary.marks = [mark(MONDAY, "5", id_="good"), mark(MONDAY, "3", id_="new")]
    hub.clock.go(minutes=20)
    for headers in ({}, NOW):
        body = await ask(browser, f"{path}/marks?{WEEK}", **headers)
        assert isinstance(error, ConnectorError)
        assert states(body) == {"dnevnik": ("fresh", None), "kiasuo": (state, error.code)}
        assert sorted(one["value"] for one in body["items"]) == ["3", "4", "5"]
    page = await browser.get(f"{path.removeprefix('/api/v1')}/diary?week=2026-11-16", Accept="text/html")
    text = await page.get_data(as_text=True)
    assert page.status_code == 200 and "КИАСУО" in text and "Алгебра" in text
    hub.clock.go(days=3)
    later = await ask(browser, f"{path}/marks?{WEEK}")
    assert "4" in [one["value"] for one in later["items"]], "a copy of three days is still better than nothing"


@pytest.mark.rule("C2")
async def test_half_an_answer_stores_nothing_of_it(hub: Hub, two: Pair) -> None:
    """Marks came, the lessons did not: what was kept stays whole."""
    browser, path, bad = two
    whole = bad.read

    async def half(access: Access, child: DiaryChild, data: Any, window: Window) -> DiaryPage:
        page = await whole(access, child, data, window)
        return DiaryPage(marks=page.marks)

    await ask(browser, f"{path}/lessons?{WEEK}")
    bad.read = half  # type: ignore[method-assign]  # played
    bad.lessons = []
    hub.clock.go(minutes=20)
    body = await ask(browser, f"{path}/lessons?{WEEK}")
    assert states(body)["kiasuo"] == ("silent", "drifted")
    assert [one["number"] for one in body["items"]] == [1, 2]


SYSTEMS = ("eljur", "petersburg")
FAULTS: list[tuple[str, Any, set[str]]] = [
    ("html", 502, {"unavailable"}),
    ("html", 200, {"unavailable", "drifted", "auth_expired"}),
    ("status", 500, {"unavailable"}),
    ("status", 200, {"unavailable", "drifted"}),
    ("status", 433, {"rate_limited"}),
    ("rate_limit", 60, {"rate_limited"}),
    ("garbage", None, {"drifted"}),
    ("drift", None, {"drifted"}),
    ("drop", None, {"unavailable"}),
    ("auth_expired", None, {"auth_expired"}),
    ("latency", 30, {"timed_out"}),
]


async def _connect(browser: httpx.AsyncClient) -> dict[str, str]:
    """The family with a child in each diary; the hub's id of each child, by system."""
    people = {one["id"]: one for one in (await browser.get(f"{SANDBOX_URL}/_sandbox/people")).json()["people"]}
    mother = next(
        one for one in people.values() if set(SYSTEMS) <= set(one["accounts"]) and (one["esia"] or {}).get("level") == "confirmed"
    )
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": mother["id"], "times": 1})
    assert (await follow(browser, "/auth/esia/start")).status_code == 200
    me = (await browser.get("/api/v1/me")).json()
    found: dict[str, str] = {}
    for system in SYSTEMS:
        manifest = next(one for name, one in by_password() if name == system)
        given = {name: str(mother["accounts"][system][name]) for name in manifest.credentials}
        headers = {"Origin": HUB_URL, "X-CSRF-Token": me["csrf_token"]}
        answer = await browser.post(f"/api/v1/links/{system}", json={"credentials": given}, headers=headers)
        assert answer.json().get("state") == "active", answer.text
        pupil = next(people[key] for key in mother["children"] if system in people[key]["accounts"])
        found[system] = next(one["id"] for one in me["children"] if one["first_name"] == pupil["first_name"])
    return found


@pytest.mark.rule("C2")
def test_the_others_are_on_the_page_within_three_seconds() -> None:
    assert LONGEST_S < 3


@pytest.mark.rule("C2")
async def test_real_faults_of_one_diary_leave_the_other_and_its_own_copy(
    open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = open_browser()
    children = await _connect(browser)
    week = (await browser.get(f"{SANDBOX_URL}/_sandbox/people")).json()["week"]

    async def read(system: str) -> dict[str, Any]:
        answer = await browser.get(f"/api/v1/children/{children[system]}/lessons", params=week, headers={"Cache-Control": "no-cache"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    before = {system: [one["id"] for one in (await read(system))["items"]] for system in SYSTEMS}
    assert all(before.values())
    for number, (kind, value, expected) in enumerate(FAULTS):
        bad, other = SYSTEMS if number % 2 else SYSTEMS[::-1]
        fault = {"system": bad, "kind": kind} | ({} if value is None else {"value": value})
        assert (await browser.post(f"{SANDBOX_URL}/_sandbox/faults", json=fault)).is_success
        with monkeypatch.context() as short:
            if kind == "latency":
                short.setattr("connectors.kit.deadline.LIVE_S", 0.2)
            broken = await read(bad)
        well = await read(other)
        await browser.delete(f"{SANDBOX_URL}/_sandbox/faults")
        (source,) = broken["sources"]
        assert source["error"] in expected and source["state"] in ("silent", "needs_login"), (kind, value, source)
        assert [one["id"] for one in broken["items"]] == before[bad], (kind, value)
        assert ([one["state"] for one in well["sources"]], [one["id"] for one in well["items"]]) == (["fresh"], before[other]), (
            kind,
            value,
        )
