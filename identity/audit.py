"""The audit's rules, pure: what counts as one event, how events are chained, how heads are signed and checked (RULES A13)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from identity.model import ActorKind, AuditEvent, AuditKind, EventId, PersonId

ONE_EVENT_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=3 * 365 + 1)
GENESIS = "0" * 64
HEAD_PREFIX = "school-hub audit head 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The signed end of the chain on one day; the same line goes to a second place as an anchor."""

    day: date
    seq: int
    hash: str
    signed_at: datetime
    key_id: str = ""
    signature: str = ""

    def message(self) -> bytes:
        return f"{HEAD_PREFIX}\n{self.day.isoformat()}\n{self.seq}\n{self.hash}\n{int(self.signed_at.timestamp())}".encode()


def counts(actor: str, subject: str, kind: AuditKind) -> bool:
    """A child's own reading and export are no event; everybody else's is, and so is every change (RULES A13)."""
    return kind is AuditKind.CHANGE or actor != subject


def canonical(event: AuditEvent, seq: int) -> bytes:
    """What is hashed: every field that may not change, in one order, times as microseconds."""
    fields = [
        seq,
        event.id,
        _micros(event.at),
        event.kind.value,
        event.action,
        event.actor,
        event.actor_kind.value,
        event.subject,
        event.object,
        event.continues or "",
        event.sealed_parts,
        event.count,
        _micros(event.last_at or event.at),
    ]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def link_hash(prev: str, event: AuditEvent, seq: int) -> str:
    return hashlib.sha256(prev.encode() + b"\n" + canonical(event, seq)).hexdigest()


def anchor_line(head: AuditHead) -> str:
    """One line of the anchor file, to be kept away from the database."""
    return json.dumps(
        {
            "day": head.day.isoformat(),
            "seq": head.seq,
            "hash": head.hash,
            "signed_at": head.signed_at.isoformat(),
            "key_id": head.key_id,
            "signature": head.signature,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastKey:
    """A public key that signed anchors before a rotation, vouched for by the key that came after it."""

    key_id: str
    public: str
    vouched_by: str
    signature: str

    def message(self) -> bytes:
        return f"school-hub past audit key\n{self.key_id}\n{self.public}".encode()

    def line(self) -> str:
        """Goes into the anchor file, beside the heads that it signed."""
        return json.dumps({"past_key": self.key_id, "public": self.public, "vouched_by": self.vouched_by, "signature": self.signature})


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What an anchor file tells: signed heads, and the keys of earlier rotations."""

    heads: tuple[AuditHead, ...] = ()
    past_keys: tuple[PastKey, ...] = ()


def read_anchors(lines: Iterable[str]) -> Anchors:
    """The anchors of a file; a line that is none raises ValueError."""
    heads: list[AuditHead] = []
    past: list[PastKey] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            kept = json.loads(line[line.find("{") :])  # a line of the log is taken as well
            if "past_key" in kept:
                past.append(_past_key(kept))
            else:
                heads.append(_head(kept))
        except (KeyError, TypeError, ValueError) as broken:
            raise ValueError(f"line {number} is not an anchor") from broken
    return Anchors(heads=tuple(heads), past_keys=tuple(past))


def _head(kept: Mapping[str, Any]) -> AuditHead:
    return AuditHead(
        day=date.fromisoformat(kept["day"]),
        seq=int(kept["seq"]),
        hash=str(kept["hash"]),
        signed_at=datetime.fromisoformat(kept["signed_at"]),
        key_id=str(kept["key_id"]),
        signature=str(kept["signature"]),
    )


def _past_key(kept: Mapping[str, Any]) -> PastKey:
    names = {"key_id": "past_key", "public": "public", "vouched_by": "vouched_by", "signature": "signature"}
    return PastKey(**{name: str(kept[key]) for name, key in names.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """One thing wrong with the chain: `what` is a code, `seq` where."""

    what: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What a verification saw; `unsealed` events are in no chain yet and prove nothing."""

    checked: int
    last_seq: int
    last_hash: str
    unsealed: int
    heads: int
    anchors: int
    faults: tuple[AuditFault, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


class ChainCheck:
    """Walks chained events in order of `seq` and then compares the heads and anchors with what it saw."""

    def __init__(self, start_seq: int = 0, start_hash: str = GENESIS, *, watch: Iterable[int] = ()) -> None:
        self.start_seq = self.seq = start_seq
        self.hash = start_hash
        self.checked = 0
        self.faults: list[AuditFault] = []
        self._watched = dict.fromkeys(watch, "")
        if start_seq in self._watched:
            self._watched[start_seq] = start_hash

    def event(self, event: AuditEvent, prev: str) -> None:
        seq = event.seq or 0
        self.checked += 1
        if seq != self.seq + 1:
            self.faults.append(AuditFault(what="gap", seq=seq))
        elif prev != self.hash:
            self.faults.append(AuditFault(what="broken_link", seq=seq))
        if event.hash != link_hash(prev, event, seq):
            self.faults.append(AuditFault(what="rewritten", seq=seq))
        self.seq, self.hash = seq, event.hash
        if seq in self._watched:
            self._watched[seq] = event.hash

    def head(self, head: AuditHead, holds: Callable[[AuditHead], bool], *, place: str) -> None:
        """Compares one signed head (of the database or of the anchor file) with the chain."""
        if not holds(head):
            self.faults.append(AuditFault(what=f"{place}_signature", seq=head.seq))
        elif head.seq > self.seq:
            self.faults.append(AuditFault(what=f"{place}_truncated", seq=head.seq))
        elif head.seq >= self.start_seq and self._watched.get(head.seq) != head.hash:
            self.faults.append(AuditFault(what=f"{place}_differs", seq=head.seq))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEntry:
    """One line of a child's access log: staff by name and post, guardians by name and day; never a device, address or place."""

    id: EventId
    day: date
    at: datetime | None
    kind: AuditKind
    action: str
    object: str
    actor_kind: ActorKind
    name: str
    post: str = ""
    reason: str = ""
    is_viewer: bool = False
    count: int = 1


def entry(event: AuditEvent, parts: Mapping[str, str], name: str, *, viewer: PersonId, zone: str, count: int) -> AccessEntry:
    """What the viewer may know of this event."""
    of_family = event.actor_kind in (ActorKind.GUARDIAN, ActorKind.PUPIL)
    return AccessEntry(
        id=event.id,
        day=event.at.astimezone(ZoneInfo(zone)).date(),
        at=None if of_family and event.actor != viewer else event.at,
        kind=event.kind,
        action=event.action,
        object=event.object,
        actor_kind=event.actor_kind,
        name=name or parts.get("name", ""),
        post="" if of_family else parts.get("post", ""),
        reason=parts.get("reason", ""),
        is_viewer=event.actor == viewer,
        count=count,
    )
