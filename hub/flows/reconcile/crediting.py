"""Money that only the provider's register knew of: to the account that it names, or to suspense, once and for ever (RULES D3, D10, D11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import AccountId, Cause, Posting, Purpose
from hub.ledger.posting import Act, Own, to_suspense, top_up
from hub.ledger.registers import Line
from hub.ledger.store import contracts, terms
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.ledger.store.writing import Outcome, Posted, post_all
from hub.store.wishes import top_ups
from hub.store.wishes.top_ups import PAID, TopUpCard

ACCOUNT, SUSPENSE = "account", "suspense"
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """Where the money of a line went; the school and the contract's number where that is known."""

    where: str
    school: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """`wish` is the payment that a family began, where the line names it."""

    own: Own
    school: str
    number: str
    wish: TopUpCard | None = None


def credit(lines: tuple[Line, ...], provider: str, *, actor: str, now: datetime) -> Mapping[str, Went]:
    """In the caller's unit. Under the provider's own id, so that the late on-line payment credits nothing."""
    went: dict[str, Went] = {}
    for begin in range(0, len(lines), CHUNK):
        some = lines[begin : begin + CHUNK]
        homes = [_of_order(one, provider) if one.by_order else _of_contract(one) for one in some]
        made = [_posting(one, home, provider, actor=actor, now=now) for one, home in zip(some, homes, strict=True)]
        for line, home, posting, answer in zip(some, homes, made, post_all(made, now=now), strict=True):
            if isinstance(answer, LedgerRefusal):
                raise answer
            if isinstance(answer, Posted) and answer.outcome is Outcome.POSTED:
                where = ACCOUNT if posting.own else SUSPENSE
                went[line.key] = Went(where=where, school=home.school if home else "", number=home.number if home else "")
                if home is not None and home.wish is not None:
                    top_ups.change(home.wish.id, state=PAID, provider_id=line.key, txn=answer.txn, ask_after=None, settled_at=now)
    return went


def _of_contract(line: Line) -> _Home | None:
    """A number alone means food. A closed account, or one whose holder nobody named, takes nothing (RULES D11)."""
    contract = contracts.numbered(line.account)
    found = next((one for one in contract.accounts if one.purpose is Purpose.MEAL), None) if contract else None
    if contract is None or found is None or not _takes(contract, found, line):
        return None
    return _Home(own=Own(id=found.id, purpose=found.purpose), school=contract.school, number=contract.number)


def _of_order(line: Line, provider: str) -> _Home | None:
    """The payment that the number names, if this is what was asked for, and nothing was paid for it yet."""
    wish = top_ups.get(line.account)
    if wish is None or wish.provider != provider or wish.provider_id not in (None, line.key):
        return None
    found = contracts.account(AccountId(wish.account))
    wish = top_ups.locked(wish.id)
    if found is None or wish is None or wish.state == PAID or wish.problem or wish.total_kop != line.amount_kop:
        return None
    account, contract = found
    if not _takes(contract, account, line):
        return None
    return _Home(own=Own(id=account.id, purpose=account.purpose), school=contract.school, number=contract.number, wish=wish)


def _takes(contract: ContractCard, account: AccountCard, line: Line) -> bool:
    return not account.closed and terms.terms_of(contract.school, account.purpose, line.day).may_take


def _posting(line: Line, home: _Home | None, provider: str, *, actor: str, now: datetime) -> Posting:
    """A payment that a family began has the body that its own settling would give it: whichever comes later changes nothing."""
    wish = home.wish if home else None
    act = Act(
        scope=provider, key=line.key, at=now, actor=actor, cause=Cause(provider=provider, event="register"), happened_at=line.at,
        request=(wish.id,) if wish else (),
    )  # fmt: skip
    if home is None:
        return to_suspense(act, provider=provider, amount_kop=line.amount_kop)
    if wish is not None:
        return top_up(act, home.own, provider=provider, amount_kop=wish.amount_kop, fee_kop=wish.fee_kop)
    return top_up(act, home.own, provider=provider, amount_kop=line.amount_kop)
