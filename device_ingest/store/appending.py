"""Messages of devices become rows: keys, events, what is doubted, spent nonces and the devices' states, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from device_ingest.errors import Distrust, Untrusted
from device_ingest.intake import Clock
from device_ingest.model import Event, Poison, Proof, Sender, Told, Verdict
from device_ingest.store import states
from device_ingest.store.raw import Row, among, change, insert, is_sqlite, query, to_micros
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
APPENDING = 0x1_0605_7E57
"""The lock of this table's tail, among the hub's own numbers."""
NONCE_KEPT = timedelta(hours=1)
_encode = msgspec.json.Encoder(order="sorted").encode
Outcome = list[Told] | Untrusted


class Ready(msgspec.Struct, frozen=True):
    """An event with its row, or with the reason why its time is not believed."""

    event: Event
    doubt: str | None
    row: Row


class Message(msgspec.Struct, frozen=True):
    """A proved message, its rows and the answer that it gets most of the time made before the database is asked for anything.

    `keys` are of everything readable in it; `plain` is one without a doubt, in which nothing is unreadable or said twice: where all its
    keys are free, every event is stored.
    """

    sender: Sender
    proof: Proof
    received_at: datetime
    said: Sequence[Ready | Poison]
    keys: Sequence[Row]
    plain: bool

    @property
    def stored(self) -> list[Told]:
        """The answer to a plain message whose keys are free."""
        return [Told(one.event.index, one.event.id, Verdict.STORED, None) for one in self.said if isinstance(one, Ready)]


def prepare(sender: Sender, proof: Proof, said: Sequence[Event | Poison], *, received_at: datetime) -> Message:
    """Pure."""
    clock = Clock(since=sender.since, received_at=received_at)
    now, skew, auth, device, school = to_micros(received_at), _skew_ms(proof), proof.sign.value, sender.id, sender.school
    doubt_of, late = clock.doubt, clock.late
    made: list[Ready | Poison] = []
    keys: list[Row] = []
    plain, source = True, sender.source
    for one in said:
        if isinstance(one, Poison):
            plain = False
            made.append(one)
            continue
        doubt = doubt_of(one.at)
        if doubt is None:
            row: Row = (
                device, school, one.id, one.type._value_, to_micros(one.at), one.written, now, late(one.at), auth, skew,
                one.carrier, one.token, one.direction, one.door, one.text,
            )  # fmt: skip
        else:
            plain = False
            row = _doubted(sender, one, now, doubt)
        keys.append((source, one.id, one.hash))
        made.append(Ready(one, doubt, row))
    return Message(sender, proof, received_at, made, keys, plain and len({id_ for _, id_, _ in keys}) == len(keys))


def parted(message: Message, size: int) -> Iterator[Message]:
    """The same message in pieces that may each have a commit of its own: what a crash cuts off comes again. The first spends the nonce."""
    source, proof = message.sender.source, message.proof
    for at in range(0, len(message.said), size):
        said = message.said[at : at + size]
        keys = [(source, one.event.id, one.event.hash) for one in said if isinstance(one, Ready)]
        yield Message(message.sender, proof if at == 0 else replace(proof, nonce=None), message.received_at, said, keys, message.plain)


def append(messages: Sequence[Message]) -> list[Outcome]:
    """A verdict an event, message by message in their order; a message whose nonce was spent before is not taken."""
    _in_order()
    taken = [message for message in messages if message.proof.nonce is None or _spend(message)]
    wanted = _wanted(taken)
    known = _claim(wanted)
    if not known and len(wanted) == sum(map(len, (message.said for message in taken))) and all(message.plain for message in taken):
        outcomes = {id(message): message.stored for message in taken}
        insert(EventRow, COLUMNS, TYPES, [one.row for message in taken for one in message.said if isinstance(one, Ready)])
    else:
        outcomes = _judged(taken, known)
    for sender, (skew, heard_at) in {one.sender.id: (_skew_ms(one.proof), one.received_at) for one in taken}.items():
        states.heard(sender, skew_ms=skew, now=to_micros(heard_at))
    return [outcomes.get(id(one), Untrusted(Distrust.REPLAY, server_time=one.received_at)) for one in messages]


def _judged(messages: Sequence[Message], known: dict[tuple[str, str], bytes | Event]) -> dict[int, list[Told]]:
    """Event by event, against what was there before and what an earlier one of this turn has just said."""
    events: list[Row] = []
    doubted: list[Row] = []
    outcomes: dict[int, list[Told]] = {}
    for message in messages:
        source, told = message.sender.source, []
        for one in message.said:
            if isinstance(one, Poison):
                told.append(Told(one.index, one.id, Verdict.REJECTED, one.reason))
                continue
            event = one.event
            before = known.setdefault((source, event.id), event)
            if before is event:
                (events if one.doubt is None else doubted).append(one.row)
                told.append(Told(event.index, event.id, Verdict.STORED if one.doubt is None else Verdict.QUARANTINED, one.doubt))
            elif (before.hash if isinstance(before, Event) else before) == event.hash:
                told.append(Told(event.index, event.id, Verdict.DUPLICATE, None))
            else:
                doubted.append(_doubted(message.sender, event, to_micros(message.received_at), CONFLICT))
                told.append(Told(event.index, event.id, Verdict.CONFLICT, CONFLICT))
        outcomes[id(message)] = told
    insert(EventRow, COLUMNS, TYPES, events)
    for row in doubted:
        _quarantine(row)
    return outcomes


def _in_order() -> None:
    """Whoever appends waits for whoever appended before: readers go on by `seq`, and a smaller one must not appear after a greater."""
    if not is_sqlite(EventRow):
        query(EventRow, "SELECT pg_advisory_xact_lock(?)", (APPENDING,))


def _wanted(messages: Sequence[Message]) -> Sequence[Row]:
    """The keys of this turn, each once; of a repeated one the first hash."""
    if len(messages) == 1 and messages[0].plain:
        return messages[0].keys
    first: dict[tuple[str, str], Row] = {}
    for message in messages:
        for key in message.keys:
            first.setdefault((key[0], key[1]), key)
    return list(first.values())


def _claim(wanted: Sequence[Row]) -> dict[tuple[str, str], bytes | Event]:
    """Takes every free key; the hashes of those that were taken before."""
    if not wanted:
        return {}
    return _claim_alone(wanted) if is_sqlite(EventKey) else _claim_among_others(wanted)


def _claim_alone(wanted: Sequence[Row]) -> dict[tuple[str, str], bytes | Event]:
    """SQLite has one writer at a time, and each new row's number is one more than the greatest: below ours lies what was there before."""
    taken = insert(EventKey, KEY_COLUMNS, KEY_TYPES, wanted, unless_there=True)
    if taken == len(wanted):
        return {}
    newest = query(EventKey, "SELECT COALESCE(MAX(rowid), 0) FROM ingest_event_key", ())[0][0] - taken
    by_source: dict[str, list[str]] = {}
    for source, id_, _ in wanted:
        by_source.setdefault(source, []).append(id_)
    sql = "SELECT id, hash FROM ingest_event_key WHERE source = ? AND id IN (SELECT value FROM json_each(?)) AND rowid <= ?"
    return {
        (source, id_): bytes(hash_)
        for source, ids in by_source.items()
        for id_, hash_ in query(EventKey, sql, (source, among(ids), newest))
    }


def _claim_among_others(wanted: Sequence[Row]) -> dict[tuple[str, str], bytes | Event]:
    columns = [list(column) for column in zip(*wanted, strict=True)]
    given = "unnest(?::text[], ?::text[], ?::bytea[]) AS given (source, id, hash)"
    sql = f"INSERT INTO ingest_event_key (source, id, hash) SELECT * FROM {given} ON CONFLICT DO NOTHING RETURNING source, id"  # noqa: S608 - own names
    ours = set(query(EventKey, sql, columns))
    if len(ours) == len(wanted):
        return {}
    given = "unnest(?::text[], ?::text[]) AS given (source, id)"
    found = query(EventKey, f"SELECT source, id, hash FROM ingest_event_key JOIN {given} USING (source, id)", columns[:2])  # noqa: S608 - own names
    return {(source, id_): bytes(hash_) for source, id_, hash_ in found if (source, id_) not in ours}


def _doubted(sender: Sender, one: Event, now: int, reason: str) -> Row:
    data = one.text if one.token is None else _encode({**msgspec.json.decode(one.text), "token": one.token}).decode()
    return (sender.source, one.id, one.hash, sender.school, sender.id, one.type.value, one.written, now, reason, data)


def _quarantine(row: Row) -> None:
    names = ", ".join(QUARANTINE_COLUMNS)
    marks = ", ".join("?" * len(QUARANTINE_COLUMNS))
    change(Quarantined, f"INSERT INTO ingest_quarantine ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", row)  # noqa: S608 - own names


def _spend(message: Message) -> bool:
    sql = "INSERT INTO ingest_nonce (device, nonce, until) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    until = to_micros(message.received_at + NONCE_KEPT)
    return bool(change(Nonce, sql, (message.sender.id, message.proof.nonce, until)))


def _skew_ms(proof: Proof) -> int | None:
    return None if proof.skew_s is None else round(proof.skew_s * 1000)
