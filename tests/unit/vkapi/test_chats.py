"""What is asked of VK and how its answers are read: versions, forms, pages, links and messages."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors.kit.class_chat import CALL_WITHIN_S, ChatAccount, ClassChatPort, Detached, Outcome, ToChat, ToPerson
from connectors.kit.config import BadSetting
from connectors.kit.errors import Drifted, RateLimited, Rejected
from connectors.kit.manifest import ChatAbility
from connectors.kit.secret import Secret
from tests.unit.vkapi.stub import ACCOUNT, Stub, said

CHAT = "220000001_7"
PEOPLE = ["700000001", "700000002"]


def item(member: int, **more: Any) -> dict[str, Any]:
    return {"member_id": member, "invited_by": member, "join_date": 1_795_251_600, **more}


async def test_each_call_names_the_version_and_carries_the_key_in_the_body() -> None:
    stub = Stub(said({"link": "https://vk.me/join/abc"}), version="5.223")
    await stub.port.invite_link(ACCOUNT, "220000001_5")
    assert stub.asked == [
        {"method": "messages.getInviteLink", "access_token": "vk1.g.key", "v": "5.223", "peer_id": "2000000005",
         "group_id": "220000001", "reset": "0"}
    ]  # fmt: skip
    assert "vk1.g.key" not in str(stub.script.requests[0].url)


@pytest.mark.parametrize("version", ["5.80", "5", "6.1", "x", "5.1999"])
def test_a_version_that_vk_refuses_stops_the_start(version: str) -> None:
    with pytest.raises(BadSetting):
        Stub(said(1), version=version)


def test_it_is_a_port_that_adds_nobody() -> None:
    port = Stub(said(1)).port
    assert isinstance(port, ClassChatPort)
    assert ChatAbility.ADD not in port.manifest.chat
    assert ChatAbility.SENDS_ONCE in port.manifest.chat


@pytest.mark.parametrize(
    ("answer", "outcomes"),
    [
        ({"chat_id": 7, "peer_ids": [700000002]}, [Outcome.NEEDS_LINK, Outcome.DONE]),
        ({"chat_id": 7, "peer_ids": []}, [Outcome.NEEDS_LINK, Outcome.NEEDS_LINK]),
        (7, [Outcome.NEEDS_LINK, Outcome.NEEDS_LINK]),
    ],
)
async def test_who_was_left_out_of_a_new_chat_comes_by_the_link(answer: Any, outcomes: list[Outcome]) -> None:
    stub = Stub(said(answer))
    made = await stub.port.create(ACCOUNT, "7Б", PEOPLE)
    assert made.id == CHAT
    assert [(one.member, one.outcome) for one in made.results] == list(zip(PEOPLE, outcomes, strict=True))
    assert stub.asked[0]["user_ids"] == ",".join(PEOPLE)


async def test_nobody_is_added_and_nothing_is_asked() -> None:
    stub = Stub(said(1))
    results = await stub.port.add(ACCOUNT, CHAT, PEOPLE)
    assert [one.outcome for one in results] == [Outcome.NEEDS_LINK, Outcome.NEEDS_LINK]
    assert not stub.asked


async def test_members_come_whole_page_by_page_and_each_once() -> None:
    stub = Stub(
        said({"count": 5, "items": [item(-220000001, is_owner=True, is_admin=True), item(1), item(2, invited_by=1)],
              "profiles": [{"id": 1, "first_name": "Анна", "last_name": "С."}]}),
        said({"count": 5, "items": [item(2, invited_by=1), item(-77)]}),
    )  # fmt: skip
    found = await stub.port.members(ACCOUNT, CHAT)
    assert [(one.id, one.name, one.is_self, one.is_bot, one.is_owner, one.is_admin, one.by_link) for one in found] == [
        ("-220000001", "", True, True, True, True, None),
        ("1", "Анна С.", False, False, False, False, True),
        ("2", "", False, False, False, False, False),
        ("-77", "", False, True, False, False, True),
    ]
    assert {one.joined_at for one in found} == {datetime.fromtimestamp(1_795_251_600, UTC)}
    assert [one["offset"] for one in stub.asked] == ["0", "3"]


@pytest.mark.parametrize("moment", [10**15, -(10**15), 2**62])
async def test_a_moment_that_no_calendar_holds_is_a_drift(moment: int) -> None:
    with pytest.raises(Drifted):
        await Stub(said({"count": 1, "items": [item(1, join_date=moment)]})).port.members(ACCOUNT, CHAT)


async def test_pages_that_never_end_are_a_drift() -> None:
    with pytest.raises(Drifted):
        await Stub(said({"count": 10**9, "items": [item(1)]})).port.members(ACCOUNT, CHAT)


@pytest.mark.parametrize("link", ["http://vk.me/join/x", "https://vk.me.evil.ru/join/x", "https://a@vk.me/join/x", "https://[", "x", ""])
async def test_only_an_address_of_vks_own_is_shown(link: str) -> None:
    with pytest.raises(Drifted):
        await Stub(said({"link": link})).port.invite_link(ACCOUNT, CHAT)


@pytest.mark.parametrize("answer", [41, {"message_id": 41, "cmid": 3}, [{"peer_id": 1, "message_id": 41}]])
async def test_a_message_is_sent_in_every_shape_of_the_answer(answer: Any) -> None:
    sent = await Stub(said(answer)).port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k")
    assert (sent.outcome, sent.id) == (Outcome.DONE, "41")


async def test_one_key_is_one_number_for_each_peer() -> None:
    stub = Stub(said(1))
    for to in (ToChat(chat=CHAT), ToChat(chat=CHAT), ToChat(chat="220000001_8"), ToPerson(member="700000001")):
        await stub.port.send(ACCOUNT, to, "Собрание", key="announcement-1")
    await stub.port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="announcement-2")
    numbers = [one["random_id"] for one in stub.asked]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 4
    assert all(0 < int(one) < 2**31 for one in numbers)


async def test_a_lost_answer_to_a_message_is_asked_again_with_the_same_number() -> None:
    stub = Stub(httpx.ReadTimeout("slow"), said(5))
    with pytest.raises(Exception, match="vkapi"):
        await stub.port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k")
    await stub.port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k")
    assert len({one["random_id"] for one in stub.asked}) == 1


@pytest.mark.parametrize("text", ["", "x" * 9001])
async def test_a_message_that_vk_would_refuse_is_not_sent(text: str) -> None:
    stub = Stub(said(1))
    with pytest.raises(Rejected):
        await stub.port.send(ACCOUNT, ToChat(chat=CHAT), text, key="k")
    assert not stub.asked


@pytest.mark.parametrize(
    "chat",
    ["", "0", "7", "_7", "x", "220000001_0", "220000001_-7", "220000001_7/../8", "220000001_9999999999", "220000001_٧", "220000002_7"],
)
async def test_a_text_that_is_no_chat_or_another_communitys_is_a_chat_that_does_not_exist(chat: str) -> None:
    stub = Stub(said(1))
    for question in (stub.port.members(ACCOUNT, chat), stub.port.rename(ACCOUNT, chat, "x"), stub.port.remove(ACCOUNT, chat, "1")):
        with pytest.raises(Detached):
            await question
    assert not stub.asked


@pytest.mark.parametrize("member", ["", "abc", "0", "1;2", "9" * 30, "--5"])
async def test_a_text_that_is_no_person_is_not_asked_for(member: str) -> None:
    stub = Stub(said(1))
    assert (await stub.port.remove(ACCOUNT, CHAT, member)).outcome is Outcome.UNKNOWN_PERSON
    assert (await stub.port.send(ACCOUNT, ToPerson(member=member), "x", key="k")).outcome is Outcome.UNKNOWN_PERSON
    assert not stub.asked


def conversation(**settings: Any) -> dict[str, Any]:
    told = {"title": "7Б", "owner_id": -220000001, "state": "in", "admin_ids": [], "members_count": 3, **settings}
    return {"items": [{"peer": {"id": 2000000007, "type": "chat"}, "can_write": {"allowed": True}, "chat_settings": told}], "count": 1}


async def test_what_the_community_may_do_is_read_from_the_chat() -> None:
    rights = await Stub(said(conversation())).port.rights(ACCOUNT, CHAT)
    assert (rights.title, rights.can_remove, rights.can_invite, rights.members) == ("7Б", True, True, 3)
    lost = await Stub(said(conversation(owner_id=5, acl={"can_see_invite_link": False, "can_moderate": False}))).port.rights(ACCOUNT, CHAT)
    assert (lost.can_remove, lost.can_invite, lost.can_rename, lost.can_list) == (False, False, False, True)


@pytest.mark.parametrize("answer", [{"items": [], "count": 0}, conversation(state="kicked"), conversation(state="left")])
async def test_a_chat_without_the_community_is_detached(answer: Any) -> None:
    with pytest.raises(Detached):
        await Stub(said(answer)).port.rights(ACCOUNT, CHAT)


async def test_the_chats_of_a_community_are_found_for_one_whose_answer_was_lost() -> None:
    rows = [{"conversation": one} for one in (*conversation()["items"], *conversation(state="left")["items"])]
    rows[1]["conversation"] = {**rows[1]["conversation"], "peer": {"id": 2000000008, "type": "chat"}}
    person = {"conversation": {"peer": {"id": 5, "type": "user"}}}
    assert await Stub(said({"count": 3, "items": [*rows, person]})).port.chats(ACCOUNT) == ((CHAT, "7Б"),)


@pytest.mark.parametrize("answer", [{"groups": [{"id": 220000001, "name": "Школа"}]}, [{"id": 220000001, "name": "Школа"}]])
async def test_the_key_names_its_community(answer: Any) -> None:
    assert (await Stub(said(answer)).port.check(ChatAccount(token=Secret("x")))).id == "220000001"
    with pytest.raises(Rejected, match="account_differs"):
        await Stub(said(answer)).port.check(ChatAccount(id="5", token=Secret("x")))


async def test_a_persons_own_key_is_no_account_of_a_school() -> None:
    with pytest.raises(Rejected, match="not_a_community"):
        await Stub(said({"groups": []})).port.check(ACCOUNT)


async def test_a_community_asks_no_more_than_twenty_times_a_second() -> None:
    stub = Stub(said(1))
    for _ in range(41):
        await stub.port.rename(ACCOUNT, CHAT, "8Б")
    assert [round(one, 2) for one in stub.clock.slept] == [1.05, 1.05]
    assert len(stub.asked) == 41


async def test_asked_at_once_they_go_out_in_order_and_a_place_beyond_patience_is_refused_at_once() -> None:
    stub = Stub(said(1))
    held = asyncio.Event()

    async def hold(seconds: float) -> None:
        await held.wait()

    stub.port.turns.pause = hold
    many = [asyncio.create_task(stub.port.rename(ACCOUNT, CHAT, "8Б")) for _ in range(20 * 30)]
    await stub.script.came(20)
    refused = [one for one in many if one.done() and isinstance(one.exception(), RateLimited)]
    assert len(refused) == len(many) - 20 * (int(CALL_WITHIN_S / 1.05) + 1)
    held.set()
    await asyncio.gather(*many, return_exceptions=True)
