"""*Prove* the message, *read* its events, *write* them once; a refusal for time is noted for the office."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from device_ingest import credentials, envelope, signing
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.errors import Distrust, Untrusted
from device_ingest.intake import estimated_skew
from device_ingest.model import Event, Poison, Proof, Sender, Shown, Tokens, Told
from device_ingest.signing import Message
from device_ingest.store import note_refusal, prepare
from hub.deps import CARRIERS_KEPT, Deps
from hub.flows.receive_events.senders import sender_of
from hub.flows.receive_events.sinks import count, sink_of
from hub.store.school.carriers import NUMBER
from hub.telemetry import EVENTS
from identity.model import PersonId
from identity.store.school.cards import classes_of

UNKNOWN_CHILD = "unknown_child"
READ_AT_ONCE = 64 * 1024
"""Bytes; a larger message is read in parts."""


async def receive_events(deps: Deps, message: Message) -> Sequence[Told]:
    """One verdict an event, after the commit. Raises `device_ingest.errors.IngestError` for the message as a whole."""
    now = deps.now()
    sender = await sender_of(deps, signing.claimed_key(message))
    if sender is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    try:
        proof = signing.prove(message, sender, now=now)
    except Untrusted as error:
        # A device that keeps knocking with a wrong clock costs a row now and then.
        if error.reason is Distrust.CLOCK and deps.memory.clock_refusals.take(sender.id):
            await deps.db.write(partial(note_refusal, sender.id, error.reason, now=now))
        raise
    body = envelope.unpacked(message.body, message.headers.get("content-encoding", ""))
    said = await read(deps, sender, message.headers, body)
    return await keep(deps, sender, by_its_events(proof, said, now=now), await of_this_school(deps, sender, said), now=now)


async def read(deps: Deps, sender: Sender, headers: Mapping[str, str], body: bytes) -> list[Event | Poison]:
    """A large message in parts, one such message at a time: whoever passes a door is heard between them. Eight devices that come back
    together would hold the loop for a tenth of a second otherwise."""
    source, tokens = sender.source, tokens_of(deps)
    if len(body) <= READ_AT_ONCE:
        return envelope.read(headers, body, source=source, tokens=tokens)
    said: list[Event | Poison] = []
    async with deps.memory.one_read:
        for part in envelope.read_in_parts(headers, body, source=source, tokens=tokens):
            said += part
            await asyncio.sleep(0)
    return said


def by_its_events(proof: Proof, said: Sequence[Event | Poison], *, now: datetime) -> Proof:
    """A device that signs no time still shows its clock by what it reports at once (RULES E3)."""
    if proof.sign.strong:
        return proof
    newest = max((one.at for one in said if isinstance(one, Event)), default=None)
    return proof if newest is None else replace(proof, skew_s=estimated_skew(newest, now))


async def keep(deps: Deps, sender: Sender, proof: Proof, said: Sequence[Event | Poison], *, now: datetime) -> Sequence[Told]:
    """Together with whatever other devices say at this moment. Raises `Untrusted` (replay), `Overloaded`."""
    told = await sink_of(deps).put(prepare(sender, proof, said, received_at=now))
    if isinstance(told, Untrusted):
        raise told
    count(EVENTS, told)
    return told


def tokens_of(deps: Deps) -> Tokens:
    """Numbers of carriers under the keys of the register; those shown lately are remembered."""
    return partial(_shown, deps)


def _shown(deps: Deps, kind: str, number: str) -> Shown:
    known = deps.memory.carriers.get((kind, number))
    if known is None:
        if len(deps.memory.carriers) >= CARRIERS_KEPT:
            deps.memory.carriers.clear()
        plain = credentials.plain(kind, number)
        known = deps.memory.carriers[kind, number] = Shown(deps.keys.index(NUMBER, plain), credentials.tail(plain))
    return known


async def of_this_school(deps: Deps, sender: Sender, said: Sequence[Event | Poison]) -> Sequence[Event | Poison]:
    """A child that the guard or the tutor names must be the school's own (RULES E9)."""
    named = tuple({PersonId(one.token) for one in said if isinstance(one, Event) and one.carrier == MANUAL and one.token})
    if not named:
        return said
    where = await deps.db.read(partial(classes_of, named))
    known = {child for child, (school, _) in where.items() if school == sender.school}
    return [
        Poison(one.index, one.id, UNKNOWN_CHILD) if isinstance(one, Event) and one.carrier == MANUAL and one.token not in known else one
        for one in said
    ]
