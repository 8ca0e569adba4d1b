"""A class's chat follows guardianship, enrolment, consent and bound profiles, and is a condition of nothing (RULES A5a, A9, A14)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connectors.kit.class_chat import LostRights, Outcome
from connectors.kit.class_chat import MemberResult as Result
from hub.store import fields
from hub.store.school.chats import members, rooms
from hub.store.sessions import Session
from identity.linking.class_chats import MemberState, Record
from tests.flows.chat_kit import KLASS, Class, open_class, with_chat
from tests.flows.desk_kit import put_on_card
from tests.flows.kit import Hub, kid, parent
from tests.flows.office_kit import signed


@pytest.fixture
async def made(hub: Hub) -> Class:
    return await open_class(hub)


async def notices(browser: Any) -> list[str]:
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


@pytest.mark.feature("F065")
async def test_who_agreed_and_bound_a_profile_is_invited_once_and_is_in_when_he_came(made: Class) -> None:
    made.vk.reachable = {"nobody yet"}
    chat = await with_chat(made)
    await made.look(chat)
    assert made.vk.calls == ["check", "create", "members", "invite_link", "send"]
    shown = await made.mine(made.desk.anna)
    assert (shown["state"], shown["link"]) == ("invited", "https://chat.test/join/1")
    assert "chat_invited" in await notices(made.desk.anna)
    made.vk.calls.clear()
    await made.look(chat)
    assert made.vk.calls == ["members"], "an invitation is sent once, and its link is asked once"
    made.played(await made.room(chat)).come("anna")
    await made.look(chat)
    assert (await made.mine(made.desk.anna))["state"] == "in"


async def test_who_lets_the_community_write_is_in_from_the_start_and_gets_no_invitation(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    assert made.vk.calls == ["check", "create", "members"]
    assert (await made.mine(made.desk.anna))["state"] == "in"


@pytest.mark.rule("A14")
@pytest.mark.parametrize(
    ("agrees", "binds", "state"), [(False, True, "consent"), (True, False, "profile"), (False, False, "consent"), (True, True, "wanted")]
)
async def test_without_consent_or_profile_nobody_is_asked_in_and_the_page_says_what_is_missing(
    made: Class, agrees: bool, binds: bool, state: str
) -> None:
    await made.connect()
    if agrees:
        await made.agree(made.desk.anna)
    if binds:
        await made.bind(await made.desk.person(made.desk.anna), "anna")
    chat = await made.make()
    assert (await made.mine(made.desk.anna))["state"] == state
    await made.look(chat)
    assert ("send" in made.vk.calls) is (state == "wanted")


@pytest.mark.rule("A14")
async def test_a_withdrawn_consent_takes_the_profile_out_at_the_next_look_which_comes_by_itself(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    assert await made.due() == []
    made.desk.hub.clock.go(minutes=1)
    await made.agree(made.desk.anna, word="refused")
    await made.follow()
    assert await made.due() == [chat]
    await made.look(chat)
    assert "anna" not in made.played(await made.room(chat)).members
    acts = (await made.shown(chat))["acts"]
    assert [(one["action"], one["why"]) for one in acts if one["action"] == "member.removed"] == [("member.removed", "no_consent")]


@pytest.mark.rule("A5a")
async def test_a_restricted_parent_is_out_at_once_whatever_was_agreed_and_sees_no_chat(made: Class) -> None:
    made.vk.reachable = {"ivan", "anna"}
    father = await made.desk.father()
    chat = await with_chat(made)
    ivan = await made.desk.person(father)
    await made.bind(ivan, "ivan")
    await made.agree(father)
    await made.follow()
    made.played(await made.room(chat)).come("ivan", is_admin=True)
    await made.look(chat)
    await made.desk.restrict(ivan)
    await made.follow()
    assert await made.due() == [chat]
    await made.look(chat)
    assert set(made.played(await made.room(chat)).members) == {"bot", "anna"}
    again = await signed(made.desk.hub, "ivan")
    assert (await again.get(f"/api/v1/children/{made.desk.petya}/chats")).status_code == 404
    made.played(await made.room(chat)).come("ivan")
    await made.look(chat)
    assert "ivan" not in made.played(await made.room(chat)).members, "the old link lets nobody back"


@pytest.mark.rule("A9")
async def test_a_stranger_is_told_of_once_to_the_class_teacher_who_decides(made: Class) -> None:
    chat = await with_chat(made)
    played = made.played(await made.room(chat))
    played.come("guest")
    await made.look(chat)
    await made.look(chat)
    assert (await notices(made.olga)).count("chat_strangers") == 1
    (guest,) = (await made.shown(chat, made.olga))["guests"]
    assert (guest["name"], guest["may"]) == ("Участник guest", ["keep", "remove"])
    await made.json(made.olga, "POST", f"/api/v1/office/chats/{chat}/guests/{guest['id']}/keep")
    await made.look(chat)
    assert "guest" in played.members and (await notices(made.olga)).count("chat_strangers") == 1
    await made.json(made.olga, "POST", f"/api/v1/office/chats/{chat}/guests/{guest['id']}/remove")
    assert "guest" not in played.members


async def test_where_the_school_chose_so_a_stranger_goes_after_a_day(made: Class) -> None:
    chat = await with_chat(made)
    await made.json(made.desk.nina, "PUT", "/api/v1/office/messengers/vkapi/strangers", {"strangers": "remove"})
    played = made.played(await made.room(chat))
    played.come("guest")
    played.come("chief", is_admin=True)
    await made.look(chat)
    assert "guest" in played.members
    made.desk.hub.clock.go(hours=25)
    await made.look(chat)
    assert "guest" not in played.members and "chief" in played.members


async def test_a_member_who_left_by_himself_is_not_called_back_until_he_asks(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    del made.played(await made.room(chat)).members["anna"]
    await made.look(chat)
    shown = await made.mine(made.desk.anna)
    assert shown["state"] == "left" and "вышли" in shown["says"] and shown["may_ask"]
    made.vk.calls.clear()
    await made.look(chat)
    assert made.vk.calls == ["members"]
    path = f"/api/v1/children/{made.desk.petya}/chats/parents"
    await made.json(made.desk.anna, "PUT", path, {"wanted": True})
    await made.look(chat)
    assert made.vk.letters and (await made.mine(made.desk.anna))["state"] == "invited"


async def test_one_chat_is_refused_without_taking_the_consent_back(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    path = f"/api/v1/children/{made.desk.petya}/chats/parents"
    await made.json(made.desk.anna, "PUT", path, {"wanted": False})
    assert await made.due() == [chat]
    await made.look(chat)
    assert "anna" not in made.played(await made.room(chat)).members
    shown = await made.mine(made.desk.anna)
    assert (shown["state"], shown["consent"]["holds"]) == ("stays_out", True)


async def test_who_was_removed_from_a_vk_chat_is_brought_back_by_a_person_and_the_page_says_so(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    made.desk.hub.clock.go(minutes=1)
    await made.agree(made.desk.anna, word="refused")
    await made.look(chat)
    made.desk.hub.clock.go(minutes=1)
    await made.agree(made.desk.anna)
    made.vk.calls.clear()
    await made.look(chat)
    assert made.vk.calls == ["members"], "a link that lets nobody in is not sent"
    assert (await made.mine(made.desk.anna))["state"] == "ask_teacher"


async def test_who_opted_out_of_a_vk_chat_and_asks_again_gets_no_link_that_lets_nobody_in(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    path = f"/api/v1/children/{made.desk.petya}/chats/parents"
    for wanted in (False, True, True, False, True):
        made.desk.hub.clock.go(minutes=1)
        await made.json(made.desk.anna, "PUT", path, {"wanted": wanted})
        made.vk.letters.clear()
        await made.look(chat)
        assert not made.vk.letters
        shown = await made.mine(made.desk.anna)
        assert (shown["state"], shown["link"]) == ("ask_teacher" if wanted else "stays_out", None)


async def test_a_child_who_left_the_class_takes_the_parent_along_and_a_sister_keeps_hers(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    made.desk.hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(3, "Вера")))
    await signed(made.desk.hub, "anna")
    await put_on_card(made.desk.hub, kid(3, "Вера"))

    await made.desk.hub.deps.db.write(
        lambda: fields.changed(Session, "UPDATE school_card SET class = '7Б' WHERE child = ?", (made.desk.petya,))
    )
    await made.look(chat)
    assert "anna" in made.played(await made.room(chat)).members, "by the sister she is still of the class"


async def test_a_refusal_for_one_member_stops_nobody_else_and_is_written_down(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    played = made.played(await made.room(chat))
    played.come("one", "two", "three")
    await made.look(chat)
    made.vk.refused = {"one": Result(member="one", outcome=Outcome.REFUSED, code="15")}
    guests = {guest["name"]: guest["id"] for guest in (await made.shown(chat))["guests"]}
    for name in ("one", "two"):
        await made.json(made.desk.nina, "POST", f"/api/v1/office/chats/{chat}/guests/{guests[f'Участник {name}']}/remove")
    assert set(played.members) == {"bot", "anna", "one", "three"}
    acts = (await made.shown(chat))["acts"]
    assert {(one["action"], one["ok"], one["code"]) for one in acts} >= {("member.removed", False, "15"), ("member.removed", True, "")}


async def test_half_a_class_gone_from_the_roster_waits_for_somebody_to_look(made: Class) -> None:
    chat = await with_chat(made)
    played = made.played(await made.room(chat))
    played.come("a", "b", "c", "d", "e")
    deps, now = made.desk.hub.deps, made.desk.hub.clock()

    known = [members.Noted(record=Record(subject=one, state=MemberState.JOINED, since=now)) for one in "abcde"]
    await deps.db.write(lambda: members.keep(deps.keys, chat, known))
    await made.look(chat)
    shown = await made.shown(chat)
    assert shown["chat"]["held"] == 5 and len(played.members) == 6
    assert "никого не убрали" in shown["chat"]["says"]
    assert "chat_held" in await notices(made.olga)
    await made.json(made.olga, "POST", f"/api/v1/office/chats/{chat}/let-go")
    assert set(played.members) == {"bot"}
    assert (await made.olga.send("POST", f"/api/v1/office/chats/{chat}/let-go")).status_code == 409


async def test_a_pupil_under_14_comes_by_the_guardians_word_and_with_an_own_profile(made: Class) -> None:
    await made.connect()
    chat = await made.make("pupils")
    await made.bind(made.desk.petya, "petya")
    assert (await made.mine(made.desk.anna, audience="pupils"))["state"] == "consent"
    await made.agree(made.desk.anna, subject=made.desk.petya)
    await made.look(chat)
    shown = await made.mine(made.desk.anna, audience="pupils")
    assert shown["state"] == "invited" and shown["link"] is None, "the pupil's link is not the parent's"
    assert not any(one["person"] != made.desk.petya for one in (await made.shown(chat))["people"] if one["why"] == "pupil")


@pytest.mark.rule("A9")
async def test_nothing_else_of_the_cabinet_asks_for_a_chat(made: Class) -> None:
    """Refused, not bound, no chat at all, or a broken one: diary, home, notices and passes are what they were."""
    await made.connect()
    await made.make()
    await made.agree(made.desk.anna, word="refused")
    for path in ("/api/v1/me", "/api/v1/children", f"/api/v1/children/{made.desk.petya}/marks", "/", "/notices", "/family", "/consents"):
        answer = await made.desk.anna.get(path)
        assert answer.status_code == 200, path


async def test_two_officers_at_once_make_one_chat(made: Class) -> None:
    await made.connect()
    body = {"class": KLASS, "audience": "parents"}
    answers = await asyncio.gather(*(one.send("POST", "/api/v1/office/chats", json=body) for one in (made.desk.nina, made.desk.rita)))
    assert sorted(one.status_code for one in answers) == [201, 409]
    assert made.vk.calls.count("create") == 1


async def test_a_lost_right_during_the_work_keeps_what_was_done_and_goes_on_after_it_is_given_back(made: Class) -> None:
    chat = await with_chat(made)
    made.vk.fails["send"] = LostRights("vkapi", "925 not admin")
    await made.look(chat)
    room = await made.room(chat)
    assert (room.state, room.note, room.link) == (rooms.RoomState.LOST_RIGHTS, "lost_rights", "https://chat.test/join/1")
    assert "chat_trouble" in await notices(made.olga)
    await made.json(made.olga, "POST", f"/api/v1/office/chats/{chat}/look")
    assert (await made.room(chat)).state is rooms.RoomState.ACTIVE
    assert made.vk.calls.count("invite_link") == 1
