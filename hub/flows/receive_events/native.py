"""Terminals that speak their maker's protocol: their records become the same events, with the weak signature that they have (RULES E6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Proof, Sender, Sign, Told
from device_ingest.shims import hikvision, zkteco
from device_ingest.signing import Message, claimed_key, prove
from device_ingest.store import read_to, stamp_of
from hub.deps import Deps
from hub.flows.receive_events.receive import keep, tokens_of
from hub.flows.receive_events.senders import native_sender, sender_of
from hub.store.school.devices import DeviceKind

ATTLOG = "ATTLOG"
LONGEST_STAMP = 32


async def greet_terminal(deps: Deps, serial: str, *, trusted_network: bool) -> str:
    """What a ZKTeco terminal is told at its start: where to go on, its zone. Raises `Untrusted`."""
    sender = await _terminal(deps, serial, trusted_network=trusted_network)
    stamp = await deps.db.read(partial(stamp_of, sender.id, ATTLOG))
    return zkteco.handshake(serial, stamp=stamp, zone=sender.zone, now=deps.now())


async def receive_attlog(deps: Deps, serial: str, body: bytes, *, stamp: str, trusted_network: bool) -> Sequence[Told]:
    """The terminal's mark moves after its rows are durable: a crash between sends them again, and they are duplicates."""
    sender = await _terminal(deps, serial, trusted_network=trusted_network)
    said = zkteco.passes(body, zone=sender.zone, tokens=tokens_of(deps))
    told = await keep(deps, sender, Proof(sign=Sign.SERIAL), said, now=deps.now())
    if stamp.isalnum() and len(stamp) <= LONGEST_STAMP:
        await deps.db.write(partial(read_to, sender.id, ATTLOG, stamp))
    return told


async def heard_of(deps: Deps, serial: str, *, trusted_network: bool) -> None:
    """A terminal that only asks whether there are commands. Raises `Untrusted`."""
    await _terminal(deps, serial, trusted_network=trusted_network)


async def receive_hikvision(deps: Deps, message: Message) -> Sequence[Told]:
    """One record of a controller; empty for a heartbeat. Raises `device_ingest.errors.IngestError`."""
    now = deps.now()
    sender = await sender_of(deps, claimed_key(message))
    if sender is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    proof = prove(message, sender, now=now)
    said = hikvision.passes(message.headers.get("content-type", ""), message.body, tokens=tokens_of(deps))
    return await keep(deps, sender, proof, said, now=now)


async def _terminal(deps: Deps, serial: str, *, trusted_network: bool) -> Sender:
    found = await native_sender(deps, DeviceKind.ZKTECO, serial)
    if found is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=deps.now())
    if not trusted_network:
        raise Untrusted(Distrust.NETWORK, server_time=deps.now())
    return found
