"""The outbox as it is worked through: due rows are taken under a lease, and turned to what became of them, never back (RULES F1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.store.fields import changed, from_micros, rows, to_micros
from hub.store.outbox.raw import found_among, is_sqlite
from hub.store.outbox.tables import NoticeDecision, NoticeSend
from hub.store.written.texts import SentText

LEASE = timedelta(seconds=60)
"""Whoever sends has this long before another process does."""
WAITING, HANDED, SENT, DELIVERED, NOT_SENT, DEAD = "waiting", "handed", "sent", "delivered", "not_sent", "dead"
_BEFORE = {HANDED: (WAITING,), SENT: (WAITING, HANDED), DELIVERED: (WAITING, HANDED, SENT), DEAD: (WAITING,)}
"""From where a row may come to a state; whatever arrived stays so, whatever is told later."""
_SEND = "id, decision, channel, step, state, rule, digest, expires_at, tries, ref, price_kop, txn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row of the outbox with what was decided."""

    id: str
    decision: str
    channel: str
    step: int
    state: str
    rule: str
    digest: bool
    expires_at: datetime
    tries: int
    ref: str
    price_kop: int
    txn: str | None
    person: str
    child: str
    source: str
    event: str
    kind: str
    at: datetime
    says: str


def waits(*, now: datetime) -> bool:
    """Whether there is anything to do, for who may only read."""
    return bool(rows(NoticeSend, "SELECT 1 FROM notice_send WHERE next_at <= ? LIMIT 1", (to_micros(now),)))


def claim(*, now: datetime, limit: int) -> list[Claimed]:
    """The longest waiting first; each is left to this process for a while."""
    locked = "" if is_sqlite(NoticeSend) else " FOR UPDATE SKIP LOCKED"
    due = f"SELECT id FROM notice_send WHERE next_at <= ? ORDER BY next_at, id LIMIT ?{locked}"  # noqa: S608 - own names
    sql = f"UPDATE notice_send SET next_at = ?, tries = tries + 1 WHERE id IN ({due}) RETURNING {_SEND}"  # noqa: S608 - own names
    return _joined(rows(NoticeSend, sql, (to_micros(now + LEASE), to_micros(now), limit)))


def claim_digests(people: Collection[str], *, now: datetime, besides: Collection[str]) -> list[Claimed]:
    """Whatever else was put off to the morning for these people and is due, so that it goes as one message."""
    sql = (
        "SELECT s.id FROM notice_send AS s JOIN notice_decision AS d ON d.id = s.decision "
        "JOIN notice_pair AS p ON p.id = d.pair WHERE s.digest AND s.state = 'waiting' AND s.next_at <= ? AND p.person = {many}"
    )
    ids = [id_ for (id_,) in found_among(NoticeSend, sql, people, to_micros(now)) if id_ not in besides]
    sql = f"UPDATE notice_send SET next_at = {to_micros(now + LEASE)}, tries = tries + 1 WHERE id = {{many}} RETURNING {_SEND}"  # noqa: S608 - own names
    return _joined(found_among(NoticeSend, sql, ids))


def steps_of(decisions: Collection[str]) -> dict[str, list[tuple[int, str, str]]]:
    """By decision: step, channel and state of every way."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    sql = "SELECT decision, step, channel, state FROM notice_send WHERE decision = {many}"
    for decision, step, channel, state in found_among(NoticeSend, sql, decisions):
        found.setdefault(decision, []).append((int(step), channel, state))
    return found


def turn(id_: str, state: str, *, now: datetime, rule: str = "", next_at: datetime | None = None, **more: object) -> bool:
    """False where it is there already, or further. `more` are `ref`, `word`, `price_kop`, `txn`."""
    changes: dict[str, object] = {"state": state, "rule": rule, "next_at": next_at, "changed_at": now, **more}
    live = NoticeSend.state.in_(_BEFORE.get(state, (WAITING, HANDED, SENT)))
    return bool(NoticeSend.update(changes).where(NoticeSend.id == id_, live).execute())


def wait(id_: str, *, until: datetime, rule: str, now: datetime, word: str = "") -> None:
    """It stays as it is and is looked at again then."""
    NoticeSend.update(next_at=until, rule=rule, word=word, changed_at=now).where(
        NoticeSend.id == id_, NoticeSend.state == WAITING
    ).execute()


def put_off(id_: str, *, until: datetime, expires_at: datetime, rule: str, now: datetime) -> None:
    """To the morning, with whatever else waits there."""
    changes = {"next_at": until, "expires_at": expires_at, "digest": True, "rule": rule, "changed_at": now}
    NoticeSend.update(changes).where(NoticeSend.id == id_, NoticeSend.state == WAITING).execute()


def look_again(id_: str, *, at: datetime | None) -> None:
    NoticeSend.update(next_at=at).where(NoticeSend.id == id_).execute()


def arrived(decision: str, step: int, rule: str, *, now: datetime) -> None:
    """The other ways are needed no more. One that was tried in vain by then keeps saying so."""
    others = (NoticeSend.decision == decision) & (NoticeSend.state == WAITING) & (NoticeSend.step > 0) & (NoticeSend.step != step)
    over: dict[str, object] = {"state": NOT_SENT, "next_at": None, "changed_at": now}
    NoticeSend.update(over).where(others, NoticeSend.word != "").execute()
    NoticeSend.update(over | {"rule": rule}).where(others).execute()


def hasten(decision: str, step: int, *, now: datetime) -> None:
    """This way failed for good: the next one begins at once."""
    at = to_micros(now)
    sql = (
        "UPDATE notice_send SET next_at = ?, rule = '' WHERE decision = ? AND state = 'waiting' AND next_at > ? AND step = "
        "(SELECT MIN(step) FROM notice_send WHERE decision = ? AND state = 'waiting' AND step > ?)"
    )
    changed(NoticeSend, sql, (at, decision, at, decision, step))


def promised_kop(child: str) -> int:
    """What SMS about this child cost that were handed over and are not paid for yet."""
    sql = (
        "SELECT COALESCE(SUM(s.price_kop), 0) FROM notice_send AS s JOIN notice_decision AS d ON d.id = s.decision "
        "JOIN notice_pair AS p ON p.id = d.pair WHERE p.child = ? AND s.channel = 'sms' AND s.state = 'handed' AND s.txn IS NULL"
    )
    return int(rows(NoticeSend, sql, (child,))[0][0])


def texts_of(refs: Collection[str]) -> dict[str, str]:
    """By the text's id: its stage at the gateways."""
    return dict(found_among(SentText, "SELECT id, state FROM sent_text WHERE id = {many}", refs))


def dead(*, limit: int) -> list[Claimed]:
    """What was tried in vain until it was given up, the latest first."""
    sql = f"SELECT {_SEND} FROM notice_send WHERE state = 'dead' ORDER BY changed_at DESC LIMIT ?"  # noqa: S608 - own names
    return _joined(rows(NoticeSend, sql, (limit,)))


def count_dead() -> int:
    return int(rows(NoticeSend, "SELECT COUNT(*) FROM notice_send WHERE state = 'dead'", ())[0][0])


def redrive(*, now: datetime, limit: int) -> int:
    """The dead ones go once more; what nobody needs any more says so then."""
    sql = (
        "UPDATE notice_send SET state = 'waiting', next_at = ?, tries = 0 WHERE id IN "
        "(SELECT id FROM notice_send WHERE state = 'dead' ORDER BY changed_at LIMIT ?)"
    )
    return changed(NoticeSend, sql, (to_micros(now), limit))


def _joined(found: Sequence[tuple[Any, ...]]) -> list[Claimed]:
    sql = (
        "SELECT d.id, p.person, p.child, d.source, d.event, d.kind, d.at, d.says "
        "FROM notice_decision AS d JOIN notice_pair AS p ON p.id = d.pair WHERE d.id = {many}"
    )
    decided = {row[0]: row[1:] for row in found_among(NoticeDecision, sql, {row[1] for row in found})}
    return [_claimed(row, decided[row[1]]) for row in found]


def _claimed(row: tuple[Any, ...], decided: tuple[Any, ...]) -> Claimed:
    id_, decision, channel, step, state, rule, digest, expires_at, tries, ref, price_kop, txn = row
    person, child, source, event, kind, at, says = decided
    return Claimed(
        id=id_,
        decision=decision,
        channel=channel,
        step=int(step),
        state=state,
        rule=rule,
        digest=bool(digest),
        expires_at=from_micros(expires_at),
        tries=int(tries),
        ref=ref,
        price_kop=int(price_kop),
        txn=txn,
        person=person,
        child=child,
        source=source,
        event=event,
        kind=kind,
        at=from_micros(at),
        says=says,
    )
