"""Whose timeline it is and over which time: the own children, their carriers, accounts and schools, read once (RULES A15, B6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from device_ingest.intake import NEWEST
from hub.deps import Deps
from hub.flows.money.sight import children as seen_children
from hub.flows.refusals import Reason, Refused
from hub.flows.timeline.passed import Carried, carried_by
from hub.flows.views.people.joint import JointChild
from hub.ledger.model import AccountId, Purpose
from hub.ledger.store import contracts
from hub.store.outbox import quiet
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.model import MOSCOW, PersonId
from identity.store import person

SPAN, LONGEST = timedelta(days=30), timedelta(days=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An account, whose child's it is, and what for."""

    child: str
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`end` is exclusive. `zone` is the reader's own."""

    visitor: Visitor
    children: Mapping[str, JointChild]
    carried: Carried
    accounts: Mapping[AccountId, Owned]
    zone: str
    start: datetime
    end: datetime
    limit: int

    def zone_of(self, child: str) -> str:
        return self.children[child].zone

    @property
    def schools(self) -> frozenset[str]:
        return frozenset(school for child in self.children if (school := self.carried.school_of(child)))


def scope_of(
    deps: Deps, visitor: Visitor, *, first: date | None, last: date | None, only: str | None, limit: int, span: timedelta = SPAN
) -> Scope:
    """In the caller's unit. Days by the reader's own clock; a child that is not the visitor's own is refused as everywhere."""
    now = deps.now()
    seen = seen_children(deps, visitor, now=now)
    ids = [str(one.person.id) for one in seen]
    if only is not None and only not in ids:
        raise Refused(Reason.NOT_FOUND)
    carried = carried_by(deps, [only] if only else ids)
    zones = {school: schools.zone_of(school) for school in {carried.school_of(child) for child in ids} if school}
    shown = {
        child: JointChild(
            id=child, first_name=one.person.first_name, number=number, zone=zones.get(carried.school_of(child)) or one.person.zone
        )
        for number, (child, one) in enumerate(zip(ids, seen, strict=True), start=1)
        if only is None or child == only
    }
    zone = _own_zone(deps, visitor, {one.zone for one in shown.values()})
    start, end = _span(first, last, ZoneInfo(shown[only].zone if only else zone), now, span)
    return Scope(visitor=visitor, children=shown, carried=carried, accounts=_accounts(shown), zone=zone, start=start, end=end, limit=limit)


def _own_zone(deps: Deps, visitor: Visitor, schools_: Collection[str]) -> str:
    """The one that the reader chose for the nights, else that of the children's only town, else the record's own."""
    chosen = quiet.of_person(visitor.person).zone
    if chosen or len(schools_) == 1:
        return chosen or next(iter(schools_))
    me = person(deps.keys, PersonId(visitor.person))
    return me.zone if me else MOSCOW


def _accounts(children: Collection[str]) -> dict[AccountId, Owned]:
    return {
        account.id: Owned(child=contract.child, purpose=account.purpose)
        for contract in contracts.of_children(children)
        if contract.child is not None
        for account in contract.accounts
    }


def _span(first: date | None, last: date | None, zone: ZoneInfo, now: datetime, span: timedelta) -> tuple[datetime, datetime]:
    end = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC) if last else now + NEWEST
    start = datetime.combine(first, time(), zone).astimezone(UTC) if first else end - span
    if start >= end:
        raise Refused(Reason.MALFORMED, "Первый день позже последнего.")
    if end - start > LONGEST:
        raise Refused(Reason.MALFORMED, f"За один раз показываем не больше {LONGEST.days} дней: выберите короче.")
    return start, end
