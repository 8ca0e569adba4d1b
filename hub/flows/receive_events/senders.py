"""A device by what it calls itself: looked up once a second by one of those who ask, so that a stream of events reads no register."""

from __future__ import annotations

from collections.abc import Callable

from device_ingest.model import Sender, Sign
from hub.deps import Deps
from hub.store.school import devices
from hub.store.school.devices import DeviceCard, DeviceKind


async def sender_of(deps: Deps, name: str) -> Sender | None:
    """By its id or its key's id; None for a stranger, who is never remembered."""
    return await _remembered(deps, name, lambda: devices.find(name) or devices.by_key(name)) if name else None


async def native_sender(deps: Deps, kind: DeviceKind, serial: str) -> Sender | None:
    """A terminal that speaks its maker's own protocol, by its serial number."""
    return await _remembered(deps, f"{kind.value}/{serial}", lambda: devices.by_serial(kind, serial)) if serial else None


async def _remembered(deps: Deps, name: str, look: Callable[[], DeviceCard | None]) -> Sender | None:
    if known := deps.memory.senders.get(name):
        return known

    def unit() -> Sender | None:
        card = look()
        return None if card is None else _sender(deps, card)

    found: Sender | None = await deps.memory.reads.join(("device", name), lambda: deps.db.read(unit))
    if found is not None:
        deps.memory.senders.put(name, found)
    return found


def _sender(deps: Deps, card: DeviceCard) -> Sender:
    return Sender(
        id=card.id,
        school=card.school,
        source=card.source,
        key_id=card.key_id,
        serial=card.serial,
        sign=Sign(card.sign.value),
        since=card.since,
        zone=card.zone,
        revoked=card.revoked_at is not None,
        public_key=devices.public_keys_of(card.id, now=deps.now()),
        secret=devices.secret_of(deps.keys, card.id, now=deps.now()),
        field_order=card.field_order,
        zone_unit=card.zone_unit,
    )
