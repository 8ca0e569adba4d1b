"""Methods of who is in a chat: added, removed and listed."""

from __future__ import annotations

from typing import Any

from sandbox.vkapi.routes.chats import may_be_added
from sandbox.vkapi.routes.desk import Call, Method
from sandbox.vkapi.state import Chat
from sandbox.vkapi.wire import shapes
from sandbox.vkapi.wire.errors import VkError

ADD_REFUSED = "can't add this user"
REMOVE_REFUSED = "can't remove this user"


def add(call: Call) -> Any:
    """Only a person adds, and only a friend whose privacy allows it: else error 15, and the invite link is the way."""
    chat, _ = call.changeable(call.chat_id(), as_admin=False)
    user_id = call.params.number("user_id")
    call.params.number("visible_messages_count", 0, least=0, most=1000)
    if user_id not in call.desk.census.profiles:
        raise VkError(936)
    if user_id in chat.members:
        raise VkError(15, "user already in chat")
    if len(chat.members) >= chat.size:
        raise VkError(103)
    if user_id != call.me and not may_be_added(call, user_id):
        raise VkError(15, ADD_REFUSED)
    _come_in(call, chat, user_id)
    return 1


def add_several(call: Call) -> Any:
    """Partial success: whoever could not be added is named."""
    chat, _ = call.changeable(call.chat_id(), as_admin=False)
    asked = call.params.numbers("user_ids" if call.params.given("user_ids") else "peer_ids")
    failed = []
    for user_id in asked:
        if user_id in chat.members:
            continue
        if len(chat.members) < chat.size and may_be_added(call, user_id):
            _come_in(call, chat, user_id)
        else:
            failed.append(user_id)
    return {"failed_peer_ids": failed, "failed_phone_numbers": [], "invitees": [one for one in asked if one in chat.members]}


def _come_in(call: Call, chat: Chat, user_id: int) -> None:
    call.desk.state.join(chat, user_id, call.me)
    call.desk.happened(chat, call.me, "chat_invite_user", member_id=user_id)


def remove(call: Call) -> Any:
    """One leaves of himself; others are removed by administrators and by who invited them."""
    chat, member = call.changeable(call.chat_id(), as_admin=False)
    name = "member_id" if call.params.given("member_id") else "user_id"
    asked = call.params.number(name)
    if not call.desk.census.knows(asked):
        raise VkError(936)
    other = chat.members.get(asked)
    if asked != call.me and not member.is_admin and (other is None or other.invited_by != call.me):
        raise VkError(925)
    if other is None:
        raise VkError(935)
    if asked != call.me and (other.is_admin and chat.owner_id != call.me):
        raise VkError(15, REMOVE_REFUSED)
    call.desk.happened(chat, call.me, "chat_kick_user", member_id=asked)
    call.desk.state.leave(chat, asked, call.me)
    return 1


def listed(call: Call) -> Any:
    """A page of members, in the order they came."""
    call.check_group()
    offset = call.params.number("offset", 0, least=0)
    count = call.params.number("count", 20, least=0, most=1000)
    chat, viewer = call.chat_of_peer(call.peer())
    if call.caller.is_group and not viewer.is_admin and call.desk.state.switches["members_need_admin"]:
        raise VkError(917)
    members = list(chat.members.values())
    wanted = call.params.numbers("member_ids")
    if wanted:
        members = [one for one in members if one.member_id in wanted]
    page = members[offset : offset + count]
    census = call.desk.census
    return {
        "items": [shapes.member(one, chat, viewer) for one in page],
        "count": len(members),
        "chat_restrictions": {
            "admins_promote_users": True,
            "only_admins_edit_info": True,
            "only_admins_edit_pin": True,
            "only_admins_invite": True,
            "only_admins_kick": True,
        },
        **shapes.extended((one.member_id for one in page), call.params.words("fields"), census),
    }


METHODS = {
    "messages.addChatUser": Method(add, groups=False),
    "messages.addChatUsers": Method(add_several, groups=False),
    "messages.removeChatUser": Method(remove),
    "messages.getConversationMembers": Method(listed),
}
