"""A homework is done, or not after all: said at its diary first, then in the copy; a diary that refuses leaves both as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from connectors.kit.correspondence import HomeworkDonePort
from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.lent_diaries import links_for
from hub.flows.reach_diary import live, reach
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.shape import keep
from hub.flows.show_diary.sources import refusal
from hub.flows.views.items import HomeworkItem
from hub.flows.words import title_of
from hub.store.diaries import diary_copies
from hub.store.diaries.diary_links import Link
from hub.store.outputs import feeds
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import record_change, view_right

MOST_BLOCKS = 1000
LENT = "Вам открыли дневник только для просмотра. Отмечают ученик и родители."
_ITEM = msgspec.json.Decoder(HomeworkItem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    link: Link
    block: str
    item: HomeworkItem


async def mark_homework(deps: Deps, visitor: Visitor, child: str, item: str, *, done: bool) -> HomeworkItem:
    """By a guardian through the own account, or by the pupil. `item` is the homework's id as lists show it; twice is harmless."""
    found = await deps.db.read(lambda: _find(deps, visitor, child, item))
    port = deps.diaries.get(found.link.system)
    if not isinstance(port, HomeworkDonePort):
        raise Refused(Reason.FORBIDDEN, f"{title_of(deps.diaries, found.link.system)} не принимает отметок о сделанном.")
    if found.item.done is done:
        return found.item
    source = found.item.source.id
    await live(reach(deps, port, found.link.id, child, lambda access, pupil: port.set_done(access, pupil, source, done=done)))
    return await deps.db.write(lambda: _write(deps, visitor, child, found, done))


def can_mark(deps: Deps, system: str) -> bool:
    """Whether this diary takes such a word at all."""
    return isinstance(deps.diaries.get(system), HomeworkDonePort)


def _find(deps: Deps, visitor: Visitor, child: str, item: str) -> _Found:
    """Among the copies of the accounts that show this child to this visitor; anything else is the same 404."""
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=deps.now())
    if not right.allowed:
        raise refusal(right)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, LENT)
    for link in links_for(deps, visitor, child, right):
        for copy in diary_copies.of_datum(deps.keys, link=link.id, child=child, datum=Datum.HOMEWORK.value, limit=MOST_BLOCKS):
            for kept in copy.items or ():
                one = _ITEM.decode(kept.item)
                if one.id == item:
                    return _Found(link=link, block=copy.block, item=one)
    raise Refused(Reason.NOT_FOUND)


def _write(deps: Deps, visitor: Visitor, child: str, found: _Found, done: bool) -> HomeworkItem:
    """Whoever reads the diary anew meanwhile waits for this, and this for them: the feed's own row is held."""
    now, datum = deps.now(), Datum.HOMEWORK.value
    changed = msgspec.structs.replace(found.item, done=done)
    feeds.hold(found.link.id, child)
    copies = diary_copies.load(deps.keys, link=found.link.id, child=child, wanted=[(datum, found.block)])
    copy = copies.get((datum, found.block))
    if copy is not None and copy.items is not None:
        items = [keep(changed) if _ITEM.decode(one.item).id == changed.id else one for one in copy.items]
        where = {"link": found.link.id, "child": child, "datum": datum, "block": found.block}
        diary_copies.amend(deps.keys, **where, items=items)
        feeds.record(deps.keys, **where, former=_by_id(copy.items), items=_by_id(items), at=now)
    who = PersonId(visitor.person)
    kind = ActorKind.PUPIL if visitor.person == child else ActorKind.GUARDIAN
    record_change(actor=who, actor_kind=kind, subject=PersonId(child), action="homework.done", object=found.link.system, now=now)
    return changed


def _by_id(items: Sequence[diary_copies.Kept]) -> dict[str, msgspec.Raw]:
    return {one.id: one.item for one in items}
