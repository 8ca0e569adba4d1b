"""Imports of a school's roster: what was uploaded, sealed and in parts, how far it is, and what became of each row (RULES A8, A18)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, rows, to_micros
from identity.sealing import Keys

UNAPPLIED_FOR = timedelta(hours=24)
KEPT = timedelta(days=30)
RUN_KEPT = timedelta(days=2)
CHECKED, APPLYING, DONE, FAILED = "checked", "applying", "done", "failed"


class RosterImport(peewee.Model):
    """`report` is JSON without anything personal; `state` is checked, applying, done or failed."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    officer = peewee.TextField(index=True)
    state = peewee.TextField(index=True)
    rows = peewee.IntegerField()
    rows_done = peewee.IntegerField()
    parts = peewee.IntegerField()
    parts_done = peewee.IntegerField()
    tries = peewee.IntegerField()
    report = peewee.TextField()
    created_at = InstantField(index=True)
    applied_at = InstantField(null=True)
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "roster_import"


class RosterPart(peewee.Model):
    """Some rows of the file. `content` is sealed and gone when the part is done; `verdicts` name lines and columns, and nobody."""

    id = peewee.TextField(primary_key=True)
    roster = peewee.TextField(index=True)
    number = peewee.IntegerField()
    done = peewee.IntegerField()
    content = peewee.TextField(null=True)
    verdicts = peewee.TextField()

    class Meta:
        table_name = "roster_part"


class SlipRun(peewee.Model):
    """A form of slips or of one pupil that was sent: the same one sent again does nothing anew."""

    id = peewee.TextField(primary_key=True)
    created_at = InstantField(index=True)

    class Meta:
        table_name = "slip_run"


TABLES = (RosterImport, RosterPart, SlipRun)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(RosterPart, "content"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An import as it stands."""

    id: str
    school: str
    officer: str
    state: str
    rows: int
    rows_done: int
    parts: int
    parts_done: int
    report: str
    created_at: datetime
    applied_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`content` is None once the part is done."""

    number: int
    done: bool
    content: str | None
    verdicts: str


def put(keys: Keys, *, school: str, officer: str, total: int, report: str, parts: Sequence[tuple[str, str]], now: datetime) -> str:
    """Keeps a checked file: content and verdicts part by part. What this officer left unapplied before goes."""
    for (old,) in rows(
        RosterImport, "SELECT id FROM roster_import WHERE officer = ? AND school = ? AND state = 'checked'", (officer, school)
    ):
        forget(old)
    id_ = secrets.token_urlsafe(16)
    RosterImport.insert(
        id=id_, school=school, officer=officer, state=CHECKED, rows=total, rows_done=0, parts=len(parts), parts_done=0, tries=0,
        report=report, created_at=now,
    ).execute()  # fmt: skip
    for number, (content, verdicts) in enumerate(parts):
        part = _part_id(id_, number)
        sealed = keys.seal("roster_part", "content", part, content)
        RosterPart.insert(id=part, roster=id_, number=number, done=0, content=sealed, verdicts=verdicts).execute()
    return id_


def get(id_: str) -> Kept | None:
    row = RosterImport.get_or_none(RosterImport.id == id_)
    return None if row is None else _kept(row)


def of_officer(officer: str, *, limit: int = 20) -> list[Kept]:
    """Newest first."""
    found = (
        RosterImport.select().where(RosterImport.officer == officer).order_by(RosterImport.created_at.desc(), RosterImport.id).limit(limit)
    )
    return [_kept(row) for row in found]


def parts_of(keys: Keys, id_: str, *, most: int = 0, only: int = -1) -> list[Part]:
    """In the file's order, the one part that is asked for, or all. The content of the first `most` is opened."""
    sql = "SELECT number, done, content, verdicts FROM roster_part WHERE roster = ? AND (number = ? OR -1 = ?) ORDER BY number"
    return [
        Part(number=number, done=bool(done), content=_opened(keys, id_, number, sealed) if number < most else None, verdicts=verdicts)
        for number, done, sealed, verdicts in rows(RosterPart, sql, (id_, only, only))
        if number < most or not most
    ]


def start(id_: str, *, now: datetime) -> bool:
    """Whether this call is the one that began it."""
    checked = (RosterImport.id == id_) & (RosterImport.state == CHECKED)
    return bool(RosterImport.update(state=APPLYING, applied_at=now).where(checked).execute())


def next_applying() -> Kept | None:
    """The oldest import that is under way."""
    row = RosterImport.select().where(RosterImport.state == APPLYING).order_by(RosterImport.applied_at, RosterImport.id).first()
    return None if row is None else _kept(row)


def take_part(keys: Keys, id_: str, number: int) -> str | None:
    """The part's content, for the unit that applies it; None where another process did it."""
    part = _part_id(id_, number)
    if not RosterPart.update(done=1).where(RosterPart.id == part, RosterPart.done == 0).execute():
        return None
    row = RosterPart.get(RosterPart.id == part)
    return _opened(keys, id_, number, row.content)


def finish_part(id_: str, number: int, *, applied: int, verdicts: str, report: str) -> None:
    """The file's rows are not kept a moment longer than they are needed."""
    RosterPart.update(content=None, verdicts=verdicts).where(RosterPart.id == _part_id(id_, number)).execute()
    RosterImport.update(rows_done=RosterImport.rows_done + applied, parts_done=RosterImport.parts_done + 1, tries=0, report=report).where(
        RosterImport.id == id_
    ).execute()


def end(id_: str, state: str, *, report: str | None = None, now: datetime) -> bool:
    """Done or failed: no row of the file stays."""
    RosterPart.update(content=None).where(RosterPart.roster == id_).execute()
    told = {} if report is None else {"report": report}
    return bool(
        RosterImport.update(state=state, ended_at=now, **told).where(RosterImport.id == id_, RosterImport.state == APPLYING).execute()
    )


def count_failure(id_: str) -> int:
    """How many tries in a row went wrong, this one included."""
    RosterImport.update(tries=RosterImport.tries + 1).where(RosterImport.id == id_).execute()
    found = rows(RosterImport, "SELECT tries FROM roster_import WHERE id = ?", (id_,))
    return int(found[0][0]) if found else 0


def forget(id_: str) -> None:
    delete(RosterPart, RosterPart.roster == id_)
    delete(RosterImport, RosterImport.id == id_)


def begin_form(person: str, run: str, *, now: datetime) -> bool:
    """Whether this person's form, named by `run`, is sent for the first time."""
    id_ = hashlib.sha256(f"{person} {run}".encode()).hexdigest()
    return bool(SlipRun.insert(id=id_, created_at=now).on_conflict_ignore().as_rowcount().execute())


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Files that nobody applied go after a day, reports after 30 days."""
    sql = "SELECT id FROM roster_import WHERE (state = 'checked' AND created_at < ?) OR (ended_at < ?) LIMIT ?"
    old = [id_ for (id_,) in rows(RosterImport, sql, (to_micros(now - UNAPPLIED_FOR), to_micros(now - KEPT), limit))]
    for id_ in old:
        forget(id_)
    return len(old) + delete_ids(SlipRun, "SELECT id FROM slip_run WHERE created_at < ? LIMIT ?", (to_micros(now - RUN_KEPT), limit))


def _part_id(id_: str, number: int) -> str:
    return f"{id_}.{number}"


def _opened(keys: Keys, id_: str, number: int, sealed: str | None) -> str | None:
    return None if sealed is None else keys.open("roster_part", "content", _part_id(id_, number), sealed)


def _kept(row: RosterImport) -> Kept:
    return Kept(
        id=row.id, school=row.school, officer=row.officer, state=row.state, rows=row.rows, rows_done=row.rows_done, parts=row.parts,
        parts_done=row.parts_done, report=row.report, created_at=row.created_at, applied_at=row.applied_at, ended_at=row.ended_at,
    )  # fmt: skip
