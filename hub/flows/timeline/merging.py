"""Several sources become one list, newest first, in pages that neither lose nor repeat an item; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.flows.cursors import NOT_OURS, from_cursor, number_in, to_cursor
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.joint import JointItem
from hub.store.fields import from_micros, to_micros

SPARE = 24
"""Reads of one pass are folded after they were fetched: so many more are asked for."""
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The last item of the page before; `beside` is how many of its very moment were shown."""

    at: datetime
    id: str
    beside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one source has before a moment; `whole` unless more of it lies behind the oldest item."""

    items: Sequence[JointItem]
    whole: bool = True
    oldest: datetime | None = None


def read_place(cursor: str | None) -> Place | None:
    if not cursor:
        return None
    at, beside, id_ = (*from_cursor(cursor).split(" ", 2), "", "")[:3]
    place = Place(at=from_micros(number_in(at)), id=id_, beside=number_in(beside))
    if not (0 < place.beside <= MOST_AT_ONCE and id_):
        raise Refused(Reason.MALFORMED, NOT_OURS)
    return place


def merge(found: Sequence[Found], *, after: Place | None, limit: int) -> tuple[tuple[JointItem, ...], str | None]:
    """At most so many, and the cursor of the rest. What is older than the end of a source that has more waits for the next page."""
    horizon = max((one.oldest for one in found if not one.whole and one.oldest is not None), default=None)
    every = sorted((item for one in found for item in one.items), key=_order)
    if after is not None:
        every = [item for item in every if _order(item) > (-to_micros(after.at), after.id)]
    near = [item for item in every if horizon is None or item.at > horizon] or every
    shown = near[:limit]
    if not shown or (len(shown) == len(every) and horizon is None):
        return tuple(shown), None
    last = shown[-1]
    beside = sum(item.at == last.at for item in shown) + (after.beside if after is not None and after.at == last.at else 0)
    return tuple(shown), to_cursor(f"{to_micros(last.at)} {min(beside, MOST_AT_ONCE)} {last.id}")


def _order(item: JointItem) -> tuple[int, str]:
    return -to_micros(item.at), item.id
