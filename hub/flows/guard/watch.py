"""The passes at the school's doors as they come: a person looks at the face, no machine does (RULES E8)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.intake import BOUNCE
from device_ingest.model import EventType
from device_ingest.store import Kept, looking
from hub.deps import Deps
from hub.flows.guard.desk import desk_of
from hub.flows.office.officers import Officer, note_reading, officer_for, officer_of
from hub.flows.office.rights import Act
from hub.flows.photos.allowed import may_show, shown_versions
from hub.flows.refusals import Reason, Refused
from hub.flows.views.doors.guard import GuardList, GuardRow
from hub.flows.words import names_of
from hub.store.passes import photos
from hub.store.passes.photos import Photo
from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierState, Span
from hub.store.school.devices import DeviceCard, DeviceKind
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import persons_by_id
from identity.store.school.cards import classes_of

PAGE = "office.guard"
SHOWN, LOOKED_AT = 12, 40
BACK = timedelta(hours=6)
NO_DOORS = (DeviceKind.CANTEEN, DeviceKind.KIOSK)
OWN, BY_NAME, REFUSED, CLOSED, UNKNOWN = "own", "by_name", "refused", "closed", "unknown"


@dataclass(frozen=True, slots=True)
class _Seen:
    row: Kept
    child: str | None
    verdict: str


async def watch_door(deps: Deps, visitor: Visitor, *, after: int = 0) -> GuardList:
    """What came after that place of the log; each family sees that its child was looked at, once for each pass."""
    now = deps.now()

    def unit() -> tuple[Officer, GuardList]:
        officer = officer_of(deps, visitor, act=Act.PASSES)
        doors = [one for one in devices.of_school(officer.school) if one.kind not in NO_DOORS]
        asked = [*(one.id for one in doors), desk_of(officer.school)]
        rows = looking.latest(asked, since=now - BACK, limit=LOOKED_AT, types=(EventType.PASS,))
        last = max((row.seq for row in rows), default=after)
        fresh = [row for row in rows if row.seq > after and not row.late]
        shown = _shown(deps, officer, _judged(officer.school, _without_echo(fresh)), {one.id: one for one in doors})
        living = sum(one.revoked_at is None for one in doors)
        form = secrets.token_urlsafe(12)
        return officer, GuardList(zone=officer.zone, items=shown, last=str(max(last, after)), form=form, doors=living)

    officer, view = await deps.db.read(unit)
    children = [PersonId(one.child) for one in view.items if one.child]
    if children:
        await deps.db.write(lambda: note_reading(deps, officer, children, page=PAGE, now=now))
    return view


async def guards_photo(deps: Deps, visitor: Visitor, child: str) -> Photo:
    """A photo to compare; without the consent, of another school or none at all: the same answer."""
    now, whom = deps.now(), PersonId(child)

    def unit() -> tuple[Officer, Photo]:
        officer = officer_for(deps, visitor, whom, act=Act.PASSES)
        found = photos.find(deps.keys, child) if may_show(deps, child) else None
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        return officer, found

    officer, photo = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, [whom], page=PAGE, now=now))
    return photo


def _without_echo(rows: Sequence[Kept]) -> list[Kept]:
    """A card that is held at the reader is one pass (RULES E4); newest first."""
    kept: list[Kept] = []
    for row in reversed(rows):
        same = (row.device, row.token, row.direction, row.door)
        if not any((one.device, one.token, one.direction, one.door) == same and row.at - one.at <= BOUNCE for one in kept[-SHOWN:]):
            kept.append(row)
    return kept[::-1]


def _judged(school: str, rows: Sequence[Kept]) -> list[_Seen]:
    spans = carriers.spans(school, {row.token for row in rows if row.token and row.carrier != MANUAL})
    return [_Seen(row, *_verdict(row, spans)) for row in rows]


def _verdict(row: Kept, spans: Sequence[Span]) -> tuple[str | None, str]:
    if row.carrier == MANUAL:
        return row.token, BY_NAME
    theirs = [one for one in spans if one.token == row.token and one.kind == row.carrier]
    holder = next((one for one in theirs if one.holds(row.at)), None)
    if holder is not None:
        through = row.data.get("granted", True) and row.data.get("passed", True)
        return holder.child, OWN if through else REFUSED
    closed = next((one for one in theirs if one.state in (CarrierState.BLOCKED, CarrierState.LOST)), None)
    return (closed.child, CLOSED) if closed else (None, UNKNOWN)


def _shown(deps: Deps, officer: Officer, seen: Sequence[_Seen], doors: Mapping[str, DeviceCard]) -> tuple[GuardRow, ...]:
    children = tuple({PersonId(one.child) for one in seen if one.child})
    known, where = persons_by_id(deps.keys, children), classes_of(children)
    faces = shown_versions(deps, children)
    found = []
    for one in seen:
        klass = where.get(PersonId(one.child or ""), ("", ""))[1]
        if not officer.covers(klass):
            continue
        row, door = one.row, doors.get(one.row.device)
        shown = row.data.get("credential", {})
        found.append(
            GuardRow(
                id=f"{row.device}.{row.id}",
                at=row.at,
                direction=row.direction,
                place=(door.place if door else "") or row.door or "",
                verdict=one.verdict,
                child=one.child,
                name=names_of(known.get(PersonId(one.child))) if one.child else "",
                class_name=klass,
                photo=faces.get(one.child) if one.child else None,
                number=str(shown.get("tail", "")) if one.verdict in (CLOSED, UNKNOWN) else "",
            )
        )
    return tuple(found[:SHOWN])
