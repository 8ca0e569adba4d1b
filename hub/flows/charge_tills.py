"""The worker turns the receipts of tills into debits, once each by the event's own id (RULES D7, E6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from device_ingest import store
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.model import EventType
from device_ingest.store import Held, Kept, looking
from hub.deps import Deps
from hub.flows.read_on import read_on
from hub.flows.serve_at_till import note_sale
from hub.ledger.debits.decide import Wanted
from hub.ledger.debits.meals import MealEvent, debit_meal
from hub.ledger.debits.putting_right import put_right, row_of
from hub.ledger.debits.reading import contracts_at
from hub.ledger.money import shown
from hub.ledger.store import contracts
from hub.ledger.store.known import txn_of
from hub.ledger.texts import OF_THE_TILL
from hub.store.passes import unowned_meals
from hub.store.school import carriers, devices, schools
from hub.store.school.canteen import Dish
from hub.store.school.carriers import CarrierState
from hub.store.school.meals import words
from identity.model import MOSCOW, PersonId
from identity.store import person
from identity.store.school.cards import classes_of

READER = "charge_tills"
BATCH = 100
REVERSED = "till.reversed"
_WANTED = {"meal": Wanted.MEAL, "meal_benefit": Wanted.BENEFIT}


async def charge_tills(deps: Deps) -> bool:
    """One batch; True while more waits. The debits and how far we came are one commit."""
    late = await read_on(deps, READER, step=partial(_charge_found, deps), skip=_skip_found, limit=BATCH)
    return await read_on(deps, READER, step=partial(_charge_next, deps), skip=partial(store.skip, READER), limit=BATCH) or late


def _charge_next(deps: Deps, limit: int) -> bool:
    rows = store.following(READER, limit=limit)
    for row in rows:
        # Money moves on the word of a device that signs (RULES E6); what others say is seen on the timeline only.
        if row.type is EventType.MEAL and row.auth.strong and not _doubted(row):
            _charge(deps, row)
    if rows:
        store.move_on(READER, to=rows[-1].seq)
    return len(rows) == limit


def _charge_found(deps: Deps, limit: int) -> bool:
    """The receipts whose carrier got an owner since (RULES E5)."""
    found = unowned_meals.due(limit)
    rows = {row.seq: row for row in looking.by_seq([seq for seq, _ in found])}
    for seq, child in found:
        if seq in rows:
            _charge(deps, rows[seq], child=child)
    if found:
        unowned_meals.done([seq for seq, _ in found])
    return len(found) == limit


def _skip_found() -> Kept | None:
    found = [seq for seq, _ in unowned_meals.due(1)]
    if found:
        unowned_meals.done(found)
    return next(iter(looking.by_seq(found)), None)


def _doubted(row: Kept) -> bool:
    """Its device was revoked meanwhile: no money moves on what is suspect (RULES E6)."""
    since = devices.doubted_since([row.device]).get(row.device)
    return since is not None and max(row.at, row.received_at) >= since


def _await_owner(row: Kept) -> None:
    """A carrier that nobody has yet may get an owner who was valid then; what was closed opens no purse."""
    if row.carrier in (None, MANUAL) or not row.token or _closed(row):
        return
    unowned_meals.keep(
        seq=row.seq, device=row.device, event=row.id, school=row.school, carrier=row.carrier or "", token=row.token, at=row.at
    )


def _closed(row: Kept) -> bool:
    theirs = [one for one in carriers.spans(row.school, [row.token or ""]) if one.kind == row.carrier]
    return any(one.state is not CarrierState.ENDED and one.until is not None and row.at >= one.until for one in theirs)


def _charge(deps: Deps, row: Kept, *, child: str | None = None) -> None:
    now, scope = deps.now(), f"device:{row.device}"
    if reverses := row.data.get("reversal_of"):
        if not unowned_meals.taken_back(row.device, str(reverses)):
            _take_back(scope, str(reverses), row, now)
        return
    child, kop = child or _owner(row), int(row.data["amount_kop"])
    if kop == 0:
        return
    if child is None:
        _await_owner(row)
        return
    items = [str(one["title"]) for one in row.data.get("items", ())]
    title = ", ".join(items)[:200] or "Покупка в столовой"
    device = devices.find(row.device)
    place = str(row.data.get("place") or (device.place if device else ""))
    event = MealEvent(
        scope=scope,
        key=row.id,
        child=child,
        school=row.school,
        dish=Dish(item=str(row.data.get("receipt") or row.id), title=title, kop=kop, version=OF_THE_TILL),
        place=place,
        actor=scope,
        at=row.at,
        wanted=_WANTED.get(str(row.data.get("account")), Wanted.AUTO),
        passed=_passed(row),
        # What was eaten while the till could not ask becomes a debt, up to what the family let it sell so (facts 2.3, rule 8).
        offline_limit_kop=words.offline_limit_of(child) if row.data.get("offline") else None,
        note=_lines(row.data.get("items", ())),
    )
    if not contracts_at((child,), row.school) and (known := person(deps.keys, PersonId(child))):
        # The school's contract waits for the child until somebody looks: the till is the first to.
        contracts.attach(deps.keys, [known], now=now)
    note_sale(deps, row, child, debit_meal(event, now=now), title)


def _lines(items: Sequence[Mapping[str, Any]]) -> str:
    """The receipt's lines where one name and one sum do not say it all."""
    if len(items) < 2 and all(int(one.get("count") or 1) == 1 for one in items):
        return ""
    lines = ((str(one["title"]), int(one.get("count") or 1), int(one["price_kop"])) for one in items)
    return "; ".join(f"{title} {f'{count} × ' if count > 1 else ''}{shown(kop)}" for title, count, kop in lines)[:500]


def _take_back(scope: str, key: str, row: Kept, now: datetime) -> None:
    txn = txn_of(scope, key)
    found = row_of(txn) if txn else None
    if txn and found and found.left_kop > 0:
        put_right(txn, scope=scope, key=row.id, actor=scope, rule=REVERSED, now=now)


def _owner(row: Kept) -> str | None:
    """Whose carrier it was when it was shown; a child that the tutor named must still be the school's."""
    if row.carrier == MANUAL:
        where = classes_of((PersonId(row.token or ""),)).get(PersonId(row.token or ""))
        return row.token if where and where[0] == row.school else None
    return carriers.owner_by_index(row.school, row.carrier or "", row.token or "", at=row.at)


def _passed(row: Kept) -> bool | None:
    """Whether a door saw this carrier that day; none where the school has no door that speaks."""
    if not any(one.kind is not devices.DeviceKind.CANTEEN for one in devices.of_school(row.school)):
        return None
    zone = ZoneInfo(schools.zone_of(row.school) or MOSCOW)
    start = row.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    held = Held(row.school, row.carrier or "", row.token or "", start, None)
    return bool(store.of_carriers([held], start=start, end=start + timedelta(days=1), limit=1, types=(EventType.PASS,)))
