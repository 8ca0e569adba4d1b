"""Opens an account: which profile the token is for, who it is, and which children it shows."""

from __future__ import annotations

from dataclasses import replace

from connectors.diaries.mes.client.api import FAMILY, Api
from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.account import birth_date, children, guard, holder
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AccessDenied, RateLimited, TimedOut, Unavailable
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access, DiaryAccount

_FAMILY = ("parent", "student")


async def profile_of(api: Api, access: Access, deadline: Deadline) -> Access:
    """The profile of a family member. A token is asleep until this was asked with it."""
    bare = replace(access, extra={key: value for key, value in access.extra.items() if key not in ("profile", "role")})
    body = await api.get("/acl/api/users/profile_info", bare, deadline)
    found = decode(api.system, body, list[wire.ProfileHead])
    known = access.extra.get("profile", "")
    heads = [one for one in found if one.type in _FAMILY]
    head = next((one for one in heads if str(one.id) == known), heads[0] if heads else None)
    if head is None:
        raise AccessDenied(api.system, "no profile of a family")
    return replace(access, extra={**access.extra, "profile": str(head.id), "role": head.type})


async def woken(api: Api, access: Access, deadline: Deadline) -> Access:
    """A renewed token with its profile. Its refresh token is spent already: it is kept also where the node stumbles just now."""
    try:
        return await profile_of(api, access, deadline)
    except (Unavailable, TimedOut, RateLimited):
        return access


async def open_account(api: Api, access: Access, deadline: Deadline) -> DiaryAccount:
    awake = await profile_of(api, access, deadline)
    found, originals = holder(api.system, await api.get(f"{FAMILY}/profile", awake, deadline))
    owner = str(found.profile.id)
    guard(api.system, found, access.owner)
    shown = children(api.system, found, originals, tz=api.zone.key, now=api.now())
    keys = " ".join(f"{child.key}:{child.ids['person_guid']}" for child in shown)
    return DiaryAccount(
        access=replace(awake, owner=owner, extra={**awake.extra, "children": keys}),
        subject=owner,
        last_name=plain_text(found.profile.last_name),
        first_name=plain_text(found.profile.first_name),
        middle_name=plain_text(found.profile.middle_name),
        birth_date=birth_date(api.system, found.profile.birth_date, "$.profile.birth_date"),
        roles=(awake.extra["role"],),
        children=shown,
    )
