"""Ways into a chat and through the years: a profile bound at VK ID, and a class that has another name in September."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.store import fields
from hub.store.sessions import Session
from tests.flows.chat_kit import Class, open_class, with_chat
from tests.flows.kit import Hub
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
