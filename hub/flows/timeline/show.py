"""The events of the carriers that were the child's at their time: a card that gets its owner later brings its past along (RULES E5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from device_ingest import store
from device_ingest.intake import NEWEST
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.cursors import from_cursor, number_in, to_cursor
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading, refusal
from hub.flows.timeline.doors import cards_of, suspect
from hub.flows.timeline.passed import KINDS, carried_by, folded
from hub.flows.views.people.timeline import Provenance, Timeline, TimelineItem
from hub.store.fields import to_micros
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.model import MOSCOW, PersonId
from identity.store import view_right

PAGE, A_PAGE = "timeline", 100
SPAN = timedelta(days=30)
LENT = "Вам открыли только дневник. Когда ребёнок пришёл и ушёл, видят его родители."


async def show_timeline(
    deps: Deps, visitor: Visitor, child: str, *, first: date | None = None, last: date | None = None, cursor: str | None = None
) -> Timeline:
    """Days by the school's zone; without them the last thirty."""
    now, whom, after = deps.now(), PersonId(child), _place(cursor)

    def unit() -> Timeline:
        right = view_right(deps.keys, PersonId(visitor.person), whom, now=now)
        if not right.allowed:
            raise refusal(right)
        if right.delegated or right.diary_only:
            raise Refused(Reason.FORBIDDEN, LENT)
        carried = carried_by(deps, (whom,))
        zone = ZoneInfo(schools.zone_of(carried.school_of(whom)) or MOSCOW)
        start, end = _span(first, last, zone, now)
        rows = store.of_carriers(carried.held, start=start, end=end, after=after, limit=A_PAGE + 1, types=tuple(KINDS))
        shown = rows[:A_PAGE]
        following = to_cursor(f"{to_micros(shown[-1].at)}.{shown[-1].seq}") if len(rows) > A_PAGE else None
        days = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
        return Timeline(zone=zone.key, start=days[0], end=days[1], items=_items(shown), next=following)

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


def _span(first: date | None, last: date | None, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    end = datetime.combine(last + timedelta(days=1), time(), zone) if last else now + NEWEST
    start = datetime.combine(first, time(), zone) if first else end - SPAN
    if start > end:
        raise Refused(Reason.MALFORMED, "Первый день позже последнего.")
    return start, end


def _items(rows: Sequence[Kept]) -> tuple[TimelineItem, ...]:
    """Reads of one carrier at one door in one direction within five seconds are one pass (RULES E4)."""
    cards = cards_of({row.school for row in rows}) if rows else {}
    return tuple(_item(row, repeats, suspected=suspect(cards.get(row.device), row.at)) for row, repeats in folded(rows))


def _item(row: Kept, repeats: int, *, suspected: bool) -> TimelineItem:
    return TimelineItem(
        event_id=row.id,
        kind=KINDS[row.type],
        at=row.at,
        received_at=row.received_at,
        received_late=row.late,
        suspect=suspected,
        direction=row.direction,
        door=row.door,
        repeats=repeats,
        data=row.data,
        provenance=Provenance(auth=row.auth.value, confirmed=row.auth.strong, device=row.device, skew_s=row.skew_s),
    )


def _place(cursor: str | None) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    at, _, seq = from_cursor(cursor).partition(".")
    return number_in(at), number_in(seq)
