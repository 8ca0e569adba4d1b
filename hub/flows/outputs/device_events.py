"""The school's own log of devices as a file: some days of it, in pieces, and every child's family reads of it (RULES A13, B6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.store import Kept
from device_ingest.store.looking import of_time
from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.office.officers import Officer, note_reading
from hub.flows.office.rights import Act
from hub.flows.outputs.cloud_events import lines_of
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import officer_here, take_turn
from hub.store.school import carriers, devices
from hub.store.sessions import Visitor
from identity.model import AuditKind, PersonId
from identity.store import persons_by_id

PAGE = "office.events"
MOST_DAYS = 31
AT_ONCE = 1000
NOTED_AT_ONCE = 100
WRONG = f"Назовите дни «from» и «to» в виде 2026-11-16: «from» не позже «to», вместе не больше {MOST_DAYS} дня."


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFile:
    """`pieces` are whole lines, each read and noted when it is asked for."""

    name: str
    content_type: str
    pieces: AsyncIterator[bytes]


async def device_events(
    deps: Deps, visitor: Visitor, *, start: date | None, end: date | None, device: str | None = None, school: str | None = None
) -> EventFile:
    """Of all devices of the own school, revoked ones too, or of one; both days are in it, in the school's zone."""
    require_fresh(deps, visitor.auth_time)
    take_turn(deps.memory.office_acts, visitor, "events")

    def unit() -> tuple[Officer, list[str]]:
        officer = officer_here(deps, visitor, school, act=Act.EXPORT)
        known = [one.id for one in devices.of_school(officer.school)]
        if device is not None and device not in known:
            raise Refused(Reason.NOT_FOUND)
        return officer, known if device is None else [device]

    officer, asked = await deps.db.read(unit)
    if start is None or end is None or not 0 <= (end - start).days < MOST_DAYS:
        raise Refused(Reason.MALFORMED, WRONG)
    return EventFile(
        name=f"school-hub-events-{start}-{end}.ndjson",
        content_type="application/x-ndjson; charset=utf-8",
        pieces=_pieces(deps, officer, asked, [start + timedelta(days=one) for one in range((end - start).days + 1)]),
    )


async def _pieces(deps: Deps, officer: Officer, asked: Sequence[str], days: Sequence[date]) -> AsyncIterator[bytes]:
    """A day after the other, so that no question sorts a month; nothing is held while the browser takes a piece."""
    noted: set[PersonId] = set()
    for one in days:
        place: tuple[int, int] | None = (0, 0)
        while place is not None:
            place, lines, children = await deps.db.read(partial(_piece, deps, officer, asked, one, place))
            # First the trace, then the lines; each child once a file.
            await _note(deps, officer, sorted(children - noted))
            noted |= children
            if lines:
                yield lines


def _piece(
    deps: Deps, officer: Officer, asked: Sequence[str], day: date, after: tuple[int, int]
) -> tuple[tuple[int, int] | None, bytes, set[PersonId]]:
    """Where to go on in this day, None at its end, the lines, and whose they are."""
    start, end = (_midnight(one, officer.zone) for one in (day, day + timedelta(days=1)))
    rows = of_time(asked, school=officer.school, start=start, end=end, after=after, limit=AT_ONCE)
    on = (rows[-1].moment, rows[-1].seq) if len(rows) == AT_ONCE else None
    return on, lines_of(rows), _children(deps, officer.school, rows)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _children(deps: Deps, school: str, rows: Sequence[Kept]) -> set[PersonId]:
    """Whose carriers were shown, at the moment of the event, and who was named by id."""
    spans: dict[tuple[str, str], list[carriers.Span]] = {}
    for span in carriers.spans(school, {row.token for row in rows if row.token and row.carrier != MANUAL}):
        spans.setdefault((span.kind, span.token), []).append(span)
    shown = ((row.at, spans.get((row.carrier or "", row.token or ""), [])) for row in rows if row.carrier != MANUAL)
    found = {PersonId(whose.child) for at, held in shown if (whose := next((one for one in held if one.holds(at)), None))}
    named = {PersonId(row.token) for row in rows if row.carrier == MANUAL and row.token}
    return found | set(persons_by_id(deps.keys, sorted(named)))


async def _note(deps: Deps, officer: Officer, children: Sequence[PersonId]) -> None:
    for start in range(0, len(children), NOTED_AT_ONCE):
        some = children[start : start + NOTED_AT_ONCE]
        await deps.db.write(partial(note_reading, deps, officer, some, page=PAGE, kind=AuditKind.EXPORT, now=deps.now()))
