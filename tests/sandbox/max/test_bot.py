"""MAX's bot API: tokens, members with partial success, rights, messages, updates and what people do by hand."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.max.bot import Bot


@pytest.mark.parametrize(
    ("headers", "query"),
    [({"Authorization": ""}, {}), ({"Authorization": "nonsense"}, {}), ({"Authorization": "Bearer {token}"}, {}),
     ({"Authorization": ""}, {"access_token": "{token}"})],
)  # fmt: skip
async def test_only_the_bare_token_in_the_header_is_taken(bot: Bot, headers: dict[str, str], query: dict[str, str]) -> None:
    filled = [{key: value.replace("{token}", bot.token) for key, value in one.items()} for one in (headers, query)]
    answer = await bot.ask("GET", "/max/me", headers=filled[0], params=filled[1])
    assert (answer.status_code, answer.json()["code"]) == (401, "verify.token")


async def test_the_bot_its_chat_and_the_person_beside_it_are_there(bot: Bot) -> None:
    assert (await bot.told("GET", "/max/me"))["user_id"] == bot.id
    shown = await bot.told("GET", bot.chat)
    assert (shown["type"], shown["status"], shown["participants_count"]) == ("chat", "active", 3)
    assert shown["link"].startswith("https://max.ru/join/")
    assert {bot.id, bot.person} < set(await bot.members())


async def test_whoever_cannot_be_added_is_named_with_the_reason(bot: Bot) -> None:
    """Since September 2026 a bot adds only people who opened it."""
    first, second = await bot.strangers(2)
    await bot.desk.control("max/start", {"bot_id": bot.id, "user_id": first})
    answer = await bot.told("POST", f"{bot.chat}/members", json={"user_ids": [first, second, 5]})
    assert (answer["success"], answer["failed_user_ids"]) == (False, [second, 5])
    reasons = {one["error_code"]: one["user_ids"] for one in answer["failed_user_details"]}
    assert reasons == {"add.participant.privacy": [second], "add.participant.not.found": [5]}
    assert first in await bot.members()


async def test_before_september_2026_a_bot_added_anybody(bot: Bot) -> None:
    await bot.desk.control("max/switches", {"add_members_open": True})
    stranger, closed = await bot.strangers(2)
    await bot.desk.control("max/privacy", {"user_id": closed, "closed": True})
    answer = await bot.told("POST", f"{bot.chat}/members", json={"user_ids": [stranger, closed]})
    assert answer["failed_user_ids"] == [closed]


async def test_a_blocked_member_cannot_come_back_by_the_link(bot: Bot) -> None:
    (stranger,) = await bot.strangers()
    await bot.desk.control(f"max/chats/{bot.chat_id}/join", {"user_id": stranger})
    removed = await bot.told("DELETE", f"{bot.chat}/members", params={"user_id": stranger, "block": "true"})
    assert removed == {"success": True}
    assert (await bot.told("DELETE", f"{bot.chat}/members", params={"user_id": stranger}))["success"] is False
    again = await bot.desk.http.post(f"/_sandbox/max/chats/{bot.chat_id}/join", json={"user_id": stranger})
    assert again.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/members", {}),
        ("GET", "/members/admins", {}),
        ("POST", "/members", {"json": {"user_ids": [1]}}),
        ("DELETE", "/members", {"params": {"user_id": 1}}),
        ("PATCH", "", {"json": {"title": "x"}}),
        ("PUT", "/pin", {"json": {"message_id": "x"}}),
    ],
)
async def test_a_bot_whose_rights_were_taken_is_refused(bot: Bot, method: str, path: str, more: dict[str, Any]) -> None:
    await bot.desk.control(f"max/chats/{bot.chat_id}/rights", {"user_id": bot.id, "admin": False})
    assert await bot.told(method, bot.chat + path, **more) == (403, "chat.denied")
    assert (await bot.told("GET", bot.chat))["chat_id"] == bot.chat_id


async def test_one_right_is_not_another(bot: Bot) -> None:
    await bot.desk.control(f"max/chats/{bot.chat_id}/rights", {"user_id": bot.id, "admin": True, "permissions": ["write"]})
    assert await bot.told("DELETE", f"{bot.chat}/members", params={"user_id": bot.person}) == (403, "chat.denied")
    assert bot.person in await bot.members()


async def test_a_chat_deleted_by_hand_is_gone_and_one_without_the_bot_is_closed(bot: Bot) -> None:
    made = await bot.desk.control("max/chats", {"bot_id": bot.id, "title": "7Б", "owner": bot.person})
    await bot.desk.control(f"max/chats/{made['chat_id']}/leave", {"user_id": bot.id})
    assert await bot.told("GET", f"/max/chats/{made['chat_id']}") == (403, "chat.denied")
    await bot.desk.http.delete(f"/_sandbox/max/chats/{bot.chat_id}")
    assert await bot.told("GET", bot.chat) == (404, "chat.not.found")
    assert await bot.updates() == ["bot_added", "bot_removed", "bot_removed"]


async def test_updates_wait_until_they_are_confirmed(bot: Bot) -> None:
    (stranger,) = await bot.strangers()
    await bot.desk.control(f"max/chats/{bot.chat_id}/join", {"user_id": stranger})
    await bot.desk.control(f"max/chats/{bot.chat_id}/leave", {"user_id": stranger})
    assert await bot.updates() == await bot.updates() == ["user_added", "user_removed"]
    assert await bot.updates(types="user_removed") == ["user_removed"]
    marker = (await bot.told("GET", "/max/updates?timeout=0"))["marker"]
    assert await bot.updates(marker=marker) == await bot.updates() == []


async def test_messages_are_sent_read_changed_and_deleted(bot: Bot) -> None:
    sent = await bot.told("POST", "/max/messages", params={"chat_id": bot.chat_id}, json={"text": "Собрание"})
    mid = sent["message"]["body"]["mid"]
    assert (await bot.told("PUT", "/max/messages", params={"message_id": mid}, json={"text": "В среду"})) == {"success": True}
    assert [one["body"]["text"] for one in (await bot.told("GET", "/max/messages", params={"chat_id": bot.chat_id}))["messages"]] == [
        "В среду"
    ]
    assert await bot.told("DELETE", "/max/messages", params={"message_id": mid}) == {"success": True}
    assert await bot.told("GET", f"/max/messages/{mid}") == (404, "message.not.found")


@pytest.mark.parametrize(
    ("query", "body", "told"),
    [
        ({}, {"text": "x"}, (400, "proto.payload")),
        ({"chat_id": -5}, {"text": "x"}, (404, "chat.not.found")),
        ({"user_id": 5}, {"text": "x"}, (404, "dialog.not.found")),
        ({"chat_id": 0}, {"text": ""}, (404, "chat.not.found")),
        ({"chat_id": None}, {"text": ""}, (400, "proto.payload")),
        ({"chat_id": None}, {"text": "x" * 4001}, (400, "proto.payload")),
        ({"chat_id": None}, [], (400, "proto.payload")),
    ],
)
async def test_a_message_that_cannot_be_sent_is_refused(bot: Bot, query: dict[str, Any], body: Any, told: Any) -> None:
    filled = {key: bot.chat_id if value is None else value for key, value in query.items()}
    assert await bot.told("POST", "/max/messages", params=filled, json=body) == told


async def test_a_bot_asks_thirty_times_a_second(bot: Bot) -> None:
    statuses = [(await bot.ask("GET", "/max/me")).status_code for _ in range(31)]
    assert statuses.count(429) == 1
    await bot.desk.later(seconds=2)
    assert (await bot.ask("GET", "/max/me")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "rate_limit", "value": 7}, (429, "too.many.requests")),
        ({"kind": "auth_expired"}, (401, "verify.token")),
        ({"kind": "error", "value": "chat.denied"}, (403, "chat.denied")),
        ({"kind": "error", "value": 503}, (503, "service.unavailable")),
    ],
)
async def test_a_fault_comes_as_max_words_it(bot: Bot, fault: dict[str, Any], told: Any) -> None:
    await bot.desk.fault(**fault)
    assert await bot.told("GET", "/max/me") == told


async def test_a_webhook_gets_events_with_its_secret_and_is_tried_again(bot: Bot) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500 if len(seen) == 1 else 200)

    outbound = bot.desk.app.sandbox.outbound
    outbound.transport = httpx.MockTransport(answer)
    try:
        hook = {"url": "http://localhost:8000/hook", "secret": "secret-1", "update_types": ["user_added"]}
        assert await bot.told("POST", "/max/subscriptions", json=hook) == {"success": True}
        (stranger,) = await bot.strangers()
        await bot.desk.control(f"max/chats/{bot.chat_id}/join", {"user_id": stranger})
        await bot.desk.control(f"max/chats/{bot.chat_id}/leave", {"user_id": stranger})
        await bot.desk.control("max/deliveries/retry", {})
        found = (await bot.desk.http.get("/_sandbox/max/deliveries")).json()["deliveries"]
    finally:
        outbound.transport = None
    assert [(one["update_type"], one["status"], one["tries"]) for one in found] == [("user_added", 200, 2)]
    assert {one.headers["X-Max-Bot-Api-Secret"] for one in seen} == {"secret-1"}


@pytest.mark.parametrize(
    "body", [{"url": "https://school.example/hook"}, {"url": "ftp://localhost/"}, {"url": "http://localhost/", "secret": "a"}]
)
async def test_a_webhook_elsewhere_or_with_a_bad_secret_is_refused(bot: Bot, body: dict[str, str]) -> None:
    assert await bot.told("POST", "/max/subscriptions", json=body) == (400, "proto.payload")


async def test_no_token_is_in_the_request_log(bot: Bot) -> None:
    await bot.told("GET", "/max/me")
    await bot.ask("GET", "/max/me", headers={"Authorization": ""}, params={"access_token": bot.token})
    assert bot.token not in str(await bot.desk.log())


async def test_what_the_bot_writes_to_a_person_is_in_the_inbox(bot: Bot) -> None:
    await bot.desk.control("max/start", {"bot_id": bot.id, "user_id": bot.person})
    await bot.told("POST", "/max/messages", params={"user_id": bot.person}, json={"text": "Код 4821"})
    (letter,) = bot.desk.app.sandbox.inbox.found("chat", str(bot.person))
    assert (letter.system, letter.text, letter.code) == ("max", "Код 4821", "4821")
