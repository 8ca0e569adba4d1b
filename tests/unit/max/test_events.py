"""What MAX tells a bot, by long poll and by a call: a person's id comes with a one-time code, and nobody's messages come at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.kit.class_chat import AccountSeen, Happening
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.secret import Secret
from connectors.kit.serving import bot_servers
from tests.unit.max.stub import ACCOUNT, AT, CHAT, Stub, said, user

SERVER = bot_servers()["max"]
BOT = AccountSeen(id="50000001", name="Бот", username="id50000001_bot")


def update(kind: str, **more: Any) -> dict[str, Any]:
    return {"update_type": kind, "timestamp": AT, "chat_id": int(CHAT), "user": user(5), **more}


TABLE: list[tuple[dict[str, Any], tuple[Happening, str, str, str]]] = [
    (update("bot_started", payload="code-1"), (Happening.STARTED, "", "5", "")),
    (update("bot_stopped"), (Happening.STOPPED, "", "5", "")),
    (update("dialog_removed"), (Happening.STOPPED, "", "5", "")),
    (update("bot_added", is_channel=False), (Happening.BOT_ADDED, CHAT, "", "5")),
    (update("bot_removed", is_channel=False), (Happening.BOT_REMOVED, CHAT, "", "5")),
    (update("user_added", inviter_id=7), (Happening.JOINED, CHAT, "5", "7")),
    (update("user_added", inviter_id=None), (Happening.JOINED, CHAT, "5", "")),
    (update("user_removed", admin_id=7), (Happening.LEFT, CHAT, "5", "7")),
    (update("user_removed"), (Happening.LEFT, CHAT, "5", "")),
    (update("chat_title_changed", title="8Б"), (Happening.RENAMED, CHAT, "", "5")),
]


@pytest.mark.parametrize(("told", "meant"), TABLE, ids=[row[0]["update_type"] for row in TABLE])
def test_an_update_is_what_happened(told: dict[str, Any], meant: tuple[Happening, str, str, str]) -> None:
    event = SERVER.event(json.dumps(told).encode())
    assert event is not None
    assert (event.kind, event.chat, event.member, event.by) == meant
    assert event.payload == told.get("payload", "")
    assert event.title == told.get("title", "")


@pytest.mark.parametrize(
    "told",
    [
        {"update_type": "message_created", "timestamp": AT, "message": {"body": {"text": "Мама, я дома"}}},
        update("message_callback"),
        update("a_kind_of_next_year"),
        update("bot_added", is_channel=True),
    ],
)
def test_messages_channels_and_what_is_new_are_not_for_us(told: dict[str, Any]) -> None:
    assert SERVER.event(json.dumps(told).encode()) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"update_type":"bot_started"}', b'{"update_type":"bot_started","timestamp":"x"}'])
def test_a_body_that_is_no_update_is_a_drift(body: bytes) -> None:
    with pytest.raises(Drifted):
        SERVER.event(body)


def test_a_moment_that_no_calendar_holds_is_a_drift() -> None:
    with pytest.raises(Drifted):
        SERVER.event(json.dumps(update("bot_started", timestamp=10**18)).encode())


@pytest.mark.parametrize(
    ("given", "secret", "genuine"),
    [("abc-12", "abc-12", True), ("abc-1", "abc-12", False), ("", "abc-12", False), ("", "", False), ("ключ", "abc-12", False)],
)
def test_only_the_secret_of_the_subscription_proves_the_caller(given: str, secret: str, genuine: bool) -> None:
    assert SERVER.is_genuine(given, Secret(secret)) is genuine
    assert SERVER.SECRET_HEADER == "X-Max-Bot-Api-Secret"


def test_a_one_time_code_shows_in_no_print_of_an_event() -> None:
    assert "code-1" not in repr(SERVER.event(json.dumps(TABLE[0][0]).encode()))


async def test_events_are_told_again_until_their_place_is_passed_on() -> None:
    told = [TABLE[0][0], {"update_type": "message_created", "timestamp": AT}]
    stub = Stub(said({"updates": told, "marker": 9}), said({"updates": [], "marker": None}))
    first = await stub.port.events(ACCOUNT, wait_s=90)
    assert ([one.kind for one in first.events], first.place) == ([Happening.STARTED], "9")
    assert (await stub.port.events(ACCOUNT, place="9")).place == "9"
    query = [dict(one.url.params) for one in stub.script.requests]
    assert (query[0]["timeout"], query[1]["timeout"], query[1]["marker"]) == ("20", "0", "9")
    assert "message_created" not in query[0]["types"]


def test_the_start_link_carries_the_code() -> None:
    assert Stub(said({})).port.start_link(BOT, "aB3-_") == "https://max.ru/id50000001_bot?start=aB3-_"


@pytest.mark.parametrize(
    ("bot", "code"),
    [(BOT, ""), (BOT, "a b"), (BOT, "a&x=1"), (BOT, "x" * 129), (AccountSeen(id="1", name="x"), "abc"),
     (AccountSeen(id="1", name="x", username="../evil"), "abc")],
)  # fmt: skip
def test_nothing_but_a_code_and_a_name_goes_into_the_start_link(bot: AccountSeen, code: str) -> None:
    with pytest.raises(Rejected):
        Stub(said({})).port.start_link(bot, code)


async def test_a_subscription_names_only_what_is_for_us() -> None:
    stub = Stub(said({"success": True}))
    await stub.port.subscribe(ACCOUNT, "https://hub.example/hook", Secret("secret-1"))
    body = json.loads(stub.script.requests[0].content)
    assert body["secret"] == "secret-1"
    assert "bot_started" in body["update_types"]
    assert not [one for one in body["update_types"] if one.startswith("message")]
    await stub.port.unsubscribe(ACCOUNT, "https://hub.example/hook")
    assert dict(stub.script.requests[1].url.params) == {"url": "https://hub.example/hook"}
    with pytest.raises(Rejected):
        await Stub(said({"success": False, "message": "no"})).port.unsubscribe(ACCOUNT, "https://hub.example/hook")
