"""Methods of chats themselves: made, renamed, looked at, and their invite links."""

from __future__ import annotations

from typing import Any

from sandbox.vkapi.routes.desk import Call, Method
from sandbox.vkapi.state import Chat
from sandbox.vkapi.wire import shapes
from sandbox.vkapi.wire.errors import VkError

LINK = "https://vk.me/join/"
TITLE = 128
OBJECT_SINCE = (5, 120)
"""Older versions answer `createChat` with the bare number."""


def create(call: Call) -> Any:
    """Whoever cannot be added is silently left out: `peer_ids` are those who were."""
    call.check_group()
    asked = call.params.numbers("user_ids")
    title = call.params.text("title", required=call.caller.is_group)[:TITLE]
    if not asked and not call.caller.is_group:
        raise VkError.bad("user_ids is a required parameter")
    census, state = call.desk.census, call.desk.state
    if not call.caller.is_group and not any(census.knows(one) for one in asked):
        raise VkError(936)
    chat = state.start_chat(call.me, title or "Беседа")
    added = [one for one in asked if one != call.me and may_be_added(call, one)]
    for one in added:
        state.join(chat, one, call.me)
    call.desk.happened(chat, call.me, "chat_create", text=chat.title)
    return {"chat_id": chat.id, "peer_ids": added} if call.version >= OBJECT_SINCE else chat.id


def may_be_added(call: Call, user_id: int) -> bool:
    """A person adds friends whose privacy allows it; a community only those who let it write to them."""
    desk = call.desk
    if user_id not in desk.census.profiles or user_id in desk.state.closed:
        return False
    if call.caller.is_group:
        return (-call.me, user_id) in desk.state.writable
    return desk.census.are_friends(call.me, user_id)


def edit(call: Call) -> Any:
    chat, _ = call.changeable(call.chat_id())
    title = call.params.text("title", required=True)[:TITLE]
    if title != chat.title:
        chat.title = title
        call.desk.happened(chat, call.me, "chat_title_update", text=title)
    return 1


def invite_link(call: Call) -> Any:
    """919 and 931 for whoever is no administrator."""
    call.check_group()
    chat, member = call.chat_of_peer(call.peer())
    if chat.disabled:
        raise VkError(945)
    if not member.is_admin:
        raise VkError(931 if call.params.flag("reset") else 919)
    if call.params.flag("reset"):
        call.desk.state.new_link(chat)
    return {"link": LINK + chat.link}


def linked(call: Call) -> Chat:
    """The chat behind `link`; a link that was reset leads nowhere."""
    link = call.params.text("link", required=True)
    head, _, token = link.partition("/join/")
    if not token or not head.startswith(("https://vk.me", "http://vk.me", "vk.me", "https://vk.ru", "https://vk.com")):
        raise VkError.bad("link is invalid")
    chat = call.desk.state.links.get(token.strip("/"))
    if chat is None:
        raise VkError(917)
    if not chat.alive:
        raise VkError(927)
    return chat


def join(call: Call) -> Any:
    """Whoever is in already gets the same answer; whoever was thrown out stays out."""
    chat = linked(call)
    if chat.disabled:
        raise VkError(945)
    if call.me not in chat.members:
        if call.me in chat.kicked:
            raise VkError(917)
        if len(chat.members) >= chat.size:
            raise VkError(103)
        call.desk.state.join(chat, call.me, call.me)
        call.desk.happened(chat, call.me, "chat_invite_user_by_link", member_id=call.me)
    return {"chat_id": chat.id}


def preview(call: Call) -> Any:
    chat = linked(call) if call.params.given("link") else call.chat_of_peer(call.peer())[0]
    members = list(chat.members)
    shown: dict[str, Any] = {
        "admin_id": chat.owner_id,
        "title": chat.title,
        "members": members,
        "members_count": len(members),
        "is_group_channel": False,
        "is_member": call.me in chat.members,
        "joined": call.me in chat.members,
    }
    if call.me in chat.members:
        shown["local_id"] = chat.id
    return {"preview": shown, **shapes.extended(members, call.params.words("fields"), call.desk.census)}


def get_chat(call: Call) -> Any:
    """The older look at a chat: one by `chat_id`, several by `chat_ids`."""
    several = call.params.numbers("chat_ids")
    shown = [_old_shape(call, call.chat(one)[0]) for one in several or [call.chat_id()]]
    return shown if several else shown[0]


def _old_shape(call: Call, chat: Chat) -> dict[str, Any]:
    fields = call.params.words("fields")
    users: list[Any] = list(chat.members)
    if fields:
        users = shapes.extended(chat.members, fields, call.desk.census)["profiles"]
    return {
        "id": chat.id, "type": "chat", "title": chat.title, "admin_id": chat.owner_id,
        "members_count": len(chat.members), "users": users, "is_default_photo": True,
    }  # fmt: skip


def by_id(call: Call) -> Any:
    """What is not the caller's is left out; when nothing is left, the last reason is the answer."""
    call.check_group()
    asked = call.params.numbers("peer_ids", required=True, most=100)
    found, members, reason = [], [], VkError(927)
    for peer_id in asked:
        try:
            chat, member = call.chat_of_peer(peer_id)
        except VkError as refused:
            reason = refused
            continue
        found.append(shapes.conversation(chat, member))
        members += list(chat.members)
    if not found:
        raise reason
    more = shapes.extended(members, call.params.words("fields"), call.desk.census) if call.params.flag("extended") else {}
    return shapes.count(found, more)


def conversations(call: Call) -> Any:
    """The caller's chats, the latest first."""
    offset, count = call.params.number("offset", 0, least=0), call.params.number("count", 20, least=1, most=200)
    own = [chat for chat in call.desk.state.chats.values() if chat.alive and call.me in chat.members]
    own.sort(key=lambda chat: chat.messages[-1].id if chat.messages else 0, reverse=True)
    items = []
    for chat in own[offset : offset + count]:
        item: dict[str, Any] = {"conversation": shapes.conversation(chat, chat.members[call.me])}
        if chat.messages:
            item["last_message"] = shapes.message(chat.messages[-1], call.me)
        items.append(item)
    more = shapes.extended([one for chat in own for one in chat.members], [], call.desk.census) if call.params.flag("extended") else {}
    return {"count": len(own), "items": items, "unread_count": 0, **more}


METHODS = {
    "messages.createChat": Method(create),
    "messages.editChat": Method(edit),
    "messages.getInviteLink": Method(invite_link),
    "messages.joinChatByInviteLink": Method(join, groups=False),
    "messages.getChatPreview": Method(preview, groups=False),
    "messages.getChat": Method(get_chat, groups=False),
    "messages.getConversationsById": Method(by_id),
    "messages.getConversations": Method(conversations),
}
