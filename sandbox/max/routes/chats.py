"""The bot itself and its chats: looked at, renamed, left, with a message pinned."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, jsonify

from sandbox.max.routes.desk import Desk, body, whole
from sandbox.max.state import Chat
from sandbox.max.wire import shapes
from sandbox.max.wire.errors import MaxError, bad

TITLE, DESCRIPTION, COMMANDS = 200, 16_000, 32
ACTIONS = frozenset({"typing_on", "sending_photo", "sending_video", "sending_audio", "sending_file", "mark_seen"})


def add_chats(blueprint: Blueprint, desk: Desk) -> None:
    """`/me`, `/chats` and below."""
    _add_me(blueprint, desk)

    @blueprint.get("/chats")
    async def chats() -> Response:
        """Given up by MAX in June 2026; the switch `lists_chats` turns it off here too."""
        bot = desk.bot()
        if not desk.state.switches["lists_chats"]:
            raise MaxError("not.found", "Path /chats is not recognized")
        count, marker = whole("count", 50, least=1, most=100), whole("marker", 0, least=0)
        own = [one for one in desk.state.chats.values() if one.alive and bot.bot_id in one.members]
        after = marker + count
        return jsonify(chats=[_shown(desk, one) for one in own[marker:after]], marker=after if after < len(own) else None)

    @blueprint.get("/chats/<chat_id>")
    async def chat(chat_id: str) -> Response:
        return jsonify(_shown(desk, desk.chat(desk.bot(), chat_id)[0]))

    @blueprint.patch("/chats/<chat_id>")
    async def edit(chat_id: str) -> Response:
        bot = desk.bot()
        found, changes = desk.ruled(bot, chat_id, "change_chat_info"), await body()
        title = changes.get("title")
        if title is not None:
            if not isinstance(title, str) or not 1 <= len(title) <= TITLE:
                raise bad(f"title: size must be between 1 and {TITLE}")
            found.title = title
            desk.tell_all(found, "chat_title_changed", but=bot.bot_id, user=desk.user(bot.bot_id), title=title)
        if isinstance(changes.get("description"), str):
            found.description = changes["description"][:DESCRIPTION]
        if changes.get("pin") is not None:
            _pin(found, str(changes["pin"]))
        return jsonify(_shown(desk, found))

    @blueprint.post("/chats/<chat_id>/actions")
    async def action(chat_id: str) -> Response:
        desk.chat(desk.bot(), chat_id)
        if (await body()).get("action") not in ACTIONS:
            raise bad("action: unknown value")
        return jsonify(success=True)

    _add_pins(blueprint, desk)


def _add_me(blueprint: Blueprint, desk: Desk) -> None:
    def me(bot_id: int) -> dict[str, Any]:
        return desk.user(bot_id) | {"description": None, "commands": desk.state.commands.get(bot_id, [])}

    @blueprint.get("/me")
    async def show_me() -> Response:
        return jsonify(me(desk.bot().bot_id))

    @blueprint.patch("/me/commands")
    async def commands() -> Response:
        bot, changes = desk.bot(), await body()
        given = changes.get("commands")
        if not isinstance(given, list) or len(given) > COMMANDS or not all(isinstance(one, dict) and one.get("name") for one in given):
            raise bad("commands: invalid value")
        desk.state.commands[bot.bot_id] = given
        return jsonify(me(bot.bot_id))


def _add_pins(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/chats/<chat_id>/pin")
    async def pinned(chat_id: str) -> Response:
        return jsonify(message=_pinned(desk, desk.chat(desk.bot(), chat_id)[0]))

    @blueprint.put("/chats/<chat_id>/pin")
    async def pin(chat_id: str) -> Response:
        found = desk.ruled(desk.bot(), chat_id, "pin_message")
        _pin(found, str((await body()).get("message_id", "")))
        return jsonify(success=True)

    @blueprint.delete("/chats/<chat_id>/pin")
    async def unpin(chat_id: str) -> Response:
        desk.ruled(desk.bot(), chat_id, "pin_message").pinned = None
        return jsonify(success=True)


def _pin(chat: Chat, mid: str) -> None:
    if not any(one.mid == mid for one in chat.messages):
        raise MaxError("message.not.found", f"Message {mid} not found")
    chat.pinned = mid


def _pinned(desk: Desk, chat: Chat) -> dict[str, Any] | None:
    found = next((one for one in chat.messages if one.mid == chat.pinned), None)
    return None if found is None else desk.message(found, chat)


def _shown(desk: Desk, chat: Chat) -> dict[str, Any]:
    return shapes.chat(chat, _pinned(desk, chat))
