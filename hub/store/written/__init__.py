"""What families write: letters to teachers until they are sent, and notices of absence with what became of them."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.written.absences import AbsenceNotice
from hub.store.written.entries import AbsenceEntry
from hub.store.written.letters import Letter

TABLES = (Letter, AbsenceNotice, AbsenceEntry)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Letter, "body"),
    SealedColumn(AbsenceNotice, "body"),
    SealedColumn(AbsenceNotice, "answer"),
    SealedColumn(AbsenceEntry, "says"),
)
