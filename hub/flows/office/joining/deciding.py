"""An officer approves or rejects a request to join: never of the own family, and not alone where only the office vouches (RULES B5)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name
from hub.flows.join_school.effect import By, decided
from hub.flows.join_school.outside import look_outside
from hub.flows.join_school.terms import RELATION_ENDED, against
from hub.flows.office.deciding.word import guardians_of, tell
from hub.flows.office.joining.listing import evidence_now, own_request
from hub.flows.office.joining.rows import around, row_of
from hub.flows.office.officers import POSTS, Officer, note_change
from hub.flows.office.words import reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinRow
from hub.flows.words import names_of
from hub.store.joining import bundles, errands, queue, requests
from hub.store.joining.records import Bundle, Decider, Event, Request, Side
from hub.store.sessions import Visitor
from identity.joining import RequestKind, RequestState, needs_second
from identity.model import ActorKind, EvidenceKind, PersonId
from identity.store import person
from identity.store.school.cards import NOTICE_FOR
from identity.store.school.reviews import own_family

_STATES = {
    RequestState.APPROVED: "Это заявление уже одобрено.",
    RequestState.REJECTED: "Это заявление уже отклонено.",
    RequestState.WITHDRAWN: "Семья отозвала это заявление.",
    RequestState.EXPIRED: "За 30 дней решения не было, и заявление закрылось. Семья может подать его снова.",
}


_AGAINST = {
    "frozen": "Подтвердить представителя нельзя: близкие остановили его доступ. Сначала решите это в «Проверках».",
    "restricted": "Подтвердить представителя нельзя: действует ограничение по документу.",
    RELATION_ENDED: "Подавший больше не связан с этим ребёнком. Отклоните заявление с причиной.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    officer: Officer
    bundle: Bundle
    request: Request


async def approve_join(deps: Deps, visitor: Visitor, request: str, *, repeats: bool = False) -> JoinRow:
    """Whoever comes second to a decision hears what it was; with `repeats` the same officer's second click is harmless."""
    await look_outside(deps)
    return await deps.db.write(lambda: approve_here(deps, visitor, request, repeats=repeats))


async def reject_join(deps: Deps, visitor: Visitor, request: str, reason: str | None, *, repeats: bool = False) -> JoinRow:
    """With a reason that the family reads."""
    why = reason_of(reason)
    await look_outside(deps)
    return await deps.db.write(lambda: reject_here(deps, visitor, request, why, repeats=repeats))


def approve_here(deps: Deps, visitor: Visitor, request: str, *, repeats: bool = True) -> JoinRow:
    """In the caller's unit."""
    case = _asked(deps, visitor, request)
    officer, found = case.officer, case.request
    if repeats and found.state is RequestState.APPROVED and officer.person in (found.decided_by, found.first_by):
        return _row(deps, case)
    _must_wait(case)
    stands = against(deps, case.bundle, found.kind)
    if stands is not None:
        raise Refused(Reason.FORBIDDEN, _AGAINST.get(stands), more={"reason": stands})
    kinds = {EvidenceKind(one.kind) for one in evidence_now(deps, case.bundle)}
    if not needs_second(kinds, option=queue.four_eyes(case.bundle.school)):
        _approve(deps, case)
    elif found.first_by is None:
        _sign_first(deps, case)
    elif found.second_by is not None:
        if officer.person not in (found.first_by, found.second_by):
            raise Refused(Reason.ALREADY_DECIDED, "Двое сотрудников уже подтвердили: идёт срок уведомления семьи.")
    elif found.first_by != officer.person:
        _sign_second(deps, case)
    return _row(deps, _asked(deps, visitor, request))


def reject_here(deps: Deps, visitor: Visitor, request: str, why: str, *, repeats: bool = True) -> JoinRow:
    """In the caller's unit; one officer is enough to say no."""
    case = _asked(deps, visitor, request)
    if repeats and case.request.state is RequestState.REJECTED and case.request.decided_by == case.officer.person:
        return _row(deps, case)
    _must_wait(case)
    _turn(deps, case, RequestState.REJECTED, why)
    return _row(deps, _asked(deps, visitor, request))


def _approve(deps: Deps, case: _Case) -> None:
    _turn(deps, case, RequestState.APPROVED)


def _turn(deps: Deps, case: _Case, after: RequestState, reason: str = "") -> None:
    now, officer = deps.now(), case.officer
    decider = _decider(deps, officer)
    if not requests.turn(deps.keys, case.request, after, by=officer.person, decider=decider, reason=reason, now=now):
        raise Refused(Reason.ALREADY_DECIDED)
    if deps.joining:
        act = errands.Act.APPROVE if after is RequestState.APPROVED else errands.Act.REJECT
        errands.add(deps.keys, case.bundle.id, act, request=case.request.id, by=officer.person, now=now)
    note_change(deps, officer, PersonId(case.bundle.child), action=f"join.{after.value}", now=now)
    by = By(id=officer.person, kind=ActorKind.STAFF, side=Side.SCHOOL)
    decided(deps, case.bundle, case.request, after, by, now=now)


def _sign_first(deps: Deps, case: _Case) -> None:
    if not requests.sign_first(case.request, case.officer.person):
        raise Refused(Reason.ALREADY_DECIDED, "Другой сотрудник подтвердил это в ту же минуту: откройте заявление ещё раз.")
    bundles.note(case.bundle.id, Event.FIRST_SIGNED, Side.SCHOOL, request=case.request.id, now=deps.now())
    note_change(deps, case.officer, PersonId(case.bundle.child), action="join.signed", now=deps.now())


def _sign_second(deps: Deps, case: _Case) -> None:
    """The other guardians of the child hear of a further one a day before it works (RULES B5)."""
    now, child = deps.now(), PersonId(case.bundle.child)
    others = guardians_of(child, but=PersonId(case.bundle.applicant)) if case.request.kind is RequestKind.ATTACH_REPRESENTATIVE else ()
    if not others:
        _approve(deps, case)
        return
    works_from = now + NOTICE_FOR
    if not requests.announce(deps.keys, case.request, case.officer.person, _decider(deps, case.officer), works_from=works_from):
        raise Refused(Reason.ALREADY_DECIDED)
    bundles.note(case.bundle.id, Event.ANNOUNCED, Side.SCHOOL, request=case.request.id, now=now)
    note_change(deps, case.officer, child, action="join.signed_second", now=now)
    names, name = names_of(person(deps.keys, PersonId(case.bundle.applicant))), first_name(person(deps.keys, child))
    text = f"Школа подтверждает представителя: {names}, ребёнок — {name}. Через сутки он увидит записи. Ошибка? Скажите школе."
    tell(deps, others, "guardian_announced", text)


def _asked(deps: Deps, visitor: Visitor, id_: str) -> _Case:
    officer, seen = own_request(deps, visitor, id_)
    bundle = bundles.held(deps.keys, seen.id) or seen
    if own_family(officer.person, PersonId(bundle.applicant), PersonId(bundle.child)):
        raise Refused(Reason.OWN_FAMILY)
    request = bundle.numbered(id_)
    assert request is not None, "the bundle was found by this request"
    return _Case(officer=officer, bundle=bundle, request=request)


def _must_wait(case: _Case) -> None:
    """A stale page hears what happened meanwhile."""
    if case.request.state is not RequestState.SUBMITTED:
        told = {"state": case.request.state.value, "bundle_state": case.bundle.state.value}
        raise Refused(Reason.ALREADY_DECIDED, _STATES.get(case.request.state), more=told)


def _row(deps: Deps, case: _Case) -> JoinRow:
    return row_of(case.officer, around(deps, case.officer, (case.bundle,)), case.bundle, case.request)


def _decider(deps: Deps, officer: Officer) -> Decider:
    me = person(deps.keys, officer.person)
    name = " ".join(part for part in (me.last_name, me.first_name, me.middle_name) if part) if me else ""
    return Decider(name=name, post=POSTS.get(officer.role, "Сотрудник школы"))
