"""Chats of a community: made, joined, left, and everything that VK refuses on the way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.vkapi.vk import PEERS, Vk


async def test_a_community_makes_a_chat_and_people_join_by_the_link(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    assert await vk.person(0, "messages.joinChatByInviteLink", link=link) == {"chat_id": chat_id}
    assert await vk.person(0, "messages.joinChatByInviteLink", link=link) == {"chat_id": chat_id}
    assert await vk.members(chat_id) == [-vk.group, vk.id(0)]


async def test_who_may_not_be_added_is_left_out_of_the_new_chat(vk: Vk) -> None:
    await vk.desk.control("vkapi/privacy", {"user_id": vk.id(1), "group_id": vk.group})
    made = await vk.bot("messages.createChat", title="7Б", user_ids=f"{vk.id(0)},{vk.id(1)},5")
    assert made["peer_ids"] == [vk.id(1)]
    assert isinstance(await vk.bot("messages.createChat", title="7Б", v="5.92"), int)


async def test_a_community_adds_nobody_and_a_person_adds_friends_only(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    assert await vk.bot("messages.addChatUser", chat_id=chat_id, user_id=vk.id(0)) == 27
    await vk.person(0, "messages.joinChatByInviteLink", link=link)
    assert await vk.person(0, "messages.addChatUser", chat_id=chat_id, user_id=vk.id(1)) == 1
    assert await vk.person(0, "messages.addChatUser", chat_id=chat_id, user_id=vk.id(2)) == 15
    await vk.desk.later(seconds=2)
    assert await vk.person(0, "messages.addChatUser", chat_id=chat_id, user_id=5) == 936


async def test_a_chat_is_seen_by_its_members_only(vk: Vk) -> None:
    chat_id, _ = await vk.chat()
    assert await vk.person(0, "messages.getConversationMembers", peer_id=PEERS + chat_id) == 917
    assert await vk.person(0, "messages.getConversationMembers", peer_id=PEERS + 77) == 927
    assert await vk.person(0, "messages.getConversationsById", peer_ids=PEERS + chat_id) == 917


async def test_a_removed_member_does_not_come_back_and_one_who_left_does(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    for who in (0, 1):
        await vk.person(who, "messages.joinChatByInviteLink", link=link)
    assert await vk.bot("messages.removeChatUser", chat_id=chat_id, member_id=vk.id(0)) == 1
    assert await vk.bot("messages.removeChatUser", chat_id=chat_id, member_id=vk.id(0)) == 935
    await vk.desk.control(f"vkapi/chats/{chat_id}/leave", {"member_id": vk.id(1)})
    assert await vk.person(0, "messages.joinChatByInviteLink", link=link) == 917
    assert await vk.person(1, "messages.joinChatByInviteLink", link=link) == {"chat_id": chat_id}
    assert await vk.members(chat_id) == [-vk.group, vk.id(1)]


async def test_a_member_removes_only_himself_and_whom_he_invited(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    await vk.person(0, "messages.joinChatByInviteLink", link=link)
    assert await vk.person(0, "messages.removeChatUser", chat_id=chat_id, member_id=-vk.group) == 925
    assert await vk.person(0, "messages.removeChatUser", chat_id=chat_id, user_id=vk.id(0)) == 1


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("messages.removeChatUser", {"member_id": True}, 925),
        ("messages.editChat", {"title": "8Б"}, 925),
        ("messages.getInviteLink", {}, 919),
        ("messages.getInviteLink", {"reset": 1}, 931),
    ],
)
async def test_a_bot_whose_rights_were_taken_is_told_so(vk: Vk, method: str, params: dict[str, Any], code: int) -> None:
    chat_id, link = await vk.chat()
    await vk.person(0, "messages.joinChatByInviteLink", link=link)
    await vk.desk.control(f"vkapi/chats/{chat_id}/rights", {"member_id": -vk.group, "admin": False})
    named = {"member_id": vk.id(0)} if "member_id" in params else params
    assert await vk.bot(method, chat_id=chat_id, peer_id=PEERS + chat_id, **named) == code


async def test_a_chat_deleted_by_hand_is_gone_and_a_disabled_one_refuses(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    await vk.desk.control(f"vkapi/chats/{chat_id}", {"disabled": True})
    assert await vk.bot("messages.editChat", chat_id=chat_id, title="8Б") == 945
    await vk.desk.http.delete(f"/_sandbox/vkapi/chats/{chat_id}")
    assert await vk.bot("messages.getConversationMembers", peer_id=PEERS + chat_id) == 927
    assert await vk.person(0, "messages.joinChatByInviteLink", link=link) == 927


async def test_a_full_chat_takes_nobody_and_an_old_link_leads_nowhere(vk: Vk) -> None:
    chat_id, old = await vk.chat()
    await vk.desk.control(f"vkapi/chats/{chat_id}", {"size": 1})
    assert await vk.person(0, "messages.joinChatByInviteLink", link=old) == 103
    new = (await vk.bot("messages.getInviteLink", peer_id=PEERS + chat_id, reset=1))["link"]
    assert new != old
    assert await vk.person(0, "messages.joinChatByInviteLink", link=old) == 917
    assert await vk.person(0, "messages.joinChatByInviteLink", link="nonsense") == 100


async def test_members_come_by_pages(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    for who in (0, 1):
        await vk.person(who, "messages.joinChatByInviteLink", link=link)
    page = await vk.bot("messages.getConversationMembers", peer_id=PEERS + chat_id, offset=1, count=1, extended=1)
    assert (page["count"], [one["member_id"] for one in page["items"]]) == (3, [vk.id(0)])
    assert [one["id"] for one in page["profiles"]] == [vk.id(0)]
    assert await vk.bot("messages.getConversationMembers", peer_id=PEERS + chat_id, count=1001) == 100


async def test_one_random_id_is_one_message(vk: Vk) -> None:
    chat_id, _ = await vk.chat()
    peer = PEERS + chat_id
    sent = [await vk.bot("messages.send", peer_id=peer, message="Собрание", random_id=number) for number in (7, 7, 8)]
    assert sent[0] == sent[1] != sent[2]
    kept = await vk.bot("messages.getHistory", peer_id=peer)
    assert [one["text"] for one in kept["items"]] == ["Собрание", "Собрание", ""]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"message": "x"}, 100),
        ({"random_id": 1}, 100),
        ({"random_id": 1, "message": "x" * 9001}, 914),
        ({"random_id": "z", "message": "x"}, 100),
    ],
)
async def test_a_message_that_cannot_be_sent_is_refused(vk: Vk, params: dict[str, Any], code: int) -> None:
    chat_id, _ = await vk.chat()
    assert await vk.bot("messages.send", peer_id=PEERS + chat_id, **params) == code


async def test_a_community_writes_only_to_whom_it_may_and_each_peer_has_its_own_row(vk: Vk) -> None:
    chat_id, _ = await vk.chat()
    assert await vk.bot("messages.send", peer_id=vk.id(0), message="x", random_id=1) == 901
    rows = await vk.bot("messages.send", peer_ids=f"{PEERS + chat_id},{vk.id(0)}", message="x", random_id=2)
    assert [one.get("error", {}).get("code") for one in rows] == [None, 901]
    await vk.person(0, "messages.allowMessagesFromGroup", group_id=vk.group)
    assert isinstance(await vk.bot("messages.send", peer_id=vk.id(0), message="x", random_id=3), int)


async def test_the_long_poll_tells_who_came_and_refuses_a_wrong_key(vk: Vk) -> None:
    _, link = await vk.chat()
    server = await vk.bot("groups.getLongPollServer", group_id=vk.group)
    await vk.person(0, "messages.joinChatByInviteLink", link=link)
    asked = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": "0"}
    found = (await vk.desk.http.get(server["server"], params=asked)).json()
    assert [one["object"]["message"]["action"]["type"] for one in found["updates"]] == ["chat_invite_user_by_link"]
    assert (await vk.desk.http.get(server["server"], params={**asked, "ts": found["ts"]})).json()["updates"] == []
    assert (await vk.desk.http.get(server["server"], params={**asked, "key": "x"})).json() == {"failed": 2}
    assert (await vk.desk.http.get(server["server"], params={**asked, "ts": "99"})).json()["failed"] == 1


async def test_a_reset_forgets_chats(vk: Vk) -> None:
    chat_id, _ = await vk.chat()
    vk.desk.app.systems["vkapi"].reset()
    assert await vk.bot("messages.getConversationMembers", peer_id=PEERS + chat_id) == 927


async def test_a_stranger_can_be_let_in_by_hand_and_thrown_out(vk: Vk) -> None:
    chat_id, link = await vk.chat()
    first, second = (await vk.desk.control("vkapi/people", {"count": 2}))["people"]
    await vk.desk.control(f"vkapi/chats/{chat_id}/join", {"member_id": first["user_id"]})
    assert (await vk.raw("messages.joinChatByInviteLink", second["token"], link=link))["response"] == {"chat_id": chat_id}
    assert await vk.person(0, "messages.addChatUser", chat_id=chat_id, user_id=first["user_id"]) == 917
    assert await vk.bot("messages.removeChatUser", chat_id=chat_id, member_id=first["user_id"]) == 1
    assert await vk.members(chat_id) == [-vk.group, int(second["user_id"])]


async def test_what_a_community_writes_to_a_person_is_in_the_inbox(vk: Vk) -> None:
    await vk.desk.control("vkapi/privacy", {"user_id": vk.id(0), "group_id": vk.group, "writable": True})
    for _ in range(2):
        await vk.bot("messages.send", peer_id=vk.id(0), message="Код 4821", random_id=7)
    (letter,) = vk.desk.app.sandbox.inbox.found("chat", str(vk.id(0)))
    assert (letter.system, letter.text, letter.code) == ("vkapi", "Код 4821", "4821")
