"""VK's objects: users, groups, members, conversations and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.vkapi.people import EDUCATIONAL, MAIN_ROLES, Census, Profile
from sandbox.vkapi.state import Chat, Member, Message
from sandbox.vkapi.wire.params import CHAT_PEERS

SEX = {"F": 1, "M": 2}
AVATAR = "https://vk.ru/images/camera_200.png"
ACL = (
    "can_change_info", "can_change_invite_link", "can_change_pin", "can_invite", "can_promote_users",
    "can_see_invite_link", "can_moderate", "can_copy_chat", "can_call", "can_use_mass_mentions",
)  # fmt: skip
PERMISSIONS = ("invite", "change_info", "change_pin", "use_mass_mentions", "see_invite_link", "call", "change_admins")


def user(profile: Profile, fields: Iterable[str], census: Census) -> dict[str, Any]:
    """The basic fields, and those of the asked ones that a chat's client looks at."""
    person = profile.person
    shown: dict[str, Any] = {
        "id": profile.user_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "can_access_closed": True,
        "is_closed": False,
    }
    more = {
        "sex": SEX.get(person.sex, 0),
        "bdate": f"{person.birth_date.day}.{person.birth_date.month}.{person.birth_date.year}",
        "screen_name": f"id{profile.user_id}",
        "domain": f"id{profile.user_id}",
        "photo_50": AVATAR,
        "photo_100": AVATAR,
        "photo_200": AVATAR,
        "profile_type": profile.kind,
    }
    wanted = set(fields)
    shown |= {name: value for name, value in more.items() if name in wanted}
    if profile.kind == EDUCATIONAL and wanted & {"educational_profile", "edu_roles"}:
        names = [census.town.schools[key].short_name for key in sorted(census.schools_of(person))]
        roles = {"main_roles": MAIN_ROLES[person.role], "organizations": [{"organization_name": name} for name in names]}
        shown |= {"educational_profile": {"edu_roles": roles}} if "educational_profile" in wanted else {}
        shown |= {"edu_roles": roles} if "edu_roles" in wanted else {}
    return shown


def group(group_id: int, census: Census) -> dict[str, Any]:
    school = census.groups[group_id]
    return {
        "id": group_id,
        "name": school.short_name,
        "screen_name": f"club{group_id}",
        "is_closed": 0,
        "type": "group",
        "photo_50": AVATAR,
        "photo_100": AVATAR,
        "photo_200": AVATAR,
    }


def extended(members: Iterable[int], fields: Iterable[str], census: Census) -> dict[str, Any]:
    """The `profiles` and `groups` beside a list of ids."""
    ids = list(dict.fromkeys(members))
    return {
        "profiles": [user(census.profiles[one], fields, census) for one in ids if one in census.profiles],
        "groups": [group(-one, census) for one in ids if -one in census.groups],
    }


def member(one: Member, chat: Chat, viewer: Member) -> dict[str, Any]:
    is_owner = one.member_id == chat.owner_id and one.is_admin
    shown: dict[str, Any] = {"member_id": one.member_id, "invited_by": one.invited_by, "join_date": one.join_date}
    if one.is_admin:
        shown["is_admin"] = True
    if is_owner:
        shown["is_owner"] = True
    may = viewer.is_admin or one.invited_by == viewer.member_id
    if may and one.member_id != viewer.member_id and not is_owner:
        shown["can_kick"] = True
    return shown


def conversation(chat: Chat, viewer: Member) -> dict[str, Any]:
    last = chat.messages[-1] if chat.messages else None
    may = viewer.is_admin
    return {
        "peer": {"id": CHAT_PEERS + chat.id, "type": "chat", "local_id": chat.id},
        "last_message_id": last.id if last else 0,
        "last_conversation_message_id": last.number if last else 0,
        "in_read": last.id if last else 0,
        "out_read": last.id if last else 0,
        "important": False,
        "unread_count": 0,
        "sort_id": {"major_id": 0, "minor_id": last.id if last else 0},
        "version": 10_000_000 + (last.id if last else 0),
        "can_write": {"allowed": not chat.disabled},
        "chat_settings": {
            "owner_id": chat.owner_id,
            "title": chat.title,
            "state": "in",
            "acl": dict.fromkeys(ACL, may) | {"can_copy_chat": False, "can_moderate": may},
            "members_count": len(chat.members),
            "admin_ids": [one.member_id for one in chat.members.values() if one.is_admin and one.member_id != chat.owner_id],
            "active_ids": list(chat.members)[:4],
            "permissions": dict.fromkeys(PERMISSIONS, "owner_and_admins"),
            "is_group_channel": False,
            "is_service": False,
        },
    }


def message(one: Message, viewer_id: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "date": one.date,
        "from_id": one.from_id,
        "id": one.id,
        "out": int(one.from_id == viewer_id),
        "version": 10_000_000 + one.id,
        "attachments": [],
        "conversation_message_id": one.number,
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "peer_id": one.peer_id,
        "random_id": one.random_id if one.from_id == viewer_id else 0,
        "text": one.text,
    }
    if one.action is not None:
        shown["action"] = dict(one.action)
    return shown


def count(items: list[Any], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"count": len(items), "items": items, **(more or {})}
