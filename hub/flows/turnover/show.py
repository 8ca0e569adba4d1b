"""What went through the accounts of families in a period, what they hold, and what somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.office.officers import note_reading, officer_of
from hub.flows.office.rights import Act, Role
from hub.flows.reconcile.show_book import title_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.turnover import BelowView, DayMoved, HeldView, MovedView, ProviderView, ToLookAt, TurnoverView
from hub.ledger.model import Kind, Purpose
from hub.ledger.registers import DAYS_OF
from hub.ledger.store.registers import kept, turnover
from hub.ledger.store.registers.turnover import Asked, Below, Moved
from hub.ledger.texts import KINDS, PURPOSES
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.wishes import top_ups
from identity.model import MOSCOW, PersonId

LONGEST = timedelta(days=400)
FOOD = (Purpose.MEAL, Purpose.MEAL_BENEFIT)
NO_SCHOOL = "Школа без имени"


async def of_everybody(
    deps: Deps, visitor: Visitor, *, first: date | None = None, last: date | None = None, school: str | None = None
) -> TurnoverView:
    """For the operator: all schools, or one of them. Without days, this month."""
    await enter(deps, visitor)
    now = deps.now()
    start, end = days_of(first, last, now=now)

    def unit() -> TurnoverView:
        if school is not None and schools.school(school) is None:
            raise Refused(Reason.NOT_FOUND)
        return _view(start, end, school=school, whole=False, now=now, providers=school is None)

    return await deps.db.read(unit)


async def at_school(deps: Deps, visitor: Visitor, *, first: date | None = None, last: date | None = None) -> TurnoverView:
    """For whoever keeps a school's money: that school alone, and a supplier of food only food. Whose debt is named, that family is told."""
    now = deps.now()
    start, end = days_of(first, last, now=now)

    def unit() -> TurnoverView:
        officer = officer_of(deps, visitor, act=Act.MONEY)
        purposes = FOOD if officer.role == Role.SUPPLIER else ()
        below = [one for one in turnover.below_zero(officer.school) if not purposes or one.purpose in purposes]
        note_reading(deps, officer, sorted({PersonId(one.child) for one in below if one.child}), page="office.money", now=now)
        return _view(start, end, school=officer.school, whole=True, now=now, purposes=purposes, below=below)

    return await deps.db.write(unit)


def days_of(first: date | None, last: date | None, *, now: datetime) -> tuple[date, date]:
    """The first and the last day; this month where none is named."""
    today = now.astimezone(DAYS_OF).date()
    end = last or today
    start = first or min(end, today).replace(day=1)
    if start > end:
        raise Refused(Reason.MALFORMED, "Первый день стоит после последнего.")
    if end - start > LONGEST:
        raise Refused(Reason.MALFORMED, f"За один раз — не больше {LONGEST.days} дней.")
    return start, end


def _view(
    start: date, end: date, *, school: str | None, whole: bool, now: datetime, purposes: tuple[Purpose, ...] = (),
    providers: bool = False, below: list[Below] | None = None,
) -> TurnoverView:  # fmt: skip
    since = datetime.combine(start, time.min, DAYS_OF)
    until = datetime.combine(end + timedelta(days=1), time.min, DAYS_OF)
    asked = Asked(since=since, until=until, school=school, purposes=purposes)
    names = {one.ogrn: one.short_name or one.legal_name for one in schools.every()}
    total = turnover.total(asked)
    debts = turnover.below_zero(school) if below is None else below
    return TurnoverView(
        zone=(schools.zone_of(school) if school else None) or MOSCOW,
        first=start,
        last=end,
        contracts=turnover.active_contracts(school),
        participants=total.contracts,
        came_kop=total.came_kop,
        went_kop=total.went_kop,
        by_school=() if whole else _moved(turnover.by_school(asked), names),
        by_class=_moved(turnover.by_class(asked), {"": "Класс не назван"}) if school else (),
        by_kind=_moved(turnover.by_kind(asked), {kind.value: title for kind, title in KINDS.items()}),
        by_purpose=_moved(turnover.by_purpose(asked), {purpose.value: title for purpose, title in PURPOSES.items()}),
        by_provider=_providers(since, until) if providers else (),
        days=tuple(DayMoved(day=day, came_kop=came, went_kop=went) for day, came, went in turnover.by_day(asked)),
        held=_held(school, purposes, names),
        below=tuple(_below(one, names, whole=whole) for one in debts),
        to_look_at=_to_look_at(school, now=now) if not purposes else None,
    )


def _moved(found: Iterable[Moved], titles: Mapping[str, str]) -> tuple[MovedView, ...]:
    return tuple(
        MovedView(
            name=one.name, title=titles.get(one.name) or one.name or NO_SCHOOL, rows=one.rows, participants=one.contracts,
            came_kop=one.came_kop, went_kop=one.went_kop,
        )
        for one in found
    )  # fmt: skip


def _providers(since: datetime, until: datetime) -> tuple[ProviderView, ...]:
    taken: dict[str, dict[str, int]] = {}
    for name, kind, count, kop in turnover.by_provider(since, until):
        one = taken.setdefault(name, {"payments": 0, "took": 0, "back": 0, "fee": 0})
        if kind == "fee":
            one["fee"] += kop
        elif kop > 0:
            one["took"] += kop
            one["payments"] += count if kind in (Kind.TOP_UP, Kind.SUSPENSE) else 0
        else:
            one["back"] -= kop
    return tuple(
        ProviderView(
            name=name, title=title_of(name), payments=one["payments"], took_kop=one["took"], gave_back_kop=one["back"], fee_kop=one["fee"]
        )
        for name, one in taken.items()
    )


def _held(school: str | None, purposes: tuple[Purpose, ...], names: Mapping[str, str]) -> tuple[HeldView, ...]:
    return tuple(
        HeldView(school=ogrn, title=names.get(ogrn, NO_SCHOOL), purpose=purpose.value, purpose_title=PURPOSES[purpose], kop=kop)
        for ogrn, purpose, kop in turnover.held(school)
        if not purposes or purpose in purposes
    )


def _below(one: Below, names: Mapping[str, str], *, whole: bool) -> BelowView:
    return BelowView(
        contract=one.number if whole else f"…{one.number[-4:]}", school=one.school, title=names.get(one.school, NO_SCHOOL),
        purpose_title=PURPOSES[one.purpose], kop=one.kop,
    )  # fmt: skip


def _to_look_at(school: str | None, *, now: datetime) -> ToLookAt:
    waiting = turnover.in_suspense() if school is None else ()
    payouts, payouts_kop, due = turnover.payouts(school)
    below, below_kop = turnover.below_zero_sum(school)
    return ToLookAt(
        unmatched=kept.count_open(school),
        suspense=len(waiting),
        suspense_kop=sum(kop for _, kop in waiting),
        top_ups=top_ups.count_problems(school, now=now),
        below_zero=below,
        below_zero_kop=below_kop,
        payouts=payouts,
        payouts_kop=payouts_kop,
        payout_due=due,
        receipts=turnover.receipts_missing(school),
    )
