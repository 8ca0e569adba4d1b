"""Opens an account: who it is, which children it shows, their schools and classes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from connectors.diaries.dnevnik.client.api import Api
from connectors.diaries.dnevnik.mapping import wire, wire_family
from connectors.diaries.dnevnik.mapping.account import Family, birth_date, children, guard, school_ids
from connectors.diaries.dnevnik.mapping.frame import both, ident
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access, DiaryAccount, Waiting
from connectors.kit.together import together


async def open_account(api: Api, access: Access) -> DiaryAccount:
    """Two rounds of calls: the person and the context, then everything they point to."""
    deadline = Deadline(api.system)
    user_body, context_body = await together(
        [
            lambda: api.get("/users/me", access.token, deadline),
            lambda: api.get("/users/me/context", access.token, deadline),
        ]
    )
    user = decode(api.system, user_body, wire_family.User)
    context, plain = both(api.system, context_body, wire_family.Context)
    family = Family(system=api.system, fetched_at=api.now(), user=user, context=context, plain=plain)
    guard(family, access.owner)
    await _fill(api, access, deadline, family)
    shown = children(family)
    return DiaryAccount(
        access=replace(access, owner=family.owner),
        subject=family.owner,
        last_name=plain_text(user.last_name),
        first_name=plain_text(user.first_name),
        middle_name=plain_text(user.middle_name),
        birth_date=birth_date(api.system, user),
        roles=tuple(context.roles or ()),
        children=shown,
        waits_for=None if shown else Waiting.LIST,
    )


async def _fill(api: Api, access: Access, deadline: Deadline, family: Family) -> None:
    asks: list[Callable[[], Awaitable[None]]] = []

    async def school(id_: str) -> None:
        body = await api.get(f"/schools/{id_}", access.token, deadline)
        family.schools[id_] = decode(api.system, body, wire_family.School)

    async def groups(person: str) -> None:
        body = await api.get(f"/persons/{person}/edu-groups", access.token, deadline)
        family.groups[person] = decode(api.system, body, list[wire_family.EduGroup])

    async def persons() -> None:
        body = await api.get(f"/user/{family.owner}/children", access.token, deadline)
        for person in decode(api.system, body, list[wire.Person]):
            family.persons[ident(person.id, person.id_str)] = person

    for id_ in school_ids(family):
        asks.append(partial(school, id_))
    pupils = [ident(child.person_id, child.person_id_str) for child in family.context.children or ()]
    for pupil in [*pupils, *([family.person] if family.is_pupil else [])]:
        asks.append(partial(groups, pupil))
    if family.context.children:
        asks.append(persons)
    await together(asks)
