"""Notices of absence: who is away, when, and why (sealed), and what the school said (facts/diaries.md 2, `AbsenceNotice`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids
from hub.store.written import entries
from identity.sealing import Keys

KEPT = timedelta(days=365)


class NoticeState(StrEnum):
    """`DRAFT`: written, but it could not be handed to anybody; `WITHDRAWN` by the family before the school took it."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({NoticeState.SENT, NoticeState.ACCEPTED})


class AbsenceNotice(peewee.Model):
    """`live` is a hash of child, days and lessons while the notice counts: the same absence is told once, by whichever parent.

    `letter` is how the letter to the class teacher went, in the words of `letters.LetterState`; `system` is the diary that carried it.
    """

    id = peewee.TextField(primary_key=True)
    child = peewee.TextField(index=True)
    author = peewee.TextField(index=True)
    school = peewee.TextField(null=True)
    first_day = peewee.TextField()
    last_day = peewee.TextField(index=True)
    body = peewee.TextField()
    state = peewee.TextField()
    live = peewee.TextField(null=True, unique=True)
    letter = peewee.TextField(null=True)
    system = peewee.TextField(null=True)
    answer = peewee.TextField(null=True)
    decided_by = peewee.TextField(null=True)
    decided_at = InstantField(null=True)
    sent_at = InstantField(null=True)
    created_at = InstantField()

    class Meta:
        table_name = "absence_notice"
        indexes = ((("school", "state", "last_day"), False),)


SEALED: tuple[SealedColumn, ...] = (SealedColumn(AbsenceNotice, "body"), SealedColumn(AbsenceNotice, "answer"))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The private part: `lessons` are numbers of the one day (none: whole days), `kind` one of the form's reasons, `reason` free text."""

    lessons: tuple[int, ...] = ()
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    id: str
    child: str
    author: str
    school: str | None
    first_day: date
    last_day: date
    state: NoticeState
    letter: str | None
    system: str | None
    decided_by: str | None
    decided_at: datetime | None
    sent_at: datetime | None
    created_at: datetime
    told: Told = field(repr=False)
    answer: str = field(default="", repr=False)


_TOLD = msgspec.json.Decoder(Told)


def id_of(keys: Keys, author: str, form: str) -> str:
    return keys.code_hash(f"absence {author} {form}")[:24]


def live_hash(keys: Keys, child: str, first: date, last: date, lessons: Sequence[int]) -> str:
    return keys.code_hash(f"absence {child} {first} {last} {','.join(map(str, lessons))}")[:40]


def add(
    keys: Keys,
    id_: str,
    *,
    child: str,
    author: str,
    school: str | None,
    days: tuple[date, date],
    told: Told,
    state: NoticeState,
    letter: str | None = None,
    system: str | None = None,
    now: datetime,
) -> bool:
    """False when the same form, or the same absence by another, is there already."""
    first, last = days
    live = live_hash(keys, child, first, last, told.lessons) if state in LIVE else None
    made = AbsenceNotice.insert(
        id=id_,
        child=child,
        author=author,
        school=school,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        body=keys.seal("absence_notice", "body", id_, msgspec.json.encode(told).decode()),
        state=state.value,
        live=live,
        letter=letter,
        system=system,
        sent_at=now if state in LIVE else None,
        created_at=now,
    ).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


def find(keys: Keys, id_: str) -> Notice | None:
    row = AbsenceNotice.get_or_none(AbsenceNotice.id == id_)
    return None if row is None else _notice(keys, row)


def of_author(keys: Keys, author: str, *, limit: int = 500) -> Sequence[Notice]:
    """What this person told, for the own export."""
    found = AbsenceNotice.select().where(AbsenceNotice.author == author).order_by(AbsenceNotice.created_at.desc(), AbsenceNotice.id)
    return [_notice(keys, row) for row in found.limit(limit)]


def same(keys: Keys, child: str, first: date, last: date, lessons: Sequence[int]) -> Notice | None:
    """The living notice of this very absence."""
    row = AbsenceNotice.get_or_none(AbsenceNotice.live == live_hash(keys, child, first, last, lessons))
    return None if row is None else _notice(keys, row)


def of_child(keys: Keys, child: str, *, limit: int = 50) -> Sequence[Notice]:
    """Newest absence first."""
    found = AbsenceNotice.select().where(AbsenceNotice.child == child)
    ordered = found.order_by(AbsenceNotice.first_day.desc(), AbsenceNotice.created_at.desc(), AbsenceNotice.id).limit(limit)
    return [_notice(keys, row) for row in ordered]


def of_children(keys: Keys, children: Sequence[str], *, since: date, limit: int = 200) -> Sequence[Notice]:
    """What counts of several children and is not over before that day, in one query."""
    wanted = AbsenceNotice.child.in_(list(children)) & AbsenceNotice.state.in_([state.value for state in LIVE])
    found = AbsenceNotice.select().where(wanted, AbsenceNotice.last_day >= since.isoformat())
    return [_notice(keys, row) for row in found.order_by(AbsenceNotice.first_day, AbsenceNotice.id).limit(limit)] if children else []


def of_school(keys: Keys, school: str, *, states: Collection[NoticeState], since: date, limit: int = 200) -> Sequence[Notice]:
    """What a school was told, the nearest absence first; what is over is left out."""
    wanted = [state.value for state in states]
    mine = (AbsenceNotice.school == school) & AbsenceNotice.state.in_(wanted) & (AbsenceNotice.last_day >= since.isoformat())
    ordered = AbsenceNotice.select().where(mine).order_by(AbsenceNotice.first_day, AbsenceNotice.created_at, AbsenceNotice.id).limit(limit)
    return [_notice(keys, row) for row in ordered]


def count(school: str, *, state: NoticeState, since: date) -> int:
    """How many of a school are in this state and not over yet."""
    mine = (AbsenceNotice.school == school) & (AbsenceNotice.state == state.value) & (AbsenceNotice.last_day >= since.isoformat())
    return int(AbsenceNotice.select().where(mine).count())


def turn(id_: str, *, before: NoticeState, after: NoticeState) -> bool:
    """One conditional step: of two at once one wins. What counts no more frees its days for another notice."""
    changes: dict[str, object] = {"state": after.value}
    if after not in LIVE:
        changes["live"] = None
    mine = (AbsenceNotice.id == id_) & (AbsenceNotice.state == before.value)
    return bool(AbsenceNotice.update(changes).where(mine).execute())


def decided(keys: Keys, id_: str, *, by: str, answer: str, now: datetime) -> None:
    """Who of the school said so, and with which words."""
    sealed = keys.seal("absence_notice", "answer", id_, answer) if answer else None
    AbsenceNotice.update(decided_by=by, decided_at=now, answer=sealed).where(AbsenceNotice.id == id_).execute()


def letter_went(id_: str, letter: str | None, system: str | None) -> None:
    AbsenceNotice.update(letter=letter, system=system).where(AbsenceNotice.id == id_).execute()


def to_office(id_: str, school: str) -> None:
    """The school has an inbox here by now."""
    AbsenceNotice.update(school=school).where(AbsenceNotice.id == id_, AbsenceNotice.school.is_null()).execute()


def hand_over(keys: Keys, notice: Notice, *, now: datetime) -> bool:
    """A draft that somebody has now counts as sent; True for the one caller that made it so."""
    live = live_hash(keys, notice.child, notice.first_day, notice.last_day, notice.told.lessons)
    taken = AbsenceNotice.select().where(AbsenceNotice.live == live).exists()
    draft = (AbsenceNotice.id == notice.id) & (AbsenceNotice.state == NoticeState.DRAFT.value)
    changes = {"state": NoticeState.SENT.value, "live": None if taken else live, "sent_at": now}
    return bool(AbsenceNotice.update(changes).where(draft).execute())


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: what was told of it, and by it, goes along."""
    AbsenceNotice.update(child=to).where(AbsenceNotice.child == former).execute()
    AbsenceNotice.update(author=to).where(AbsenceNotice.author == former).execute()


def forget(person: str) -> None:
    """The author left, or the child's record is erased: a notice without its author is nobody's word, and one without a child nobody's."""
    theirs = (AbsenceNotice.author == person) | (AbsenceNotice.child == person)
    entries.forget(AbsenceNotice.select(AbsenceNotice.id).where(theirs))
    delete(AbsenceNotice, theirs)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A year after the last day of the absence."""
    entries.remove_old(until=(now - KEPT).date(), limit=limit)
    until = (now - KEPT).date().isoformat()
    return delete_ids(AbsenceNotice, "SELECT id FROM absence_notice WHERE last_day < ? LIMIT ?", (until, limit))


def _notice(keys: Keys, row: AbsenceNotice) -> Notice:
    return Notice(
        id=row.id,
        child=row.child,
        author=row.author,
        school=row.school,
        first_day=date.fromisoformat(row.first_day),
        last_day=date.fromisoformat(row.last_day),
        state=NoticeState(row.state),
        letter=row.letter,
        system=row.system,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        sent_at=row.sent_at,
        created_at=row.created_at,
        told=_TOLD.decode(keys.open("absence_notice", "body", row.id, row.body)),
        answer=keys.open("absence_notice", "answer", row.id, row.answer) if row.answer else "",
    )
