"""A guardian lends the view of a child to a grandmother or a nanny, and anybody concerned ends it at once (RULES A5b, A6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.holds import require_no_hold
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.guardianship import LentList, LentOffer, LentView
from hub.flows.words import names_of
from hub.store import notices
from hub.store.sessions import Visitor
from identity.ages import Action, level_allows
from identity.errors import NotAllowed
from identity.family.delegation import LONGEST, OFFERED_FOR, Delegation, DelegationFault, DelegationId
from identity.model import Missing, PersonId
from identity.store import (
    accept_delegation,
    count_try,
    end_delegation,
    give_back,
    held_by_merge,
    offer_delegation,
    person,
    persons_by_id,
)
from identity.store.family.delegations import accepted_before, delegation, delegations_with
from identity.store.family.parting import grant_view
from identity.store.school.tries import take_back

LONGEST_CODE = 200
_FAULTS: Mapping[str, tuple[Reason, str]] = {
    DelegationFault.NOT_YOURS_TO_LEND: (
        Reason.FORBIDDEN,
        "Одолжить можно только собственный просмотр: то, что вам открыл другой человек или показывает один дневник, дальше не передаётся.",
    ),
    DelegationFault.TOO_LONG: (Reason.MALFORMED, "Доступ для близких даётся не больше чем на 90 дней."),
    DelegationFault.IN_THE_PAST: (Reason.MALFORMED, "Срок доступа уже прошёл: выберите день впереди."),
    Missing.LEVEL_TOO_LOW: (Reason.LEVEL_TOO_LOW, "Доступ для близких даёт подтверждённая учётная запись Госуслуг."),
}


async def offer(deps: Deps, visitor: Visitor, child: str, *, days: int | None) -> LentOffer:
    """The code is told once. Without `days` only a grown pupil offers the own view, until it is taken back."""
    require_fresh(deps, visitor.auth_time)
    now, giver, whom = deps.now(), PersonId(visitor.person), PersonId(child)
    until = None if days is None else now + timedelta(days=min(max(days, 0), LONGEST.days + 1))

    def unit() -> LentOffer:
        require_no_hold(deps, giver)
        if held_by_merge(deps.keys, giver, whom, now=now):
            raise Refused(Reason.HELD_BY_MERGE)
        try:
            made = offer_delegation(deps.keys, giver, whom, until=until, now=now)
        except NotAllowed as fault:
            raise refusal(fault) from fault
        text = f"{first_name(person(deps.keys, giver))}: предложен доступ для близких, {_what(deps, made.delegation)}."
        _tell(deps, made.delegation, by=giver, kind="delegation_offered", text=text)
        return LentOffer(
            id=made.delegation.id,
            code=made.code,
            link=f"{deps.settings.public_url}/delegations#lent={made.code}",
            until=made.delegation.until,
            offered_until=now + OFFERED_FOR,
        )

    return await deps.db.write(unit)


async def accept(deps: Deps, visitor: Visitor, code: str, *, address: str) -> LentView:
    """One equal refusal for whatever is wrong; wrong tries are counted, and after ten no code is looked at."""
    require_fresh(deps, visitor.auth_time)
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> LentView | Refused:
        me = person(deps.keys, who)
        if me is None or not level_allows(Action.DELEGATION, me.level):
            return Refused(Reason.LEVEL_TOO_LOW)
        tried = count_try(deps.keys, who, address, f"delegation {who}", now=now)
        if tried.limited:
            return Refused(Reason.TOO_MANY, after_s=tried.retry_after_s)
        before = accepted_before(deps.keys, who, code[:LONGEST_CODE], now=now)
        if before is not None:
            take_back(tried)
            return view_of(deps, before, who)
        try:
            taken = accept_delegation(deps.keys, who, code[:LONGEST_CODE], now=now)
        except NotAllowed:
            return Refused(Reason.DELEGATION_REFUSED)
        give_back(tried)
        text = f"{first_name(me)} теперь видит дневник: {_what(deps, taken)}. Закончить доступ можно в любой момент."
        _tell(deps, taken, by=who, kind="delegation_accepted", text=text)
        return view_of(deps, taken, who)

    done = await deps.db.write(unit)
    if isinstance(done, Refused):
        raise done  # after the unit, so that the wrong try stays counted
    return done


async def end(deps: Deps, visitor: Visitor, id_: str) -> None:
    """The giver, the delegate, another guardian, or the pupil from 14 on; from this moment the delegate sees nothing."""
    now, by = deps.now(), PersonId(visitor.person)

    def unit() -> None:
        before = delegation(DelegationId(id_))
        ended = end_delegation(deps.keys, by, DelegationId(id_), now=now)
        if before.state is ended.state:
            return
        text = f"{first_name(person(deps.keys, by))}: доступ для близких закончен, {first_name(person(deps.keys, ended.child))}."
        _tell(deps, ended, by=by, kind="delegation_ended", text=text)
        if ended.delegate and ended.delegate != by:
            gone = f"Доступ к дневнику закончился: {first_name(person(deps.keys, ended.child))}."
            notices.tell(deps.keys, person=ended.delegate, kind="delegation_ended", text=gone, href="/delegations", now=now)

    await deps.db.write(unit)


async def mine(deps: Deps, visitor: Visitor) -> LentList:
    """What the person lends and what is lent to the person."""
    now, who = deps.now(), PersonId(visitor.person)
    return await deps.db.read(lambda: LentList(items=tuple(view_of(deps, one, who) for one in delegations_with(who, now=now))))


async def grant(deps: Deps, visitor: Visitor, guardian: str) -> LentView:
    """A grown pupil opens the own diary to a former guardian, without a code, until it is taken back."""
    require_fresh(deps, visitor.auth_time)
    now, pupil = deps.now(), PersonId(visitor.person)

    def unit() -> LentView:
        require_no_hold(deps, pupil)
        try:
            granted, new = grant_view(deps.keys, pupil, PersonId(guardian), now=now)
        except NotAllowed as fault:
            raise refusal(fault) from fault
        if new:
            text = f"{first_name(person(deps.keys, pupil))} открывает вам просмотр своего дневника."
            notices.tell(deps.keys, person=guardian, kind="view_granted", text=text, href="/", now=now)
        return view_of(deps, granted, pupil)

    return await deps.db.write(unit)


def view_of(deps: Deps, one: Delegation, asker: PersonId) -> LentView:
    """Inside the caller's unit: the names and no more."""
    known = persons_by_id(deps.keys, {one.child, one.giver, *([one.delegate] if one.delegate else [])})
    return LentView(
        id=one.id,
        child=one.child,
        child_name=first_name(known.get(one.child)),
        giver=one.giver,
        giver_name=names_of(known.get(one.giver)),
        delegate_name=names_of(known.get(one.delegate)) if one.delegate else None,
        state=one.state.value,
        since=one.created_at,
        until=one.until,
        is_grant=one.giver == one.child,
        is_mine=asker in (one.giver, one.delegate),
    )


def refusal(fault: NotAllowed) -> Refused:
    """The store's word as a sentence that says what to do."""
    reason, detail = _FAULTS.get(fault.reason, (Reason.FORBIDDEN, None))
    return Refused(reason, detail, more={"reason": fault.reason})


def _what(deps: Deps, one: Delegation) -> str:
    name = first_name(person(deps.keys, one.child))
    return f"{name}, до {_day(one.until)}" if one.until else name


def _day(at: datetime) -> str:
    return f"{at:%d.%m.%Y}"


def _tell(deps: Deps, one: Delegation, *, by: str, kind: str, text: str) -> None:
    tell_family(deps, one.child, but=(by,), kind=kind, text=text, href=f"/children/{one.child}/who-sees")
