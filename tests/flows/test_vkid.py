"""A VK sign-in is a weak one: a person of its own, a session, no children, and nothing that joins it to anybody by itself."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from quart import Response

from connectors.kit.errors import AccessDenied, AuthExpired
from connectors.vkid.errors import REFUSED
from identity.claims import Contact, Level
from identity.snils import Snils
from tests.flows.kit import Hub, parent
from tests.flows.vk import EMAIL, PHONE, FakeVk, by_vk, plug_in, ports, profile


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    return plug_in(hub)


async def text_of(answer: Response) -> str:
    return str(await answer.get_data(as_text=True))


@pytest.mark.rule("A3")
async def test_an_unlinked_profile_makes_a_weak_person_without_children(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    me = await by_vk(browser)
    assert (me["person"]["first_name"], me["person"]["level"], me["person"]["snils"]) == ("Анна", "unknown", None)
    assert me["children"] == []
    assert "level_too_low" in [missing["code"] for missing in me["missing"]]
    links = (await (await browser.get("/api/v1/links")).get_json())["items"]
    assert [(link["system"], link["title"], link["state"], link["evidence"]["kind"]) for link in links] == [
        ("vkid", "VK ID", "active", "own_sign_in")
    ]


@pytest.mark.rule("A3")
async def test_a_birth_date_that_only_vk_tells_makes_no_pupil(hub: Hub, vk: FakeVk) -> None:
    vk.claims["anna"] = profile(birth_date=date(2014, 5, 6))
    assert (await by_vk(hub.browser()))["children"] == []


@pytest.mark.rule("A1")
@pytest.mark.security("26")
async def test_the_same_profile_is_the_same_person_whatever_else_changed(hub: Hub, vk: FakeVk) -> None:
    first = await by_vk(hub.browser())
    vk.claims["anna"] = profile(last_name="Петрова", phones=(Contact(value="+79990000000"),), emails=())
    second = await by_vk(hub.browser())
    assert first["person"]["id"] == second["person"]["id"]


@pytest.mark.rule("A3")
@pytest.mark.security("25")
@pytest.mark.parametrize(
    "alike",
    [
        {"phones": (Contact(value=PHONE),), "emails": (), "first_name": "Другая"},
        {"phones": (), "emails": (Contact(value=EMAIL),), "first_name": "Другая"},
        {"phones": (), "emails": ()},
        {},
        {"phones": (Contact(value=PHONE, verified=True),), "emails": (Contact(value=EMAIL, verified=True),)},
    ],
    ids=["phone", "email", "name and birth date", "everything", "said to be verified"],
)
async def test_nothing_that_vk_says_attaches_it_to_a_parent(hub: Hub, vk: FakeVk, alike: dict[str, Any]) -> None:
    known = await hub.browser().sign_in()
    vk.claims["anna"] = profile(**alike)
    thief = hub.browser()
    me = await by_vk(thief)
    assert me["person"]["id"] != known["person"]["id"]
    assert me["children"] == []
    child = known["children"][0]["id"]
    for path in (f"/api/v1/children/{child}/marks", f"/api/v1/children/{child}/access-log"):
        assert (await thief.get(path)).status_code in (403, 404)


@pytest.mark.rule("A8")
@pytest.mark.security("25")
async def test_a_snils_or_level_from_vk_would_prove_nothing(hub: Hub, vk: FakeVk) -> None:
    known = await hub.browser().sign_in()
    vk.claims["anna"] = profile(level=Level.CONFIRMED, snils=Snils("123-456-789 64"), children=parent().children)
    me = await by_vk(hub.browser())
    assert me["person"]["id"] != known["person"]["id"]
    assert (me["person"]["level"], me["children"]) == ("unknown", [])


@pytest.mark.rule("A1")
@pytest.mark.security("26")
async def test_a_new_profile_with_an_old_number_inherits_nothing(hub: Hub, vk: FakeVk) -> None:
    first = await by_vk(hub.browser())
    vk.claims["new"] = profile("880000002")
    second = await by_vk(hub.browser(), "new")
    assert first["person"]["id"] != second["person"]["id"]


@pytest.mark.rule("A3")
@pytest.mark.security("23")
async def test_whoever_came_first_by_vk_gets_nothing_of_the_parent_who_comes_later(hub: Hub, vk: FakeVk) -> None:
    thief = hub.browser()
    weak = await by_vk(thief)
    known = await hub.browser().sign_in()
    assert known["person"]["id"] != weak["person"]["id"]
    assert [child["first_name"] for child in known["children"]] == ["Пётр"]
    assert (await thief.me())["children"] == []


@pytest.mark.security("6")
async def test_a_state_of_another_provider_is_refused_on_both_ways_back(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    for begun, ended in (("vkid", "esia"), ("esia", "vkid")):
        answer = await browser.back(await browser.leave(begun), "anna", ended)
        assert (await answer.get_json())["type"] == "/problems/flow_unknown"
    assert (await browser.get("/api/v1/me")).status_code == 401


@pytest.mark.security("7")
async def test_a_replayed_return_opens_no_second_session(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    state = await browser.leave("vkid")
    assert (await browser.back(state, "anna", "vkid")).status_code == 303
    assert (await (await browser.back(state, "anna", "vkid")).get_json())["type"] == "/problems/flow_used"


@pytest.mark.rule("A12")
async def test_a_refusal_is_a_friendly_page_with_ways_on(hub: Hub, vk: FakeVk) -> None:
    vk.claims["no"] = AccessDenied("vkid", "access_denied", text=REFUSED)
    browser = hub.browser()
    state = await browser.leave("vkid")
    answer = await browser.get(f"/auth/vkid/return?state={state}&code=no", Accept="text/html")
    page = await text_of(answer)
    assert answer.status_code == 403
    assert REFUSED in page
    assert 'href="/auth/vkid/start"' in page and 'href="/auth/esia/start"' in page
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_an_error_of_vk_is_a_problem_that_names_it(hub: Hub, vk: FakeVk) -> None:
    vk.claims["late"] = AuthExpired("vkid", "invalid_grant", text="Вход занял слишком много времени.")
    browser = hub.browser()
    body = await (await browser.back(await browser.leave("vkid"), "late", "vkid")).get_json()
    assert (body["type"], body["title"], body["system"]) == ("/problems/auth_expired", "Система VK ID просит войти ещё раз", "vkid")


@pytest.mark.rule("A16")
async def test_a_vk_sign_in_is_never_fresh(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    link = (await (await browser.get("/api/v1/links")).get_json())["items"][0]["id"]
    answer = await browser.send("DELETE", f"/api/v1/links/{link}")
    assert (await answer.get_json())["type"] == "/problems/not_fresh"


async def test_signing_out_of_vk_stays_here(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    answer = await browser.send("POST", "/auth/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_the_start_page_offers_gosuslugi_first_and_vk_below(hub: Hub, vk: FakeVk) -> None:
    page = await text_of(await hub.browser().get("/?next=/family", Accept="text/html"))
    main, below = page.index('href="/auth/esia/start?next=%2Ffamily"'), page.index('href="/auth/vkid/start?next=%2Ffamily"')
    assert main < below
    assert "Войти через VK ID" in page
    assert 'class="button big"' in page and page.count("button big") == 1


async def test_a_way_that_is_not_configured_is_not_offered(hub: Hub) -> None:
    page = await text_of(await hub.browser().get("/", Accept="text/html"))
    assert "VK ID" not in page and "auth/vkid" not in page
    assert (await hub.browser().get("/auth/vkid/start")).status_code == 404


@pytest.mark.rule("A12")
async def test_the_home_page_says_what_a_weak_sign_in_lacks(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    page = await text_of(await browser.get("/", Accept="text/html"))
    assert "Этот вход не подтверждает, кто вы" in page
    assert "В Госуслугах не указан СНИЛС" not in page and "Госуслуги не показали" not in page
    assert 'href="/auth/esia/start"' in page


@pytest.mark.rule("A1")
async def test_twenty_first_sign_ins_at_once_make_one_person(hub: Hub, vk: FakeVk) -> None:
    browsers = [hub.browser() for _ in range(20)]
    states = [await browser.leave("vkid") for browser in browsers]
    answers = await asyncio.gather(*(one.back(state, "anna", "vkid") for one, state in zip(browsers, states, strict=True)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({(await browser.me())["person"]["id"] for browser in browsers}) == 1
    assert len(await hub.rows("SELECT id FROM account_link WHERE system = 'vkid'")) == 1


async def test_a_callback_in_one_payload_is_the_same_callback(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    payload = json.dumps({"code": "anna", "state": await browser.leave("vkid"), "device_id": "d"})
    assert (await browser.get(f"/auth/vkid/return?payload={quote(payload)}")).status_code == 303
    assert (await browser.me())["person"]["first_name"] == "Анна"


async def test_a_diary_is_linked_after_gosuslugi_whatever_else_is_configured(hub: Hub, vk: FakeVk) -> None:
    ports(hub)["esia"] = ports(hub).pop("esia")
    browser = hub.browser()
    await by_vk(browser)
    answer = await browser.get("/auth/dnevnik/start")
    assert answer.headers["Location"].startswith("/auth/esia/start")
