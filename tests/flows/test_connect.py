"""Connecting a diary with what the school gave out: forms, kept passwords, children without names, wrong passwords (RULES A15, C4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.kit.ports import Waiting
from hub.worker import jobs
from tests.flows.asking import WEEK, ask, state_of
from tests.flows.connect_kit import PASSWORD_OF_PETYA, SNILS_OF_PETYA, Connecting, connecting, nameless
from tests.flows.kit import Browser, Clock, Hub, kid, mark, parent

GIVEN = {"snils": SNILS_OF_PETYA, "password": PASSWORD_OF_PETYA}


@pytest.fixture
def found(hub: Hub, clock: Clock) -> Connecting:
    return connecting(hub, clock)


@pytest.fixture
async def anna(found: Connecting) -> Browser:
    browser = found.hub.browser()
    await browser.sign_in()
    return browser


async def post(browser: Browser, system: str, credentials: dict[str, str], **more: Any) -> tuple[int, dict[str, Any]]:
    answer = await browser.send("POST", f"/api/v1/links/{system}", json={"credentials": credentials, **more})
    return answer.status_code, await answer.get_json()


async def link_of(browser: Browser, system: str) -> dict[str, Any]:
    items = (await (await browser.get("/api/v1/links")).get_json())["items"]
    found: dict[str, Any] = next(one for one in items if one["system"] == system)
    return found


@pytest.mark.feature("F004")
@pytest.mark.rule("A15")
@pytest.mark.parametrize("spelling", ["087-654-303 00", "08765430300", " 087 654 303-00 "])
async def test_the_childs_snils_and_the_diary_password_open_the_diary_on_that_childs_page(
    found: Connecting, anna: Browser, spelling: str
) -> None:
    status, body = await post(anna, "iv-edu", {"snils": spelling, "password": PASSWORD_OF_PETYA}, role="parent")
    assert (status, body["state"]) == (201, "active")
    child = (await anna.me())["children"][0]
    assert [(one["system"], one["state"]) for one in child["diaries"] if one["link"]] == [("iv-edu", "active")]
    assert found.snils.signed_in[0]["snils"] == SNILS_OF_PETYA, "one spelling goes outside, whatever was typed"


@pytest.mark.rule("A15")
async def test_a_diary_without_names_makes_nobody_a_guardian(found: Connecting, anna: Browser) -> None:
    edges = await found.hub.rows("SELECT count(*) FROM guardianship")
    await post(anna, "iv-edu", GIVEN)
    assert await found.hub.rows("SELECT count(*) FROM guardianship") == edges


@pytest.mark.rule("A15")
async def test_of_a_diary_without_names_the_parent_says_who_it_is(found: Connecting, anna: Browser) -> None:
    found.contract.set_password = "a-password"
    status, body = await post(anna, "digital-school", {"account": "270 000 0017", "password": "a-password"})
    assert (status, body["state"]) == (201, "active")
    petya = (await anna.me())["children"][0]["id"]
    link = await link_of(anna, "digital-school")
    assert sorted((one["key"], one["candidates"], one["group"]) for one in link["to_pick"]) == [
        ("k1", [petya], "6А, Школа 5"),
        ("k2", [petya], "3Б, Школа 5"),
    ]
    path = f"/api/v1/links/{link['id']}/children"
    twice = await anna.send("POST", path, json={"children": {"k1": petya, "k2": petya}})
    assert twice.status_code == 400, "one child cannot be two pupils"
    assert (await anna.send("POST", path, json={"children": {"k1": petya, "k2": ""}})).status_code == 204
    assert [one["key"] for one in (await link_of(anna, "digital-school"))["to_pick"]] == ["k2"]
    body = await ask(anna, f"/api/v1/children/{petya}/marks?{WEEK}")
    assert [one["system"] for one in body["sources"]] == ["digital-school"]
    for again in (post(anna, "digital-school", {"account": "2700000017", "password": "a-password"}), _check(anna, link["id"])):
        await again
        assert petya in (await link_of(anna, "digital-school"))["children"], "what the parent said stays"


async def _check(browser: Browser, link: str) -> None:
    assert (await browser.send("POST", f"/api/v1/links/{link}/check")).status_code == 200


@pytest.mark.rule("A15")
async def test_a_pick_moved_to_another_child_leaves_nothing_read_for_the_first(found: Connecting) -> None:
    found.hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Вера", last="Орлова", born=date(2016, 2, 3))))
    found.snils.marks = [mark(date(2026, 11, 16), "5")]
    anna = found.hub.browser()
    ids = {child["first_name"]: child["id"] for child in (await anna.sign_in())["children"]}
    await post(anna, "iv-edu", GIVEN)
    assert len((await ask(anna, f"/api/v1/children/{ids['Пётр']}/marks?{WEEK}"))["items"]) == 1
    link = (await link_of(anna, "iv-edu"))["id"]
    assert (await anna.send("POST", f"/api/v1/links/{link}/children", json={"children": {"900": ids["Вера"]}})).status_code == 204
    assert (await ask(anna, f"/api/v1/children/{ids['Пётр']}/marks?{WEEK}"))["items"] == []
    assert await found.hub.rows("SELECT DISTINCT child FROM diary_copy") == []


async def test_a_parent_names_the_child_while_signing_in(found: Connecting) -> None:
    found.contract.children = (nameless("k1"),)
    found.contract.set_password = "a-password"
    anna = found.hub.browser()
    petya = (await anna.sign_in())["children"][0]["id"]
    status, _ = await post(anna, "digital-school", {"account": "2700000017", "password": "a-password"}, person=petya)
    assert status == 201
    link = await link_of(anna, "digital-school")
    assert (link["children"], link["to_pick"]) == ([petya], [])
    assert (await post(anna, "digital-school", {"account": "2700000017", "password": "a-password"}, person="somebody"))[0] == 404


@pytest.mark.rule("A15")
async def test_an_only_child_needs_no_naming(found: Connecting) -> None:
    found.contract.children, found.contract.set_password = (nameless("k1"),), "a-password"
    anna = found.hub.browser()
    petya = (await anna.sign_in())["children"][0]["id"]
    assert (await post(anna, "digital-school", {"account": "2700000017", "password": "a-password"}))[0] == 201
    link = await link_of(anna, "digital-school")
    assert (link["children"], link["to_pick"]) == ([petya], [])


@pytest.mark.rule("A15")
async def test_of_two_children_the_parent_says_which(found: Connecting) -> None:
    found.contract.children, found.contract.set_password = (nameless("k1"),), "a-password"
    found.hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Яна")))
    anna = found.hub.browser()
    await anna.sign_in()
    assert (await post(anna, "digital-school", {"account": "2700000017", "password": "a-password"}))[0] == 201
    assert [one["key"] for one in (await link_of(anna, "digital-school"))["to_pick"]] == ["k1"]


@pytest.mark.rule("A1")
@pytest.mark.rule("A15")
async def test_both_parents_open_one_childs_cabinet_each_for_himself(found: Connecting, anna: Browser) -> None:
    boris_is = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=(kid(1, "Пётр"),))
    found.hub.esia.claims["boris"] = boris_is
    boris = found.hub.browser()
    await boris.sign_in("boris")
    links = [(await post(who, "iv-edu", GIVEN))[1]["id"] for who in (anna, boris)]
    assert len({*links}) == 2
    assert (await anna.send("DELETE", f"/api/v1/links/{links[1]}")).status_code == 404
    await anna.send("DELETE", f"/api/v1/links/{links[0]}")
    assert (await link_of(boris, "iv-edu"))["state"] == "active"


@pytest.mark.feature("F104")
async def test_the_authorization_code_opens_the_cabinet_once_and_the_password_ever_after(found: Connecting, anna: Browser) -> None:
    first = {"account": "2700000017", "auth_code": "481 516", "password": "a-new-password"}
    assert (await post(anna, "digital-school", first))[0] == 201
    assert found.contract.set_password == "a-new-password"
    assert (await post(anna, "digital-school", {**first, "password": "another-one"}))[0] == 422, "the code was good once"
    assert (await post(anna, "digital-school", {"account": "2700000017", "password": "a-new-password"}))[0] == 201
    assert "481516" not in str(await found.hub.rows("SELECT * FROM diary_link"))


MALFORMED: list[tuple[str, dict[str, str]]] = [
    ("iv-edu", {}),
    ("iv-edu", {"snils": "087-654-303 01", "password": "x"}),
    ("iv-edu", {"snils": "12", "password": "x"}),
    ("iv-edu", {"snils": SNILS_OF_PETYA, "password": ""}),
    ("iv-edu", {"login": "anna", "password": "x"}),
    ("iv-edu", {"snils": SNILS_OF_PETYA, "password": "x" * 5000}),
    ("digital-school", {"account": "27a", "password": "x"}),
    ("digital-school", {"account": "2700000017", "auth_code": "481516", "password": "short"}),
    ("digital-school", {str(number): "x" for number in range(20)}),
]


@pytest.mark.parametrize(("system", "credentials"), MALFORMED)
async def test_what_cannot_be_right_is_said_so_and_nobody_is_asked(
    found: Connecting, anna: Browser, system: str, credentials: dict[str, str]
) -> None:
    status, body = await post(anna, system, credentials)
    assert (status, body["type"]) == (400, "/problems/malformed")
    assert found.snils.signed_in == []
    assert await found.hub.rows("SELECT * FROM login_try") == []
    assert not any(text in str(body) for name, text in credentials.items() if name != "password" and len(text) > 8)


@pytest.mark.rule("A15")
@pytest.mark.security("32")
async def test_a_kept_password_is_sealed_used_for_the_next_session_and_destroyed_with_the_link(found: Connecting, anna: Browser) -> None:
    await post(anna, "iv-edu", GIVEN)
    child = (await anna.me())["children"][0]["id"]
    dump = str([await found.hub.rows(f"SELECT * FROM {table}") for table in ("diary_link", "diary_pupil", "account_link", "login_try")])
    assert PASSWORD_OF_PETYA not in dump and SNILS_OF_PETYA not in dump and "08765430300" not in dump
    found.snils.dead_tokens = {"session-1"}
    assert state_of(await ask(anna, f"/api/v1/children/{child}/marks?{WEEK}")) == ("fresh", None)
    assert found.snils.signed_in == [GIVEN, GIVEN], "signed in again with what was kept"
    shown = await (await anna.get("/api/v1/links")).get_data(as_text=True) + await (await anna.get("/connect/iv-edu")).get_data(
        as_text=True
    )
    assert PASSWORD_OF_PETYA not in shown and SNILS_OF_PETYA not in shown
    link = (await link_of(anna, "iv-edu"))["id"]
    assert (await anna.send("DELETE", f"/api/v1/links/{link}")).status_code == 204
    assert await found.hub.rows("SELECT * FROM diary_link") == []


@pytest.mark.rule("C6")
async def test_a_refused_kept_password_is_forgotten_at_once_and_never_tried_again(found: Connecting, anna: Browser) -> None:
    await post(anna, "iv-edu", GIVEN)
    child = (await anna.me())["children"][0]["id"]
    found.snils.dead_tokens, found.snils.password = {"session-1"}, "changed by the school"
    for _ in range(3):
        assert state_of(await ask(anna, f"/api/v1/children/{child}/marks?{WEEK}", **{"Cache-Control": "no-cache"}))[0] == "needs_login"
    assert len(found.snils.signed_in) == 2, "the first sign-in and one refused one"
    notices = (await ask(anna, "/api/v1/me/notices"))["items"]
    assert [one["href"] for one in notices if one["kind"] == "diary_needs_login"] == ["/connect/iv-edu"]


@pytest.mark.rule("A15")
async def test_an_ended_edge_destroys_the_password_given_for_the_child(found: Connecting, anna: Browser) -> None:
    await post(anna, "iv-edu", GIVEN)
    found.hub.esia.claims["anna"] = parent(children=())
    await anna.sign_in()
    found.hub.clock.go(days=15)
    terms = next(one for one in jobs(found.hub.deps) if one.name == "identity_terms")
    await terms.batch()
    assert await found.hub.rows("SELECT id FROM diary_link") == []


async def test_twenty_tabs_with_one_password_make_one_link(found: Connecting, anna: Browser) -> None:
    answers = await asyncio.gather(*(post(anna, "iv-edu", GIVEN) for _ in range(8)))
    assert {status for status, _ in answers} == {201}
    assert len({body["id"] for _, body in answers}) == 1
    assert len(await found.hub.rows("SELECT id FROM diary_link")) == 1


@pytest.mark.rule("A16")
async def test_connecting_with_a_password_needs_a_fresh_sign_in_and_our_own_page(found: Connecting, anna: Browser) -> None:
    assert (await anna.send("POST", "/api/v1/links/iv-edu", json={"credentials": GIVEN}, csrf="wrong")).status_code == 403
    assert (await anna.send("POST", "/api/v1/links/iv-edu", json={"credentials": GIVEN}, origin="https://evil.test")).status_code == 403
    found.hub.clock.go(minutes=6)
    status, body = await post(anna, "iv-edu", GIVEN)
    assert (status, body["type"]) == (403, "/problems/not_fresh")
    assert found.snils.signed_in == []


@pytest.mark.feature("F190")
@pytest.mark.parametrize("waits", list(Waiting))
async def test_an_account_that_waits_for_the_school_says_what_for(found: Connecting, anna: Browser, waits: Waiting) -> None:
    found.contract.waits_for, found.contract.children, found.contract.set_password = waits, (), "a-password"
    status, body = await post(anna, "digital-school", {"account": "2700000017", "password": "a-password"})
    assert (status, body["state"]) == (201, f"waiting_{waits.value}")
    assert (await link_of(anna, "digital-school"))["state"] == f"waiting_{waits.value}"
    page = await (await anna.get(f"/connect/done/{body['id']}", Accept="text/html")).get_data(as_text=True)
    assert "Проверить сейчас" in page
    found.contract.accounts["family"] = replace(found.contract.accounts["family"], waits_for=None)
    await _check(anna, body["id"])
    assert (await link_of(anna, "digital-school"))["state"] == "active"
