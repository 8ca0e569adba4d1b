"""Connecting a diary account: from a signed-in session, with a stored intent, bound to the children that it lists."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.kit.errors import Unavailable
from tests.flows.kit import Hub, account, kid, parent, pupil

BODY = {"role": "parent"}


@pytest.mark.rule("A15")
@pytest.mark.feature("F178")
async def test_one_button_links_the_diary_to_the_signed_in_parent(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.link()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    child = (await browser.me())["children"][0]
    assert child["diaries"][0]["state"] == "active"
    assert child["school"]["class"] == "6А"
    links = (await (await browser.get("/api/v1/links")).get_json())["items"]
    assert {(one["system"], one["role"], one["state"], one["evidence"]["kind"]) for one in links} == {
        ("esia", "parent", "active", "esia_confirmed"),
        ("dnevnik", "parent", "active", "both_sides_login"),
    }
    assert next(one for one in links if one["system"] == "dnevnik")["children"] == [child["id"]]


async def test_linking_needs_a_session(hub: Hub) -> None:
    answer = await hub.browser().get("/auth/dnevnik/start")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/auth/esia/start?next=/family")
    assert (await hub.browser().send("POST", "/api/v1/links/dnevnik", json=BODY)).status_code == 401


@pytest.mark.security("27")
async def test_a_foreign_page_cannot_begin_a_link(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.get("/auth/dnevnik/start", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (await answer.get_json())["type"] == "/problems/cross_site"


@pytest.mark.security("27")
async def test_the_session_id_changes_at_a_link(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    before = browser.csrf
    answer = await browser.link()
    assert answer.headers["Set-Cookie"].startswith("hub=")
    await browser.me()
    assert browser.csrf == before, "a page that is open can still write"


@pytest.mark.rule("A16")
async def test_linking_and_unlinking_need_a_fresh_sign_in(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    link = (await browser.me())["children"][0]["diaries"][0]["link"]
    hub.clock.go(minutes=6)
    answer = await browser.get("/auth/dnevnik/start")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/auth/esia/start?next=/family"), "start always redirects"
    for answer in (
        await browser.send("POST", "/api/v1/links/dnevnik", json=BODY),
        await browser.send("DELETE", f"/api/v1/links/{link}"),
    ):
        assert answer.status_code == 403
        assert (await answer.get_json())["type"] == "/problems/not_fresh"
    await browser.sign_in()
    assert (await browser.send("DELETE", f"/api/v1/links/{link}")).status_code == 204


@pytest.mark.rule("A9")
async def test_an_intent_tells_what_became_of_it(hub: Hub) -> None:
    browser = hub.browser()
    me = await browser.sign_in()
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json={"person": me["person"]["id"], "role": "parent"})
    assert answer.status_code == 201
    started = await answer.get_json()
    path = f"/api/v1/links/intents/{started['intent']}"
    assert (await (await browser.get(path)).get_json())["state"] == "started"
    state = started["authorize_url"].split("state=")[1].split("&")[0]
    assert (await browser.back(state, "anna", "dnevnik")).status_code == 303
    done = await (await browser.get(path)).get_json()
    assert (done["state"], done["reason"]) == ("active", None)
    assert done["link"]
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    other = hub.browser()
    await other.sign_in("boris")
    assert (await other.get(path)).status_code == 404


async def test_an_intent_nobody_finished_expires_with_three_ways_out(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    started = await (await browser.send("POST", "/api/v1/links/dnevnik", json=BODY)).get_json()
    hub.clock.go(minutes=31)
    view = await (await browser.get(f"/api/v1/links/intents/{started['intent']}")).get_json()
    assert view["state"] == "expired"
    assert [one["kind"] for one in view["exits"]] == ["sign_in_and_link", "code", "ask_school"]


@pytest.mark.rule("A9")
async def test_an_intent_is_finished_only_by_the_person_who_started_it(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    browser = hub.browser()
    await browser.sign_in()
    state = await browser.leave("dnevnik")
    await browser.sign_in("boris")
    answer = await browser.back(state, "anna", "dnevnik")
    assert (await answer.get_json())["type"] == "/problems/initiator_mismatch"
    assert await hub.rows("SELECT id FROM diary_link") == []


@pytest.mark.rule("A1")
async def test_an_account_of_somebody_else_is_refused_with_ways_out(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    anna, boris = hub.browser(), hub.browser()
    await anna.sign_in()
    await anna.link()
    await boris.sign_in("boris")
    answer = await boris.link()
    body = await answer.get_json()
    assert (answer.status_code, body["type"]) == (409, "/problems/already_bound")
    assert [one["kind"] for one in body["exits"]] == ["sign_in_and_link", "code", "ask_school"]


async def test_a_diary_that_is_down_leaves_the_intent_failed(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    started = await (await browser.send("POST", "/api/v1/links/dnevnik", json=BODY)).get_json()
    hub.diary.fails = Unavailable("dnevnik", "503")
    state = started["authorize_url"].split("state=")[1].split("&")[0]
    assert (await browser.back(state, "anna", "dnevnik")).status_code == 503
    view = await (await browser.get(f"/api/v1/links/intents/{started['intent']}")).get_json()
    assert (view["state"], view["reason"]) == ("failed", "unavailable")


@pytest.mark.feature("F170")
async def test_credentials_link_at_once_and_are_not_kept(hub: Hub) -> None:
    hub.diary.accounts["anna"] = account(token="token-of-anna")
    hub.diary.password = "password-of-anna"
    browser = hub.browser()
    await browser.sign_in()
    body = {"role": "parent", "credentials": {"login": "anna", "password": "password-of-anna"}}
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json=body)
    linked = await answer.get_json()
    assert (answer.status_code, linked["state"]) == (201, "active")
    assert (await browser.me())["children"][0]["diaries"][0]["link"] == linked["id"]
    again = await (await browser.send("POST", "/api/v1/links/dnevnik", json=body)).get_json()
    assert again["id"] == linked["id"]
    dump = str(await hub.rows("SELECT * FROM diary_link"))
    assert "password-of-anna" not in dump and "token-of-anna" not in dump


@pytest.mark.feature("F170")
async def test_wrong_credentials_are_said_so(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    body = {"role": "parent", "credentials": {"login": "anna", "password": "no"}}
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json=body)
    assert (answer.status_code, (await answer.get_json())["type"]) == (422, "/problems/wrong_credentials")


@pytest.mark.feature("F167")
@pytest.mark.rule("A15")
async def test_a_pupils_account_is_not_taken_for_a_parents(hub: Hub) -> None:
    hub.diary.accounts["kid"] = account("kid-owner", children=(pupil(is_self=True),))
    browser = hub.browser()
    me = await browser.sign_in()
    body = {"role": "parent", "credentials": {"login": "kid", "password": "secret"}}
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json=body)
    assert (await answer.get_json())["type"] == "/problems/role_mismatch"
    child = me["children"][0]["id"]
    body = {"role": "child", "person": child, "credentials": {"login": "kid", "password": "secret"}}
    assert (await browser.send("POST", "/api/v1/links/dnevnik", json=body)).status_code == 201
    links = (await (await browser.get("/api/v1/links")).get_json())["items"]
    assert ("dnevnik", child, "child") in [(one["system"], one["person"], one["role"]) for one in links]


@pytest.mark.rule("A15")
async def test_a_child_that_only_the_diary_knows_is_shown_to_its_owner_alone(hub: Hub) -> None:
    hub.diary.accounts["anna"] = account(children=(pupil(), pupil("78", "Вера", "Соколова")))
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    names = {child["first_name"]: child["id"] for child in (await browser.me())["children"]}
    assert set(names) == {"Пётр", "Вера"}
    assert (await browser.get(f"/api/v1/children/{names['Вера']}/marks")).status_code == 200
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=(kid(1, "Пётр"),))
    other = hub.browser()
    await other.sign_in("boris")
    assert (await other.get(f"/api/v1/children/{names['Вера']}/marks")).status_code == 404


@pytest.mark.rule("A15")
async def test_twins_of_one_name_are_left_to_the_owners_choice(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Петр", born=date(2015, 1, 2))))
    browser = hub.browser()
    me = await browser.sign_in()
    await browser.link()
    link = next(one for one in (await (await browser.get("/api/v1/links")).get_json())["items"] if one["system"] == "dnevnik")
    assert (link["children"], [one["key"] for one in link["to_pick"]]) == ([], ["77"])
    assert set(link["to_pick"][0]["candidates"]) == {child["id"] for child in me["children"]}
    chosen = me["children"][1]["id"]
    answer = await browser.send("POST", f"/api/v1/links/{link['id']}/children", json={"children": {"77": chosen}})
    assert answer.status_code == 204
    after = {child["id"]: child["diaries"][0]["state"] for child in (await browser.me())["children"]}
    assert after[chosen] == "active"
    assert (await browser.send("POST", f"/api/v1/links/{link['id']}/check")).status_code == 200
    assert {child["id"]: child["diaries"][0]["state"] for child in (await browser.me())["children"]}[chosen] == "active"
    foreign = await browser.send("POST", f"/api/v1/links/{link['id']}/children", json={"children": {"77": "nobody"}})
    assert foreign.status_code == 404


@pytest.mark.rule("C8")
async def test_more_than_ten_children_are_no_family(hub: Hub) -> None:
    hub.diary.accounts["anna"] = account(children=tuple(pupil(str(number)) for number in range(11)))
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.link()
    assert (answer.status_code, (await answer.get_json())["type"]) == (502, "/problems/drifted")
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "not_linked"


async def test_unlinking_destroys_the_access_and_the_copies(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    child = (await browser.me())["children"][0]
    await browser.get(f"/api/v1/children/{child['id']}/marks")
    assert (await browser.send("DELETE", f"/api/v1/links/{child['diaries'][0]['link']}")).status_code == 204
    for table in ("diary_link", "diary_pupil", "diary_copy"):
        assert await hub.rows(f"SELECT id FROM {table}") == []
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "not_linked"


@pytest.mark.rule("A11")
async def test_the_last_strong_identity_stays(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    link = (await (await browser.get("/api/v1/links")).get_json())["items"][0]["id"]
    answer = await browser.send("DELETE", f"/api/v1/links/{link}")
    assert answer.status_code == 409
    assert (await answer.get_json())["type"].endswith("/last_strong_identity")


async def test_a_foreign_link_does_not_exist(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    anna, boris = hub.browser(), hub.browser()
    await anna.sign_in()
    await anna.link()
    link = (await anna.me())["children"][0]["diaries"][0]["link"]
    await boris.sign_in("boris")
    for id_ in (link, "nothing"):
        assert (await boris.send("DELETE", f"/api/v1/links/{id_}")).status_code == 404
        assert (await boris.send("POST", f"/api/v1/links/{id_}/check")).status_code == 404
        assert (await boris.send("POST", f"/api/v1/links/{id_}/children", json={"children": {}})).status_code == 404


async def test_a_check_asks_the_diary_now(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    link = (await browser.me())["children"][0]["diaries"][0]["link"]
    path = f"/api/v1/links/{link}/check"
    assert (await (await browser.send("POST", path)).get_json()) == {"id": link, "state": "active"}
    hub.diary.dead_tokens = {"t1", "t1+"}
    assert (await (await browser.send("POST", path)).get_json())["state"] == "needs_login"
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "needs_login"
    hub.diary.dead_tokens = set()
    assert (await (await browser.send("POST", path)).get_json())["state"] == "active"
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "active"
    hub.diary.fails = Unavailable("dnevnik", "503")
    assert (await browser.send("POST", path)).status_code == 503


@pytest.mark.rule("A15")
async def test_an_ended_edge_destroys_the_access_given_for_the_child(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    child = (await browser.me())["children"][0]["id"]
    hub.esia.claims["anna"] = parent(children=())
    await browser.sign_in()
    assert (await browser.get(f"/api/v1/children/{child}/marks")).status_code == 200, "to be confirmed: view stays for 14 days"
    hub.clock.go(days=15)
    await browser.sign_in()
    assert (await browser.get(f"/api/v1/children/{child}/marks")).status_code in (403, 404)
