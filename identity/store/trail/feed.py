"""The changes of people's records in the order of the chain, for whoever follows them step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from identity.model import PersonId
from identity.store.rows import fetch
from identity.store.tables import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """`action` is empty where the event was a mere reading."""

    seq: int
    action: str
    subject: PersonId
    actor: str


def changes_after(seq: int, *, limit: int) -> Sequence[Changed]:
    """Chained events after that one, oldest first. The chain has no gaps, so whoever remembers the last one misses nothing."""
    sql = "SELECT seq, kind, action, subject, actor FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?"
    return [
        Changed(seq=int(number), action=str(action) if kind == "change" else "", subject=PersonId(str(subject)), actor=str(actor))
        for number, kind, action, subject, actor in fetch(AuditRow, sql, (seq, limit))
    ]


def last_chained() -> int:
    found = fetch(AuditRow, "SELECT MAX(seq) FROM audit_event")
    return int(found[0][0] or 0)
