"""Methods of messages: sent once for one `random_id`, and read back."""

from __future__ import annotations

from typing import Any

from sandbox.inbox import Letter
from sandbox.texting.texts import code_in
from sandbox.vkapi.routes.desk import Call, Method
from sandbox.vkapi.state import Message
from sandbox.vkapi.wire import shapes
from sandbox.vkapi.wire.errors import VkError
from sandbox.vkapi.wire.params import CHAT_PEERS

LONGEST = 9_000
RANDOM_ID_SINCE = (5, 90)
OBJECT_SINCE = (5, 223)
"""The versions of VK's own web client answer `send` with an object."""


def send(call: Call) -> Any:
    """One message's id, or with `peer_ids` a row for each, each with its own error."""
    call.check_group()
    if call.version >= RANDOM_ID_SINCE and not call.params.given("random_id"):
        raise VkError.bad("random_id is a required parameter")
    random_id = call.params.number("random_id", 0)
    text = call.params.values.get("message", "")
    if len(text) > LONGEST:
        raise VkError(914)
    if not (text.strip() or call.params.given("attachment") or call.params.given("forward")):
        raise VkError.bad("message is empty or invalid")
    several = call.params.numbers("peer_ids", most=100)
    if not several:
        sent = _sent(call, _one_peer(call), text, random_id)
        return {"message_id": sent.id, "cmid": sent.number} if call.version >= OBJECT_SINCE else sent.id
    rows: list[dict[str, Any]] = []
    for peer_id in several:
        try:
            message = _sent(call, peer_id, text, random_id)
        except VkError as refused:
            rows.append({"peer_id": peer_id, "message_id": 0, "error": {"code": refused.code, "description": str(refused)}})
        else:
            rows.append({"peer_id": peer_id, "message_id": message.id, "conversation_message_id": message.number})
    return rows


def _one_peer(call: Call) -> int:
    for name in ("peer_id", "user_id"):
        if call.params.given(name):
            return call.params.number(name)
    if call.params.given("chat_id"):
        return CHAT_PEERS + call.chat_id()
    raise VkError.bad("peer_id is a required parameter")


def _sent(call: Call, peer_id: int, text: str, random_id: int) -> Message:
    """A repeated `random_id` writes nothing and gives the first message."""
    state, key = call.desk.state, (call.me, peer_id, random_id)
    kept = _conversation(call, peer_id, writes=True)
    if random_id and key in state.sent:
        return state.sent[key]
    message = state.write(kept, peer_id, call.me, text, random_id=random_id)
    if random_id:
        state.sent[key] = message
    if peer_id > CHAT_PEERS:
        call.desk.announce(state.chats[peer_id - CHAT_PEERS], message)
    elif call.caller.is_group:
        sandbox = call.desk.sandbox
        letter = Letter(kind="chat", system="vkapi", to=str(peer_id), text=text, at=sandbox.clock.now(), code=code_in(text))
        sandbox.inbox.put(letter)
    elif -peer_id in call.desk.census.groups:
        state.writable.add((-peer_id, call.me))
        call.desk.tell(-peer_id, message)
    return message


def _conversation(call: Call, peer_id: int, *, writes: bool = False) -> list[Message]:
    """The messages of a chat or of a dialog; a community writes only to people who wrote to it or let it (901)."""
    if peer_id > CHAT_PEERS:
        chat, _ = call.chat_of_peer(peer_id)
        if writes and chat.disabled:
            raise VkError(945)
        return chat.messages
    if not call.desk.census.knows(peer_id):
        raise VkError(936) if peer_id else VkError.bad("peer_id is invalid")
    if call.caller.is_group and peer_id < 0:
        raise VkError(932)
    if writes and call.caller.is_group and (-call.me, peer_id) not in call.desk.state.writable:
        raise VkError(901)
    if writes and not call.caller.is_group and peer_id in call.desk.state.closed:
        raise VkError(902)
    return call.desk.state.dialog(call.me, peer_id)


def history(call: Call) -> Any:
    offset, count = call.params.number("offset", 0), call.params.number("count", 20, least=0, most=200)
    peer_id = call.params.number("peer_id", 0) or call.params.number("user_id", 0)
    if not peer_id:
        raise VkError.bad("peer_id is a required parameter")
    kept = _conversation(call, peer_id)
    ordered = kept if call.params.flag("rev") else kept[::-1]
    page = ordered[max(offset, 0) : max(offset, 0) + count]
    more = (
        shapes.extended((one.from_id for one in page), call.params.words("fields"), call.desk.census)
        if call.params.flag("extended")
        else {}
    )
    return {"count": len(kept), "items": [shapes.message(one, call.me) for one in page], **more}


def by_id(call: Call) -> Any:
    """By ids of everywhere, or by numbers within a conversation."""
    if call.params.given("conversation_message_ids") or call.params.given("cmids"):
        name = "cmids" if call.params.given("cmids") else "conversation_message_ids"
        wanted, kept = call.params.numbers(name, most=100), _conversation(call, call.params.number("peer_id"))
        return shapes.count([shapes.message(one, call.me) for one in kept if one.number in wanted])
    wanted = call.params.numbers("message_ids", required=True, most=100)
    state = call.desk.state
    own = [chat.messages for chat in state.chats.values() if chat.alive and call.me in chat.members]
    own += [kept for pair, kept in state.dialogs.items() if call.me in pair]
    return shapes.count([shapes.message(one, call.me) for kept in own for one in kept if one.id in wanted])


METHODS = {
    "messages.send": Method(send),
    "messages.getHistory": Method(history),
    "messages.getById": Method(by_id),
    "messages.getByConversationMessageId": Method(by_id),
}
