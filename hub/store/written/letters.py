"""A letter from the moment its button is pressed: claimed before it goes out, so that the same form is sent once (RULES A12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=7)
GOING = timedelta(minutes=2)
"""A letter that is still `sending` after this was left behind by a process that ended: nobody knows whether it went."""


class LetterState(StrEnum):
    """`FAILED`: surely not sent; `UNKNOWN`: the diary did not answer in time, it may have arrived."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Letter(peewee.Model):
    """`id` is the keyed hash of the person and the form.

    `body` is what was typed, until the letter is sent: then the diary keeps it, and here a keyed hash tells the same letter from another.
    """

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    child = peewee.TextField()
    link = peewee.TextField()
    body = peewee.TextField(null=True)
    state = peewee.TextField()
    error = peewee.TextField(null=True)
    created_at = InstantField(index=True)
    tried_at = InstantField(null=True)

    class Meta:
        table_name = "letter"
        indexes = ((("person", "child"), False),)


SEALED: tuple[SealedColumn, ...] = (SealedColumn(Letter, "body"),)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What the person typed; `reply_to` is the source's id of the letter that is answered."""

    subject: str
    text: str
    recipients: tuple[str, ...] = ()
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    id: str
    link: str
    state: LetterState
    error: str | None
    body: Written | None = field(repr=False)
    said: str | None = field(repr=False)
    """The hash of the whole letter; None for one that was sent before hashes were kept."""


SENT_MARK = "sent "
"""Begins what stands in place of a sent letter's text."""
_BODY = msgspec.json.Decoder(Written)


def id_of(keys: Keys, person: str, form: str) -> str:
    return keys.code_hash(f"letter {person} {form}")[:40]


def said_of(keys: Keys, *, child: str, link: str, body: Written) -> str:
    """Equal for the same letter alone: about whom, by which account, to whom, what."""
    same = msgspec.structs.replace(body, recipients=tuple(sorted(body.recipients)))
    return keys.code_hash(f"letter said {child} {link} {msgspec.json.encode(same).decode()}")


def claim(keys: Keys, id_: str, *, person: str, child: str, link: str, body: Written, now: datetime) -> Kept | None:
    """None for the one caller that now sends it; else what became of the same form before. One that surely failed is taken up again."""
    sealed = keys.seal("letter", "body", id_, msgspec.json.encode(body).decode())
    failed = (Letter.id == id_) & (Letter.person == person) & (Letter.state == LetterState.FAILED.value)
    if Letter.update(body=sealed, link=link, state=LetterState.SENDING.value, error=None, tried_at=now).where(failed).execute():
        return None
    made = Letter.insert(
        id=id_, person=person, child=child, link=link, body=sealed, state=LetterState.SENDING.value, created_at=now, tried_at=now
    ).on_conflict_ignore()
    return None if made.as_rowcount().execute() else find(keys, id_, now=now)


def settle(id_: str, state: LetterState, *, error: str | None = None) -> None:
    """What came of it when it did not go, or nobody knows: the text is kept, it may have to be sent again."""
    Letter.update(state=state.value, error=error).where(Letter.id == id_).execute()


def sent(keys: Keys, id_: str, *, said: str) -> None:
    """It went: its text is gone from here."""
    mark = keys.seal("letter", "body", id_, f"{SENT_MARK}{said}")
    Letter.update(state=LetterState.SENT.value, error=None, body=mark).where(Letter.id == id_).execute()


def find(keys: Keys, id_: str, *, now: datetime) -> Kept | None:
    row = Letter.get_or_none(Letter.id == id_)
    return None if row is None else _kept(keys, row, now)


def unsent(keys: Keys, *, person: str, child: str, link: str, reply_to: str | None, now: datetime) -> Kept | None:
    """The newest letter of this kind that has not surely gone: its text fills the form again."""
    mine = (Letter.person == person) & (Letter.child == child) & (Letter.link == link) & (Letter.state != LetterState.SENT.value)
    for row in Letter.select().where(mine, Letter.body.is_null(False)).order_by(Letter.created_at.desc(), Letter.id).limit(10):
        kept = _kept(keys, row, now)
        if kept.body is not None and kept.body.reply_to == reply_to and kept.state is not LetterState.SENDING:
            return kept
    return None


def drop_unsent(*, person: str, child: str, link: str) -> None:
    """The person began anew, or the letter went by another form."""
    delete(Letter, Letter.person == person, Letter.child == child, Letter.link == link, Letter.state.in_(["failed", "unknown"]))


def _kept(keys: Keys, row: Letter, now: datetime) -> Kept:
    state = LetterState(row.state)
    if state is LetterState.SENDING and (row.tried_at or row.created_at) < now - GOING:
        state = LetterState.UNKNOWN
    text = "" if row.body is None else keys.open("letter", "body", row.id, row.body)
    if not text or text.startswith(SENT_MARK):
        return Kept(id=row.id, link=row.link, state=state, error=row.error, body=None, said=text.removeprefix(SENT_MARK) or None)
    body = _BODY.decode(text)
    said = said_of(keys, child=row.child, link=row.link, body=body)
    return Kept(id=row.id, link=row.link, state=state, error=row.error, body=body, said=said)


def forget(person: str, *, child: str | None = None) -> None:
    """The person left, or may no longer see this child."""
    if child is None:
        delete(Letter, Letter.person == person)
    else:
        delete(Letter, Letter.person == person, Letter.child == child)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(Letter, "SELECT id FROM letter WHERE created_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
