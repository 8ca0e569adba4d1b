"""A meal becomes a debit, or a refusal that names its rule: for a till's event, a tutor's list, an entry by hand (RULES D5, D7, D8)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.ledger.debits.calendar import school_day
from hub.ledger.debits.decide import OVERDRAFT, Facts, Flag, Outcome, Purse, Refusal, Taken, Wanted, decide_meal, flag_text, flags_of
from hub.ledger.debits.reading import Debit, contracts_at, debits_of_day, limit_of, open_accounts, spent_kop, with_benefit
from hub.ledger.debits.week import week_spent_kop
from hub.ledger.errors import NotEnough
from hub.ledger.model import AccountId, Cause, Posting, Purpose, TransactionId
from hub.ledger.posting import Act, Own, meal
from hub.ledger.rules import BENEFIT_FLOOR, day_of
from hub.ledger.store import reading, terms, writing
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.heads import head_of
from hub.ledger.store.known import purpose_of
from hub.ledger.store.paid.subscriptions import tariff_on
from hub.ledger.store.raw import lock_accounts
from hub.store.school import canteen, schools
from hub.store.school.canteen import Dish
from hub.store.school.meals import words
from identity.model import MOSCOW

log = logging.getLogger("hub.ledger")
LATE = timedelta(minutes=15)
"""An event that comes later than this keeps its own time beside the booking's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MealEvent:
    """`scope` and `key` name it for ever: the device and its event's id, or the form. `at` is when it happened.

    `passed`: whether a door saw the child that day, none where nobody knows. `once_a_day`: the same dish is taken once from one list.
    `offline_limit_kop`: the till could not ask and sold; so much a day may become a debt. None where it asked. `note`: the
    receipt's lines.
    """

    scope: str
    key: str
    child: str
    school: str
    dish: Dish
    place: str
    actor: str
    at: datetime
    wanted: Wanted = Wanted.AUTO
    passed: bool | None = None
    told_absent: bool = False
    once_a_day: bool = False
    offline_limit_kop: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debited:
    """`rule` is what decided. `new` is False where this very event was here before: it hears the same. `account` is whose row it is."""

    child: str
    outcome: Outcome
    rule: str
    amount_kop: int
    txn: TransactionId | None = None
    account: AccountId | None = None
    purpose: Purpose | None = None
    closing_kop: int | None = None
    flags: tuple[Flag, ...] = ()
    new: bool = True


def debit_meal(event: MealEvent, *, now: datetime) -> Debited:
    """In the caller's unit: once for an event, whatever comes twice."""
    (answer,) = debit_meals((event,), now=now)
    return answer


def debit_meals(events: Sequence[MealEvent], *, now: datetime) -> list[Debited]:
    """In the caller's unit: one transaction a child; what one child hears hinders no other."""
    found: dict[tuple[str, str], ContractCard] = {}
    for school in {event.school for event in events}:
        children = {event.child for event in events if event.school == school}
        found |= {(child, school): card for child, card in contracts_at(children, school).items()}
    # All at once and in one order, so that two lists never wait for each other; from here on nobody else spends from them.
    wanted = sorted(own.id for card in found.values() for own in _purses(card).values())
    if wanted:
        lock_accounts(wanted)
    return [_debit(event, found.get((event.child, event.school)), now=now) for event in events]


def _purses(contract: ContractCard) -> Mapping[Purpose, Own]:
    return {p: own for p, own in open_accounts(contract).items() if p in (Purpose.MEAL, Purpose.MEAL_BENEFIT)}


def _debit(event: MealEvent, contract: ContractCard | None, *, now: datetime) -> Debited:
    refusal = canteen.refusal_id(event.scope, event.key)
    before = canteen.refused(refusal)
    if before is not None:
        return _refused_before(event, before)
    if contract is None:
        return _refused(event, refusal, AccountId(""), Refusal(outcome=Outcome.NO_ACCOUNT, rule="meal.no_account"), now=now)
    purses, zone = _purses(contract), schools.zone_of(event.school) or MOSCOW
    known = purpose_of(event.scope, event.key)
    if known is not None:
        return _again(event, contract, known, zone, now=now)
    day = debits_of_day([own.id for own in purses.values()], *day_of(event.at, zone))
    same = [one for meals in day.values() for one in meals if one.cause.item == event.dish.title and one.left_kop > 0]
    if event.once_a_day and same:
        return replace(_heard(event, Outcome.ALREADY, "meal.already"), txn=same[-1].txn)
    decided = decide_meal(_facts(event, contract, purses, day, zone, now=now))
    if isinstance(decided, Refusal):
        return _refused(event, refusal, purses[Purpose.MEAL].id if Purpose.MEAL in purses else AccountId(""), decided, now=now)
    own = purses[decided.purpose]
    flags = _flags(event, zone, same_again=bool(same))
    try:
        done = writing.post(_posting(event, contract, own, decided, flags, zone, now=now), now=now)
    except NotEnough as error:
        return _refused(event, refusal, own.id, Refusal(outcome=Outcome.NO_FUNDS, rule=error.rule), now=now)
    if done.outcome is writing.Outcome.CONFLICT:
        return _heard(event, Outcome.CONFLICT, "")
    made = _heard(event, Outcome.DEBITED, decided.rule)
    closing = done.closing.get(own.id)
    return replace(made, txn=done.txn, account=own.id, purpose=decided.purpose, closing_kop=closing, flags=flags, new=True)


def _heard(event: MealEvent, outcome: Outcome, rule: str) -> Debited:
    return Debited(child=event.child, outcome=outcome, rule=rule, amount_kop=event.dish.kop, new=False)


def _again(event: MealEvent, contract: ContractCard, purpose: Purpose, zone: str, *, now: datetime) -> Debited:
    """The ledger itself says whether it is the same event; another body under a known id raises the alarm there (RULES D3)."""
    own = next((Own(id=one.id, purpose=purpose) for one in contract.accounts if one.purpose is purpose), None)
    if own is None:
        return _heard(event, Outcome.CONFLICT, "")
    done = writing.post(_posting(event, contract, own, Taken(purpose=purpose, floor=BENEFIT_FLOOR, rule=""), (), zone, now=now), now=now)
    if done.outcome is writing.Outcome.CONFLICT:
        return _heard(event, Outcome.CONFLICT, "")
    _, _, cause = reading.named([done.txn])[done.txn]
    return replace(_heard(event, Outcome.DEBITED, cause.rule), txn=done.txn, account=own.id, purpose=purpose)


def _facts(
    event: MealEvent,
    contract: ContractCard,
    purses: Mapping[Purpose, Own],
    day: Mapping[AccountId, Sequence[Debit]],
    zone: str,
    *,
    now: datetime,
) -> Facts:
    on = event.at.astimezone(ZoneInfo(zone)).date()
    said = terms.terms_of(event.school, Purpose.MEAL, on)
    own = purses.get(Purpose.MEAL)
    meals = day[own.id] if own else ()
    week = words.week_limit_of(event.child) if own else None
    overdrawn = sum(one.left_kop for one in meals if one.cause.rule == OVERDRAFT)
    return Facts(
        price_kop=event.dish.kop,
        wanted=event.wanted,
        meal=_purse(own, now=now),
        benefit=_purse(purses.get(Purpose.MEAL_BENEFIT), now=now),
        benefit_today=contract.id in with_benefit([contract.id], on),
        spent_kop=spent_kop(meals),
        limit_kop=limit_of(own.id, said.daily_limit_kop) if own else None,
        policy=said.policy,
        floor_kop=said.floor_kop,
        week_spent_kop=week_spent_kop(own.id, event.at, zone) if own and week is not None else 0,
        week_limit_kop=week,
        offline_left_kop=None if event.offline_limit_kop is None else event.offline_limit_kop - overdrawn,
    )


def _purse(own: Own | None, *, now: datetime) -> Purse | None:
    head = head_of(own.id, now=now) if own else None
    return Purse(available_kop=head.available_kop) if head and not head.closed else None


def _flags(event: MealEvent, zone: str, *, same_again: bool) -> tuple[Flag, ...]:
    here = event.at.astimezone(ZoneInfo(zone))
    free = not school_day(event.school, here.date())
    return flags_of(here, school_day=not free, passed=event.passed, told_absent=event.told_absent, same_again=same_again)


def _posting(
    event: MealEvent, contract: ContractCard, own: Own, decided: Taken, flags: tuple[Flag, ...], zone: str, *, now: datetime
) -> Posting:
    on = event.at.astimezone(ZoneInfo(zone)).date()
    cause = Cause(
        event=event.key,
        item=event.dish.title,
        place=event.place,
        price_list=event.dish.version,
        tariff=tariff_on(contract.id, on).value,
        rule=decided.rule,
        flag=flag_text(flags),
        note=event.note,
    )
    late = abs(now - event.at) > LATE
    act = Act(
        scope=event.scope,
        key=event.key,
        at=now if late else min(event.at, now),
        actor=event.actor,
        cause=cause,
        request=(event.child, event.school, event.dish.item, event.place),
        happened_at=event.at if late else None,
    )
    supplier = terms.terms_of(event.school, Purpose.MEAL, on).supplier_inn
    return meal(act, own, amount_kop=event.dish.kop, supplier=supplier, floor=decided.floor)


def _refused(event: MealEvent, id_: str, account: AccountId, why: Refusal, *, now: datetime) -> Debited:
    """Kept with its rule: the family can read why nothing was taken (T1)."""
    canteen.note_refusal(
        id_,
        account=account,
        child=event.child,
        school=event.school,
        title=event.dish.title,
        amount_kop=event.dish.kop,
        outcome=why.outcome.value,
        rule=why.rule,
        request_hash=_request_hash(event),
        actor=event.actor,
        at=now,
    )
    return replace(_heard(event, why.outcome, why.rule), account=account or None, new=True)


def _refused_before(event: MealEvent, before: canteen.Refusal) -> Debited:
    if before.request_hash == _request_hash(event):
        return _heard(event, Outcome(before.outcome), before.rule)
    log.error("a known meal event came with another body: %s", event.scope)
    return _heard(event, Outcome.CONFLICT, before.rule)


def _request_hash(event: MealEvent) -> str:
    parts = (event.child, event.school, event.dish.item, str(event.dish.kop), event.place)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
