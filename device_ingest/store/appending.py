"""One message of a device becomes rows: keys, events, what is doubted, the spent nonce and the device's state, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from device_ingest.errors import Distrust, Untrusted
from device_ingest.intake import doubt, late
from device_ingest.model import Event, Poison, Proof, Sender, Told, Verdict
from device_ingest.store import states
from device_ingest.store.raw import among, change, insert, is_sqlite, query, to_micros
from device_ingest.store.tables import EventKey, EventRow, Nonce, Quarantined

KEY_COLUMNS, KEY_TYPES = ("source", "id", "hash"), ("text", "text", "bytea")
COLUMNS = (
    "device", "school", "id", "type", "at", "written", "received_at", "late", "auth", "skew_ms", "carrier", "token", "direction", "door",
    "data",
)  # fmt: skip
TYPES = (
    "text", "text", "text", "text", "bigint", "text", "bigint", "boolean", "text", "bigint", "text", "text", "text", "text", "text",
)  # fmt: skip
QUARANTINE_COLUMNS = ("source", "id", "hash", "school", "device", "type", "written", "received_at", "reason", "data")
CONFLICT = "same id, other content"
NONCE_KEPT = timedelta(hours=1)
_json = msgspec.json.Encoder()


def append(sender: Sender, proof: Proof, said: Sequence[Event | Poison], *, received_at: datetime) -> list[Told]:
    """A verdict an event, in the message's order. Raises `Untrusted` (replay) where the nonce was spent before."""
    if proof.nonce is not None:
        _spend(sender, proof.nonce, received_at)
    fresh = _fresh(said)
    known = _claim(sender.source, list(fresh.values()))
    now = to_micros(received_at)
    told: list[Told] = []
    kept: list[tuple[object, ...]] = []
    doubted: list[tuple[object, ...]] = []
    for one in said:
        if isinstance(one, Poison):
            told.append(Told(one.index, one.id, Verdict.REJECTED, one.reason))
            continue
        first = fresh[one.id]
        before = known.get(one.id) if first is one else first.hash
        if before is not None and before == one.hash:
            told.append(Told(one.index, one.id, Verdict.DUPLICATE, None))
        elif before is not None:
            doubted.append(_doubted(sender, one, now, CONFLICT))
            told.append(Told(one.index, one.id, Verdict.CONFLICT, CONFLICT))
        elif reason := doubt(one, sender, received_at=received_at):
            doubted.append(_doubted(sender, one, now, reason))
            told.append(Told(one.index, one.id, Verdict.QUARANTINED, reason))
        else:
            kept.append(_row(sender, proof, one, received_at))
            told.append(Told(one.index, one.id, Verdict.STORED, None))
    insert(EventRow, COLUMNS, TYPES, kept)
    for row in doubted:
        _quarantine(row)
    states.heard(sender.id, skew_ms=_skew_ms(proof), now=now)
    return told


def _row(sender: Sender, proof: Proof, one: Event, received_at: datetime) -> tuple[object, ...]:
    return (
        sender.id,
        sender.school,
        one.id,
        one.type.value,
        to_micros(one.at),
        one.written,
        to_micros(received_at),
        late(one, received_at=received_at),
        proof.sign.value,
        _skew_ms(proof),
        one.carrier,
        one.token,
        one.direction,
        one.door,
        _json.encode(one.data).decode(),
    )


def _skew_ms(proof: Proof) -> int | None:
    return None if proof.skew_s is None else round(proof.skew_s * 1000)


def _fresh(said: Sequence[Event | Poison]) -> Mapping[str, Event]:
    """Of several with one id in a message the first counts."""
    found: dict[str, Event] = {}
    for one in said:
        if isinstance(one, Event):
            found.setdefault(one.id, one)
    return found


def _claim(source: str, events: Sequence[Event]) -> dict[str, bytes]:
    """Takes every free key; the hashes of those that were taken before."""
    if not events:
        return {}
    ids = [one.id for one in events]
    if is_sqlite(EventKey):
        # One writer at a time: what is not there now is ours.
        sql = "SELECT id, hash FROM ingest_event_key WHERE source = ? AND id IN (SELECT value FROM json_each(?))"
        known = {id_: bytes(hash_) for id_, hash_ in query(EventKey, sql, (source, among(ids)))}
        insert(EventKey, KEY_COLUMNS, KEY_TYPES, [(source, one.id, one.hash) for one in events if one.id not in known])
        return known
    taken = EventKey._meta.database.execute_sql(
        "INSERT INTO ingest_event_key (source, id, hash) SELECT %s, id, hash FROM unnest(%s::text[], %s::bytea[]) AS given (id, hash) "
        "ON CONFLICT DO NOTHING RETURNING id",
        (source, ids, [one.hash for one in events]),
    )
    ours = {id_ for (id_,) in taken}
    others = [id_ for id_ in ids if id_ not in ours]
    if not others:
        return {}
    found = query(EventKey, "SELECT id, hash FROM ingest_event_key WHERE source = ? AND id = ANY(?)", (source, others))
    return {id_: bytes(hash_) for id_, hash_ in found}


def _doubted(sender: Sender, one: Event, now: int, reason: str) -> tuple[object, ...]:
    data = _json.encode({**one.data, **({"token": one.token} if one.token else {})}).decode()
    return (sender.source, one.id, one.hash, sender.school, sender.id, one.type.value, one.written, now, reason, data)


def _quarantine(row: tuple[object, ...]) -> None:
    names = ", ".join(QUARANTINE_COLUMNS)
    marks = ", ".join("?" * len(QUARANTINE_COLUMNS))
    change(Quarantined, f"INSERT INTO ingest_quarantine ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", row)  # noqa: S608 - own names


def _spend(sender: Sender, nonce: str, now: datetime) -> None:
    sql = "INSERT INTO ingest_nonce (device, nonce, until) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    if not change(Nonce, sql, (sender.id, nonce, to_micros(now + NONCE_KEPT))):
        raise Untrusted(Distrust.REPLAY, server_time=now)
