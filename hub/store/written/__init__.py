"""What families write: letters, absences, questions, appeals, disputes; what contradicts itself; texts that go to their phones."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.written import appeals, contradictions, disputes, texts, tickets
from hub.store.written.absences import AbsenceNotice
from hub.store.written.entries import AbsenceEntry
from hub.store.written.letters import Letter

TABLES = (Letter, AbsenceNotice, AbsenceEntry, *tickets.TABLES, *appeals.TABLES, *contradictions.TABLES, *disputes.TABLES, *texts.TABLES)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Letter, "body"),
    SealedColumn(AbsenceNotice, "body"),
    SealedColumn(AbsenceNotice, "answer"),
    SealedColumn(AbsenceEntry, "says"),
    *tickets.SEALED,
    *appeals.SEALED,
    *contradictions.SEALED,
    *disputes.SEALED,
    *texts.SEALED,
)
