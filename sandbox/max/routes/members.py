"""Members and administrators of a chat: listed, added with partial success, removed, given rights."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, jsonify, request

from sandbox.max.routes.desk import Bot, Desk, body, whole
from sandbox.max.state import RIGHTS, Chat
from sandbox.max.wire.errors import bad

PRIVACY, NOT_FOUND = "add.participant.privacy", "add.participant.not.found"
MOST_ADMINS = 50


def add_members(blueprint: Blueprint, desk: Desk) -> None:
    """Below `/chats/{chatId}/members`."""
    _add_admins(blueprint, desk)

    @blueprint.get("/chats/<chat_id>/members/me")
    async def me(chat_id: str) -> Response:
        chat, member = desk.chat(desk.bot(), chat_id)
        return jsonify(desk.member(member, chat))

    @blueprint.delete("/chats/<chat_id>/members/me")
    async def leave(chat_id: str) -> Response:
        bot = desk.bot()
        chat, _ = desk.chat(bot, chat_id)
        del chat.members[bot.bot_id]
        return jsonify(success=True)

    @blueprint.get("/chats/<chat_id>/members")
    async def listed(chat_id: str) -> Response:
        """By pages, or the asked `user_ids` that are in the chat."""
        chat = desk.ruled(desk.bot(), chat_id)
        wanted = [part.strip() for part in request.args.get("user_ids", "").split(",") if part.strip()]
        members = list(chat.members.values())
        if wanted:
            return jsonify(members=[desk.member(one, chat) for one in members if str(one.user_id) in wanted])
        count, marker = whole("count", 20, least=1, most=100), whole("marker", 0, least=0)
        after = marker + count
        page = [desk.member(one, chat) for one in members[marker:after]]
        return jsonify(members=page, **({"marker": after} if after < len(members) else {}))

    @blueprint.post("/chats/<chat_id>/members")
    async def add(chat_id: str) -> Response:
        bot = desk.bot()
        chat, given = desk.ruled(bot, chat_id, "add_remove_members"), (await body()).get("user_ids")
        if not isinstance(given, list) or not given or len(given) > 100:
            raise bad("user_ids: size must be between 1 and 100")
        return jsonify(_added(desk, bot, chat, [_id(one) for one in given]))

    @blueprint.delete("/chats/<chat_id>/members")
    async def remove(chat_id: str) -> Response:
        bot = desk.bot()
        chat, user_id = desk.ruled(bot, chat_id, "add_remove_members"), whole("user_id")
        if user_id not in chat.members:
            return jsonify(success=False, message="User is not a chat member")
        if user_id == chat.owner_id:
            return jsonify(success=False, message="Chat owner can not be removed")
        del chat.members[user_id]
        if request.args.get("block", "").lower() == "true":
            chat.blocked.add(user_id)
        desk.tell_all(chat, "user_removed", user=desk.user(user_id), admin_id=bot.bot_id, is_channel=False)
        return jsonify(success=True)


def _id(value: Any) -> int:
    """Numbers, or the same as texts."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise bad("user_ids: must be numbers")
    return int(text)


def _added(desk: Desk, bot: Bot, chat: Chat, asked: list[int]) -> dict[str, Any]:
    """Partial success: whoever could not be added is named with the reason."""
    failed: dict[str, list[int]] = {}
    for user_id in dict.fromkeys(asked):
        if user_id in chat.members:
            continue
        reason = _refusal(desk, bot, chat, user_id)
        if reason is not None:
            failed.setdefault(reason, []).append(user_id)
            continue
        desk.state.join(chat, user_id)
        desk.tell_all(chat, "user_added", user=desk.user(user_id), inviter_id=bot.bot_id, is_channel=False)
    if not failed:
        return {"success": True}
    return {
        "success": False,
        "message": "Some users were not added",
        "failed_user_ids": [one for ids in failed.values() for one in ids],
        "failed_user_details": [{"error_code": reason, "user_ids": ids} for reason, ids in failed.items()],
    }


def _refusal(desk: Desk, bot: Bot, chat: Chat, user_id: int) -> str | None:
    account = desk.account(user_id)
    if account is None or account.is_bot:
        return NOT_FOUND
    if user_id in desk.state.closed or user_id in chat.blocked:
        return PRIVACY
    return None if desk.state.adds_anybody() or desk.state.dialog(bot.bot_id, user_id) is not None else PRIVACY


def _add_admins(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/chats/<chat_id>/members/admins")
    async def admins(chat_id: str) -> Response:
        chat = desk.ruled(desk.bot(), chat_id)
        return jsonify(members=[desk.member(one, chat) for one in chat.members.values() if one.rights is not None], marker=None)

    @blueprint.post("/chats/<chat_id>/members/admins")
    async def appoint(chat_id: str) -> Response:
        chat, given = desk.ruled(desk.bot(), chat_id, "add_admins"), (await body()).get("admins")
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_ADMINS:
            raise bad(f"admins: size must be between 1 and {MOST_ADMINS}")
        for one in given:
            if not isinstance(one, dict) or not isinstance(one.get("permissions"), list) or not set(one["permissions"]) <= set(RIGHTS):
                raise bad("admins: invalid value")
            member = chat.members.get(_id(one.get("user_id")))
            if member is None:
                return jsonify(success=False, message="User is not a chat member")
            member.rights, member.alias = tuple(one["permissions"]), str(one.get("alias") or "")
        return jsonify(success=True)

    @blueprint.delete("/chats/<chat_id>/members/admins/<user_id>")
    async def dismiss(chat_id: str, user_id: str) -> Response:
        chat = desk.ruled(desk.bot(), chat_id, "add_admins")
        member = chat.members.get(_id(user_id))
        if member is None or member.rights is None or member.user_id == chat.owner_id:
            return jsonify(success=False, message="User is not a chat administrator")
        member.rights = None
        return jsonify(success=True)
