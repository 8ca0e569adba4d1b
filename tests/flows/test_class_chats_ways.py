"""Ways into a chat and through the years: a profile bound at VK ID, and a class that has another name in September."""

from __future__ import annotations

import asyncio
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.store import fields
from hub.store.sessions import Session
from tests.flows.chat_kit import KLASS, Class, open_class, with_chat
from tests.flows.kit import Hub
from tests.flows.office_kit import signed
from tests.flows.vk import FakeVk, profile


@pytest.fixture
async def made(hub: Hub) -> Class:
    return await open_class(hub)


async def test_a_class_that_got_a_new_name_in_september_keeps_its_chat_and_its_members(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    deps = made.desk.hub.deps
    await deps.db.write(lambda: fields.changed(Session, "UPDATE school_card SET class = '7А' WHERE school IS NOT NULL", ()))
    path = f"/api/v1/office/chats/{chat}/class"
    assert (await made.desk.nina.send("POST", path, json={"class": "9Ж"})).status_code == 404
    shown = await made.json(made.desk.nina, "POST", path, {"class": " 7А "})
    assert shown["chat"]["class"] == "7А" and "anna" in made.played(await made.room(chat)).members
    assert (await made.desk.nina.send("POST", path, json={"class": "7А"})).status_code == 409


@pytest.mark.feature("F061")
@pytest.mark.feature("F065")
async def test_a_profile_bound_by_signing_in_at_vk_id_opens_the_chat(made: Class) -> None:
    await made.connect()
    chat = await made.make()
    await made.agree(made.desk.anna)
    cast("dict[str, object]", made.desk.hub.deps.sign_ins)["vkid"] = FakeVk(claims={"anna": profile("880000001")})
    assert (await made.mine(made.desk.anna))["profile_href"].startswith("/family/sign-ins/add/vkid")
    me = await made.desk.person(made.desk.anna)
    started = await made.json(made.desk.anna, "POST", "/api/v1/links/vkid", {"person": me, "role": "parent"}, expect=201)
    state = parse_qs(urlsplit(started["authorize_url"]).query)["state"][0]
    assert (await made.desk.anna.back(state, "anna", "vkid")).status_code == 303
    await made.desk.anna.me()
    await made.follow()
    assert await made.due() == [chat]
    await made.look(chat)
    assert (await made.mine(made.desk.anna))["state"] == "invited"


@pytest.mark.rule("A9")
async def test_an_unbound_profile_leaves_the_chat(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    items = (await made.json(made.desk.anna, "GET", "/api/v1/links"))["items"]
    link = next(one["id"] for one in items if one["system"] == "vkid")
    await made.json(made.desk.anna, "DELETE", f"/api/v1/links/{link}", expect=204)
    await made.follow()
    assert await made.due() == [chat]
    await made.look(chat)
    assert "anna" not in made.played(await made.room(chat)).members


@pytest.mark.rule("A5")
async def test_a_guardian_whom_the_other_does_not_know_is_out_of_the_chat_too(made: Class) -> None:
    father = await made.desk.father()
    made.vk.reachable = {"anna", "ivan"}
    chat = await with_chat(made)
    ivan = await made.desk.person(father)
    await made.bind(ivan, "ivan")
    await made.agree(father)
    made.played(await made.room(chat)).come("ivan")
    await made.look(chat)
    await made.follow()
    await made.json(made.desk.anna, "POST", f"/api/v1/children/{made.desk.petya}/guardians/{ivan}/freeze", expect=204)
    await made.follow()
    assert await made.due() == [chat]
    await made.look(chat)
    assert set(made.played(await made.room(chat)).members) == {"bot", "anna"}


@pytest.mark.rule("A14")
async def test_from_14_the_pupil_decides_about_the_pupils_chat(made: Class) -> None:
    await made.connect()
    await made.make("pupils")
    path = f"/api/v1/children/{made.desk.petya}/chats/pupils"
    await made.json(made.desk.anna, "PUT", path, {"wanted": False})
    await made.json(made.desk.anna, "PUT", path, {"wanted": True})
    made.desk.hub.clock.go(days=600)
    anna = await signed(made.desk.hub, "anna")
    assert (await made.mine(anna, audience="pupils"))["state"] == "pupil"
    answer = await anna.send("PUT", path, json={"wanted": False})
    assert answer.status_code == 403 and (await answer.get_json())["type"].endswith("/pupil_decides")
    started = await anna.send("POST", "/api/v1/links/max", json={"person": made.desk.petya, "role": "child"})
    assert (await started.get_json())["type"].endswith("/pupil_decides")


async def test_two_looks_at_once_invite_once(made: Class) -> None:
    chat = await with_chat(made)
    await asyncio.gather(made.look(chat), made.look(chat), made.look(chat))
    assert made.vk.calls.count("send") == 1


async def test_a_repeated_request_acts_once_and_another_childs_chats_do_not_exist(made: Class) -> None:
    await made.connect()
    body = {"class": KLASS, "audience": "parents"}
    first = await made.json(made.desk.nina, "POST", "/api/v1/office/chats", body, expect=201, **{"Idempotency-Key": "k"})
    again = await made.json(made.desk.nina, "POST", "/api/v1/office/chats", body, expect=201, **{"Idempotency-Key": "k"})
    assert first == again and made.vk.calls.count("create") == 1
    for path in (f"/api/v1/children/{made.desk.petya}/chats", "/api/v1/children/nobody/chats"):
        assert (await made.olga.get(path)).status_code == 404
        assert (await made.olga.send("PUT", f"{path}/parents", json={"wanted": True})).status_code == 404
    assert (await made.desk.hub.rows("SELECT COUNT(*) FROM chat_wish"))[0][0] == 0


@pytest.mark.rule("A13")
async def test_the_familys_log_says_that_the_school_looked_and_what_the_service_did(made: Class) -> None:
    chat = await with_chat(made)
    await made.look(chat)
    await made.shown(chat)
    items = (await made.json(made.desk.anna, "GET", f"/api/v1/children/{made.desk.petya}/access-log"))["items"]
    assert {"Чаты класса", "Приглашение в чат класса"} <= {one["what"] for one in items}
