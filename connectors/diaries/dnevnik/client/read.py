"""One read of a child's diary: one round of calls side by side, a second one only where the first points further."""

from __future__ import annotations

from collections.abc import Set
from zoneinfo import ZoneInfo

from connectors.diaries.dnevnik.client.account import open_account
from connectors.diaries.dnevnik.client.api import Api
from connectors.diaries.dnevnik.client.rounds import Keys, Rounds
from connectors.diaries.dnevnik.mapping.frame import Frame
from connectors.diaries.dnevnik.mapping.page import (
    absorb,
    build,
    take_missing,
)
from connectors.diaries.dnevnik.mapping.times import DEFAULT_ZONE
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AccessDenied, NotFound
from connectors.kit.ports import Access, Window
from connectors.kit.together import together


async def read_page(api: Api, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
    if not data or window.end < window.start:
        return DiaryPage(**{str(datum): () for datum in data})
    deadline = Deadline(api.system)
    child, keys = await _keys(api, access, child)
    zone = ZoneInfo(child.school.tz if child.school else DEFAULT_ZONE)
    frame = Frame(system=api.system, person=keys.person, zone=zone, fetched_at=api.now(), window=window)
    read = Rounds(api, access, deadline, frame, keys, weighted=bool(child.school and child.school.uses_weights))
    await together(list(read.first_round(data)))
    seen = absorb(frame, read.answers)
    await together(list(read.second_round(data, seen)))
    take_missing(frame, seen, read.answers)
    return build(frame, data, read.answers, seen, base=api.api_url)


async def _keys(api: Api, access: Access, child: DiaryChild) -> tuple[DiaryChild, Keys]:
    """From the child as the account showed it; a child kept without its ids is looked up in the account again."""
    if child.school is None or child.group is None:
        account = await open_account(api, access)
        found = [known for known in account.children if known.key == child.key]
        if not found:
            raise AccessDenied(api.system, "not a child of this account")
        child = found[0]
    if child.school is None or child.group is None:
        raise NotFound(api.system, "the child has no school or class")
    return child, Keys(person=child.key, school=child.school.origin.id, group=child.group.id)
