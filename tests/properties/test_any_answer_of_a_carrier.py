"""Whatever stands in whatever place of an answer of VK or MAX, a call about a chat ends with records or with one of the eight."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.class_chat import ClassChatPort, MemberResult, Outcome, ToChat, ToPerson
from connectors.kit.errors import ALL, ConnectorError
from connectors.kit.serving import bot_servers
from tests.properties.test_any_diary_answer import GONE, JSON, changed, places
from tests.unit.max import stub as max_
from tests.unit.vkapi import stub as vkapi

FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VK_CHAT = "220000001_7"
SETTINGS = {"title": "7Б", "owner_id": -220000001, "state": "in", "acl": {"can_invite": True}, "admin_ids": [5], "members_count": 3}
CONVERSATION = {"peer": {"id": 2000000007, "type": "chat"}, "can_write": {"allowed": True}, "chat_settings": SETTINGS}
MEMBER = {"member_id": 5, "invited_by": 5, "join_date": 1_795_251_600, "is_admin": True, "is_owner": False}

Ask = Callable[[ClassChatPort], Awaitable[Any]]
VK: list[tuple[str, Any, Ask]] = [
    ("members", {"count": 1, "items": [MEMBER], "profiles": [{"id": 5, "first_name": "А", "last_name": "Б"}]},
     lambda port: port.members(vkapi.ACCOUNT, VK_CHAT)),
    ("rights", {"count": 1, "items": [CONVERSATION]}, lambda port: port.rights(vkapi.ACCOUNT, VK_CHAT)),
    ("chats", {"count": 1, "items": [{"conversation": CONVERSATION}]}, lambda port: port.chats(vkapi.ACCOUNT)),
    ("create", {"chat_id": 7, "peer_ids": [5]}, lambda port: port.create(vkapi.ACCOUNT, "7Б", ["5", "6"])),
    ("link", {"link": "https://vk.me/join/abc"}, lambda port: port.invite_link(vkapi.ACCOUNT, VK_CHAT)),
    ("check", {"groups": [{"id": 220000001, "name": "Школа", "screen_name": "club"}]}, lambda port: port.check(vkapi.ACCOUNT)),
    ("send", {"message_id": 5, "cmid": 1}, lambda port: port.send(vkapi.ACCOUNT, ToChat(chat=VK_CHAT), "x", key="k")),
]  # fmt: skip
MAX: list[tuple[str, Any, Ask]] = [
    ("members", {"members": [max_.member(5, username="x")], "marker": None}, lambda port: port.members(max_.ACCOUNT, max_.CHAT)),
    ("link", max_.chat(), lambda port: port.invite_link(max_.ACCOUNT, max_.CHAT)),
    ("add", {"success": False, "message": "m", "failed_user_ids": [5],
             "failed_user_details": [{"error_code": "add.participant.privacy", "user_ids": [5]}]},
     lambda port: port.add(max_.ACCOUNT, max_.CHAT, ["5", "6"])),
    ("remove", {"success": True, "members": []}, lambda port: port.remove(max_.ACCOUNT, max_.CHAT, "5")),
    ("check", {"user_id": 50000001, "first_name": "Бот", "username": "b"}, lambda port: port.check(max_.ACCOUNT)),
    ("send", {"message": {"body": {"mid": "m"}}}, lambda port: port.send(max_.ACCOUNT, ToPerson(member="5"), "x", key="k")),
]  # fmt: skip


def told(data: st.DataObject, whole: Any) -> bytes:
    """The answer with one place of it changed for anything, or gone."""
    where = data.draw(st.sampled_from(list(places(whole))))
    return json.dumps(changed(whole, where, data.draw(JSON | st.just(GONE)))).encode("utf-8", "surrogatepass")


def ends_well(ask: Ask, port: ClassChatPort) -> None:
    try:
        found = asyncio.run(_within(ask(port)))
    except ConnectorError as error:
        assert isinstance(error, ALL)
        return
    if found and isinstance(found, tuple) and isinstance(found[0], MemberResult):
        assert [one.member for one in found] == ["5", "6"]
        assert all(isinstance(one.outcome, Outcome) for one in found)


async def _within(asked: Awaitable[Any]) -> Any:
    return await asked


@pytest.mark.parametrize("case", VK, ids=[row[0] for row in VK])
@FEW
@given(data=st.data())
def test_vk_says_anything(case: tuple[str, Any, Ask], data: st.DataObject) -> None:
    _, whole, ask = case
    ends_well(ask, vkapi.Stub(httpx.Response(200, content=told(data, {"response": whole}))).port)


@pytest.mark.parametrize("case", MAX, ids=[row[0] for row in MAX])
@FEW
@given(data=st.data())
def test_max_says_anything(case: tuple[str, Any, Ask], data: st.DataObject) -> None:
    _, whole, ask = case
    ends_well(ask, max_.Stub(httpx.Response(200, content=told(data, whole))).port)


@FEW
@given(data=st.data(), status=st.sampled_from([200, 302, 400, 401, 403, 404, 429, 500]))
def test_refusals_in_any_shape_are_one_of_the_eight(data: st.DataObject, status: int) -> None:
    vk = {"error": {"error_code": 15, "error_msg": "x", "request_params": []}}
    ends_well(VK[0][2], vkapi.Stub(httpx.Response(status, content=told(data, vk))).port)
    ends_well(MAX[0][2], max_.Stub(httpx.Response(status, content=told(data, {"code": "chat.denied", "message": "x"}))).port)


@FEW
@given(data=st.data())
def test_an_update_of_any_shape_is_an_event_nothing_or_a_drift(data: st.DataObject) -> None:
    update = {"update_type": "user_added", "timestamp": max_.AT, "chat_id": -5, "user": max_.user(5), "inviter_id": 7, "is_channel": False}
    try:
        bot_servers()["max"].event(told(data, update))
    except ConnectorError as error:
        assert isinstance(error, ALL)


@given(body=st.binary(max_size=200))
@FEW
def test_bytes_that_are_nothing_are_a_drift(body: bytes) -> None:
    with pytest.raises(ConnectorError):
        if bot_servers()["max"].event(body) is None:
            pytest.skip("JSON of an update by chance")
