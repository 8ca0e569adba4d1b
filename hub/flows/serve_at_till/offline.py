"""What a till may keep for hours without a connection: salted marks of cards with a limit and what is forbidden; no name (facts 2.3, 8)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from device_ingest.signing import Message
from hub.deps import Deps
from hub.flows.meals.forbids import May, may_eat
from hub.flows.serve_at_till.check import end_of_day, limit_left
from hub.flows.serve_at_till.proving import Till, note_reading, spend, till_of
from hub.flows.serve_at_till.verdicts import bans_of
from hub.flows.views.school.till import OfflineCarrier, OfflinePackage
from hub.ledger.debits.reading import contracts_at
from hub.store.school import canteen, carriers
from hub.store.school.carriers import CarrierCard, CarrierState
from hub.store.school.meals import menu, words
from hub.store.school.meals.menu import DishCard
from hub.store.school.meals.words import Bans
from identity.model import PersonId
from identity.store.school.cards import classes_of

PAGE = "till.offline"
A_PART = 100
MOST = 5000
JUDGED: Mapping[May, str] = {May.ALLOWED: "allowed", May.FORBIDDEN: "forbidden", May.UNKNOWN: "ask"}


async def offline_package(deps: Deps, message: Message) -> OfflinePackage:
    """Made anew at each question, with a salt of its own; part by part, so that it holds nobody up. Raises `IngestError`."""
    now, till = deps.now(), await till_of(deps, message)
    await deps.db.write(lambda: spend(till, now=now))
    salt = secrets.token_hex(16)
    day = now.astimezone(ZoneInfo(till.zone)).date()

    def dishes() -> tuple[Mapping[str, DishCard], tuple[str, ...]]:
        known, lines = menu.dishes(till.school), menu.lines(till.school, day, day)
        sold = {one.item for one in canteen.priced(till.school, day)} | {one.item for one in lines}
        return known, tuple(sorted(sold))

    cards, items = await deps.db.read(dishes)
    found: list[OfflineCarrier] = []
    after = ""
    while len(found) < MOST:
        part = await deps.db.read(partial(carriers.of_school, deps.keys, till.school, after=after, limit=A_PART))
        if not part:
            break
        after = part[-1].id
        active = [one for one in part if one.state is CarrierState.ACTIVE]
        found += await deps.db.write(partial(_part, deps, till, active, cards, items, salt, now=now))
    return OfflinePackage(school=till.school, made_at=now, until=end_of_day(now, till.zone), salt=salt, dishes=items, carriers=tuple(found))


def _part(
    deps: Deps,
    till: Till,
    part: Collection[CarrierCard],
    cards: Mapping[str, DishCard],
    items: Sequence[str],
    salt: str,
    *,
    now: datetime,
) -> list[OfflineCarrier]:
    """In the caller's unit."""
    children = {PersonId(one.child) for one in part}
    where = classes_of(tuple(children))
    # A pupil of no roster has the school's card all the same; one of another school's roster is theirs.
    here = {child for child in children if where.get(child, (till.school, ""))[0] == till.school}
    note_reading(deps, till, here, page=PAGE, now=now)
    limits = {child: _limit(till, child, now=now) for child in here}
    bans = {child: bans_of(deps, child, now=now) for child in here}

    def judged(child: str, wanted: May) -> tuple[str, ...]:
        return tuple(item for item in items if may_eat(bans[PersonId(child)], item, cards.get(item))[0] is wanted)

    return [
        OfflineCarrier(
            token=mark(salt, one.kind.value, one.number),
            child=one.child,
            limit_kop=limits[PersonId(one.child)],
            forbidden=judged(one.child, May.FORBIDDEN),
            ask=judged(one.child, May.UNKNOWN),
            others=_others(bans[PersonId(one.child)]),
        )
        for one in part
        if PersonId(one.child) in here
    ]


def _limit(till: Till, child: PersonId, *, now: datetime) -> int:
    """The family's limits, never what stands at the account: the money is looked at when the sale arrives."""
    if child not in contracts_at([child], till.school):
        return 0
    left, offline = limit_left(till.school, till.zone, child, now=now), words.offline_limit_of(child)
    return offline if left is None else min(left, offline)


def _others(bans: Bans) -> str:
    """Of a dish that the package does not know; why is not said."""
    return JUDGED[may_eat(bans, "", None)[0]]


def mark(salt: str, kind: str, number: str) -> str:
    return hmac.new(salt.encode(), f"{kind}\n{number}".encode(), hashlib.sha256).hexdigest()
