"""*Prove* the message, *read* its events, *write* them once; a refusal for time is noted for the office."""

from __future__ import annotations

from collections.abc import Sequence

from device_ingest import envelope, proving
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Event, Poison, Proof, Sender, Told
from device_ingest.proving import Message
from device_ingest.store import append, note_refusal
from hub.deps import Deps
from hub.flows.receive_events.senders import sender_of
from hub.store.school.carriers import NUMBER
from identity.model import PersonId
from identity.store.school.cards import classes_of

UNKNOWN_CHILD = "unknown_child"


async def receive_events(deps: Deps, message: Message) -> Sequence[Told]:
    """One verdict an event, after the commit. Raises `device_ingest.errors.IngestError` for the message as a whole."""
    now = deps.now()
    sender = await sender_of(deps, proving.claimed_key(message))
    if sender is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    try:
        proof = proving.prove(message, sender, now=now)
    except Untrusted as error:
        if error.reason is Distrust.CLOCK:
            await _note(deps, sender, error)
        raise
    body = envelope.unpacked(message.body, message.headers.get("content-encoding", ""))
    said = envelope.read(message.headers, body, source=sender.source, tokens=lambda _, number: deps.keys.index(NUMBER, number))
    return await deps.db.write(lambda: _kept(deps, sender, proof, said))


def _kept(deps: Deps, sender: Sender, proof: Proof, said: Sequence[Event | Poison]) -> list[Told]:
    now = deps.now()
    return append(sender, proof, _of_this_school(sender, said), received_at=now)


def _of_this_school(sender: Sender, said: Sequence[Event | Poison]) -> Sequence[Event | Poison]:
    """A child that the guard or the tutor names must be the school's own (RULES E9)."""
    named = {PersonId(one.token) for one in said if isinstance(one, Event) and one.carrier == MANUAL and one.token}
    if not named:
        return said
    known = {child for child, (school, _) in classes_of(tuple(named)).items() if school == sender.school}
    return [
        Poison(one.index, one.id, UNKNOWN_CHILD) if isinstance(one, Event) and one.carrier == MANUAL and one.token not in known else one
        for one in said
    ]


async def _note(deps: Deps, sender: Sender, error: Untrusted) -> None:
    """A device that keeps knocking with a wrong clock costs a row now and then."""
    if deps.memory.clock_refusals.take(sender.id):
        await deps.db.write(lambda: note_refusal(sender.id, error.reason, now=deps.now()))
