"""What a revoked device said since it is not believed: families hear of it, the school decides about the money (RULES E6)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.model import EventType
from device_ingest.store import Kept, doubts
from device_ingest.store.doubts import Doubt
from hub.deps import Deps
from hub.flows.device_life.telling import tell_keepers
from hub.flows.device_life.words import name_of
from hub.flows.disputes.ask import put_dispute
from hub.flows.guardianship.telling import guardians_of
from hub.flows.read_on import read_on
from hub.flows.refusals import Refused
from hub.ledger.debits.putting_right import row_of
from hub.ledger.store.known import txn_of
from hub.store import notices
from hub.store.school import carriers, devices, schools
from hub.store.written.disputes import STAFF
from identity.model import MOSCOW, PersonId
from identity.store import person, view_right
from identity.store.school.cards import classes_of

A_BATCH = 200
KIND = "device_doubted"


async def doubt_events(deps: Deps) -> bool:
    """One batch of one device; True while more waits. What was told and how far we came are one commit."""

    def step(limit: int) -> bool:
        doubt = next(iter(doubts.open_ones(limit=1)), None)
        if doubt is None:
            return False
        rows, now = doubts.events(doubt, limit=limit), deps.now()
        whose = {child for row in rows if (child := _whose(row))}
        children = sum(_told(deps, doubt, child, now) for child in sorted(whose))
        debits = sum(_proposed(deps, doubt, row, now) for row in rows if row.type is EventType.MEAL)
        over = len(rows) < limit
        doubts.move_on(
            doubt.device, to=rows[-1].seq if rows else doubt.last, children=children, debits=debits, done_at=now if over else None
        )
        if over:
            _close(deps, doubt)
        return True

    return await read_on(deps, "doubt_events", step=step, skip=_skip, limit=A_BATCH)


def _skip() -> Kept | None:
    doubt = next(iter(doubts.open_ones(limit=1)), None)
    row = next(iter(doubts.events(doubt, limit=1)), None) if doubt else None
    if doubt and row:
        doubts.move_on(doubt.device, to=row.seq, children=0, debits=0, done_at=None)
    return row


def _whose(row: Kept) -> str | None:
    if row.carrier == MANUAL:
        where = classes_of((PersonId(row.token or ""),)).get(PersonId(row.token or ""))
        return row.token if where and where[0] == row.school else None
    return carriers.owner_by_index(row.school, row.carrier or "", row.token or "", at=row.at)


def _told(deps: Deps, doubt: Doubt, child: str, now: datetime) -> int:
    """The child's guardians, once for a device; whether anybody heard it now."""
    whom, card = person(deps.keys, PersonId(child)), devices.find(doubt.device)
    if whom is None or card is None:
        return 0
    since = doubt.since.astimezone(ZoneInfo(schools.zone_of(doubt.school) or MOSCOW))
    text = (
        f"{whom.first_name}: школа отозвала устройство ({name_of(card)}) и не верит его записям с {since:%d.%m, %H:%M}. "
        "Проходы и списания с него отмечены, деньги школа проверит."
    )
    seen = [one for one in guardians_of(whom.id) if view_right(deps.keys, one, whom.id, now=now).allowed]
    href = f"/children/{child}/passes"
    about = f"{doubt.device} {child}"
    new = [notices.tell_once(deps.keys, about=about, person=one, kind=KIND, text=text, href=href, now=now) for one in seen]
    return int(any(new))


def _proposed(deps: Deps, doubt: Doubt, row: Kept, now: datetime) -> int:
    """A debit that rests on a doubted receipt waits for the school's word, given with one tap."""
    txn = txn_of(f"device:{row.device}", row.id)
    debit = row_of(txn) if txn else None
    if debit is None or debit.left_kop <= 0:
        return 0
    card = devices.find(doubt.device)
    text = f"{name_of(card) if card else 'Устройство'} отозвано, этой записи не верим. Предлагаем вернуть деньги."
    try:
        _, new = put_dispute(deps, debit, author=f"device:{row.device}", side=STAFF, text=text, now=now, quietly=True)
    except Refused:  # too old, or decided meanwhile: the family's own appeal remains
        return 0
    return int(new)


def _close(deps: Deps, doubt: Doubt) -> None:
    found, card = doubts.of_device(doubt.device), devices.find(doubt.device)
    if found is None or card is None:
        return
    text = f"{name_of(card)} отозвано. Семьи, которых это касается: {found.children}. Списаний, о которых решает школа: {found.debits}."
    tell_keepers(deps, doubt.school, kind="device_revoked", text=text)
