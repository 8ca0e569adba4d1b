"""What is asked of MAX and how its answers are read: the bare token, members with partial success, links and rights."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.class_chat import AccountSeen, BotPort, ChatAccount, Detached, Outcome, ToPerson
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.manifest import ChatAbility
from connectors.kit.secret import Secret
from tests.unit.max.stub import ACCOUNT, AT, CHAT, Stub, chat, member, said


async def test_the_token_goes_bare_into_the_header_and_nowhere_else() -> None:
    stub = Stub(said(chat()))
    assert await stub.port.invite_link(ACCOUNT, CHAT) == "https://max.ru/join/abc"
    request = stub.script.requests[0]
    assert request.headers["authorization"] == "bot-token"
    assert "bot-token" not in str(request.url)


def test_it_is_a_port_of_a_bot_that_makes_no_chats() -> None:
    port = Stub(said({})).port
    assert isinstance(port, BotPort)
    assert not port.manifest.chat & {ChatAbility.CREATE, ChatAbility.SENDS_ONCE, ChatAbility.LIST_CHATS}
    assert {ChatAbility.ADD, ChatAbility.REMOVE, ChatAbility.LIST} <= port.manifest.chat


async def test_members_come_whole_page_by_page_and_each_once() -> None:
    owner = member(61) | {"is_owner": True, "permissions": ["write"]}
    stub = Stub(
        said({"members": [owner, member(50000001, is_bot=True)], "marker": 77}),
        said({"members": [member(50000001, is_bot=True), member(62, last_name=None)], "marker": None}),
    )
    found = await stub.port.members(ACCOUNT, CHAT)
    assert [(one.id, one.name, one.is_self, one.is_bot, one.is_owner, one.is_admin) for one in found] == [
        ("61", "Анна С.", False, False, True, True),
        ("50000001", "Анна С.", True, True, False, False),
        ("62", "Анна", False, False, False, False),
    ]
    assert {(one.by_link, one.joined_at) for one in found} == {(None, datetime.fromtimestamp(AT / 1000, UTC))}
    assert [dict(one.url.params) for one in stub.script.requests] == [{"count": "100"}, {"count": "100", "marker": "77"}]


@pytest.mark.parametrize("moment", [10**18, -(10**18), 2**62])
async def test_a_moment_that_no_calendar_holds_is_a_drift(moment: int) -> None:
    with pytest.raises(Drifted):
        await Stub(said({"members": [member(1) | {"join_time": moment}]})).port.members(ACCOUNT, CHAT)


async def test_pages_that_never_end_are_a_drift() -> None:
    with pytest.raises(Drifted):
        await Stub(said({"members": [member(1)], "marker": 5})).port.members(ACCOUNT, CHAT)


async def test_each_added_person_has_a_result_in_the_order_asked() -> None:
    answer = {
        "success": False,
        "failed_user_ids": [2, 3, 4, 5],
        "failed_user_details": [
            {"error_code": "add.participant.privacy", "user_ids": [2]},
            {"error_code": "add.participant.not.found", "user_ids": [3]},
            {"error_code": "add.participant.something.new", "user_ids": [4]},
        ],
    }
    stub = Stub(said(answer))
    results = await stub.port.add(ACCOUNT, CHAT, ["1", "2", "x", "3", "4", "5", "1"])
    assert [(one.member, one.outcome) for one in results] == [
        ("1", Outcome.DONE),
        ("2", Outcome.NEEDS_LINK),
        ("x", Outcome.UNKNOWN_PERSON),
        ("3", Outcome.UNKNOWN_PERSON),
        ("4", Outcome.NEEDS_LINK),
        ("5", Outcome.NEEDS_LINK),
        ("1", Outcome.DONE),
    ]
    assert stub.script.requests[0].content == b'{"user_ids":[1,2,3,4,5]}'


async def test_a_refusal_of_all_without_a_reason_leaves_everybody_the_link() -> None:
    results = await Stub(said({"success": False, "message": "no"})).port.add(ACCOUNT, CHAT, ["1", "2"])
    assert {one.outcome for one in results} == {Outcome.NEEDS_LINK}


async def test_many_are_added_in_portions_and_nobody_twice() -> None:
    stub = Stub(said({"success": True}))
    results = await stub.port.add(ACCOUNT, CHAT, [str(one) for one in range(1, 121)])
    assert len(results) == 120
    assert len(stub.asked) == 3
    assert await stub.port.add(ACCOUNT, CHAT, []) == ()
    assert len(stub.asked) == 3


@pytest.mark.parametrize(("left", "outcome"), [([], Outcome.ALREADY), ([member(5)], Outcome.REFUSED), ([member(6)], Outcome.ALREADY)])
async def test_a_failed_removal_is_understood_by_who_is_still_there(left: list[Any], outcome: Outcome) -> None:
    stub = Stub(said({"success": False, "message": "words without a code"}), said({"members": left}))
    assert (await stub.port.remove(ACCOUNT, CHAT, "5")).outcome is outcome


@pytest.mark.parametrize("for_good", [True, False])
async def test_only_who_is_removed_for_good_is_blocked(for_good: bool) -> None:
    stub = Stub(said({"success": True}))
    assert (await stub.port.remove(ACCOUNT, CHAT, "5", for_good=for_good)).outcome is Outcome.DONE
    assert dict(stub.script.requests[0].url.params) == {"user_id": "5", "block": "true" if for_good else "false"}


@pytest.mark.parametrize("link", ["http://max.ru/join/x", "https://max.ru.evil.ru/x", "https://a@max.ru/x", "https://[", "x"])
async def test_only_an_address_of_maxs_own_is_shown(link: str) -> None:
    with pytest.raises(Drifted):
        await Stub(said(chat(link=link))).port.invite_link(ACCOUNT, CHAT)


@pytest.mark.parametrize("link", [None, ""])
async def test_a_chat_without_a_link_says_where_to_switch_it_on(link: str | None) -> None:
    with pytest.raises(Rejected, match="no_link"):
        await Stub(said(chat(link=link))).port.invite_link(ACCOUNT, CHAT)


@pytest.mark.parametrize(
    ("own", "can"),
    [
        ({"is_admin": True, "permissions": ["add_remove_members", "change_chat_info"]}, (True, True, True)),
        ({"is_admin": True, "permissions": ["write"]}, (True, False, False)),
        ({"is_admin": False, "permissions": ["add_remove_members"]}, (False, False, False)),
    ],
)
async def test_what_the_bot_may_do_is_read_from_its_membership(own: dict[str, Any], can: tuple[bool, bool, bool]) -> None:
    rights = await Stub(said(chat()), said(member(50000001) | own)).port.rights(ACCOUNT, CHAT)
    assert (rights.can_list, rights.can_remove, rights.can_rename) == can
    assert (rights.title, rights.members, rights.can_invite) == ("7Б", 3, True)


@pytest.mark.parametrize("name", ["", "0", "x", "../me", "-", "9" * 30, "5/members", "٧"])
async def test_a_text_that_is_no_chat_or_no_person_is_not_asked_for(name: str) -> None:
    stub = Stub(said({}))
    with pytest.raises(Detached):
        await stub.port.members(ACCOUNT, name)
    assert (await stub.port.remove(ACCOUNT, CHAT, name)).outcome is Outcome.UNKNOWN_PERSON
    assert (await stub.port.send(ACCOUNT, ToPerson(member=name), "x", key="k")).outcome is Outcome.UNKNOWN_PERSON
    assert not stub.asked


async def test_the_token_of_another_bot_is_refused() -> None:
    answer = said({"user_id": 50000001, "first_name": "Бот", "username": "id50000001_bot"})
    seen = AccountSeen(id="50000001", name="Бот", username="id50000001_bot")
    assert await Stub(answer).port.check(ChatAccount(token=Secret("x"))) == seen
    with pytest.raises(Rejected, match="account_differs"):
        await Stub(answer).port.check(ChatAccount(id="5", token=Secret("x")))


async def test_a_bot_asks_no_more_than_thirty_times_a_second() -> None:
    stub = Stub(said(chat()))
    for _ in range(61):
        await stub.port.rename(ACCOUNT, CHAT, "8Б")
    assert [round(one, 2) for one in stub.clock.slept] == [1.05, 1.05]
