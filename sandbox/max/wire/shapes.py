"""MAX's objects: users, members, chats, messages and updates."""

from __future__ import annotations

from typing import Any

from sandbox.max.state import Account, Chat, Member, Message

JOIN = "https://max.ru/join/"


def user(account: Account, at: int) -> dict[str, Any]:
    """`name` is the older field, kept beside the newer two."""
    shown: dict[str, Any] = {
        "user_id": account.user_id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "name": f"{account.first_name} {account.last_name}".strip(),
        "is_bot": account.is_bot,
        "last_activity_time": at,
    }
    if account.is_bot:
        del shown["last_name"]
        shown["username"] = f"id{account.user_id}_bot"
    return shown


def member(one: Member, account: Account, chat: Chat, at: int) -> dict[str, Any]:
    shown = user(account, at) | {
        "last_access_time": one.joined,
        "is_owner": one.user_id == chat.owner_id,
        "is_admin": one.rights is not None,
        "join_time": one.joined,
        "permissions": None if one.rights is None else list(one.rights),
    }
    return shown | ({"alias": one.alias} if one.alias else {})


def chat(one: Chat, pinned: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "chat_id": one.id,
        "type": one.kind,
        "status": "active",
        "title": one.title or None,
        "icon": None,
        "last_event_time": one.messages[-1].at if one.messages else one.created,
        "participants_count": len(one.members),
        "owner_id": one.owner_id,
        "participants": None,
        "is_public": False,
        "link": JOIN + one.link if one.link else None,
        "description": one.description or None,
        "messages_count": len(one.messages),
        "pinned_message": pinned,
    }


def message(one: Message, where: Chat, sender: dict[str, Any], other: int | None) -> dict[str, Any]:
    return {
        "sender": sender,
        "recipient": {"chat_id": where.id, "chat_type": where.kind, "user_id": other},
        "timestamp": one.at,
        "body": {"mid": one.mid, "seq": one.seq, "text": one.text, "attachments": one.attachments},
    }
