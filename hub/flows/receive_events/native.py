"""Terminals that speak their maker's protocol: their records become the same events, with the weak signature that they have (RULES E6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Event, Proof, Sender, Sign, Told, Verdict
from device_ingest.shims import hikvision, zkteco
from device_ingest.shims.hikvision import Numbered
from device_ingest.signing import Message, claimed_key, prove
from device_ingest.store import commands, doubts, note_word, read_to, stamp_of, troubles
from hub.deps import Deps
from hub.flows.receive_events.receive import by_its_events, keep, tokens_of
from hub.flows.receive_events.senders import native_sender, sender_of
from hub.store.school.devices import DeviceKind

ATTLOG, RTLOG = "ATTLOG", "RTLOG"
TABLES = (ATTLOG, RTLOG)
LONGEST_STAMP = 32


async def greet_terminal(deps: Deps, serial: str, *, trusted_network: bool) -> str:
    """What a ZKTeco terminal is told at its start: where to go on, its zone. Raises `Untrusted`."""
    sender = await _terminal(deps, serial, trusted_network=trusted_network)
    await _heard(deps, sender)
    stamp = await deps.db.read(partial(stamp_of, sender.id, ATTLOG))
    return zkteco.handshake(serial, stamp=stamp, zone=sender.zone, now=deps.now(), unit=sender.zone_unit)


async def register_terminal(deps: Deps, serial: str, *, trusted_network: bool) -> str:
    """A controller of the newer protocol: its code. Raises `Untrusted`."""
    await _terminal(deps, serial, trusted_network=trusted_network)
    return zkteco.registered(serial)


async def instruct_terminal(deps: Deps, serial: str, *, trusted_network: bool) -> str:
    """How a controller of the newer protocol is to report. Raises `Untrusted`."""
    sender = await _terminal(deps, serial, trusted_network=trusted_network)
    return zkteco.pushing(zone=sender.zone, now=deps.now(), unit=sender.zone_unit)


async def receive_attlog(deps: Deps, serial: str, body: bytes, *, table: str, stamp: str, trusted_network: bool) -> Sequence[Told]:
    """The terminal's mark moves after its rows are durable: a crash between sends them again, and they are duplicates."""
    sender, now = await _terminal(deps, serial, trusted_network=trusted_network), deps.now()
    told: list[Told] = []
    for part in zkteco.in_parts(body):
        if table == RTLOG:
            said = zkteco.door_passes(part, zone=sender.zone, tokens=tokens_of(deps))
        else:
            said = zkteco.passes(part, zone=sender.zone, tokens=tokens_of(deps), order=sender.field_order)
        told += await keep(deps, sender, by_its_events(Proof(sign=Sign.SERIAL), said, now=now), said, now=now)
    if table == ATTLOG and stamp.isalnum() and len(stamp) <= LONGEST_STAMP:
        await deps.db.write(partial(read_to, sender.id, ATTLOG, stamp))
    return told


async def commands_for(deps: Deps, serial: str, *, trusted_network: bool) -> str:
    """What the office has asked of this terminal, once each. Raises `Untrusted`."""
    sender = await _terminal(deps, serial, trusted_network=trusted_network)
    await _heard(deps, sender)
    now = deps.now()
    if not await deps.db.read(partial(commands.waits, sender.id, now=now)):
        return zkteco.commands(())
    given = await deps.db.write(partial(commands.fetch, sender.id, now=now))
    return zkteco.commands([(one.id, one.word) for one in given])


async def note_answers(deps: Deps, serial: str, body: bytes, *, trusted_network: bool) -> None:
    """What the terminal made of its commands; an answer to nothing is nothing. Raises `Untrusted`."""
    sender, now = await _terminal(deps, serial, trusted_network=trusted_network), deps.now()

    def unit() -> None:
        for id_, returned in zkteco.answers(body):
            commands.answered(sender.id, id_, returned, now=now)

    await deps.db.write(unit)


async def heard_of(deps: Deps, serial: str, *, trusted_network: bool) -> None:
    """A terminal that sends what the hub does not keep, or only says that it is there. Raises `Untrusted`."""
    await _heard(deps, await _terminal(deps, serial, trusted_network=trusted_network))


async def receive_hikvision(deps: Deps, message: Message) -> Sequence[Told]:
    """One record of a controller; empty for a heartbeat. Raises `device_ingest.errors.IngestError`."""
    now = deps.now()
    sender = await sender_of(deps, claimed_key(message))
    if sender is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    proof = prove(message, sender, now=now)
    said, numbered = hikvision.read(message.headers.get("content-type", ""), message.body, tokens=tokens_of(deps))
    if numbered is not None and numbered.live and proof.skew_s is None:
        proof = replace(proof, skew_s=next((round((one.at - now).total_seconds(), 3) for one in said if isinstance(one, Event)), None))
    told = await keep(deps, sender, proof, said, now=now)
    if numbered is None:
        await _heard(deps, sender)
    elif not any(one.verdict in (Verdict.DUPLICATE, Verdict.CONFLICT) for one in told):
        await deps.db.write(partial(_followed, sender, numbered, now))
    return told


def _followed(sender: Sender, numbered: Numbered, now: datetime) -> None:
    """Numbers that were passed over are missing, until they come after all."""
    missing = doubts.follow_number(sender.id, numbered.memory, numbered.number, numbered.before)
    if missing > 0:
        troubles.miss(sender.id, sender.school, missing, now=now)
    elif missing < 0:
        troubles.fill(sender.id, now=now)


async def _heard(deps: Deps, sender: Sender) -> None:
    """A device that only asks is there: that is written down once a minute."""
    if deps.memory.polls_noted.take(sender.id):
        await deps.db.write(partial(note_word, sender.id, now=deps.now()))


async def _terminal(deps: Deps, serial: str, *, trusted_network: bool) -> Sender:
    found = await native_sender(deps, DeviceKind.ZKTECO, serial)
    if found is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=deps.now())
    if not trusted_network:
        raise Untrusted(Distrust.NETWORK, server_time=deps.now())
    return found
