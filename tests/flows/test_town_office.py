"""The town's own people: its administrators print codes, its parents redeem them and bind their VK profiles."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.conftest import SANDBOX_URL, OpenBrowser

PUPIL = {"last_name": "Зимин", "first_name": "Олег", "birth_date": "2014-02-03", "class": "6А"}


async def follow(browser: httpx.AsyncClient, url: str) -> httpx.Response:
    answer = await browser.get(url)
    for _ in range(10):
        if answer.status_code not in (302, 303, 307):
            break
        answer = await browser.get(httpx.URL(str(answer.url)).join(answer.headers["Location"]))
    return answer


async def town(browser: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await browser.get(f"{SANDBOX_URL}/_sandbox/people?{query}")).json()["people"]
    return found


async def sign_in(browser: httpx.AsyncClient, person: str) -> dict[str, Any]:
    await browser.post(f"{SANDBOX_URL}/_sandbox/esia/sign_in_as", json={"person": person, "times": 1})
    await follow(browser, "/auth/esia/start")
    answer = await browser.get("/api/v1/me")
    assert answer.status_code == 200, answer.text
    me: dict[str, Any] = answer.json()
    browser.headers.update({"X-CSRF-Token": me["csrf_token"], "Origin": "http://localhost:8000"})
    return me


async def bind(browser: httpx.AsyncClient, person: str, role: str, vk_person: str) -> dict[str, Any]:
    """What became of the intent, after the person of the town agreed at VK."""
    started = await browser.post("/api/v1/links/vkid", json={"person": person, "role": role})
    assert started.status_code == 201, started.text
    await browser.post(f"{SANDBOX_URL}/_sandbox/vkid/sign_in_as", json={"person": vk_person, "times": 1})
    await follow(browser, started.json()["authorize_url"])
    found: dict[str, Any] = (await browser.get(f"/api/v1/links/intents/{started.json()['intent']}")).json()
    return found


@pytest.mark.feature("F067")
async def test_an_administrator_of_the_town_enters_a_pupil_and_a_parent_redeems_the_code(open_browser: OpenBrowser) -> None:
    office, home = open_browser(), open_browser()
    admin = (await town(office, "role=school_admin"))[0]
    await sign_in(office, admin["id"])
    entered = await office.post("/api/v1/office/pupils", json=PUPIL)
    assert entered.status_code == 201, entered.text
    slip = await office.post(f"/api/v1/office/pupils/{entered.json()['id']}/invitations")
    assert slip.status_code == 201, slip.text
    parent = next(one for one in await town(home, "role=parent") if one.get("esia", {}).get("level") == "confirmed")
    await sign_in(home, parent["id"])
    body = {"last_name": "зимин", "first_name": "ОЛЕГ", "code": re.sub("-", " ", slip.json()["code"]).lower()}
    done = await home.post("/api/v1/invitations/redeem", json=body)
    assert done.status_code == 200, done.text
    assert entered.json()["id"] in [child["id"] for child in (await home.get("/api/v1/me")).json()["children"]]
    assert (await home.post("/api/v1/office/pupils", json=PUPIL)).status_code == 403


@pytest.mark.rule("A9")
@pytest.mark.feature("F066")
async def test_a_parent_of_the_town_binds_the_own_profile_and_not_as_the_childs(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    people = await town(browser, "system=vkid")
    parent = next(one for one in people if one["role"] == "parent")
    me = await sign_in(browser, parent["id"])
    wrong = await bind(browser, me["children"][0]["id"], "child", parent["id"])
    assert (wrong["state"], wrong["reason"]) == ("refused", "self_parent")
    right = await bind(browser, me["person"]["id"], "parent", parent["id"])
    assert (right["state"], right.get("reason")) == ("active", None)
    again = await bind(browser, me["children"][0]["id"], "child", parent["id"])
    assert (again["state"], again["reason"]) == ("refused", "self_parent")
    other_me = open_browser()
    stranger = next(one for one in await town(browser, "role=parent") if one["id"] != parent["id"] and one["esia"]["level"] == "confirmed")
    their = await sign_in(other_me, stranger["id"])
    taken = await bind(other_me, their["person"]["id"], "parent", parent["id"])
    assert (taken["state"], taken["reason"]) == ("refused", "already_bound")
    assert len(taken["exits"]) == 3


@pytest.mark.rule("A9")
@pytest.mark.feature("F064")
async def test_a_childs_profile_on_the_parents_number_goes_to_review(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    parents = {child: one for one in await town(browser, "role=parent") for child in one["children"]}
    pupils = [one for one in await town(browser, "system=vkid") if one["role"] == "pupil" and one["id"] in parents]
    child, parent = next((one, parents[one["id"]]) for one in pupils if one["vkid"]["phone"] == parents[one["id"]]["phone"])
    me = await sign_in(browser, parent["id"])
    mine = next(one for one in me["children"] if one["first_name"] == child["first_name"])
    ended = await bind(browser, mine["id"], "child", child["id"])
    assert (ended["state"], ended["reason"]) == ("review", "phone_shared_with_guardian")


@pytest.mark.rule("A9")
@pytest.mark.feature("F066")
async def test_a_childs_own_profile_fits_the_child_and_no_sibling(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    parents = {child: one for one in await town(browser, "role=parent") for child in one["children"]}
    pupils = [one for one in await town(browser, "system=vkid") if one["role"] == "pupil" and one["id"] in parents]
    child, parent = next((one, parents[one["id"]]) for one in pupils if len(parents[one["id"]]["children"]) > 1)
    me = await sign_in(browser, parent["id"])
    mine = {one["first_name"]: one["id"] for one in me["children"]}
    sibling = next(id_ for name, id_ in mine.items() if name != child["first_name"])
    ended = await bind(browser, sibling, "child", child["id"])
    assert (ended["state"], ended["reason"]) == ("review", "birthdate_mismatch")
    ended = await bind(browser, mine[child["first_name"]], "child", child["id"])
    assert ended["state"] == "active"
    links = {(one["system"], one["person"], one["role"]) for one in (await browser.get("/api/v1/links")).json()["items"]}
    assert ("vkid", mine[child["first_name"]], "child") in links
