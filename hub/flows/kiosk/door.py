"""Which kiosk calls: proved like every device, each signed message heard once, its own school alone (RULES E6)."""

from __future__ import annotations

from dataclasses import dataclass

from device_ingest import signing
from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Sender
from device_ingest.model import Sign as Way
from device_ingest.signing import Message
from hub.deps import Deps
from hub.flows.kiosk.refusing import Code, KioskRefused
from hub.store.process.memory import Throttle
from hub.store.school import devices
from hub.store.school.devices import DeviceCard, DeviceKind
from hub.store.school.kiosks import doors

CALLS_A_MINUTE = 300
LONGEST_ID = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """`strong`: its signature is good enough for a debit (RULES E6)."""

    id: str
    school: str
    place: str
    zone: str
    strong: bool

    @property
    def actor(self) -> str:
        return f"kiosk:{self.id}"


async def known_kiosk(deps: Deps, message: Message) -> Kiosk:
    """One answer for a stranger, a revoked kiosk and a wrong signature."""
    now, name = deps.now(), signing.claimed_key(message)

    def look() -> tuple[DeviceCard, Sender] | None:
        card = devices.find(name) or devices.by_key(name) if name else None
        if card is None or card.kind is not DeviceKind.KIOSK:
            return None
        return card, _sender(card, devices.secret_of(deps.keys, card.id, now=now))

    found = await deps.db.read(look)
    if found is None:
        raise KioskRefused(Code.UNSIGNED)
    card, sender = found
    try:
        proof = signing.prove(message, sender, now=now)
    except Untrusted as error:
        raise KioskRefused(Code.CLOCK if error.reason is Distrust.CLOCK else Code.UNSIGNED) from error
    if not throttle(deps, "kiosk_calls", CALLS_A_MINUTE).take(card.id):
        raise KioskRefused(Code.TOO_MANY, after_s=60)
    await _first(deps, card.id, proof.nonce or message.headers.get("webhook-id", ""), way=proof.sign)
    return Kiosk(id=card.id, school=card.school, place=card.place, zone=card.zone, strong=proof.sign.strong)


def throttle(deps: Deps, name: str, limit: int) -> Throttle:
    return deps.memory.budgets.setdefault(name, Throttle(limit=limit))


async def _first(deps: Deps, device: str, id_: str, *, way: Way) -> None:
    """A password has no id of a message: what it carries is as old as the connection."""
    if way is Way.BASIC:
        return
    if not 0 < len(id_) <= LONGEST_ID:
        raise KioskRefused(Code.UNSIGNED)
    if not await deps.db.write(lambda: doors.heard_first(deps.keys, device, id_, now=deps.now())):
        raise KioskRefused(Code.REPLAY)


def _sender(card: DeviceCard, secret: str | None) -> Sender:
    return Sender(
        id=card.id,
        school=card.school,
        source=card.source,
        key_id=card.key_id,
        serial=card.serial,
        zone=card.zone,
        sign=Way(card.sign.value),
        since=card.since,
        revoked=card.revoked_at is not None,
        public_key=card.public_key,
        secret=secret,
    )
