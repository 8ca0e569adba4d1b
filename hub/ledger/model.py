"""The words of the ledger: purposes, kinds of acts, system accounts, and the posting that every act becomes (RULES D1-D3, D7)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

import msgspec

AccountId = NewType("AccountId", str)
"""A family's account, or a system account: those have a colon in their name."""
TransactionId = NewType("TransactionId", str)

MOST_KOP = 10**13
"""No leg is larger: a hundred billion roubles is a mistake of somebody's."""


class Purpose(StrEnum):
    """What an account's money may pay (RULES D2)."""

    MEAL = "meal"
    MEAL_BENEFIT = "meal_benefit"
    NOTICES = "notices"
    SERVICES = "services"


PAY_TYPES: Mapping[Purpose, str] = MappingProxyType({Purpose.MEAL: "1", Purpose.NOTICES: "2", Purpose.SERVICES: "3"})
"""How a terminal says which account of a contract it pays; a benefit is not paid in."""


class Kind(StrEnum):
    """What happened; the words of the API's statement."""

    TOP_UP = "top_up"
    CORRECTION = "correction"
    MEAL = "meal"
    NOTICE_PASS = "notice_pass"
    NOTICE_MEAL = "notice_meal"
    TARIFF = "tariff"
    LESSON = "lesson"
    CARD_DUPLICATE = "card_duplicate"
    BENEFIT_GRANT = "benefit_grant"
    BENEFIT_RETURN = "benefit_return"
    REVERSAL = "reversal"
    REFUND = "refund"
    PAYOUT = "payout"
    CHARGEBACK = "chargeback"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SUSPENSE = "suspense"


class Sign(StrEnum):
    """Which way the family's money may go."""

    IN = "in"
    OUT = "out"
    EITHER = "either"


PAID_IN = frozenset({Purpose.MEAL, Purpose.NOTICES, Purpose.SERVICES})
ALL = frozenset(Purpose)
KINDS: Mapping[Kind, tuple[frozenset[Purpose], Sign]] = MappingProxyType(
    {
        Kind.TOP_UP: (PAID_IN, Sign.IN),
        Kind.CORRECTION: (ALL, Sign.EITHER),
        Kind.MEAL: (frozenset({Purpose.MEAL, Purpose.MEAL_BENEFIT}), Sign.OUT),
        Kind.NOTICE_PASS: (frozenset({Purpose.NOTICES}), Sign.OUT),
        Kind.NOTICE_MEAL: (frozenset({Purpose.NOTICES}), Sign.OUT),
        Kind.TARIFF: (frozenset({Purpose.NOTICES}), Sign.OUT),
        Kind.LESSON: (frozenset({Purpose.SERVICES}), Sign.OUT),
        Kind.CARD_DUPLICATE: (frozenset({Purpose.SERVICES}), Sign.OUT),
        Kind.BENEFIT_GRANT: (frozenset({Purpose.MEAL_BENEFIT}), Sign.IN),
        Kind.BENEFIT_RETURN: (frozenset({Purpose.MEAL_BENEFIT}), Sign.OUT),
        Kind.REVERSAL: (ALL, Sign.EITHER),
        Kind.REFUND: (PAID_IN, Sign.OUT),
        Kind.PAYOUT: (PAID_IN, Sign.OUT),
        Kind.CHARGEBACK: (PAID_IN, Sign.OUT),
        Kind.TRANSFER_OUT: (PAID_IN, Sign.OUT),
        Kind.TRANSFER_IN: (PAID_IN, Sign.IN),
        Kind.SUSPENSE: (frozenset(), Sign.EITHER),
    }
)
"""What each kind may touch, and which way. Suspense touches no family's account at all."""

AFTER_CLOSING = frozenset({Kind.REFUND, Kind.PAYOUT, Kind.BENEFIT_RETURN, Kind.REVERSAL, Kind.CORRECTION, Kind.CHARGEBACK})
"""What may still be taken from a closed account."""


class Malformed(ValueError):
    """A posting that no rule makes: a bug of ours or a bad line, never a person's lack of money."""


class Cause(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the money went (RULES D7): opaque ids and codes; no name of a person stands here, for the row is for ever."""

    event: str = ""
    item: str = ""
    place: str = ""
    price_list: str = ""
    tariff: str = ""
    rule: str = ""
    provider: str = ""
    way: str = ""
    flag: str = ""
    note: str = ""


NO_CAUSE = Cause()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """`amount_kop` is added to the account; what leaves one account arrives at the others."""

    account: AccountId
    amount_kop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The lowest balance that this act may leave, and the rule that says so (RULES D5)."""

    kop: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One act as it goes into the ledger. `scope` and `key` name it for ever: the provider and its id (RULES D3).

    `at` is the booking time, `happened_at` that of the event itself where it came late. `request` is what else of the request must be
    the same when the same key comes again. Without a `floor` the act is a fact, whatever is left. `carried` is over from the
    books of an earlier system, which gave the receipts.
    """

    scope: str
    key: str
    kind: Kind
    purpose: Purpose | None
    legs: tuple[Leg, ...]
    at: datetime
    actor: str
    cause: Cause = NO_CAUSE
    request: tuple[str, ...] = ()
    floor: Floor | None = None
    reverses: TransactionId | None = None
    linked: str | None = None
    happened_at: datetime | None = None
    carried: bool = False
    own: tuple[Leg, ...] = field(init=False)
    """The legs at families' accounts."""
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", tuple([leg for leg in self.legs if ":" not in leg.account]))
        _check(self)
        object.__setattr__(self, "hash", _hash(self))


def _check(posting: Posting) -> None:
    accounts = [leg.account for leg in posting.legs]
    amounts = [leg.amount_kop for leg in posting.legs]
    if any(type(amount) is not int or amount == 0 or abs(amount) > MOST_KOP for amount in amounts):
        raise Malformed("a leg is a whole number of kopecks, not zero and not absurd")
    if len(accounts) < 2 or len(set(accounts)) != len(accounts):
        raise Malformed("a posting goes between at least two accounts, each once")
    if sum(amounts) != 0:
        raise Malformed(f"the legs do not add up to zero: {sum(amounts)}")
    if not (0 < len(posting.scope) <= 60 and 0 < len(posting.key) <= 200):
        raise Malformed("a posting is named by whose id it is and the id")
    if posting.at.tzinfo is None or (posting.happened_at is not None and posting.happened_at.tzinfo is None):
        raise Malformed("a time has an offset")
    if (posting.kind is Kind.REVERSAL) != (posting.reverses is not None):
        raise Malformed("a reversal, and nothing else, names what it reverses")
    _check_kind(posting)


def _check_kind(posting: Posting) -> None:
    purposes, sign = KINDS[posting.kind]
    own = posting.own
    # What lay in suspense may be put right too, and a payout leaves the clearing; then no family's account has a part in it.
    if not own and posting.kind in (Kind.SUSPENSE, Kind.REVERSAL, Kind.PAYOUT):
        if posting.purpose is not None:
            raise Malformed("no family's account has a part in it")
        return
    if posting.purpose not in purposes or not own:
        raise Malformed(f"{posting.kind} does not touch an account of {posting.purpose}")
    way = {Sign.IN: 1, Sign.OUT: -1, Sign.EITHER: 0}[sign]
    if any(leg.amount_kop * way < 0 for leg in own):
        raise Malformed(f"{posting.kind} goes the other way")


def _hash(posting: Posting) -> str:
    parts = [posting.kind.value, posting.purpose or "", posting.reverses or ""]
    parts += [f"{leg.account} {leg.amount_kop}" for leg in sorted(posting.legs, key=lambda leg: leg.account)]
    return hashlib.sha256(msgspec.json.encode([*parts, *posting.request])).hexdigest()
