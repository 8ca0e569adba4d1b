"""What changed in a child's diaries: the feed for apps (`/api/v1/children/{id}/changes`), and the news of a page since a moment.

For a page: `await changes_since(deps, visitor, child, moment)` checks the right, notes the reading and answers at most `limit` changes,
newest first, of the diaries that this visitor may see; weeks that were opened for the first time are no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.lent_diaries import links_for
from hub.flows.outputs.cursors import Place, open_cursor, seal, still_holds
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import blocks, week_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import look, note_reading, refusal
from hub.flows.views.diary import SourceState
from hub.flows.views.outputs import ChangeFeed, ChangeItem, DataStatus, SeenChange
from hub.flows.words import today_of
from hub.store.diaries import diary_copies
from hub.store.diaries.diary_copies import Copy
from hub.store.outputs import feeds
from hub.store.outputs.feeds import Action, Change, Head
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import view_right

KINDS = (Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE)
WEEK = timedelta(days=7)
BACK, AHEAD = timedelta(days=28), timedelta(days=14)
MOST = 1000
MOST_ROWS = 200
NEWS = 100
Items = Mapping[tuple[str, str], msgspec.Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What one read of the database saw: how far each feed is, and either the changes since the cursor or the copies of a snapshot."""

    heads: Mapping[str, Head]
    changes: Sequence[Change]
    copies: Sequence[Copy]
    place: Place | None


async def feed(
    deps: Deps,
    visitor: Visitor,
    child: str,
    *,
    cursor: str | None = None,
    kinds: Iterable[Datum] = (),
    limit: int = MOST,
    forced: bool = False,
) -> ChangeFeed:
    """Asks the sources as a page does, last week, this and the next; then tells what is new since the cursor, without one everything."""
    wanted = tuple(sorted({one.value for one in kinds or KINDS}))
    place = open_cursor(deps, visitor.person, child, cursor) if cursor else None
    today = await today_of(deps, child)
    near = Window(start=week_of(today).start - WEEK, end=week_of(today).end + WEEK)
    wish = Wish(child=child, data=frozenset(Datum(one) for one in wanted), window=near, page="diary.changes", forced=forced)
    seen = await look(deps, visitor, wish)
    known = await deps.db.read(lambda: _known(deps, visitor, child, wanted, place, today))
    if known.place is None or known.place.after is not None:
        return _snapshot(deps, visitor, child, known, wanted, seen.states, limit=limit)
    return _delta(deps, visitor, child, known, known.place, seen.states, limit=limit)


def kinds_of(text: str) -> tuple[Datum, ...]:
    """`marks,homework` as an app writes it."""
    try:
        return tuple(Datum(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as error:
        raise Refused(Reason.MALFORMED, f"В «kinds» через запятую: {', '.join(one.value for one in KINDS)}.") from error


def _known(deps: Deps, visitor: Visitor, child: str, kinds: tuple[str, ...], place: Place | None, today: date) -> _Known:
    """Inside one unit, so that no change slips between the number and the copies."""
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=deps.now())
    if not right.allowed:
        raise refusal(right)
    links = [link.id for link in links_for(deps, visitor, child, right)]
    heads = feeds.heads(links, child)
    if place is None or not still_holds(place, heads, kinds, deps.now()):
        place = None
    if place is None or place.after is not None:
        wanted = [(kind, block) for kind in kinds for block in blocks(Datum(kind), _around(today))]
        return _Known(heads=heads, changes=(), copies=_copies(deps, links, child, wanted), place=place)
    changes: list[Change] = []
    for link, (_, seq) in place.feeds.items():
        changes += feeds.after(deps.keys, link=link, child=child, seq=seq, limit=MOST_ROWS)
    touched = sorted({(one.datum, one.block) for one in changes if one.datum in kinds})
    return _Known(heads=heads, changes=changes, copies=_copies(deps, links, child, touched), place=place)


def _around(today: date) -> Window:
    return Window(start=today - BACK, end=today + AHEAD)


def _copies(deps: Deps, links: Iterable[str], child: str, wanted: Sequence[tuple[str, str]]) -> list[Copy]:
    return [copy for link in links for copy in diary_copies.load(deps.keys, link=link, child=child, wanted=wanted).values()]


def _snapshot(
    deps: Deps, visitor: Visitor, child: str, known: _Known, kinds: tuple[str, ...], states: tuple[SourceState, ...], *, limit: int
) -> ChangeFeed:
    """A part at a time; the numbers stay those of its first part, so that what changes meanwhile is told afterwards."""
    base = known.place.feeds if known.place else {link: (head.epoch, head.seq) for link, head in known.heads.items()}
    after = known.place.after if known.place else None
    rows = {
        f"{copy.datum}\x1f{kept.order}": (copy, kept) for copy in known.copies for kept in copy.items or ()
    }  # the same record through two accounts is one
    left = [key for key in sorted(rows) if after is None or key > after]
    items = tuple(
        ChangeItem(kind=copy.datum, id=kept.id, action="created", item=kept.item, at=copy.fetched_at or deps.now())
        for copy, kept in (rows[key] for key in left[:limit])
    )
    more = len(left) > limit
    place = Place(at=known.place.at if known.place else deps.now(), kinds=kinds, feeds=base, after=left[limit - 1] if more else None)
    return ChangeFeed(
        data_status=DataStatus.SNAPSHOT, items=items, cursor=seal(deps, visitor.person, child, place), more=more, sources=states
    )


def _delta(
    deps: Deps, visitor: Visitor, child: str, known: _Known, place: Place, states: tuple[SourceState, ...], *, limit: int
) -> ChangeFeed:
    """As many readings as fit, at least one of each feed that has any; one record is told once, as it is now."""
    now_there = _by_id(known.copies)
    told: dict[tuple[str, str], ChangeItem] = {}
    reached = dict(place.feeds)
    cut: set[str] = set()
    for change in sorted(known.changes, key=lambda one: (one.at, one.seq)):
        if change.link in cut or (len(told) >= limit and reached[change.link] != place.feeds[change.link]):
            cut.add(change.link)
            continue
        reached[change.link] = (known.heads[change.link].epoch, change.seq)
        if change.datum in place.kinds:
            _tell(told, change, now_there, known.copies)
    more = any(reached[link][1] < head.seq for link, head in known.heads.items())
    moved = Place(at=deps.now(), kinds=place.kinds, feeds=reached)
    return ChangeFeed(
        data_status=DataStatus.DELTA if told else DataStatus.ACTUAL,
        items=tuple(told.values()),
        cursor=seal(deps, visitor.person, child, moved),
        more=more,
        sources=states,
    )


def _by_id(copies: Iterable[Copy]) -> dict[tuple[str, str], msgspec.Raw]:
    return {(copy.datum, kept.id): kept.item for copy in copies for kept in copy.items or ()}


def _tell(told: dict[tuple[str, str], ChangeItem], change: Change, now_there: Items, copies: Iterable[Copy]) -> None:
    """What moved to another week is removed in one block and created in another: it is there, so it is told as being there."""
    pieces: list[tuple[str, Action]] = [(piece.id, piece.action) for piece in change.pieces]
    if change.whole:
        block = [copy for copy in copies if (copy.datum, copy.block) == (change.datum, change.block)]
        pieces = [(kept.id, "created") for copy in block for kept in copy.items or ()]
    for id_, said in pieces:
        key = (change.datum, id_)
        item, first = now_there.get(key), told.pop(key, None)
        new = said == "created" or (first is not None and first.action == "created")
        action: Action = "removed" if item is None else "created" if new else "updated"
        told[key] = ChangeItem(kind=change.datum, id=id_, action=action, item=item, at=change.at)


async def changes_since(deps: Deps, visitor: Visitor, child: str, since: datetime, *, limit: int = NEWS) -> tuple[SeenChange, ...]:
    """The news of a page; asks no source."""

    def unit() -> tuple[Sequence[Change], Items]:
        right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=deps.now())
        if not right.allowed:
            raise refusal(right)
        links = [link.id for link in links_for(deps, visitor, child, right)]
        found = [one for link in links for one in feeds.since(deps.keys, link=link, child=child, moment=since, limit=limit)]
        touched = sorted({(one.datum, one.block) for one in found})
        return found, _by_id(_copies(deps, links, child, touched))

    changes, now_there = await deps.db.read(unit)
    await note_reading(deps, visitor, child, "diary.changes")
    shown: dict[tuple[str, str], SeenChange] = {}
    for change in sorted(changes, key=lambda one: (one.at, one.seq)):
        for piece in change.pieces:
            key = (change.datum, piece.id)
            first, item = shown.pop(key, None), now_there.get(key)
            before = first.before if first is not None else None if piece.action == "created" else piece.before
            action: Action = "removed" if item is None else "created" if before is None else "updated"
            if first is not None and first.action == "created" and item is None:
                continue  # it came and went in between
            shown[key] = SeenChange(kind=change.datum, id=piece.id, action=action, item=item, before=before, at=change.at)
    return tuple(reversed(shown.values()))[:limit]
