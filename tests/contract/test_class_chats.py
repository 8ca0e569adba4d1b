"""The port of class chats, one suite for every carrier: what a manifest promises happens, and what people do by hand is understood."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.kit.class_chat import (
    AccountDead,
    BotPort,
    ChatAccount,
    ClassChatPort,
    Detached,
    Happening,
    LostRights,
    Outcome,
    ToChat,
    ToPerson,
)
from connectors.kit.errors import Rejected
from connectors.kit.manifest import ChatAbility
from connectors.kit.secret import Secret
from tests.contract.chats import CARRIERS, TITLE, Chats, chats
from tests.contract.conftest import sandbox_process
from tests.contract.stand import NOW
from tests.nothing_skipped import not_applicable


def need(desk: Chats, ability: ChatAbility) -> None:
    if not desk.can(ability):
        not_applicable(f"{desk.carrier} does not offer {ability}")


async def members(desk: Chats) -> dict[str, Any]:
    return {one.id: one for one in await desk.port.members(desk.account, desk.chat)}


def test_both_carriers_are_under_contract() -> None:
    assert CARRIERS == ["max", "vkapi"]


async def test_the_account_is_checked_by_its_token(desk: Chats) -> None:
    assert isinstance(desk.port, ClassChatPort)
    seen = await desk.port.check(ChatAccount(token=desk.account.token))
    assert seen.id == desk.account.id
    assert seen.name
    with pytest.raises(Rejected, match="account_differs"):
        await desk.port.check(ChatAccount(id="1", token=desk.account.token))
    with pytest.raises(AccountDead):
        await desk.port.check(ChatAccount(token=Secret("no-such-token")))


async def test_a_chat_made_by_hand_or_by_the_account_has_a_title_and_a_link(desk: Chats) -> None:
    rights = await desk.port.rights(desk.account, desk.chat)
    assert (rights.title, rights.can_list, rights.can_remove, rights.can_rename, rights.can_invite) == (TITLE, True, True, True, True)
    assert (await desk.port.invite_link(desk.account, desk.chat)).startswith("https://")
    own = [one for one in (await members(desk)).values() if one.is_self]
    assert len(own) == 1
    assert own[0].is_bot


async def test_a_person_joins_by_the_link_is_seen_and_leaves_by_himself(desk: Chats) -> None:
    (person,) = await desk.strangers(1)
    await desk.join(person)
    seen = (await members(desk))[person]
    assert not (seen.is_bot or seen.is_admin or seen.is_owner or seen.is_self)
    assert seen.joined_at is not None and seen.joined_at.tzinfo is not None
    assert seen.by_link in (True, None)
    await desk.leave(person)
    assert person not in await members(desk)
    assert (await desk.port.remove(desk.account, desk.chat, person)).outcome is Outcome.ALREADY


async def test_a_stranger_is_removed_and_a_second_time_is_no_error(desk: Chats) -> None:
    (stranger,) = await desk.strangers(1)
    await desk.join(stranger)
    results = [await desk.port.remove(desk.account, desk.chat, stranger, for_good=True) for _ in range(2)]
    assert [one.outcome for one in results] == [Outcome.DONE, Outcome.ALREADY]
    assert stranger not in await members(desk)
    with pytest.raises(AssertionError):
        await desk.join(stranger)


async def test_nobody_who_never_was_there_is_removed(desk: Chats) -> None:
    for nobody in ("5", "abc", ""):
        assert (await desk.port.remove(desk.account, desk.chat, nobody)).outcome in (Outcome.ALREADY, Outcome.UNKNOWN_PERSON)


async def test_adding_gives_one_result_for_each_and_fails_for_nobodys_sake(desk: Chats) -> None:
    willing, closed = await desk.strangers(2)
    await desk.open(willing)
    results = await desk.port.add(desk.account, desk.chat, [willing, closed, "5", "abc"])
    assert [one.member for one in results] == [willing, closed, "5", "abc"]
    if desk.can(ChatAbility.ADD):
        wanted = [Outcome.DONE, Outcome.NEEDS_LINK, Outcome.UNKNOWN_PERSON, Outcome.UNKNOWN_PERSON]
        assert [one.outcome for one in results] == wanted
        assert [one.outcome for one in await desk.port.add(desk.account, desk.chat, [willing])] == [Outcome.DONE]
    else:
        assert {one.outcome for one in results} == {Outcome.NEEDS_LINK}
    assert (willing in await members(desk)) is desk.can(ChatAbility.ADD)


async def test_a_new_chat_tells_who_could_not_be_taken_in(desk: Chats) -> None:
    need(desk, ChatAbility.CREATE)
    willing, closed = await desk.strangers(2)
    await desk.open(willing)
    made = await desk.port.create(desk.account, "8А", [willing, closed, "5"])
    assert [(one.member, one.outcome) for one in made.results] == [
        (willing, Outcome.DONE),
        (closed, Outcome.NEEDS_LINK),
        ("5", Outcome.NEEDS_LINK),
    ]
    assert willing in {one.id for one in await desk.port.members(desk.account, made.id)}


async def test_the_chats_of_the_account_are_listed(desk: Chats) -> None:
    need(desk, ChatAbility.LIST_CHATS)
    assert (desk.chat, TITLE) in await desk.port.chats(desk.account)


async def test_a_chat_is_renamed(desk: Chats) -> None:
    await desk.port.rename(desk.account, desk.chat, "8Б: родители")
    assert (await desk.port.rights(desk.account, desk.chat)).title == "8Б: родители"


async def test_a_reset_link_makes_the_old_one_worthless(desk: Chats) -> None:
    need(desk, ChatAbility.RESET_LINK)
    old = await desk.port.invite_link(desk.account, desk.chat)
    new = await desk.port.invite_link(desk.account, desk.chat, reset=True)
    assert old != new
    (person,) = await desk.strangers(1)
    with pytest.raises(AssertionError):
        await desk.join(person, old)
    await desk.join(person, new)


@pytest.mark.parametrize(
    "question",
    [
        (ChatAbility.CREATE, lambda desk: desk.port.create(desk.account, "x")),
        (ChatAbility.LIST_CHATS, lambda desk: desk.port.chats(desk.account)),
        (ChatAbility.RESET_LINK, lambda desk: desk.port.invite_link(desk.account, desk.chat, reset=True)),
    ],
    ids=lambda value: str(value[0]),
)
async def test_what_a_carrier_cannot_do_is_refused_with_a_sentence_and_not_asked(desk: Chats, question: Any) -> None:
    ability, ask = question
    if desk.can(ability):
        not_applicable(f"{desk.carrier} offers {ability}")
    before = len(await desk.asked())
    with pytest.raises(Rejected, match="cannot") as told:
        await ask(desk)
    assert told.value.text
    assert len(await desk.asked()) == before


async def test_messages_go_to_the_chat_and_to_who_allowed_it(desk: Chats) -> None:
    willing, closed = await desk.strangers(2)
    await desk.open(willing)
    for to, outcome in (
        (ToChat(chat=desk.chat), Outcome.DONE),
        (ToPerson(member=willing), Outcome.DONE),
        (ToPerson(member=closed), Outcome.REFUSED),
    ):
        sent = await desk.port.send(desk.account, to, "Собрание в среду", key="k-1")
        assert (sent.outcome, bool(sent.id)) == (outcome, outcome is Outcome.DONE)


async def test_one_key_is_one_message(desk: Chats) -> None:
    need(desk, ChatAbility.SENDS_ONCE)
    sent = [await desk.port.send(desk.account, ToChat(chat=desk.chat), "Собрание", key=key) for key in ("a", "a", "b")]
    assert sent[0].id == sent[1].id != sent[2].id


async def test_an_account_without_rights_still_sees_that_it_lost_them(desk: Chats) -> None:
    (stranger,) = await desk.strangers(1)
    await desk.join(stranger)
    await desk.take_rights()
    rights = await desk.port.rights(desk.account, desk.chat)
    assert not (rights.can_remove or rights.can_rename)
    for question in (
        desk.port.remove(desk.account, desk.chat, stranger),
        desk.port.rename(desk.account, desk.chat, "x"),
    ):
        with pytest.raises(LostRights) as told:
            await question
        assert "администратор" in told.value.text


@pytest.mark.parametrize("by_hand", ["delete", "throw_out"])
async def test_a_chat_deleted_by_hand_or_without_the_account_is_detached(desk: Chats, by_hand: str) -> None:
    await getattr(desk, by_hand)()
    for question in (
        desk.port.members(desk.account, desk.chat),
        desk.port.rights(desk.account, desk.chat),
        desk.port.invite_link(desk.account, desk.chat),
        desk.port.rename(desk.account, desk.chat, "x"),
        desk.port.remove(desk.account, desk.chat, "700000001"),
        desk.port.send(desk.account, ToChat(chat=desk.chat), "x", key="k"),
    ):
        with pytest.raises(Detached) as told:
            await question
        assert told.value.text


async def test_a_chat_that_never_was_is_detached_too(desk: Chats) -> None:
    for chat in ("77", "-5", "", "x/../y"):
        with pytest.raises(Detached):
            await desk.port.members(desk.account, chat)


async def test_a_token_that_was_ended_is_dead(desk: Chats) -> None:
    await desk.end_token()
    with pytest.raises(AccountDead) as told:
        await desk.port.members(desk.account, desk.chat)
    assert "ключ" in told.value.text.lower()


async def test_a_long_queue_goes_out_at_the_carriers_pace_and_none_is_refused(desk: Chats) -> None:
    await desk.post(f"{desk.carrier}/switches", {"rate_limits": True})
    for _ in range(100):
        await desk.port.check(desk.account)
    asked = [one for one in await desk.asked() if "switches" not in one]
    assert len(asked) <= 100 + 8, "asked again for haste"


async def test_a_persons_id_comes_with_the_code_of_the_start_link(desk: Chats) -> None:
    port = desk.port
    if not isinstance(port, BotPort):
        not_applicable(f"{desk.carrier} tells no bot who opened it")
    bot = await port.check(desk.account)
    assert port.start_link(bot, "code-1").endswith("?start=code-1")
    place = (await port.events(desk.account)).place
    (person,) = await desk.strangers(1)
    await desk.post("max/start", {"bot_id": int(desk.account.id), "user_id": int(person), "payload": "code-1"})
    await desk.join(person)
    told = await port.events(desk.account, place=place)
    assert [(one.kind, one.member, one.payload) for one in told.events] == [
        (Happening.STARTED, person, "code-1"),
        (Happening.JOINED, person, ""),
    ]
    assert (await port.events(desk.account, place=told.place)).events == ()


async def test_a_class_gets_its_chat_over_sockets() -> None:
    """Both carriers, a sandbox process of its own: a chat, its link, a stranger who is removed, a dead token."""
    async with sandbox_process() as root:
        for carrier in CARRIERS:
            await _in_short(carrier, root)


async def _in_short(carrier: str, root: str) -> None:
    async with chats(carrier, root, transport=None, now=NOW) as desk:
        assert (await desk.port.invite_link(desk.account, desk.chat)).startswith("https://")
        (stranger,) = await desk.strangers(1)
        await desk.join(stranger)
        assert (await desk.port.remove(desk.account, desk.chat, stranger)).outcome is Outcome.DONE
        await desk.end_token()
        with pytest.raises(AccountDead):
            await desk.port.members(desk.account, desk.chat)
