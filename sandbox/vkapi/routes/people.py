"""Methods of users and communities that clients of chats call on their way."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.vkapi.routes.desk import Call, Method
from sandbox.vkapi.wire import shapes
from sandbox.vkapi.wire.errors import VkError

GROUPS_IN_AN_OBJECT = (5, 139)
SCOPES = ("manage", "messages")


def users(call: Call) -> Any:
    """Ids and short names; without any, the caller. Unknown ones are left out."""
    asked = call.params.words("user_ids") or call.params.words("user_id")
    if len(asked) > 1000:
        raise VkError(113)
    ids = [_user_id(one) for one in asked] if asked else [call.me]
    census = call.desk.census
    return [shapes.user(census.profiles[one], call.params.words("fields"), census) for one in ids if one in census.profiles]


def _user_id(text: str) -> int:
    digits = text.removeprefix("id")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0


def groups(call: Call) -> Any:
    asked = call.params.words("group_ids") or call.params.words("group_id")
    ids = [_user_id(one.removeprefix("club").removeprefix("public")) for one in asked] if asked else [-call.me]
    census = call.desk.census
    found = [shapes.group(one, census) for one in ids if one in census.groups]
    if not found:
        raise VkError(100, "group_ids is undefined")
    return {"groups": found, "profiles": []} if call.version >= GROUPS_IN_AN_OBJECT else found


def own_group(call: Call) -> int:
    group = call.params.number("group_id")
    if group not in call.desk.census.groups:
        raise VkError(125)
    if call.me != -group:
        raise VkError(15, "no access to this group")
    return group


def long_poll(call: Call) -> Any:
    group = own_group(call)
    feed = call.desk.state.feed(group)
    return {"key": feed.key, "server": f"{call.desk.sandbox.base_url()}/vkapi/longpoll/{group}", "ts": str(feed.ts)}


def settings(call: Call) -> Any:
    own_group(call)
    return {"is_enabled": True, "api_version": "5.199", "events": {"message_new": 1}}


def permissions(_: Call) -> Any:
    return {"mask": 266240, "permissions": [{"name": name, "setting": 1 << place} for place, name in enumerate(SCOPES, 12)]}


def allowed(call: Call) -> Any:
    group, user_id = call.params.number("group_id"), call.params.number("user_id")
    return {"is_allowed": int((group, user_id) in call.desk.state.writable)}


def allow(call: Call) -> Any:
    """The person lets a community write."""
    group = call.params.number("group_id")
    if group not in call.desk.census.groups:
        raise VkError(125)
    call.desk.state.writable.add((group, call.me))
    return 1


def own_profile(call: Call) -> Any:
    return shapes.user(call.desk.census.profiles[call.me], ("sex", "bdate", "screen_name"), call.desk.census)


def call_token(_: Call) -> Any:
    """What VK's own client takes to its calls; the calls themselves are not played."""
    return {"token": secrets.token_urlsafe(32), "api_base_url": "https://api.mycdn.me/"}


def server_time(call: Call) -> Any:
    return call.desk.state.moment()


METHODS = {
    "users.get": Method(users),
    "groups.getById": Method(groups),
    "groups.getLongPollServer": Method(long_poll, users=False),
    "groups.getLongPollSettings": Method(settings, users=False),
    "groups.setLongPollSettings": Method(lambda call: int(bool(own_group(call))), users=False),
    "groups.getTokenPermissions": Method(permissions, users=False),
    "messages.isMessagesFromGroupAllowed": Method(allowed),
    "messages.allowMessagesFromGroup": Method(allow, groups=False),
    "messages.getCallToken": Method(call_token, groups=False),
    "account.getProfileInfo": Method(own_profile, groups=False),
    "utils.getServerTime": Method(server_time),
}
