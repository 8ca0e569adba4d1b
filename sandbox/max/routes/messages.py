"""Messages of chats and dialogs: sent, read, changed and deleted."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, jsonify, request

from sandbox.inbox import Letter
from sandbox.max.routes.desk import Bot, Desk, body, whole
from sandbox.max.state import Chat, Message
from sandbox.max.wire.errors import MaxError, bad
from sandbox.texting.texts import code_in

LONGEST = 4_000
COUNT, MOST = 50, 100


def add_messages(blueprint: Blueprint, desk: Desk) -> None:
    """`/messages`, addressed by `chat_id` or `user_id` in the query."""

    @blueprint.post("/messages")
    async def send() -> Response:
        bot, given = desk.bot(), await body()
        chat = _addressed(desk, bot)
        text, attachments = _content(given)
        member = chat.members[bot.bot_id]
        if chat.kind == "chat" and member.rights is not None and "write" not in member.rights:
            raise MaxError("chat.denied", "Bot has no permission to write")
        if chat.kind == "dialog":
            _to_person(desk, bot, chat, text)
        return jsonify(message=desk.message(desk.state.write(chat, bot.bot_id, text, attachments), chat))

    @blueprint.get("/messages")
    async def history() -> Response:
        """The newest first; of one chat, or by `message_ids`."""
        bot = desk.bot()
        wanted = [part.strip() for part in request.args.get("message_ids", "").split(",") if part.strip()]
        if wanted:
            return jsonify(messages=[desk.message(*_own(desk, bot, mid)) for mid in wanted])
        chat = desk.chat(bot, request.args.get("chat_id", ""))[0]
        count = whole("count", COUNT, least=1, most=MOST)
        since, until = whole("to", 0, least=0), whole("from", 0, least=0)
        kept = [one for one in reversed(chat.messages) if one.at >= since and (not until or one.at <= until)]
        return jsonify(messages=[desk.message(one, chat) for one in kept[:count]])

    @blueprint.get("/messages/<mid>")
    async def one_message(mid: str) -> Response:
        return jsonify(desk.message(*_own(desk, desk.bot(), mid)))

    _add_changes(blueprint, desk)


def _add_changes(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.put("/messages")
    async def change() -> Response:
        bot, given = desk.bot(), await body()
        message, _ = _own(desk, bot, request.args.get("message_id", ""))
        if message.sender != bot.bot_id:
            raise MaxError("access.denied", "Message can be edited only by its sender")
        message.text, message.attachments = _content(given)
        return jsonify(success=True)

    @blueprint.delete("/messages")
    async def delete() -> Response:
        bot = desk.bot()
        message, chat = _own(desk, bot, request.args.get("message_id", ""))
        if message.sender != bot.bot_id and chat.members[bot.bot_id].rights is None:
            raise MaxError("access.denied", "Message can not be deleted")
        chat.messages.remove(message)
        return jsonify(success=True)

    @blueprint.post("/answers")
    async def answer() -> Response:
        desk.bot()
        raise MaxError("not.found", f"Callback {request.args.get('callback_id', '')[:32]} not found")


def _to_person(desk: Desk, bot: Bot, chat: Chat, text: str) -> None:
    """What a bot writes to one person is a notice: the inbox shows it."""
    now = desk.sandbox.clock.now()
    for member in chat.members:
        if member != bot.bot_id:
            desk.sandbox.inbox.put(Letter(kind="chat", system="max", to=str(member), text=text, at=now, code=code_in(text)))


def _addressed(desk: Desk, bot: Bot) -> Chat:
    if request.args.get("user_id"):
        dialog = desk.state.dialog(bot.bot_id, whole("user_id"))
        if dialog is None:
            raise MaxError("dialog.not.found", "Dialog with user not found")
        return dialog
    if not request.args.get("chat_id"):
        raise bad("Unknown recipient: chat_id or user_id is required")
    return desk.chat(bot, request.args["chat_id"])[0]


def _content(given: dict[str, Any]) -> tuple[str, list[Any]]:
    text, attachments = given.get("text") or "", given.get("attachments") or []
    if not isinstance(text, str) or len(text) > LONGEST:
        raise bad(f"text: size must be between 0 and {LONGEST}")
    if not isinstance(attachments, list):
        raise bad("attachments: must be an array")
    if not text and not attachments:
        raise bad("Message is empty")
    return text, attachments


def _own(desk: Desk, bot: Bot, mid: str) -> tuple[Message, Chat]:
    for chat in desk.state.chats.values():
        if chat.alive and bot.bot_id in chat.members:
            for message in chat.messages:
                if message.mid == mid:
                    return message, chat
    raise MaxError("message.not.found", f"Message {mid[:80]} not found")
