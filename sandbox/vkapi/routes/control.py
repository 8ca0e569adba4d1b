"""`/_sandbox/vkapi/…`: what people and schools do by hand: delete a chat, take a right, leave, forbid invitations, end a token."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.switches import switch_routes
from sandbox.vkapi.routes.desk import Desk
from sandbox.vkapi.state import Chat
from sandbox.vkapi.wire.params import CHAT_PEERS


def control_routes(desk: Desk) -> Blueprint:
    """The switches, the chats as they are, and every change by hand."""
    control = switch_routes("vkapi", desk.state)

    @control.get("/chats")
    async def all_chats() -> Any:
        return jsonify(chats=[_shown(chat) for chat in desk.state.chats.values()])

    @control.get("/chats/<int:chat_id>")
    async def one_chat(chat_id: int) -> Any:
        return jsonify(_shown(_chat(desk, chat_id)))

    @control.post("/chats/<int:chat_id>")
    async def change(chat_id: int) -> Any:
        """`{disabled?, size?}`."""
        chat, body = _chat(desk, chat_id), await body_object()
        if "disabled" in body:
            chat.disabled = bool(body["disabled"])
        if "size" in body:
            chat.size = _number(body, "size")
        return jsonify(_shown(chat))

    @control.delete("/chats/<int:chat_id>")
    async def delete(chat_id: int) -> Any:
        chat = _chat(desk, chat_id)
        chat.alive = False
        return jsonify(_shown(chat))

    _add_members(control, desk)
    _add_people(control, desk)
    return control


def _add_members(control: Blueprint, desk: Desk) -> None:
    @control.post("/chats/<int:chat_id>/rights")
    async def rights(chat_id: int) -> Any:
        """`{member_id, admin}`: gives or takes an administrator's rights; a community's id is negative."""
        chat, body = _chat(desk, chat_id), await body_object()
        member = chat.members.get(_number(body, "member_id"))
        if member is None:
            raise Refused("Этого участника в чате нет", 404)
        member.is_admin = bool(body.get("admin"))
        return jsonify(_shown(chat))

    @control.post("/chats/<int:chat_id>/leave")
    async def leave(chat_id: int) -> Any:
        """`{member_id, by?}`: leaves of himself, or is thrown out by another."""
        chat, body = _chat(desk, chat_id), await body_object()
        member_id = _number(body, "member_id")
        if member_id not in chat.members:
            raise Refused("Этого участника в чате нет", 404)
        by = _number(body, "by") if "by" in body else member_id
        desk.happened(chat, by, "chat_kick_user", member_id=member_id)
        desk.state.leave(chat, member_id, by)
        return jsonify(_shown(chat))

    @control.post("/chats/<int:chat_id>/join")
    async def join(chat_id: int) -> Any:
        """`{member_id}`: somebody opens the invite link, or a stranger is let in."""
        chat, member_id = _chat(desk, chat_id), _number(await body_object(), "member_id")
        if not desk.census.knows(member_id):
            raise Refused("Такого профиля во ВКонтакте города нет", 404)
        desk.state.join(chat, member_id, member_id)
        desk.happened(chat, member_id, "chat_invite_user_by_link", member_id=member_id)
        return jsonify(_shown(chat))


def _add_people(control: Blueprint, desk: Desk) -> None:
    @control.get("/profiles")
    async def profiles() -> Any:
        """Who has a VK profile, with the id that chats know."""
        found = desk.census.profiles.values()
        return jsonify(profiles=[{"user_id": str(one.user_id), "person": one.person.id, "profile_type": one.kind} for one in found])

    @control.post("/people")
    async def guests() -> Any:
        """`{first_name?, last_name?, count?}`: people at VK who are not of the town, such as a stranger in a chat."""
        body = await body_object()
        count = _number(body, "count") if "count" in body else 1
        if not 1 <= count <= 50_000:
            raise Refused("count — от 1 до 50000")
        names = str(body.get("first_name") or "Гость"), str(body.get("last_name") or "Посторонний")
        made = [desk.census.invite(*names) for _ in range(count)]
        return jsonify(people=[{"user_id": str(one.member_id), "token": one.token} for one in made]), 201

    @control.post("/privacy")
    async def privacy() -> Any:
        """`{user_id, closed?, group_id?, writable?}`: nobody may add the person; a community may write to the person."""
        body = await body_object()
        user_id = _number(body, "user_id")
        if user_id not in desk.census.profiles:
            raise Refused("Такого профиля во ВКонтакте города нет", 404)
        if "closed" in body:
            (desk.state.closed.add if body["closed"] else desk.state.closed.discard)(user_id)
        if "group_id" in body:
            pair = (_number(body, "group_id"), user_id)
            (desk.state.writable.add if body.get("writable", True) else desk.state.writable.discard)(pair)
        return jsonify(user_id=str(user_id), closed=user_id in desk.state.closed)

    @control.post("/tokens/end")
    async def end_token() -> Any:
        """`{token}`: that token is dead until a reset."""
        token = str((await body_object()).get("token", ""))
        if token not in desk.census.tokens:
            raise Refused("Такого токена в городе нет", 404)
        desk.state.dead_tokens.add(token)
        return jsonify(ended=1)


def _chat(desk: Desk, chat_id: int) -> Chat:
    found = desk.state.chats.get(chat_id - CHAT_PEERS if chat_id > CHAT_PEERS else chat_id)
    if found is None:
        raise Refused("Такого чата нет", 404)
    return found


def _number(body: dict[str, Any], name: str) -> int:
    try:
        return int(body[name])
    except (KeyError, TypeError, ValueError):
        raise Refused(f"{name} — целое число") from None


def _shown(chat: Chat) -> dict[str, Any]:
    return {
        "chat_id": chat.id,
        "peer_id": CHAT_PEERS + chat.id,
        "title": chat.title,
        "owner_id": chat.owner_id,
        "alive": chat.alive,
        "disabled": chat.disabled,
        "link": f"https://vk.me/join/{chat.link}",
        "size": chat.size,
        "members": [{"member_id": one.member_id, "admin": one.is_admin, "invited_by": one.invited_by} for one in chat.members.values()],
        "left": sorted(chat.left),
        "kicked": sorted(chat.kicked),
        "messages": len(chat.messages),
    }
