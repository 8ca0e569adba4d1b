"""A terminal or a bank's counter calls: the question is answered, the payment credited, once for its id and for ever (RULES D3, D4)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from connectors.kit.terminals import Command, PayAnswer, PayAsked, Said
from hub.deps import Deps
from hub.flows.money.sight import zone_of
from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import PAY_TYPES, Cause, Posting, Purpose, TransactionId
from hub.ledger.posting import Act, Own, top_up
from hub.ledger.registers import DAYS_OF
from hub.ledger.store import contracts, known, terms
from hub.ledger.store.agreements import offers
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.terms import TermsCard
from hub.ledger.store.writing import Outcome, Posted, post, post_all
from hub.store.database import Overloaded, StorageError
from hub.store.process.memory import Full
from identity.model import PersonId
from identity.store import person

log = logging.getLogger("hub.pay")

ANSWER_S = 12.0
"""A provider hangs up after 60 s; a held database says so twice in this time. What nobody waits for any more is not paid in."""

_Asked = tuple[str, PayAsked, datetime]

_BY_TYPE = {"": Purpose.MEAL} | {code: purpose for purpose, code in PAY_TYPES.items()} | {purpose.value: purpose for purpose in PAY_TYPES}
_SHORT = {Purpose.MEAL: "питание", Purpose.NOTICES: "СМС", Purpose.SERVICES: "услуги"}


async def take_payment(deps: Deps, dialect: str, asked: PayAsked) -> PayAnswer:
    """A check and a status only look. What the database cannot do now is to be asked again, never refused for good."""
    now = deps.now()
    try:
        if asked.command is Command.CHECK:
            return await deps.db.read(lambda: _check(deps, asked, now=now))
        if asked.command is Command.STATUS:
            return await deps.db.read(lambda: _status(dialect, asked))
        async with asyncio.timeout(ANSWER_S):
            one = (time.monotonic() + ANSWER_S, (dialect, asked, now))
            said: PayAnswer = await deps.memory.payments.of(one, partial(_paid, deps))
        return said
    except (StorageError, Full, TimeoutError) as error:
        log.warning("a payment waits: %s", type(error).__name__)
        return PayAnswer(said=Said.TEMPORARY, id=asked.id)


async def _paid(deps: Deps, waiting: Sequence[tuple[float, _Asked]]) -> Sequence[PayAnswer | BaseException]:
    """Those that came while the payments before them were written: one unit, and so one commit, for all of them.

    Where the unit fails each is tried by itself, but not against a database that another process holds.
    """
    turn = [one for _, one in waiting]

    def unit() -> list[PayAnswer]:
        begun = time.monotonic()
        paid = iter(_pay_all([one for until, one in waiting if until > begun]))
        return [next(paid) if until > begun else temporary(one[1]) for until, one in waiting]

    try:
        return await deps.db.write(unit)
    except Overloaded:
        raise
    except StorageError:
        if len(turn) == 1:
            raise
    alone = (deps.db.write(partial(_pay, dialect, asked, now=now)) for dialect, asked, now in turn)
    return await asyncio.gather(*alone, return_exceptions=True)


def _pay_all(turn: Sequence[_Asked]) -> list[PayAnswer]:
    """What is plain is posted at once; what is known already, doubled, or not to be taken goes one by one after it.

    By account, so that two processes lock in one order.
    """
    if not turn:
        return []
    order = sorted(range(len(turn)), key=lambda place: (turn[place][1].account, turn[place][1].pay_type, place))
    taken = known.keys([(dialect, asked.id) for dialect, asked, _ in turn])
    targets: dict[tuple[str, str], tuple[ContractCard, AccountCard, TermsCard] | Said] = {}
    plain: dict[int, Posting] = {}
    for place in order:
        dialect, asked, now = turn[place]
        whose = (asked.account, asked.pay_type)
        if (dialect, asked.id) in taken:
            continue
        found = targets[whose] if whose in targets else targets.setdefault(whose, _target(asked, now=now))
        if not isinstance(found, Said) and _bounds(asked, found[2]) is None:
            plain[place] = _posting(dialect, asked, found[1], now=now)
            taken.add((dialect, asked.id))
    said: dict[int, PayAnswer] = {}
    for place, done in zip(plain, post_all([*plain.values()], now=max(now for *_, now in turn)), strict=True):
        said[place] = _said(turn[place][1], done, now=turn[place][2])
    for place in order:
        if place not in said:
            dialect, asked, now = turn[place]
            said[place] = _pay(dialect, asked, now=now)
    return [said[place] for place in range(len(turn))]


def _check(deps: Deps, asked: PayAsked, *, now: datetime) -> PayAnswer:
    """Credits nothing. The sum may be left out."""
    found = _target(asked, now=now)
    if isinstance(found, Said):
        return PayAnswer(said=found, id=asked.id)
    contract, account, said = found
    bound = _bounds(asked, said) if asked.amount_kop else None
    if bound is not None:
        return PayAnswer(said=bound, id=asked.id, least_kop=said.top_up_min_kop)
    return PayAnswer(said=Said.OK, id=asked.id, payee=_payee(deps, contract, account), least_kop=said.top_up_min_kop)


def _status(dialect: str, asked: PayAsked) -> PayAnswer:
    before = known.top_up(dialect, asked.id)
    if before is None:
        return PayAnswer(said=Said.NO_PAYMENT, id=asked.id)
    return PayAnswer(said=Said.OK, id=asked.id, ours=_ours(before.txn), amount_kop=before.amount_kop, at=before.at)


def _pay(dialect: str, asked: PayAsked, *, now: datetime) -> PayAnswer:
    """What is known is answered as the first time, whatever became of the contract since."""
    before = known.top_up(dialect, asked.id)
    if before is not None:
        return _again(dialect, asked, before, now=now)
    found = _target(asked, now=now)
    if isinstance(found, Said):
        return PayAnswer(said=found, id=asked.id)
    _, account, said = found
    bound = _bounds(asked, said)
    if bound is not None:
        return PayAnswer(said=bound, id=asked.id, least_kop=said.top_up_min_kop)
    try:
        done = post(_posting(dialect, asked, account, now=now), now=now)
    except LedgerRefusal as refusal:
        return _said(asked, refusal, now=now)
    return _said(asked, done, now=now)


def _posting(dialect: str, asked: PayAsked, account: AccountCard, *, now: datetime) -> Posting:
    act = Act(
        scope=dialect, key=asked.id, at=now, actor=f"provider:{dialect}", cause=Cause(provider=dialect), happened_at=_earlier(asked, now)
    )
    return top_up(act, Own(id=account.id, purpose=account.purpose), provider=dialect, amount_kop=asked.amount_kop)


def _said(asked: PayAsked, done: Posted | LedgerRefusal, *, now: datetime) -> PayAnswer:
    if isinstance(done, LedgerRefusal):
        return PayAnswer(said=Said.FORBIDDEN, id=asked.id)
    if done.outcome is Outcome.CONFLICT:
        return PayAnswer(said=Said.CONFLICT, id=asked.id)
    first = done.outcome is Outcome.POSTED
    return PayAnswer(said=Said.OK if first else Said.REPEATED, id=asked.id, ours=_ours(done.txn), amount_kop=asked.amount_kop, at=now)


def _again(dialect: str, asked: PayAsked, before: known.Known, *, now: datetime) -> PayAnswer:
    """The stored answer, with the stored sum; another account or sum is an alarm and no credit."""
    purpose, contract = _BY_TYPE.get(asked.pay_type), contracts.numbered(asked.account)
    account = _account(contract, purpose) if contract and purpose else None
    if account is not None and account.id == before.account and asked.amount_kop == before.amount_kop:
        return PayAnswer(said=Said.REPEATED, id=asked.id, ours=_ours(before.txn), amount_kop=before.amount_kop, at=before.at)
    known.alarm(dialect, asked.id, before.txn, told=f"{asked.account} {asked.pay_type} {asked.amount_kop}", now=now)
    return PayAnswer(said=Said.CONFLICT, id=asked.id)


def _target(asked: PayAsked, *, now: datetime) -> tuple[ContractCard, AccountCard, TermsCard] | Said:
    """The account that the number and the kind of account name, if money may come there."""
    contract, purpose = contracts.numbered(asked.account), _BY_TYPE.get(asked.pay_type)
    if contract is None:
        return Said.UNKNOWN_ACCOUNT
    if purpose is None:
        return Said.FORBIDDEN if asked.pay_type == Purpose.MEAL_BENEFIT.value else Said.BAD_ACCOUNT
    account = _account(contract, purpose)
    if account is None:
        return Said.UNKNOWN_ACCOUNT
    if contract.state is not ContractState.ACTIVE or account.closed:
        return Said.INACTIVE
    day = now.astimezone(ZoneInfo(zone_of(contract))).date()
    said = terms.terms_of(contract.school, purpose, day)
    least = offers.least_first_kop(contract.school, tuple(one.id for one in contract.accounts), day)
    said = replace(said, top_up_min_kop=max(said.top_up_min_kop, least))
    # Where nobody is named who holds the money, none is taken (RULES D11).
    return (contract, account, said) if said.may_take else Said.FORBIDDEN


def _account(contract: ContractCard, purpose: Purpose) -> AccountCard | None:
    return next((one for one in contract.accounts if one.purpose is purpose), None)


def _bounds(asked: PayAsked, said: TermsCard) -> Said | None:
    if asked.amount_kop < said.top_up_min_kop:
        return Said.TOO_SMALL
    return Said.TOO_LARGE if asked.amount_kop > said.top_up_max_kop else None


def _payee(deps: Deps, contract: ContractCard, account: AccountCard) -> str:
    """«М. И., питание»: enough to see that it is the right number, and nobody's name."""
    if contract.child is not None:
        child = person(deps.keys, PersonId(contract.child))
        names = (child.first_name, child.middle_name) if child else ("", "")
    else:
        names = contracts.waiting_name(deps.keys, contract.id)
    initials = " ".join(f"{name[0].upper()}." for name in names if name)
    return ", ".join(part for part in (initials, _SHORT[account.purpose]) if part)


def _ours(txn: TransactionId) -> str:
    """Our id as the protocols want it: up to twenty digits, always the same for one transaction: its time, and 25 bits of chance."""
    return str((int(txn[:12], 16) << 25) | (int(txn[12:19], 16) & (2**25 - 1)))


def _earlier(asked: PayAsked, now: datetime) -> datetime | None:
    """The provider's own time, where it lies a while before ours, or on another day: the day's register goes by it (RULES D10)."""
    if asked.at is None:
        return None
    other_day = asked.at.astimezone(DAYS_OF).date() != now.astimezone(DAYS_OF).date()
    return asked.at if other_day or (now - asked.at).total_seconds() > 60 else None


def temporary(asked: PayAsked) -> PayAnswer:
    """Too many questions at once, or the first day has not come: later."""
    return replace(PayAnswer(said=Said.TEMPORARY), id=asked.id)
