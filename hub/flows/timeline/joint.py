"""One timeline of all children: what each source has of these days, newest first, in one read (facts 4.2, 1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from hub.deps import Deps
from hub.flows.contradictions.words import by_item, seen_by
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_readings
from hub.flows.timeline.items.device import device_items
from hub.flows.timeline.items.diary import diary_items
from hub.flows.timeline.items.money import money_items
from hub.flows.timeline.items.notice import notice_items
from hub.flows.timeline.items.told import told_items
from hub.flows.timeline.merging import MOST_AT_ONCE, SPARE, Place, merge, read_place
from hub.flows.timeline.scope import SPAN, Scope, scope_of
from hub.flows.views.people.joint import Joint, JointItem
from hub.store.sessions import Visitor

PAGE, A_PAGE = "timeline", 50
USUAL = ("pass", "meal", "card", "money", "mark", "attendance", "announcement", "absence")
"""Of a page: a notice repeats what it is about, and is asked for by itself."""
KINDS = ("pass", "meal", "card", "money", "mark", "attendance", "notice", "announcement", "absence")


async def show_joint(
    deps: Deps,
    visitor: Visitor,
    *,
    first: date | None = None,
    last: date | None = None,
    child: str | None = None,
    kinds: Collection[str] = (),
    cursor: str | None = None,
    limit: int = A_PAGE,
    span: timedelta = SPAN,
) -> Joint:
    """Days by the reader's clock, or by the school's where one child is asked for; without them the last thirty."""
    after, wanted = read_place(cursor), _wanted(kinds)

    def unit() -> Joint:
        scope = scope_of(deps, visitor, first=first, last=last, only=child, limit=limit, span=span)
        items, following = _items(deps, scope, wanted, after)
        odd = by_item(seen_by(deps, visitor.person, tuple(scope.children), since=scope.start.date())) if items else {}
        items = tuple(msgspec.structs.replace(one, contradictions=odd[one.id]) if one.id in odd else one for one in items)
        return Joint(
            zone=scope.zone, start=scope.start, end=scope.end, children=tuple(scope.children.values()), items=items, next=following
        )

    view = await deps.db.read(unit)
    await note_readings(deps, visitor, [one.id for one in view.children], PAGE)
    return view


def _wanted(kinds: Collection[str]) -> frozenset[str]:
    strange = set(kinds) - set(KINDS)
    if strange:
        raise Refused(Reason.MALFORMED, f"Можно выбрать: {', '.join(KINDS)}.")
    return frozenset(kinds or KINDS)


def _items(deps: Deps, scope: Scope, wanted: frozenset[str], after: Place | None) -> tuple[tuple[JointItem, ...], str | None]:
    # What stands at the very moment of the last item may be shown or not: it is fetched again and told apart by its id.
    end = scope.end if after is None else min(scope.end, after.at + timedelta(microseconds=1))
    fetch = min(scope.limit + SPARE + (after.beside if after else 0), MOST_AT_ONCE * 2)
    found = [
        device_items(scope, end=end, fetch=fetch, kinds=wanted),
        money_items(scope, end=end, fetch=fetch, kinds=wanted),
        told_items(deps, scope, end=end, kinds=wanted),
    ]
    if "notice" in wanted:
        found.append(notice_items(scope, end=end, fetch=fetch))
    if wanted & {"mark", "attendance"}:
        diary = diary_items(deps, scope, end=end)
        found.append(type(diary)(items=[one for one in diary.items if one.kind in wanted]))
    return merge(found, after=after, limit=scope.limit)
