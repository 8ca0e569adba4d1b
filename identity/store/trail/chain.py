"""The sealing job and the verification of the audit chain; one sealer at a time runs, under the hub's lease (RULES A13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from identity.audit import GENESIS, AuditHead, AuditReport, ChainCheck, PastKey, link_hash
from identity.sealing import Keys, audit_signature_holds
from identity.store.rows import fetch, instant_of, micros
from identity.store.tables import AuditHeadRow, AuditRow
from identity.store.trail.access import COLUMNS, event_of

BATCH = 200
PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """`head` is the newly signed head, to be written to the second place; None when nothing was sealed. `more`: call again."""

    sealed: int
    head: AuditHead | None = None
    more: bool = False


def seal_audit(keys: Keys, *, now: datetime, limit: int = BATCH) -> SealReport:
    """Chains the waiting events, oldest first, and signs the head of the day. An open count of repeats waits until its window ends."""
    sql = (
        f"SELECT {COLUMNS} FROM audit_event WHERE seq IS NULL AND (open_until IS NULL OR open_until <= ?)"  # noqa: S608 - own columns
        " ORDER BY at, id LIMIT ?"
    )
    waiting = [event_of(row) for row in fetch(AuditRow, sql, (micros(now), limit))]
    seq, prev = _last()
    sealed = 0
    for event in waiting:
        hash_ = link_hash(prev, event, seq + 1)
        # The count is compared, because a reader may be adding to it just now; such an event waits for the next batch.
        written = (
            AuditRow.update(seq=seq + 1, prev=prev, hash=hash_)
            .where(AuditRow.id == event.id, AuditRow.seq.is_null(), AuditRow.count == event.count, AuditRow.last_at == event.last_at)
            .execute()
        )
        if written:
            seq, prev, sealed = seq + 1, hash_, sealed + 1
    if not sealed:
        return SealReport(sealed=0)
    return SealReport(sealed=sealed, head=_sign(keys, seq, prev, now=now), more=len(waiting) == limit)


def _last() -> tuple[int, str]:
    """The end of the chain; after retention emptied the table the signed head still tells it."""
    for seq, hash_ in fetch(AuditRow, "SELECT seq, hash FROM audit_event WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1"):
        return int(seq), str(hash_)
    for seq, hash_ in fetch(AuditHeadRow, "SELECT seq, hash FROM audit_head ORDER BY seq DESC LIMIT 1"):
        return int(seq), str(hash_)
    return 0, GENESIS


def _sign(keys: Keys, seq: int, hash_: str, *, now: datetime) -> AuditHead:
    head = AuditHead(day=now.astimezone(UTC).date(), seq=seq, hash=hash_, signed_at=now.astimezone(UTC).replace(microsecond=0))
    key_id, signature = keys.sign_audit(head.message())
    signed = replace(head, key_id=key_id, signature=signature)
    columns = {"seq": seq, "hash": hash_, "signed_at": signed.signed_at, "key_id": key_id, "signature": signature}
    if not AuditHeadRow.update(**columns).where(AuditHeadRow.day == signed.day.isoformat()).execute():
        AuditHeadRow.create(day=signed.day.isoformat(), **columns)
    return signed


def resign_heads(keys: Keys) -> int:
    """Signs with the current key what an old one signed rightly, so that the old one may go; returns how many."""
    public = keys.audit_public_keys()
    stale = [head for head in heads() if head.key_id != keys.current_id and _holds(public, head)]
    for head in stale:
        key_id, signature = keys.sign_audit(head.message())
        AuditHeadRow.update(key_id=key_id, signature=signature).where(
            AuditHeadRow.day == head.day.isoformat(), AuditHeadRow.seq == head.seq, AuditHeadRow.key_id == head.key_id
        ).execute()
    return len(stale)


def vouch_for_old_keys(keys: Keys) -> tuple[PastKey, ...]:
    """The current key's word for each old one, to stand in the anchor file when the old master key is gone."""
    found = []
    for id_, public in keys.audit_public_keys().items():
        if id_ != keys.current_id:
            plain = PastKey(key_id=id_, public=public, vouched_by=keys.current_id, signature="")
            found.append(replace(plain, signature=keys.sign_audit(plain.message())[1]))
    return tuple(found)


def _with_past(public: Mapping[str, str], past: Iterable[PastKey]) -> Mapping[str, str]:
    """The known keys, and those that they vouch for, and so on back."""
    known, waiting = dict(public), list(past)
    while good := [one for one in waiting if _vouched(known, one)]:
        known |= {one.key_id: one.public for one in good if one.key_id not in known}
        waiting = [one for one in waiting if one not in good]
    return known


def _vouched(known: Mapping[str, str], one: PastKey) -> bool:
    return one.vouched_by in known and audit_signature_holds(known[one.vouched_by], one.message(), one.signature)


def _holds(public: Mapping[str, str], head: AuditHead) -> bool:
    return head.key_id in public and audit_signature_holds(public[head.key_id], head.message(), head.signature)


def heads() -> tuple[AuditHead, ...]:
    """The signed heads, one a day, oldest first."""
    return _heads("ORDER BY seq")


def _heads(order: str) -> tuple[AuditHead, ...]:
    found = fetch(AuditHeadRow, f"SELECT day, seq, hash, signed_at, key_id, signature FROM audit_head {order}")  # noqa: S608 - own words
    return tuple(
        AuditHead(day=date.fromisoformat(day), seq=seq, hash=hash_, signed_at=instant_of(at), key_id=key_id, signature=signature)
        for day, seq, hash_, at, key_id, signature in found
    )


def last_head() -> AuditHead | None:
    """The newest signed head."""
    return next(iter(_heads("ORDER BY seq DESC LIMIT 1")), None)


def verify_audit(keys: Keys, anchors: Iterable[AuditHead] = (), past: Iterable[PastKey] = ()) -> AuditReport:
    """Walks the whole chain. Rewriting and gaps show in it, truncation against the heads and anchors; the unsealed tail is counted.

    `past`: public keys of earlier rotations, each good as far as a known key vouches for it.
    """
    public = _with_past(keys.audit_public_keys(), past)

    def holds(head: AuditHead) -> bool:
        return _holds(public, head)

    stored, outside = heads(), tuple(anchors)
    check = _start(stored, (head.seq for head in (*stored, *outside)))
    while True:
        sql = f"SELECT {COLUMNS}, prev FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - own columns
        page = fetch(AuditRow, sql, (check.seq, PAGE))
        for row in page:
            check.event(event_of(row[:-1]), row[-1])
        if len(page) < PAGE:
            break
    for head in stored:
        check.head(head, holds, place="head")
    for head in outside:
        check.head(head, holds, place="anchor")
    ((unsealed,),) = fetch(AuditRow, "SELECT COUNT(*) FROM audit_event WHERE seq IS NULL")
    return AuditReport(
        checked=check.checked,
        last_seq=check.seq,
        last_hash=check.hash,
        unsealed=int(unsealed),
        heads=len(stored),
        anchors=len(outside),
        faults=tuple(check.faults),
    )


def _start(stored: tuple[AuditHead, ...], watch: Iterable[int]) -> ChainCheck:
    """From the beginning, or from the signed head up to which retention deleted."""
    first = fetch(AuditRow, "SELECT MIN(seq) FROM audit_event WHERE seq IS NOT NULL")[0][0]
    if first is None and stored:
        return ChainCheck(stored[-1].seq, stored[-1].hash, watch=watch)
    for head in stored:
        if first is not None and head.seq == first - 1:
            return ChainCheck(head.seq, head.hash, watch=watch)
    return ChainCheck(watch=watch)
