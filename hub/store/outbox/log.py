"""The decisions of one person about one child as they are read: newest first, each channel with what became of it (RULES F1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import peewee

from hub.store.fields import delete, from_micros, rows, to_micros
from hub.store.outbox.raw import found_among, since_id
from hub.store.outbox.tables import NoticeDecision, NoticePair, NoticeSend

KEPT = timedelta(days=365)
_COLUMNS = "d.id, p.person, p.child, d.source, d.event, d.kind, d.at, d.decided_at, d.says, d.rules"
_FROM = "notice_decision AS d JOIN notice_pair AS p ON p.id = d.pair"
_SENDS = "decision, id, channel, step, state, rule, digest, next_at, expires_at, tries, ref, word, price_kop, txn, changed_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCard:
    """One way of one decision; `next_at` is none where nothing more is done about it."""

    id: str
    channel: str
    step: int
    state: str
    rule: str
    digest: bool
    next_at: datetime | None
    expires_at: datetime
    tries: int
    ref: str
    word: str
    price_kop: int
    txn: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCard:
    """`rules` by channel: where nothing was tried, and why."""

    id: str
    person: str
    child: str
    source: str
    event: str
    kind: str
    at: datetime
    decided_at: datetime
    says: str
    rules: dict[str, str]
    sends: tuple[SendCard, ...] = ()


def of_child(person: str, child: str, *, before: tuple[int, str] | None = None, event: str = "", limit: int) -> list[DecisionCard]:
    """`before`: the time in microseconds and the id of the last one that was seen; `event`: only those of this event."""
    where, params = "p.person = ? AND p.child = ?", [person, child]
    values: list[Any] = [*params]
    if event:
        where += " AND d.event = ?"
        values.append(event)
    if before is not None:
        where += " AND (d.at < ? OR (d.at = ? AND d.id < ?))"
        values += [before[0], before[0], before[1]]
    sql = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {where} ORDER BY d.at DESC, d.id DESC LIMIT ?"  # noqa: S608 - own names
    return _with_sends(rows(NoticeDecision, sql, (*values, limit)))


def between(person: str, children: Collection[str], *, start: datetime, end: datetime, limit: int) -> list[DecisionCard]:
    """What this person was told or not told of several children, newest first."""
    if not children:
        return []
    marks = ", ".join("?" * len(children))
    where = f"p.person = ? AND p.child IN ({marks}) AND d.at >= ? AND d.at < ?"
    sql = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {where} ORDER BY d.at DESC, d.id DESC LIMIT ?"  # noqa: S608 - own names
    return _with_sends(rows(NoticeDecision, sql, (person, *children, to_micros(start), to_micros(end), limit)))


def of_person(person: str, *, limit: int) -> list[DecisionCard]:
    """For the own export, newest first."""
    sql = f"SELECT {_COLUMNS} FROM {_FROM} WHERE p.person = ? ORDER BY d.at DESC, d.id DESC LIMIT ?"  # noqa: S608 - own names
    return _with_sends(rows(NoticeDecision, sql, (person, limit)))


def decision(id_: str) -> DecisionCard | None:
    found = _with_sends(rows(NoticeDecision, f"SELECT {_COLUMNS} FROM {_FROM} WHERE d.id = ?", (id_,)))  # noqa: S608 - own names
    return found[0] if found else None


def sent_as(person: str, ref: str) -> list[DecisionCard]:
    """What went to this person in the message with this id."""
    joined = f"{_FROM} JOIN notice_send AS s ON s.decision = d.id"
    sql = f"SELECT {_COLUMNS} FROM {joined} WHERE p.person = ? AND s.ref = ? ORDER BY d.at"  # noqa: S608 - own names
    return _with_sends(rows(NoticeDecision, sql, (person, ref)))


def place(card: DecisionCard) -> tuple[int, str]:
    return to_micros(card.at), card.id


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    for mine in (NoticePair.child, NoticePair.person):
        for pair in NoticePair.select().where(mine == former):
            person, child = (pair.person, to) if mine is NoticePair.child else (to, pair.child)
            _rename(pair.id, person, child)


def _rename(pair: int, person: str, child: str) -> None:
    """Where there are decisions about both already, these come to them."""
    there = NoticePair.get_or_none(NoticePair.person == person, NoticePair.child == child)
    if there is None:
        NoticePair.update(person=person, child=child).where(NoticePair.id == pair).execute()
    else:
        NoticeDecision.update(pair=there.id).where(NoticeDecision.pair == pair).execute()
        delete(NoticePair, NoticePair.id == pair)


def forget(person: str) -> None:
    """Somebody leaves, or a child's record is erased: nothing of theirs goes out any more, and nobody sees that it did."""
    pairs = [id_ for (id_,) in rows(NoticePair, "SELECT id FROM notice_pair WHERE person = ? OR child = ?", (person, person))]
    mine = NoticeDecision.pair.in_(pairs)
    delete(NoticeSend, NoticeSend.decision.in_(NoticeDecision.select(NoticeDecision.id).where(mine)))
    delete(NoticeDecision, mine)
    delete(NoticePair, NoticePair.id.in_(pairs))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Decisions of what happened a year ago with all that was sent by them."""
    sql = "SELECT id, pair FROM notice_decision WHERE id < ? ORDER BY id LIMIT ?"
    found = rows(NoticeDecision, sql, (since_id(to_micros(now - KEPT)), limit))
    ids = [id_ for id_, _ in found]
    if ids:
        delete(NoticeSend, NoticeSend.decision.in_(ids))
        delete(NoticeDecision, NoticeDecision.id.in_(ids))
        _remove_empty({pair for _, pair in found})
    return len(ids)


def _remove_empty(pairs: Collection[int]) -> None:
    used = NoticeDecision.select(peewee.SQL("1")).where(NoticeDecision.pair == NoticePair.id)
    delete(NoticePair, NoticePair.id.in_([*pairs]), ~peewee.fn.EXISTS(used))


def _with_sends(found: Sequence[tuple[Any, ...]]) -> list[DecisionCard]:
    sends: dict[str, list[SendCard]] = {}
    sql = f"SELECT {_SENDS} FROM notice_send WHERE decision = {{many}}"  # noqa: S608 - own names
    for row in found_among(NoticeSend, sql, [row[0] for row in found]):
        sends.setdefault(row[0], []).append(_send(row))
    return [_decision(row, tuple(sorted(sends.get(row[0], ()), key=lambda one: one.step))) for row in found]


def _decision(row: tuple[Any, ...], sends: tuple[SendCard, ...]) -> DecisionCard:
    id_, person, child, source, event, kind, at, decided_at, says, rules = row
    return DecisionCard(
        id=id_,
        person=person,
        child=child,
        source=source,
        event=event,
        kind=kind,
        at=from_micros(at),
        decided_at=from_micros(decided_at),
        says=says,
        rules=dict(one.split(":", 1) for one in rules.split()),
        sends=sends,
    )


def _send(row: tuple[Any, ...]) -> SendCard:
    _, id_, channel, step, state, rule, digest, next_at, expires_at, tries, ref, word, price_kop, txn, changed_at = row
    return SendCard(
        id=id_,
        channel=channel,
        step=int(step),
        state=state,
        rule=rule,
        digest=bool(digest),
        next_at=None if next_at is None else from_micros(next_at),
        expires_at=from_micros(expires_at),
        tries=int(tries),
        ref=ref,
        word=word,
        price_kop=int(price_kop),
        txn=txn,
        changed_at=from_micros(changed_at),
    )
