"""Postings into entries: once for a key, never below a floor, chained row by row (RULES D1-D3, D5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

from hub.ledger.errors import (
    AccountClosed,
    LedgerRefusal,
    NotEnough,
    UnknownAccount,
    UnknownTransaction,
    WrongPurpose,
)
from hub.ledger.model import AFTER_CLOSING, NO_CAUSE, AccountId, Posting, TransactionId
from hub.ledger.rules import receipt_of
from hub.ledger.store.heads import Head, Original, heads_of, originals_of
from hub.ledger.store.known import alarm
from hub.ledger.store.raw import Row, insert_entries, insert_txns, marks, new_id
from hub.ledger.store.tables import Txn
from hub.store.fields import rows, to_micros

Name = tuple[str, str]
Known = dict[Name, tuple[TransactionId, str]]


class Outcome(StrEnum):
    """`CONFLICT`: the key is known with another body; nothing was done, and the alarm is raised (RULES D3)."""

    POSTED = "posted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """`txn` is that of the first time where the key was known; `closing` are the families' balances right after a new posting."""

    outcome: Outcome
    txn: TransactionId
    closing: Mapping[AccountId, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Plan:
    """What becomes of the postings of one unit, in their order."""

    answers: list[Posted | LedgerRefusal]
    txns: list[Row]
    entries: list[Row]
    conflicts: list[tuple[Posting, TransactionId]]


def post(posting: Posting, *, now: datetime) -> Posted:
    """One posting in the caller's unit. Raises the refusal; then nothing was written."""
    (answer,) = post_all((posting,), now=now)
    if isinstance(answer, LedgerRefusal):
        raise answer
    return answer


def post_all(postings: Sequence[Posting], *, now: datetime) -> list[Posted | LedgerRefusal]:
    """Many at once, in their order; one that is refused hinders no other."""
    if not postings:
        return []
    heads = heads_of(postings, now=now)
    known = _known(postings)
    ids = [new_id(now) for _ in postings]
    plan = _decide(postings, ids, heads, originals_of(postings), dict(known), now=now)
    lost = insert_txns(plan.txns) if plan.txns else frozenset()
    if lost:
        # Another process used a key at this very moment, with another account: what it wrote is seen by now.
        plan = _again(postings, ids, plan, {**known, **_known(postings, but=frozenset(ids) - lost)}, now=now)
    if plan.entries:
        insert_entries(plan.entries)
    for posting, txn in plan.conflicts:
        alarm(posting.scope, posting.key, txn, told=posting.hash, now=now)
    return plan.answers


def _again(postings: Sequence[Posting], ids: Sequence[TransactionId], first: _Plan, known: Known, *, now: datetime) -> _Plan:
    plan = _decide(postings, ids, heads_of(postings, now=now), originals_of(postings), known, now=now)
    written = {row[0] for row in first.txns}
    for before, after in zip(first.answers, plan.answers, strict=True):
        if isinstance(before, Posted) and before.txn in written and isinstance(after, LedgerRefusal):
            raise after
    return plan


def _known(postings: Sequence[Posting], *, but: frozenset[str] = frozenset()) -> Known:
    """The transactions that these keys name already."""
    found: Known = {}
    for scope in {posting.scope for posting in postings}:
        keys = list({posting.key for posting in postings if posting.scope == scope})
        sql = f"SELECT key, id, request_hash FROM ledger_txn WHERE scope = ? AND key IN ({marks(keys)})"  # noqa: S608 - question marks
        found.update({(scope, key): (TransactionId(id_), hash_) for key, id_, hash_ in rows(Txn, sql, (scope, *keys)) if id_ not in but})
    return found


def _decide(
    postings: Sequence[Posting],
    ids: Sequence[TransactionId],
    heads: Mapping[AccountId, Head],
    originals: Mapping[TransactionId, Original],
    known: Known,
    *,
    now: datetime,
) -> _Plan:
    """Works on the heads that this unit holds; touches no table."""
    plan = _Plan(answers=[], txns=[], entries=[], conflicts=[])
    for posting, id_ in zip(postings, ids, strict=True):
        before = known.get((posting.scope, posting.key))
        if before is not None:
            same = before[1] == posting.hash
            plan.answers.append(Posted(outcome=Outcome.DUPLICATE if same else Outcome.CONFLICT, txn=before[0]))
            if not same:
                plan.conflicts.append((posting, before[0]))
            continue
        try:
            may_post(posting, heads)
            original = _take_back(posting, originals)
        except LedgerRefusal as refusal:
            plan.answers.append(refusal)
            continue
        known[(posting.scope, posting.key)] = (id_, posting.hash)
        plan.txns.append(_txn_row(posting, id_, original, now=now))
        plan.entries += chained(posting, id_, heads)
        closing = {leg.account: heads[leg.account].closing_kop for leg in posting.own}
        plan.answers.append(Posted(outcome=Outcome.POSTED, txn=id_, closing=closing))
    return plan


def may_post(posting: Posting, heads: Mapping[AccountId, Head]) -> None:
    """Raises why the families' accounts do not take this posting now."""
    for leg in posting.own:
        head = heads.get(leg.account)
        if head is None:
            raise UnknownAccount(leg.account)
        if head.purpose is not posting.purpose:
            raise WrongPurpose(f"{head.purpose} is not {posting.purpose}")
        if leg.amount_kop > 0:
            continue
        if head.closed and posting.kind not in AFTER_CLOSING:
            raise AccountClosed
        if posting.floor is not None and head.available_kop + leg.amount_kop < posting.floor.kop:
            raise NotEnough(posting.floor, head.available_kop)


def _take_back(posting: Posting, originals: Mapping[TransactionId, Original]) -> Original | None:
    if posting.reverses is None:
        return None
    original = originals.get(posting.reverses)
    if original is None:
        raise UnknownTransaction(posting.reverses)
    if original.purpose is not posting.purpose:
        raise WrongPurpose(f"{original.purpose} is not {posting.purpose}")
    original.take_back(posting.legs)
    return original


def chained(posting: Posting, id_: TransactionId, heads: Mapping[AccountId, Head]) -> list[Row]:
    """The entries' rows. A booking is never before the account's last one, so that a month's rows chain into the next month's."""
    booked_at = max(to_micros(posting.at), *(heads[leg.account].booked_at for leg in posting.own), 0)
    made: list[Row] = []
    for place, leg in enumerate(posting.legs):
        head = heads.get(leg.account)
        if head is not None:
            head.number += 1
            head.closing_kop += leg.amount_kop
            head.booked_at = booked_at
        chain = (head.number, head.closing_kop) if head else (None, None)
        made.append((id_, place, leg.account, leg.amount_kop, *chain, booked_at, posting.kind.value))
    return made


def _txn_row(posting: Posting, id_: TransactionId, original: Original | None, *, now: datetime) -> Row:
    receipt = receipt_of(posting.kind, posting.purpose, reversed_kind=original.kind if original else None, elsewhere=posting.carried)
    happened = None if posting.happened_at is None else to_micros(posting.happened_at)
    cause = None if posting.cause == NO_CAUSE else msgspec.json.encode(posting.cause).decode()
    return (
        id_, posting.scope, posting.key, posting.hash, posting.kind.value, posting.purpose.value if posting.purpose else None,
        posting.reverses, posting.linked, happened, to_micros(now), posting.actor, receipt, cause,
    )  # fmt: skip
