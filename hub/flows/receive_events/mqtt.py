"""Devices that speak MQTT: their messages go the way of all others (RULES E1, E6); `listening` is the connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from device_ingest import envelope
from device_ingest.errors import Distrust, IngestError, Untrusted
from device_ingest.model import Told
from device_ingest.shims import mqtt
from device_ingest.shims.mqtt import Parcel
from device_ingest.store import note_refusal, troubles
from device_ingest.store.troubles import TroubleKind
from hub.deps import Deps
from hub.flows.receive_events.receive import by_its_events, keep, of_this_school, read
from hub.flows.receive_events.senders import sender_of
from hub.store.school import devices


async def receive_parcel(deps: Deps, parcel: Parcel) -> Sequence[Told] | IngestError:
    """One verdict an event, or why the message as a whole is not taken. Raises `StorageError`: then it must come again."""
    try:
        return await _received(deps, parcel)
    except IngestError as error:
        if isinstance(error, Untrusted):
            await _refused(deps, parcel, error)
        return error


async def _received(deps: Deps, parcel: Parcel) -> Sequence[Told]:
    now = deps.now()
    device, part = mqtt.device_of(parcel.topic)
    sender = await sender_of(deps, device)
    if sender is None or sender.id != device:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    guarded = deps.settings.mqtt_topics_guarded
    if part == mqtt.STATUS:
        if guarded or sender.sign.strong:
            await deps.db.write(partial(_stated, device, parcel.payload, now=now))
        return ()
    proof = mqtt.prove(parcel, sender, guarded=guarded, now=now)
    headers = mqtt.headers_of(parcel)
    body = envelope.unpacked(parcel.payload, headers.get("content-encoding", ""))
    said = await read(deps, sender, headers, body)
    return await keep(deps, sender, by_its_events(proof, said, now=now), await of_this_school(deps, sender, said), now=now)


def _stated(device: str, payload: bytes, *, now: datetime) -> None:
    """The last will of a device that lost its line, or that it is there again; anything else says nothing."""
    card = devices.find(device)
    state = payload[: mqtt.LONGEST_STATUS].decode("utf-8", "replace").strip().strip('"').lower()
    if card is None or card.revoked_at is not None:
        return
    if state == "offline":
        troubles.begin(device, card.school, TroubleKind.OFFLINE, began_at=now, now=now)
    elif state == "online":
        troubles.end(device, TroubleKind.OFFLINE, now=now)


async def _refused(deps: Deps, parcel: Parcel, error: Untrusted) -> None:
    """The device may not hear the answer: its office sees that it was not taken."""
    device, _ = mqtt.device_of(parcel.topic)
    if error.reason is not Distrust.UNKNOWN_DEVICE and deps.memory.clock_refusals.take(f"mqtt {device}"):
        await deps.db.write(partial(note_refusal, device, error.reason, now=deps.now()))
