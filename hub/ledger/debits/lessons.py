"""A paid lesson becomes a debit of `services`: only by the family's own word to that service, group and price (RULES A14, D8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hub.ledger.debits.calendar import school_day
from hub.ledger.debits.decide import Flag, Outcome, flag_text
from hub.ledger.debits.meals import Debited
from hub.ledger.debits.reading import contracts_at, debits_of_day, open_accounts
from hub.ledger.errors import NotEnough
from hub.ledger.model import Cause, Kind, Purpose
from hub.ledger.posting import Act, charge
from hub.ledger.rules import SERVICE_FLOOR, day_of
from hub.ledger.store import writing
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.known import txn_of
from hub.ledger.store.paid.subscriptions import tariff_on
from hub.ledger.store.raw import lock_accounts
from hub.store.school import schools
from hub.store.school.canteen import Dish
from identity.model import MOSCOW

SCOPE = "lesson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One held lesson of a service; `key` names the form, `day` is the school's. `agreed` are the children whose families agreed."""

    key: str
    school: str
    service: str
    group: str
    price: Dish
    day: date
    actor: str
    present: tuple[str, ...]
    agreed: frozenset[str]


def debit_lesson(lesson: Lesson, *, now: datetime) -> list[Debited]:
    """In the caller's unit: one transaction a child; a service is paid once a day."""
    found = contracts_at(lesson.present, lesson.school)
    accounts = sorted(own.id for card in found.values() if (own := open_accounts(card).get(Purpose.SERVICES)))
    if accounts:
        lock_accounts(accounts)
    zone = schools.zone_of(lesson.school) or MOSCOW
    return [_debit(lesson, child, found.get(child), zone, now=now) for child in lesson.present]


def _debit(lesson: Lesson, child: str, contract: ContractCard | None, zone: str, *, now: datetime) -> Debited:
    def heard(outcome: Outcome, rule: str) -> Debited:
        return Debited(child=child, outcome=outcome, rule=rule, amount_kop=lesson.price.kop, new=False)

    if child not in lesson.agreed:
        return heard(Outcome.NO_CONSENT, "services.no_consent")
    own = open_accounts(contract).get(Purpose.SERVICES) if contract else None
    if contract is None or own is None:
        return heard(Outcome.NO_ACCOUNT, "services.no_account")
    start, end = day_of(datetime.combine(lesson.day, time(12), ZoneInfo(zone)), zone)
    # The same form once more is let through: the ledger answers with the first time's transaction.
    known = [one for one in debits_of_day([own.id], start, end)[own.id] if one.cause.event == lesson.service and one.left_kop > 0]
    if known and txn_of(SCOPE, _key(lesson, child)) is None:
        return heard(Outcome.ALREADY, "services.already")
    flags = () if school_day(lesson.school, lesson.day) else (Flag.OUTSIDE_CALENDAR,)
    act = _act(lesson, child, contract, start, flags, zone, now=now)
    try:
        done = writing.post(charge(act, Kind.LESSON, own, amount_kop=lesson.price.kop, floor=SERVICE_FLOOR), now=now)
    except NotEnough as error:
        return heard(Outcome.NO_FUNDS, error.rule)
    if done.outcome is writing.Outcome.CONFLICT:
        return heard(Outcome.CONFLICT, "")
    return Debited(
        child=child,
        outcome=Outcome.DEBITED,
        rule="services.agreed",
        amount_kop=lesson.price.kop,
        txn=done.txn,
        account=own.id,
        purpose=own.purpose,
        closing_kop=done.closing.get(own.id),
        flags=flags,
        new=done.outcome is writing.Outcome.POSTED,
    )


def _act(lesson: Lesson, child: str, contract: ContractCard, start: datetime, flags: tuple[Flag, ...], zone: str, *, now: datetime) -> Act:
    today = now.astimezone(ZoneInfo(zone)).date() == lesson.day
    cause = Cause(
        event=lesson.service,
        item=lesson.price.title,
        note=lesson.group,
        price_list=lesson.price.version,
        tariff=tariff_on(contract.id, lesson.day).value,
        rule="services.agreed",
        flag=flag_text(flags),
    )
    return Act(
        scope=SCOPE,
        key=_key(lesson, child),
        at=now,
        actor=lesson.actor,
        cause=cause,
        request=(child, lesson.service, lesson.day.isoformat()),
        happened_at=None if today else start.replace(hour=12),
    )


def _key(lesson: Lesson, child: str) -> str:
    return f"{lesson.key}:{child}"
