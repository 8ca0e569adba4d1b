"""The worker looks how devices fare: silence and clocks that jump are events, told to the office and shown to families (RULES E3, E7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from device_ingest.store import DeviceState, looks, of_devices, troubles
from device_ingest.store.troubles import QUIET, Trouble, TroubleKind
from hub.deps import Deps
from hub.flows.device_life.telling import tell_keepers
from hub.flows.device_life.words import name_of, told
from hub.ledger.debits.calendar import school_day
from hub.store.school import devices, schools
from hub.store.school.devices import DeviceCard, DeviceKind
from identity.model import MOSCOW

A_BATCH = 200
OPENS, CLOSES = time(8), time(16)
SILENT = timedelta(hours=3)
"""So long no device is quiet while its school is open, whatever its habits."""
QUIET_FOR = timedelta(minutes=40)
POLLS_WITHIN = timedelta(minutes=15)
"""A terminal that asks for commands every few seconds."""
HABIT_DAYS, HABIT = 14, 2
"""A device that spoke in this very part of the day on so many of its last days should have spoken now."""
GAP_SETTLES, GAP_ENDS = timedelta(minutes=10), timedelta(days=1)
JUMPS_OF_TWO, WITHIN = 3, timedelta(hours=1)
MOMENT = timedelta(seconds=1)
Act: TypeAlias = Callable[[], object]


@dataclass(slots=True)
class Watch:
    """The job: all living devices, two hundred at a time."""

    deps: Deps
    _after: str = field(default="")

    async def batch(self) -> bool:
        """Looks on a snapshot and writes only what changed: devices that report do not wait for it."""
        now = self.deps.now()
        cards, acts, untold = await self.deps.db.read(partial(self._looked, now))
        if acts:
            await self.deps.db.write(lambda: [act() for act in acts])
        if acts or untold:
            await self.deps.db.write(partial(_tell, self.deps, now))
        self._after = cards[-1].id if len(cards) == A_BATCH else ""
        return bool(self._after)

    def _looked(self, now: datetime) -> tuple[Sequence[DeviceCard], Sequence[Act], bool]:
        cards = devices.living(after=self._after, limit=A_BATCH)
        states = of_devices([one.id for one in cards])
        lasting = _by_device(troubles.of_devices([one.id for one in cards], since=now - timedelta(days=1)))
        opened = {school: opened_at(school, now) for school in {one.school for one in cards}}
        acts: list[Act] = []
        for one in cards:
            state = states.get(one.id)
            if one.kind is not DeviceKind.KIOSK and state is not None:  # a kiosk has a door of its own
                acts += _look(one, state, lasting.get(one.id, ()), opened[one.school], now)
        return cards, acts, bool(troubles.untold(limit=1))


def _by_device(found: Sequence[Trouble]) -> Mapping[str, Sequence[Trouble]]:
    made: dict[str, list[Trouble]] = {}
    for one in found:
        made.setdefault(one.device, []).append(one)
    return made


def opened_at(school: str, now: datetime) -> datetime | None:
    """When this school opened today, while it is open."""
    here = now.astimezone(ZoneInfo(schools.zone_of(school) or MOSCOW))
    works = OPENS <= here.time() <= CLOSES and school_day(school, here.date())
    return here.replace(hour=OPENS.hour, minute=OPENS.minute, second=0, microsecond=0) if works else None


def _look(card: DeviceCard, state: DeviceState, found: Sequence[Trouble], opened: datetime | None, now: datetime) -> Iterator[Act]:
    heard_at, lasting = state.heard_at, {one.kind: one for one in found if one.ended_at is None}
    for one in lasting.values():
        if one.kind in QUIET and heard_at is not None and heard_at > one.began_at:
            yield partial(troubles.end, card.id, one.kind, now=heard_at)
        elif one.kind is TroubleKind.GAP and one.noticed_at < now - GAP_ENDS:
            yield partial(troubles.end, card.id, one.kind, now=now)
    # A device that has never spoken is not installed yet: its page says so, nobody is alarmed.
    if opened and heard_at and TroubleKind.SILENT not in lasting and is_silent(card, max(heard_at, opened), now):
        yield partial(troubles.begin, card.id, card.school, TroubleKind.SILENT, began_at=heard_at, now=now)
    jumped_at = state.jumped_at
    jumps = [one for one in found if one.kind is TroubleKind.CLOCK]
    if jumped_at is None or jumped_at < now - timedelta(days=1) or any(one.began_at == jumped_at for one in jumps):
        return
    amount = round(state.jump_s) if state.jump_s else None
    yield partial(troubles.note, card.id, card.school, TroubleKind.CLOCK, at=jumped_at, now=now, amount=amount)
    lately = sum(one.began_at >= now - WITHIN for one in jumps) + 1
    if lately >= JUMPS_OF_TWO and not any(one.kind is TroubleKind.TWO for one in found):
        yield partial(troubles.note, card.id, card.school, TroubleKind.TWO, at=jumped_at, now=now)


def is_silent(card: DeviceCard, last: datetime, now: datetime) -> bool:
    """In the caller's unit: longer than anybody is, or than this one ever is at this time of the day. At night nobody speaks, so
    `last` is its last word or the hour at which the school opened."""
    quiet = now - last
    if quiet > SILENT:
        return True
    if card.kind is DeviceKind.ZKTECO:
        return quiet > POLLS_WITHIN
    if quiet < QUIET_FOR:
        return False
    days = [timedelta(days=day) for day in range(1, HABIT_DAYS + 1)]
    spoke = sum(looks.spoke(card.id, start=last + MOMENT - day, end=now - day) for day in days)
    return spoke >= HABIT and spoke * 2 > looks.days_heard(card.id, start=now - days[-1], end=now - days[0])


def _tell(deps: Deps, now: datetime) -> None:
    """The school's people who keep its devices, once each."""
    due = [one for one in troubles.untold(limit=A_BATCH) if one.kind is not TroubleKind.GAP or one.noticed_at <= now - GAP_SETTLES]
    for one in due:
        card = devices.find(one.device)
        if card is None:
            continue
        zone = schools.zone_of(one.school) or MOSCOW
        tell_keepers(deps, one.school, kind=f"device_{one.kind.value}", text=told(one, name_of(card), zone))
    troubles.note_told([one.id for one in due])
