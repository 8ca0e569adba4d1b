"""The office's side of chats: messengers, whose class, troubles with a sentence, a move with a dry run, a bot that tells who came."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connectors.kit.class_chat import AccountDead, CaptchaAsked, Happening, LongBlock, LostRights
from connectors.kit.errors import ConnectorError, RateLimited, TimedOut, Unavailable
from hub.flows.class_chats.bots import hear
from hub.flows.class_chats.watching import Chats
from hub.flows.class_chats.words import NOTES, note_of, sentence
from hub.store.school.chats import carriers, rooms
from tests.flows.chat_kit import KLASS, Class, PlayedChat, open_class, with_chat
from tests.flows.kit import Hub
from tests.flows.office_kit import OGRN, signed

WAYS = {"look": "POST", "let-go": "POST", "": "GET"}


@pytest.fixture
async def made(hub: Hub) -> Class:
    return await open_class(hub)


async def carrier(made: Class, name: str = "vkapi") -> carriers.CarrierCard:
    deps = made.desk.hub.deps
    found = await deps.db.read(lambda: carriers.by_account(deps.keys, name, OGRN))
    assert found is not None
    return found


@pytest.mark.rule("B6")
@pytest.mark.parametrize("way", WAYS)
async def test_a_chat_of_another_school_or_class_does_not_exist(made: Class, way: str) -> None:
    chat = await with_chat(made)
    vera = await signed(made.desk.hub, "vera")
    for browser, expect in ((made.desk.oleg, 404), (vera, 404), (made.desk.anna, 404)):
        path = f"/api/v1/office/chats/{chat}/{way}".rstrip("/")
        answer = await (browser.get(path) if WAYS[way] == "GET" else browser.send("POST", path))
        assert answer.status_code == expect


@pytest.mark.rule("B6")
async def test_a_class_teacher_sees_the_own_class_and_changes_no_messenger(made: Class) -> None:
    await with_chat(made)
    other = {"last_name": "Б", "first_name": "В", "birth_date": "2014-01-01", "class": "7Б"}
    await made.json(made.desk.nina, "POST", "/api/v1/office/pupils", other | {"middle_name": ""}, expect=201)
    every = await made.json(made.desk.nina, "GET", "/api/v1/office/chats")
    own = await made.json(made.olga, "GET", "/api/v1/office/chats")
    assert ([one["class"] for one in every["items"]], [one["class"] for one in own["items"]]) == ([KLASS, "7Б"], [KLASS])
    assert own["items"][0]["missing"] == ["pupils"]
    for method, path, body in (
        ("PUT", "/api/v1/office/messengers/vkapi", {"token": "good"}),
        ("DELETE", "/api/v1/office/messengers/vkapi", None),
        ("POST", "/api/v1/office/chats/move", {"class": KLASS, "carrier": "max"}),
    ):
        assert (await made.olga.send(method, path, json=body)).status_code == 403
    assert (await made.olga.send("POST", "/api/v1/office/chats", json={"class": "7Б", "audience": "parents"})).status_code == 404


@pytest.mark.security("7")
async def test_a_token_is_checked_sealed_and_never_told_again(made: Class) -> None:
    refused = await made.desk.nina.send("PUT", "/api/v1/office/messengers/vkapi", json={"token": "wrong", "account": "bot"})
    assert refused.status_code == 422
    told = await made.connect()
    (mine,) = [one for one in told["items"] if one["carrier"] == "vkapi"]
    assert (mine["state"], mine["account_name"], mine["in_force"]) == ("working", "Бот школы", True)
    assert "good" not in str(told)
    stored = await made.desk.hub.rows("SELECT token FROM chat_carrier")
    assert stored and "good" not in str(stored)


async def test_writes_want_our_own_page(made: Class) -> None:
    chat = await with_chat(made)
    for method, path, body in (
        ("PUT", "/api/v1/office/messengers/vkapi", {"token": "good"}),
        ("POST", f"/api/v1/office/chats/{chat}/look", None),
        ("DELETE", f"/api/v1/office/chats/{chat}", None),
        ("POST", "/api/v1/office/chats/move", {"class": KLASS, "carrier": "max"}),
    ):
        assert (await made.desk.nina.send(method, path, json=body, csrf="wrong")).status_code == 403
        assert (await made.desk.nina.send(method, path, json=body, origin="https://evil.test")).status_code == 403


TROUBLES: list[tuple[ConnectorError, str, rooms.RoomState]] = [
    (LostRights("vkapi", "925 not admin"), "lost_rights", rooms.RoomState.LOST_RIGHTS),
    (AccountDead("vkapi", "5 auth"), "dead", rooms.RoomState.ACTIVE),
    (CaptchaAsked("vkapi", "14"), "captcha", rooms.RoomState.ACTIVE),
    (LongBlock("vkapi", "9 flood", after_s=7200), "long_limit", rooms.RoomState.ACTIVE),
    (RateLimited("vkapi", "6", after_s=3), "limit", rooms.RoomState.ACTIVE),
    (Unavailable("vkapi"), "silent", rooms.RoomState.ACTIVE),
    (TimedOut("vkapi"), "silent", rooms.RoomState.ACTIVE),
]


@pytest.mark.parametrize(("error", "note", "state"), TROUBLES, ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "")
async def test_every_trouble_is_remembered_and_said_with_what_to_do(
    made: Class, error: ConnectorError, note: str, state: rooms.RoomState
) -> None:
    chat = await with_chat(made)
    made.vk.fails["members"] = error
    await made.look(chat)
    room = await made.room(chat)
    assert (room.note, room.state) == (note, state)
    shown = (await made.shown(chat, made.olga))["chat"]
    assert shown["says"] and shown["says"].endswith(".") and "ошибк" not in shown["says"].casefold()
    assert (await made.mine(made.desk.anna))["state"] == "trouble"
    made.desk.hub.clock.go(days=3)
    if note == "dead":
        assert (await carrier(made)).state is carriers.CarrierState.DEAD and await made.due() == []
        await made.connect()
    await made.look(chat)
    assert (await made.room(chat)).note == ""


async def test_a_chat_deleted_by_hand_is_told_of_once_and_bound_anew(made: Class) -> None:
    chat = await with_chat(made)
    made.vk.chats_.clear()
    await made.look(chat)
    await made.look(chat)
    kinds = [one["kind"] for one in (await made.json(made.olga, "GET", "/api/v1/me/notices"))["items"]]
    assert kinds.count("chat_trouble") == 1
    shown = (await made.shown(chat))["chat"]
    assert shown["state"] == "detached" and "удалили руками" in shown["says"]
    await made.json(made.desk.nina, "DELETE", f"/api/v1/office/chats/{chat}", expect=204)
    again = await made.make()
    await made.look(again)
    assert (await made.mine(made.desk.anna))["state"] == "invited"


async def test_a_limit_rests_the_account_and_not_the_others(made: Class) -> None:
    chat = await with_chat(made)
    pupils = await made.make("pupils")
    made.vk.fails["members"] = RateLimited("vkapi", "9", after_s=600)
    await made.look(chat)
    assert await made.due() == [], "another chat of the same account is not asked either"
    made.desk.hub.clock.go(seconds=601)
    assert set(await made.due()) == {chat, pupils}


async def test_after_a_lost_answer_to_making_a_chat_the_one_that_was_made_is_taken(made: Class) -> None:
    await made.connect()
    create = made.vk.create

    async def lost(*asked: Any, **more: Any) -> Any:
        await create(*asked, **more)
        raise TimedOut("vkapi")

    made.vk.create = lost  # type: ignore[method-assign]  # this one answer is lost on its way
    chat = await made.make()
    assert len(made.vk.chats_) == 1 and (await made.room(chat)).outside == "1"


@pytest.mark.parametrize(("link", "status"), [("https://vk.me/join/AbCdEf123", 201), ("https://evil.test/join/1", 422), ("vk.me/x", 422)])
async def test_a_bare_link_is_shown_to_who_agreed_and_nobody_is_asked(made: Class, link: str, status: int) -> None:
    await made.connect("invite_link", token="", account="")
    body = {"class": KLASS, "audience": "parents", "carrier": "invite_link", "outside": link}
    answer = await made.desk.nina.send("POST", "/api/v1/office/chats", json=body)
    assert answer.status_code == status
    if status == 201:
        await made.look((await answer.get_json())["id"])
        assert (await made.mine(made.desk.anna))["state"] == "consent"
        await made.agree(made.desk.anna, "chat_link")
        shown = await made.mine(made.desk.anna)
        assert (shown["state"], shown["link"]) == ("invited", link)


async def test_a_chat_is_not_two_classes_and_a_bot_without_rights_binds_none(made: Class) -> None:
    await made.connect("max")
    made.max.chats_["-7"] = PlayedChat(title="Родители 6А", may=False)
    body = {"class": KLASS, "audience": "parents", "carrier": "max", "outside": "-7"}
    assert (await made.desk.nina.send("POST", "/api/v1/office/chats", json=body)).status_code == 403
    made.max.chats_["-7"].may = True
    await made.json(made.desk.nina, "POST", "/api/v1/office/chats", body, expect=201)
    assert (await made.desk.nina.send("POST", "/api/v1/office/chats", json=body | {"audience": "pupils"})).status_code == 409
    assert (await made.desk.nina.send("POST", "/api/v1/office/chats", json=body | {"outside": ""})).status_code == 409


async def test_a_class_moves_in_one_action_after_a_dry_run_that_does_nothing(made: Class) -> None:
    made.vk.reachable = {"anna"}
    chat = await with_chat(made)
    await made.look(chat)
    await made.connect("max")
    await hear(made.desk.hub.deps, (await carrier(made, "max")).id)
    made.max.chats_["-7"] = PlayedChat(title="Родители 6А")
    made.tell(Happening.BOT_ADDED, chat="-7", title="Родители 6А")
    await hear(made.desk.hub.deps, (await carrier(made, "max")).id)
    made.vk.calls.clear()
    made.max.calls.clear()
    plan = await made.json(made.desk.nina, "POST", "/api/v1/office/chats/move", {"class": KLASS, "carrier": "max"})
    (room,) = plan["rooms"]
    assert (room["act"], room["invites"], room["waits_consent"], room["leaves_behind"]) == ("bind", 0, 2, 1)
    assert room["found"] == [{"id": "-7", "title": "Родители 6А"}]
    assert not made.vk.calls and not made.max.calls and (await made.room(chat)).state is rooms.RoomState.ACTIVE
    body = {"class": KLASS, "carrier": "max", "dry_run": False, "chats": {"parents": "-7"}}
    done = await made.json(made.desk.nina, "POST", "/api/v1/office/chats/move", body)
    assert done["rooms"][0]["result"] == "done"
    assert (await made.room(chat)).state is rooms.RoomState.ENDED
    assert "переехал в MAX" in made.vk.chats_["1"].said[0] and "anna" in made.vk.chats_["1"].members
    assert (await made.mine(made.desk.anna))["carrier"] == "max"
    assert (await made.mine(made.desk.anna))["state"] == "consent", "who agreed to one messenger did not agree to another"


async def test_a_move_that_fails_leaves_the_old_chat_as_it_was(made: Class) -> None:
    chat = await with_chat(made)
    await made.connect("max")
    body = {"class": KLASS, "carrier": "max", "dry_run": False, "chats": {"parents": "-404"}}
    done = await made.json(made.desk.nina, "POST", "/api/v1/office/chats/move", body)
    assert done["rooms"][0]["result"] == "detached" and done["rooms"][0]["says"]
    assert (await made.room(chat)).state is rooms.RoomState.ACTIVE


async def begin_max(made: Class, browser: Any, **more: Any) -> tuple[str, str]:
    started = await made.json(browser, "POST", "/api/v1/links/max", more, expect=201)
    return started["intent"], started["authorize_url"].partition("start=")[2]


@pytest.mark.rule("A9")
@pytest.mark.feature("F066")
async def test_a_max_profile_is_bound_by_the_bots_code_and_the_word_of_who_asked(made: Class) -> None:
    await made.connect("max")
    intent, code = await begin_max(made, made.desk.anna)
    path = f"/api/v1/links/intents/{intent}/profile"
    assert (await made.json(made.desk.anna, "GET", path))["state"] == "waiting"
    made.tell(Happening.STARTED, member="60001", payload=code, name="Анна О.")
    made.tell(Happening.STARTED, member="66666", payload=code, name="Чужой")
    bot = (await carrier(made, "max")).id
    await hear(made.desk.hub.deps, bot)
    seen = await made.json(made.desk.anna, "GET", path)
    assert (seen["state"], seen["name"]) == ("seen", "Анна О.")
    assert (await made.desk.nina.get(path)).status_code == 404, "another person's code"
    bound = await made.json(made.desk.anna, "POST", path, {"mine": True})
    assert bound["state"] == "active" and bound["link"]
    again = await made.json(made.desk.anna, "POST", path, {"mine": True})
    assert again["link"] == bound["link"]
    me = await made.json(made.desk.anna, "GET", "/api/v1/links")
    assert [one["system"] for one in me["items"]].count("max") == 1


@pytest.mark.rule("A9")
async def test_a_profile_that_came_by_a_passed_on_code_is_refused_by_a_no_and_binds_nobody(made: Class) -> None:
    await made.connect("max")
    intent, code = await begin_max(made, made.desk.anna)
    made.tell(Happening.STARTED, member="66666", payload=code, name="Чужой")
    await hear(made.desk.hub.deps, (await carrier(made, "max")).id)
    path = f"/api/v1/links/intents/{intent}/profile"
    assert (await made.json(made.desk.anna, "POST", path, {"mine": False}))["state"] == "refused"
    assert (await made.desk.anna.send("POST", path, json={"mine": True})).status_code == 400
    assert await made.desk.hub.rows("SELECT 1 FROM account_link WHERE system = 'max'") == []


@pytest.mark.rule("A9")
async def test_the_parents_own_profile_is_no_profile_of_the_child(made: Class) -> None:
    """F064: one profile, one person."""
    await made.connect("max")
    for whom in (None, made.desk.petya):
        intent, code = await begin_max(made, made.desk.anna, **({"person": whom, "role": "child"} if whom else {}))
        made.tell(Happening.STARTED, member="60001", payload=code)
        await hear(made.desk.hub.deps, (await carrier(made, "max")).id)
        answer = await made.desk.anna.send("POST", f"/api/v1/links/intents/{intent}/profile", json={"mine": True})
        if whom:
            assert answer.status_code == 409 and (await answer.get_json())["type"].endswith("/self_parent")
        else:
            assert answer.status_code == 200


@pytest.mark.rule("A16")
async def test_binding_wants_a_fresh_sign_in_and_a_school_with_a_bot(made: Class) -> None:
    assert (await made.desk.anna.send("POST", "/api/v1/links/max", json={})).status_code == 403
    await made.connect("max")
    made.desk.hub.clock.go(minutes=6)
    stale = await made.desk.anna.send("POST", "/api/v1/links/max", json={})
    assert (await stale.get_json())["type"].endswith("/not_fresh")


async def test_the_worker_follows_changes_hears_bots_and_looks_at_what_is_due(made: Class) -> None:
    chat = await with_chat(made)
    await made.connect("max")
    job = Chats(made.desk.hub.deps)
    for _ in range(3):
        await job.batch()
        await asyncio.gather(*made.desk.hub.deps.memory.polled.values())
    assert (await made.room(chat)).looked_at is not None and "events" in made.max.calls
    made.vk.calls.clear()
    made.max.calls.clear()
    await job.batch()
    await asyncio.gather(*made.desk.hub.deps.memory.polled.values())
    assert not made.vk.calls and not made.max.calls, "nothing changed and nobody is asked"


def test_every_word_of_trouble_has_a_sentence() -> None:
    for error, note, _ in TROUBLES:
        assert note_of(error) == note and sentence(note, kind="vkapi")
    assert {note for _, note, _ in TROUBLES} | {"detached"} == set(NOTES)
    assert sentence("") == "" and "код" in sentence("refused:7")
