"""What families write: letters, notices of absence, questions, appeals, disputes of debits; and texts that go to their phones."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.written import appeals, disputes, texts, tickets
from hub.store.written.absences import AbsenceNotice
from hub.store.written.entries import AbsenceEntry
from hub.store.written.letters import Letter

TABLES = (Letter, AbsenceNotice, AbsenceEntry, *tickets.TABLES, *appeals.TABLES, *disputes.TABLES, *texts.TABLES)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Letter, "body"),
    SealedColumn(AbsenceNotice, "body"),
    SealedColumn(AbsenceNotice, "answer"),
    SealedColumn(AbsenceEntry, "says"),
    *tickets.SEALED,
    *appeals.SEALED,
    *disputes.SEALED,
    *texts.SEALED,
)
