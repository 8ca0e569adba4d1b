"""Random acts against the ledger, and an auditor beside it that keeps the books in its own simple way (facts/payments-and-ledger.md 2)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import peewee

from hub.ledger import accounts as system
from hub.ledger import posting
from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import AccountId, Floor, Kind, Leg, Posting, Purpose, TransactionId
from hub.ledger.posting import Act, Own
from hub.ledger.store import checking, holds, reading
from hub.ledger.store.heads import original_of
from hub.ledger.store.tables import Txn
from hub.ledger.store.writing import post
from tests.unit.ledger.kit import NOW, own

ACTS = (
    "top_up", "top_up", "top_up", "meal", "meal", "notice", "correction", "grant", "benefit_back", "reverse", "reverse", "hold",
    "release", "capture", "transfer", "chargeback", "refund", "payout", "lesson", "suspense", "found", "tamper",
)  # fmt: skip
Step = tuple[str, int, int, int]
"""What, at which contract, how many kopecks, and a number that picks the key, the purpose or the transaction."""
_CONTRACTS = itertools.count(1)
PAID = (Purpose.MEAL, Purpose.NOTICES, Purpose.SERVICES)


class Caught(AssertionError):
    """The ledger and the auditor disagree, or the ledger's own check found something."""


@dataclass
class Auditor:
    """Balances, keys and reversals as anybody would keep them on paper."""

    balance: dict[AccountId, int] = field(default_factory=dict)
    held: dict[AccountId, list[tuple[str, int]]] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[Any, str]] = field(default_factory=dict)
    posted: list[tuple[TransactionId, Posting]] = field(default_factory=list)
    back: dict[TransactionId, dict[AccountId, int]] = field(default_factory=dict)
    by_provider: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    """Money in suspense: the key it came with, and how much."""

    def free(self, account: AccountId) -> int:
        return self.balance.get(account, 0) - sum(kop for _, kop in self.held.get(account, []))

    def expects(self, made: Posting) -> str:
        key, body = (made.scope, made.key), _body(made)
        if key in self.keys:
            return "duplicate" if self.keys[key][0] == body else "conflict"
        for leg in made.own:
            if made.floor and leg.amount_kop < 0 and self.free(leg.account) + leg.amount_kop < made.floor.kop:
                return "NotEnough"
        if made.reverses:
            return self._reversal(made, made.reverses)
        return "posted"

    def _reversal(self, made: Posting, txn: TransactionId) -> str:
        before = next(one for id_, one in self.posted if id_ == txn)
        if before.kind is Kind.REVERSAL:
            return "NotReversible"
        taken = self.back.get(txn, {})
        given = {leg.account: leg.amount_kop for leg in before.legs}
        over = any(abs(taken.get(leg.account, 0) + leg.amount_kop) > abs(given[leg.account]) for leg in made.legs)
        return "OverReversed" if over else "posted"

    def note(self, made: Posting, txn: TransactionId) -> None:
        self.keys[(made.scope, made.key)] = (_body(made), txn)
        self.posted.append((txn, made))
        for leg in made.own:
            self.balance[leg.account] = self.balance.get(leg.account, 0) + leg.amount_kop
        for leg in made.legs:
            if leg.account.startswith("provider:"):
                self.by_provider[leg.account] = self.by_provider.get(leg.account, 0) + leg.amount_kop
            if made.reverses:
                taken = self.back.setdefault(made.reverses, {})
                taken[leg.account] = taken.get(leg.account, 0) + leg.amount_kop


def _body(made: Posting) -> Any:
    return made.kind, made.reverses, sorted((leg.account, leg.amount_kop) for leg in made.legs)


@dataclass
class Play:
    """One run inside the caller's unit, with contracts of its own: other runs may stand in the same database."""

    engine: peewee.Database
    auditor: Auditor = field(default_factory=Auditor)

    def __post_init__(self) -> None:
        self.run = f"r{next(_CONTRACTS)}"
        self.contracts = [own(f"{next(_CONTRACTS):010}") for _ in range(2)]
        self.before = {name: reading.total(system.provider(name)) for name in ("osmp", "rbs")}

    def steps(self, steps: Sequence[Step]) -> None:
        for number, step in enumerate(steps):
            self._step(number, step)
        self._books()

    def _step(self, number: int, step: Step) -> None:
        name, at, kop, pick = step
        if name in ("hold", "release", "capture", "tamper"):
            getattr(self, f"_{name}")(self.contracts[at], kop, pick)
            return
        for made in self._made(number, step):
            said = self.auditor.expects(made)
            try:
                answer = post(made, now=NOW)
                got, txn = answer.outcome.value, answer.txn
            except LedgerRefusal as refusal:
                got, txn = type(refusal).__name__, TransactionId("")
            if got != said:
                raise Caught(f"{name}: the ledger says {got}, the auditor {said}")
            if got == "posted":
                self.auditor.note(made, txn)
            elif got in ("duplicate", "conflict") and txn != self.auditor.keys[(made.scope, made.key)][1]:
                raise Caught(f"{name}: another transaction than the first time")
            if got != "posted" and name == "transfer":
                return

    def _made(self, number: int, step: Step) -> Sequence[Posting]:
        name, at, kop, pick = step
        mine = self.contracts[at]
        paid = mine[PAID[pick % 3]]
        # A small pool of keys for payments, so that they come again, with the same body and with others.
        key = f"{self.run}-{pick % 5}" if name == "top_up" else f"{self.run}-{name}-{number}"
        done = Act(scope="osmp" if name == "top_up" else "play", key=key, at=NOW + timedelta(minutes=number), actor="play")
        floor = Floor(kop=0 if pick % 2 else -2 * kop, rule="play")
        match name:
            case "top_up":
                return [posting.top_up(done, paid, provider=("osmp", "rbs")[pick % 2], amount_kop=kop, fee_kop=kop // 20)]
            case "meal":
                return [
                    posting.meal(
                        done, mine[Purpose.MEAL_BENEFIT if pick % 3 == 0 else Purpose.MEAL], amount_kop=kop, supplier="s", floor=floor
                    )
                ]
            case "notice":
                return [posting.charge(done, Kind.NOTICE_MEAL, mine[Purpose.NOTICES], amount_kop=kop, floor=Floor(kop=0, rule="play"))]
            case "correction":
                return [posting.correction(done, paid, amount_kop=kop if pick % 2 else -kop)]
            case "grant":
                return [posting.benefit_grant(done, mine[Purpose.MEAL_BENEFIT], amount_kop=kop)]
            case "benefit_back":
                return [posting.benefit_return(done, mine[Purpose.MEAL_BENEFIT], amount_kop=kop)]
            case "refund":
                return [posting.refund(done, paid, provider="rbs", amount_kop=kop, floor=Floor(kop=0, rule="play"))]
            case "payout":
                rest = self.auditor.free(paid.id)
                return [posting.payout(done, paid, amount_kop=rest)] if rest > 0 else []
            case "lesson":
                return [posting.charge(done, Kind.LESSON, mine[Purpose.SERVICES], amount_kop=kop, floor=Floor(kop=0, rule="play"))]
            case "suspense":
                self.auditor.waiting.append((done.key, kop))
                return [posting.to_suspense(done, provider="osmp", amount_kop=kop)]
            case "found":
                if not self.auditor.waiting:
                    return []
                # The same money is found again and again; once it is moved, and never as another sum.
                key, there = self.auditor.waiting[pick % len(self.auditor.waiting)]
                again = Act(scope="suspense", key=key, at=done.at, actor="play")
                return [posting.from_suspense(again, paid, provider="osmp", amount_kop=there)]
            case "chargeback":
                return [posting.chargeback(done, paid, provider="rbs", amount_kop=kop)]
            case "transfer":
                return posting.transfer(
                    done, mine[PAID[pick % 3]], mine[PAID[(pick + 1) % 3]], amount_kop=kop, floor=Floor(kop=0, rule="play")
                )
            case _:
                return self._reverse(done, kop, pick)

    def _reverse(self, done: Act, kop: int, pick: int) -> Sequence[Posting]:
        if not self.auditor.posted:
            return []
        txn, before = self.auditor.posted[pick % len(self.auditor.posted)]
        legs = [Leg(account=account, amount_kop=amount) for account, amount in original_of(txn).legs.items()]
        part = min(kop, abs(before.legs[0].amount_kop)) if len(legs) == 2 and pick % 2 else None
        return [posting.reversal(done, txn, before.purpose, legs, amount_kop=part)]

    def _hold(self, mine: dict[Purpose, Own], kop: int, pick: int) -> None:
        """Never more than is there; the same id holds once."""
        account = mine[PAID[pick % 3]].id
        name = f"{self.run}-{len(self.auditor.held.setdefault(account, []))}-{pick}-{account}"
        said = "again" if name in self.auditor.used else "NotEnough" if self.auditor.free(account) < kop else "held"
        try:
            until = NOW + timedelta(days=1)
            got = "held" if holds.hold(name, account, kop, floor=Floor(kop=0, rule="play"), until=until, now=NOW) else "again"
        except LedgerRefusal as refusal:
            got = type(refusal).__name__
        if got != said:
            raise Caught(f"hold: the ledger says {got}, the auditor {said}")
        if got == "held":
            self.auditor.used.add(name)
            self.auditor.held[account].append((name, kop))

    def _release(self, mine: dict[Purpose, Own], _kop: int, pick: int) -> None:
        held = self.auditor.held.get(mine[PAID[pick % 3]].id)
        if held:
            name, _ = held.pop()
            if not holds.release(name, now=NOW) or holds.release(name, now=NOW):
                raise Caught("a hold is let go once")

    def _capture(self, mine: dict[Purpose, Own], _kop: int, pick: int) -> None:
        """What was held is taken, once: the posting comes after it in the same unit."""
        paid = mine[PAID[pick % 3]]
        held = self.auditor.held.get(paid.id)
        if not held:
            return
        name, kop = held.pop()
        if not holds.capture(name, TransactionId("t"), now=NOW) or holds.release(name, now=NOW):
            raise Caught("a hold is taken once, and not let go after it")
        done = Act(scope="play", key=f"taken-{name}", at=NOW, actor="play")
        made = posting.refund(done, paid, provider="rbs", amount_kop=kop, floor=Floor(kop=0, rule="play"))
        said = self.auditor.expects(made)
        try:
            answer = post(made, now=NOW)
            got, txn = answer.outcome.value, answer.txn
        except LedgerRefusal as refusal:
            got, txn = type(refusal).__name__, TransactionId("")
        if got != said:
            raise Caught(f"capture: the ledger says {got}, the auditor {said}")
        if got == "posted":
            self.auditor.note(made, txn)

    def _tamper(self, _mine: dict[Purpose, Own], kop: int, pick: int) -> None:
        table = ("ledger_txn", "ledger_entry")[pick % 2]
        change = f"UPDATE {table} SET kind = 'meal'" if kop % 2 else f"DELETE FROM {table}"
        if not Txn.select().exists():
            return
        try:
            with self.engine.atomic():
                self.engine.execute_sql(change)  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
        except peewee.IntegrityError:
            return
        raise Caught(f"the database let somebody do this: {change}")

    def _books(self) -> None:
        """The nine invariants: the auditor's books are the ledger's, and the ledger's own check finds nothing."""
        ids = [one.id for mine in self.contracts for one in mine.values()]
        kept = reading.balances(ids)
        if any(kop != self.auditor.balance.get(account, 0) for account, kop in kept.items()):
            raise Caught("balances differ")
        for account in ids:
            lines = reading.month(account, start=NOW - timedelta(days=1), end=NOW + timedelta(days=30)).lines
            closing = 0
            for line in lines:
                if line.opening_kop != closing:
                    raise Caught("a row does not open with the closing of the one before")
                closing = line.closing_kop
            if closing != kept[account]:
                raise Caught("the last row is not the balance")
        for name, before in self.before.items():
            if reading.total(system.provider(name)) - before != self.auditor.by_provider.get(f"provider:{name}", 0):
                raise Caught(f"the register of {name} is another")
        found = checking.faults()
        if found:
            raise Caught("; ".join(found))
