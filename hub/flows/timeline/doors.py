"""Whether a school's doors speak: what a silent turnstile does not say is no absence of a child (RULES E7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from device_ingest.store import DeviceState, of_devices, troubles
from hub.store.school import devices, schools
from hub.store.school.devices import DeviceCard, DeviceKind
from identity.model import MOSCOW

DOORS = frozenset({DeviceKind.TURNSTILE, DeviceKind.ZKTECO, DeviceKind.HIKVISION})
OPENS, CLOSES, SILENT = time(8), time(16), timedelta(hours=3)
"""A door without a word for so long while the school is open is silent; at night nobody passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """`heard_at` is none where it never spoke since it was registered."""

    id: str
    since: datetime
    heard_at: datetime | None
    quiet_since: datetime | None = None
    """Noticed as silent for its habits, or its line is down; good until its next word."""

    @property
    def missed(self) -> bool:
        return self.quiet_since is not None and (self.heard_at is None or self.heard_at <= self.quiet_since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The doors in use of one school; `zone` is the school's."""

    zone: str
    each: tuple[Door, ...]

    @property
    def there(self) -> bool:
        return bool(self.each)

    @property
    def last(self) -> datetime | None:
        return max((one.heard_at for one in self.each if one.heard_at is not None), default=None)

    def told(self, *, before: datetime) -> datetime | None:
        """Nothing before this moment can still lie in the memory of a door that was there by then; none where one never spoke."""
        known = [one.heard_at for one in self.each if one.since < before]
        return min((one for one in known if one is not None), default=None) if None not in known else None

    def silent_since(self, now: datetime, *, school_day: bool) -> datetime | None:
        """The last word of a door that has not spoken for hours of an open school; none while all of them speak."""
        here = now.astimezone(ZoneInfo(self.zone))
        opened = datetime.combine(here.date(), OPENS, here.tzinfo)
        if not (self.there and school_day and OPENS <= here.time() <= CLOSES):
            return None
        words = [(one.heard_at or max(one.since, opened), one.missed) for one in self.each]
        return min((word for word, missed in words if missed or now - max(word, opened) > SILENT), default=None)


def doors_of(ogrns: Collection[str]) -> Mapping[str, Doors]:
    """In the caller's unit, by school, few queries for all of them."""
    wanted = sorted(set(ogrns) - {""})
    using = [one for one in devices.of_schools(wanted) if one.kind in DOORS and one.revoked_at is None]
    states, quiet = of_devices([one.id for one in using]), troubles.quiet_since([one.id for one in using])
    return {ogrn: _doors(ogrn, [one for one in using if one.school == ogrn], states, quiet) for ogrn in wanted}


def _doors(ogrn: str, using: Sequence[DeviceCard], states: Mapping[str, DeviceState], quiet: Mapping[str, datetime]) -> Doors:
    each = tuple(
        Door(
            id=one.id,
            since=one.since,
            heard_at=states[one.id].heard_at if one.id in states else None,
            quiet_since=quiet.get(one.id),
        )
        for one in using
    )
    return Doors(zone=schools.zone_of(ogrn) or MOSCOW, each=each)


def cards_of(ogrns: Collection[str]) -> Mapping[str, DeviceCard]:
    """By id, revoked ones too: where an event was taken, and whether it is believed."""
    return {one.id: one for one in devices.of_schools(sorted(set(ogrns)))}


def suspect(card: DeviceCard | None, at: datetime) -> bool:
    """Its device was revoked, and this stands after the moment from which it is not believed (RULES E6)."""
    return card is not None and card.revoked_since is not None and at >= card.revoked_since
