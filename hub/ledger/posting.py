"""Each kind of act as balanced entries, pure (facts/payments-and-ledger.md 2, «Postings»)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.ledger import accounts
from hub.ledger.model import NO_CAUSE, AccountId, Cause, Floor, Kind, Leg, Malformed, Posting, Purpose, TransactionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act has: whose id names it, when, by whom, and why. `actor` is an opaque id or a system's name."""

    scope: str
    key: str
    at: datetime
    actor: str
    cause: Cause = NO_CAUSE
    request: tuple[str, ...] = ()
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A family's account with what it is for."""

    id: AccountId
    purpose: Purpose


def top_up(act: Act, to: Own, *, provider: str, amount_kop: int, fee_kop: int = 0, fee_from_sum: bool = False) -> Posting:
    """The fee comes on top of the amount, or out of it; either way it is an entry of its own (RULES D6)."""
    got = amount_kop - fee_kop if fee_from_sum else amount_kop
    legs = {accounts.provider(provider): -(got + fee_kop), to.id: got, accounts.fees(provider): fee_kop}
    return _posting(act, Kind.TOP_UP, to.purpose, legs)


def to_suspense(act: Act, *, provider: str, amount_kop: int) -> Posting:
    """Money for an account that nobody knows is kept apart, never dropped."""
    return _posting(act, Kind.SUSPENSE, None, {accounts.provider(provider): -amount_kop, accounts.suspense(provider): amount_kop})


def from_suspense(act: Act, to: Own, *, provider: str, amount_kop: int, of: TransactionId | None = None) -> Posting:
    """The account was found after all; `of` is the transaction that brought the money in."""
    made = _posting(act, Kind.TOP_UP, to.purpose, {accounts.suspense(provider): -amount_kop, to.id: amount_kop})
    return replace(made, linked=of) if of else made


def meal(act: Act, of: Own, *, amount_kop: int, supplier: str, floor: Floor) -> Posting:
    """A till's or a tutor's meal, from the account that the operator chose."""
    return _posting(act, Kind.MEAL, of.purpose, {of.id: -amount_kop, accounts.income(of.purpose, supplier): amount_kop}, floor=floor)


def charge(act: Act, kind: Kind, of: Own, *, amount_kop: int, floor: Floor | None) -> Posting:
    """A notice, a month of a tariff, a paid lesson, a duplicate card."""
    if kind not in (Kind.NOTICE_PASS, Kind.NOTICE_MEAL, Kind.TARIFF, Kind.LESSON, Kind.CARD_DUPLICATE):
        raise Malformed(f"{kind} is no charge")
    return _posting(act, kind, of.purpose, {of.id: -amount_kop, accounts.income(of.purpose): amount_kop}, floor=floor)


def benefit_grant(act: Act, to: Own, *, amount_kop: int) -> Posting:
    return _posting(act, Kind.BENEFIT_GRANT, to.purpose, {accounts.BUDGET: -amount_kop, to.id: amount_kop})


def benefit_return(act: Act, of: Own, *, amount_kop: int) -> Posting:
    """What is left of a benefit goes back to the budget, never to the parent."""
    return _posting(act, Kind.BENEFIT_RETURN, of.purpose, {of.id: -amount_kop, accounts.BUDGET: amount_kop})


def payout(act: Act, of: Own, *, amount_kop: int) -> Posting:
    """The remainder of a closing contract, into the queue of what is to be paid out (RULES D9)."""
    return _posting(act, Kind.PAYOUT, of.purpose, {of.id: -amount_kop, accounts.PAYOUTS: amount_kop})


def paid_out(act: Act, *, to: AccountId, amount_kop: int) -> Posting:
    """It has left: to a bank account, or back to the provider by whom it was paid."""
    return _posting(act, Kind.PAYOUT, None, {accounts.PAYOUTS: -amount_kop, to: amount_kop})


def payout_kept(act: Act, to: Own, *, amount_kop: int) -> Posting:
    """What one contract left goes to another of the same family."""
    return _posting(act, Kind.TRANSFER_IN, to.purpose, {accounts.PAYOUTS: -amount_kop, to.id: amount_kop})


def refund(act: Act, of: Own, *, provider: str, amount_kop: int, floor: Floor) -> Posting:
    """Back the way it was paid."""
    return _posting(act, Kind.REFUND, of.purpose, {of.id: -amount_kop, accounts.provider(provider): amount_kop}, floor=floor)


def chargeback(act: Act, of: Own, *, provider: str, amount_kop: int) -> Posting:
    """The provider took its money back. That is a fact: the account may fall below any floor."""
    return _posting(act, Kind.CHARGEBACK, of.purpose, {of.id: -amount_kop, accounts.provider(provider): amount_kop})


def correction(act: Act, of: Own, *, amount_kop: int) -> Posting:
    """Adds or takes, by somebody who is named and says why."""
    return _posting(act, Kind.CORRECTION, of.purpose, {of.id: amount_kop, accounts.corrections(of.purpose): -amount_kop})


def transfer(act: Act, of: Own, to: Own, *, amount_kop: int, floor: Floor) -> tuple[Posting, Posting]:
    """Two linked transactions, for purposes never mix in one: a refund to the clearing, and a top-up from there (RULES D2)."""
    out = _posting(act, Kind.TRANSFER_OUT, of.purpose, {of.id: -amount_kop, accounts.CLEARING: amount_kop}, floor=floor, side="out")
    into = _posting(act, Kind.TRANSFER_IN, to.purpose, {accounts.CLEARING: -amount_kop, to.id: amount_kop}, side="in")
    return out, into


def imported(act: Act, kind: Kind, of: Own, *, amount_kop: int, provider: str = "") -> Posting:
    """A line of another system's books: a fact, whatever balance it leaves."""
    other: Mapping[Kind, AccountId] = {
        Kind.TOP_UP: accounts.provider(provider or "import"),
        Kind.REFUND: accounts.provider(provider or "import"),
        Kind.CHARGEBACK: accounts.provider(provider or "import"),
        Kind.CORRECTION: accounts.corrections(of.purpose),
        Kind.BENEFIT_GRANT: accounts.BUDGET,
        Kind.BENEFIT_RETURN: accounts.BUDGET,
        Kind.PAYOUT: accounts.PAYOUTS,
    }
    if kind in (Kind.REVERSAL, Kind.SUSPENSE, Kind.TRANSFER_IN, Kind.TRANSFER_OUT):
        raise Malformed(f"{kind} is not imported: it names another transaction")
    legs = {of.id: amount_kop, other.get(kind, accounts.income(of.purpose)): -amount_kop}
    return _posting(act, kind, of.purpose, legs, carried=True)


def reversal(act: Act, of: TransactionId, purpose: Purpose | None, legs: Sequence[Leg], *, amount_kop: int | None = None) -> Posting:
    """Puts a transaction right, whole or (between two accounts) in part; it names what it reverses (RULES D1)."""
    if amount_kop is None:
        back = {leg.account: -leg.amount_kop for leg in legs}
    elif len(legs) == 2:
        back = {leg.account: -amount_kop if leg.amount_kop > 0 else amount_kop for leg in legs}
    else:
        raise Malformed("a transaction with a fee is reversed whole")
    return _posting(act, Kind.REVERSAL, purpose, back, reverses=of)


def _posting(
    act: Act,
    kind: Kind,
    purpose: Purpose | None,
    legs: Mapping[AccountId, int],
    *,
    floor: Floor | None = None,
    reverses: TransactionId | None = None,
    side: str = "",
    carried: bool = False,
) -> Posting:
    return Posting(
        scope=act.scope,
        key=f"{act.key}:{side}" if side else act.key,
        kind=kind,
        purpose=purpose,
        legs=tuple(Leg(account=account, amount_kop=kop) for account, kop in legs.items() if kop),
        at=act.at,
        actor=act.actor,
        cause=act.cause,
        request=act.request,
        floor=floor,
        reverses=reverses,
        linked=act.key if side else None,
        happened_at=act.happened_at,
        carried=carried,
    )
