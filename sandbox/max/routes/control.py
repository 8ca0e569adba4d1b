"""`/_sandbox/max/…`: what people do by hand: make and delete chats, join by the link, leave, take the bot's rights, write, open the bot."""

from __future__ import annotations

import asyncio
from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.max.routes.desk import Bot, Desk
from sandbox.max.state import BOT_RIGHTS, RIGHTS, Account, Chat
from sandbox.max.wire.shapes import JOIN
from sandbox.switches import switch_routes

FIRST_STRANGER = 69_000_001


def control_routes(desk: Desk) -> Blueprint:
    """The switches, the chats as they are, and every change by hand."""
    control = switch_routes("max", desk.state)
    _add_chats(control, desk)
    _add_members(control, desk)
    _add_people(control, desk)
    _add_settings(control, desk)
    _add_deliveries(control, desk)
    return control


def _add_chats(control: Blueprint, desk: Desk) -> None:
    @control.get("/chats")
    async def all_chats() -> Any:
        desk.settle()
        return jsonify(chats=[_shown(chat) for chat in desk.state.chats.values()])

    @control.post("/chats")
    async def start() -> Any:
        """`{bot_id, title, owner}`: a person makes a chat and takes the bot in as its administrator."""
        asked = await body_object()
        bot, owner = _bot(desk, asked), _person(desk, asked, "owner")
        chat_id = min([0, *desk.state.chats]) - 1
        chat = desk.state.start_chat(chat_id, str(asked.get("title") or "Чат"), owner, bot.bot_id)
        desk.tell(bot.bot_id, "bot_added", chat_id=chat.id, user=desk.user(owner), is_channel=False)
        return jsonify(_shown(chat)), 201

    @control.delete("/chats/<int(signed=True):chat_id>")
    async def delete(chat_id: int) -> Any:
        chat = _chat(desk, chat_id)
        desk.tell_all(chat, "bot_removed", user=desk.user(chat.owner_id), is_channel=False)
        chat.alive = False
        return jsonify(_shown(chat))


def _add_members(control: Blueprint, desk: Desk) -> None:
    @control.post("/chats/<int(signed=True):chat_id>/rights")
    async def rights(chat_id: int) -> Any:
        """`{user_id, admin, permissions?}`: gives or takes an administrator's rights."""
        chat, asked = _chat(desk, chat_id), await body_object()
        member = chat.members.get(_number(asked, "user_id"))
        if member is None:
            raise Refused("Этого участника в чате нет", 404)
        given = asked.get("permissions", list(BOT_RIGHTS))
        if not isinstance(given, list) or not set(given) <= set(RIGHTS):
            raise Refused(f"permissions — список из: {', '.join(RIGHTS)}")
        member.rights = tuple(given) if asked.get("admin") else None
        return jsonify(_shown(chat))

    @control.post("/chats/<int(signed=True):chat_id>/leave")
    async def leave(chat_id: int) -> Any:
        """`{user_id}`: a person leaves of himself; the bot is taken out."""
        chat, user_id = _chat(desk, chat_id), _number(await body_object(), "user_id")
        if user_id not in chat.members:
            raise Refused("Этого участника в чате нет", 404)
        is_bot = any(bot.bot_id == user_id for bot in desk.bots())
        if is_bot:
            desk.tell(user_id, "bot_removed", chat_id=chat.id, user=desk.user(chat.owner_id), is_channel=False)
        del chat.members[user_id]
        if not is_bot:
            desk.tell_all(chat, "user_removed", user=desk.user(user_id), admin_id=None, is_channel=False)
        return jsonify(_shown(chat))

    @control.post("/chats/<int(signed=True):chat_id>/join")
    async def join(chat_id: int) -> Any:
        """`{user_id, link?}`: a person opens the invite link; a blocked one cannot, and an old link leads nowhere."""
        chat, asked = _chat(desk, chat_id), await body_object()
        user_id = _person(desk, asked, "user_id")
        if user_id in chat.blocked or not chat.alive or asked.get("link", JOIN + chat.link) != JOIN + chat.link:
            raise Refused("По этой ссылке не войти", 403)
        if user_id not in chat.members:
            desk.state.join(chat, user_id)
            desk.tell_all(chat, "user_added", user=desk.user(user_id), inviter_id=None, is_channel=False)
        return jsonify(_shown(chat))


def _add_people(control: Blueprint, desk: Desk) -> None:
    @control.post("/people")
    async def stranger() -> Any:
        """`{first_name?, last_name?, count?}`: people at MAX who are not of the town, such as a stranger in a chat."""
        asked = await body_object()
        count = _number(asked, "count") if "count" in asked else 1
        if not 1 <= count <= 10_000:
            raise Refused("count — от 1 до 10000")
        made = []
        for _ in range(count):
            user_id = FIRST_STRANGER + len(desk.state.strangers)
            name, surname = str(asked.get("first_name") or "Гость"), str(asked.get("last_name") or "")
            desk.state.strangers[user_id] = Account(user_id=user_id, first_name=name, last_name=surname)
            made.append(str(user_id))
        return jsonify(user_ids=made), 201

    @control.post("/start")
    async def start_bot() -> Any:
        """`{bot_id, user_id, payload?}`: the person opens the bot."""
        asked = await body_object()
        bot, user_id = _bot(desk, asked), _person(desk, asked, "user_id")
        dialog = desk.state.dialog(bot.bot_id, user_id, start=True)
        chat_id = dialog.id if dialog is not None else 0
        more = {"payload": str(asked["payload"])} if asked.get("payload") else {}
        desk.tell(bot.bot_id, "bot_started", chat_id=chat_id, user=desk.user(user_id), user_locale="ru", **more)
        return jsonify(chat_id=chat_id)

    @control.post("/write")
    async def write() -> Any:
        """`{chat_id, user_id, text}`: a person writes into a chat or a dialog."""
        asked = await body_object()
        chat, user_id = _chat(desk, _number(asked, "chat_id")), _person(desk, asked, "user_id")
        if user_id not in chat.members:
            raise Refused("Этого участника в чате нет", 404)
        message = desk.state.write(chat, user_id, str(asked.get("text") or ""), [])
        for bot in desk.bots():
            if bot.bot_id in chat.members:
                desk.tell(bot.bot_id, "message_created", message=desk.message(message, chat), user_locale="ru")
        return jsonify(mid=message.mid)


def _add_settings(control: Blueprint, desk: Desk) -> None:
    @control.post("/privacy")
    async def privacy() -> Any:
        """`{user_id, closed}`: nobody may add the person to chats."""
        asked = await body_object()
        user_id = _person(desk, asked, "user_id")
        (desk.state.closed.add if asked.get("closed") else desk.state.closed.discard)(user_id)
        return jsonify(user_id=str(user_id), closed=user_id in desk.state.closed)

    @control.post("/tokens/end")
    async def end_token() -> Any:
        """`{bot_id}`: the bot's token is dead until a reset."""
        desk.state.dead_tokens.add(_bot(desk, await body_object()).token)
        return jsonify(ended=1)


def _add_deliveries(control: Blueprint, desk: Desk) -> None:
    @control.get("/deliveries")
    async def deliveries() -> Any:
        """Events sent to webhooks, after those under way have ended."""
        await asyncio.gather(*desk.tasks)
        found = desk.state.deliveries
        rows = [{"url": one.subscription.url, "update_type": one.event["update_type"], "status": one.status} for one in found]
        return jsonify(deliveries=[{**row, "tries": one.tries} for row, one in zip(rows, found, strict=True)])

    @control.post("/deliveries/retry")
    async def retry() -> Any:
        """`{all?}`: sends again what was not answered with 200, or everything: MAX repeats too."""
        everything = bool((await body_object()).get("all"))
        again = [one for one in desk.state.deliveries if everything or one.status != 200]
        for one in again:
            desk.send(one)
        await asyncio.gather(*desk.tasks)
        return jsonify(sent=len(again))


def _bot(desk: Desk, asked: dict[str, Any]) -> Bot:
    bots = desk.bots()
    wanted = str(asked.get("bot_id", bots[0].bot_id if bots else ""))
    found = next((one for one in bots if str(one.bot_id) == wanted), None)
    if found is None:
        raise Refused("Такого бота в городе нет", 404)
    return found


def _person(desk: Desk, asked: dict[str, Any], name: str) -> int:
    desk.settle()
    user_id = _number(asked, name)
    account = desk.account(user_id)
    if account is None or account.is_bot:
        raise Refused("Такого человека в MAX нет", 404)
    return user_id


def _chat(desk: Desk, chat_id: int) -> Chat:
    desk.settle()
    found = desk.state.chats.get(chat_id)
    if found is None:
        raise Refused("Такого чата нет", 404)
    return found


def _number(asked: dict[str, Any], name: str) -> int:
    try:
        return int(asked[name])
    except (KeyError, TypeError, ValueError):
        raise Refused(f"{name} — целое число") from None


def _shown(chat: Chat) -> dict[str, Any]:
    return {
        "chat_id": chat.id,
        "type": chat.kind,
        "title": chat.title,
        "owner_id": chat.owner_id,
        "alive": chat.alive,
        "link": JOIN + chat.link if chat.link else None,
        "members": [{"user_id": one.user_id, "permissions": one.rights} for one in chat.members.values()],
        "blocked": sorted(chat.blocked),
        "messages": len(chat.messages),
    }
