"""What one guardian may not do alone: proposed, let through by a week's silence or the school's word, and then done (RULES A5b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from hub.deps import Deps
from hub.flows.follow_edges import end_everything, forget_everything
from hub.flows.guardianship.telling import first_name, guardians_of, tell_family
from hub.flows.leave.passes import forget_passes
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.flows.views.people.guardianship import ProposalList, ProposalView
from hub.ledger.store.agreements import parting as agreements
from hub.store import notices, preferences, reach, sessions
from hub.store.connecting import checklist, choices, intents, registrations, steps
from hub.store.diaries import diary_copies, diary_links
from hub.store.diaries.diary_owners import owners_of
from hub.store.joining import bundles as joins
from hub.store.outputs import calendars
from hub.store.passes import photos, unowned_meals
from hub.store.school import carriers, services
from hub.store.school.chats import people as chat_people
from hub.store.school.meals import till_records
from hub.store.school.meals import words as meal_words
from hub.store.sessions import Visitor
from hub.store.wishes import forms
from hub.store.written import absences, appeals, contradictions, disputes, tickets
from identity.ages import phase
from identity.family.alone import ActState, FamilyAct
from identity.model import EdgeRight, PersonId, PersonState
from identity.store import (
    Proposal,
    act_right,
    erase_person,
    finish_proposal,
    held_by_merge,
    object_to,
    person,
    proposals_of,
    propose,
)
from identity.store.family.proposals import due, proposal, withdraw

BATCH = 50
OPEN_ACTS = {FamilyAct.CHANGE_SCHOOL: "смена школы", FamilyAct.ERASE_CHILD: "удаление всех записей ребёнка"}
_OWN_ROWS = (
    sessions.forget,
    notices.forget,
    preferences.forget,
    reach.forget,
    intents.forget,
    steps.forget,
    registrations.forget,
    choices.forget,
    absences.forget,
    carriers.forget,
    meal_words.forget,
    till_records.forget,
    unowned_meals.forget,
    photos.forget,
    agreements.forget,
    appeals.forget,
    contradictions.forget,
    disputes.forget,
    services.forget,
    tickets.forget,
    checklist.forget,
    joins.forget,
    forms.forget,
    calendars.forget,
    chat_people.forget,
)
_NEWS: Mapping[str, str] = {
    "proposed": "{who} предлагает: {act}, {child}. Если вы против, скажите об этом за 7 дней: молчание считается согласием.",
    "objected": "{who} не согласен: {act}, {child}. Теперь решает только школа.",
    "withdrawn": "{who} больше не предлагает: {act}, {child}.",
    "done": "Никто не возразил или школа согласилась: {act}, {child}.",
}


async def propose_act(deps: Deps, visitor: Visitor, child: str, act: str) -> ProposalView:
    """A repeat returns the open one. Where nobody else is to be asked, it is done at once."""
    require_fresh(deps, visitor.auth_time)
    now, by, whom = deps.now(), PersonId(visitor.person), PersonId(child)
    if act not in {one.value for one in OPEN_ACTS}:
        raise Refused(Reason.MALFORMED, "Предложить можно смену школы (change_school) или удаление записей ребёнка (erase_child).")

    def unit() -> ProposalView:
        _may(deps, by, whom)
        made = propose(deps.keys, FamilyAct(act), whom, by, now=now)
        view = _view(deps, made, by)
        if made.new:
            _tell(deps, made, "proposed", by=by)
        if made.answer.state is ActState.ALLOWED and made.by == by:
            _finish(deps, made)
            return _view(deps, proposal(made.id, now=now), by, name=view.child_name)
        return view

    return await deps.db.write(unit)


async def list_proposals(deps: Deps, visitor: Visitor, child: str) -> ProposalList:
    """The open ones of this child, for its guardians."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> ProposalList:
        right = act_right(deps.keys, who, whom, EdgeRight.VIEW, now=now)
        if not right.allowed:
            raise refusal(right)
        return ProposalList(items=tuple(_view(deps, one, who) for one in proposals_of(whom, now=now)))

    return await deps.db.read(unit)


async def read_proposal(deps: Deps, visitor: Visitor, id_: str) -> ProposalView:
    """For who proposed it and the child's other guardians; to anybody else it does not exist."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> ProposalView:
        found = proposal(id_, now=now)
        if who != found.by and who not in guardians_of(found.child):
            raise Refused(Reason.NOT_FOUND)
        return _view(deps, found, who)

    return await deps.db.read(unit)


async def object_to_act(deps: Deps, visitor: Visitor, id_: str) -> ProposalView:
    """Another guardian says no; twice is harmless."""
    now, by = deps.now(), PersonId(visitor.person)

    def unit() -> ProposalView:
        before = proposal(id_, now=now)
        if before.closed and by in guardians_of(before.child):
            raise Refused(Reason.ALREADY_DECIDED)
        after = object_to(id_, by, now=now)
        if not before.objected:
            _tell(deps, after, "objected", by=by)
        return _view(deps, after, by)

    return await deps.db.write(unit)


async def take_back(deps: Deps, visitor: Visitor, id_: str) -> ProposalView:
    """Who proposed it changed the mind."""
    now, by = deps.now(), PersonId(visitor.person)

    def unit() -> ProposalView:
        before = proposal(id_, now=now)
        after = withdraw(id_, by, now=now)
        if not before.closed:
            _tell(deps, after, "withdrawn", by=by)
        return _view(deps, after, by)

    return await deps.db.write(unit)


@dataclass(slots=True)
class Silences:
    """The worker's job: does what nobody objected to for a week, and what the school agreed to; each once."""

    deps: Deps
    _after: str = ""

    async def batch(self) -> bool:
        """True while there is another page."""
        deps, now, after = self.deps, self.deps.now(), self._after
        found = await deps.db.read(lambda: due(now=now, limit=BATCH, after=after))
        for one in found:
            await deps.db.write(partial(_finish, deps, one))
            forget_everything(deps, (one.child,))
        self._after = found[-1].id if len(found) == BATCH else ""
        return bool(self._after)


def _finish(deps: Deps, one: Proposal) -> None:
    """In the caller's unit: the act itself, once. A right that came by a merge erases nothing while that can be undone (RULES A11)."""
    now = deps.now()
    erases = one.act is FamilyAct.ERASE_CHILD
    if erases and held_by_merge(deps.keys, one.by, one.child, now=now):
        return
    whom = person(deps.keys, one.child)
    young = whom is not None and phase(whom.birth_date, now, whom.zone).under_14
    if one.state == "open" and (one.by not in guardians_of(one.child) or not young):
        withdraw(one.id, one.by, now=now)  # who proposed it guards no more, or the pupil decides by now: silence lets nothing through
        return
    if not finish_proposal(one.id, now=now):
        return
    if whom is None or whom.state is not PersonState.ACTIVE:
        return  # the record is gone already: there is nothing to do, and nothing to stop the others' turn
    _tell(deps, one, "done", by="")
    if erases:
        _erase(deps, one)


def _erase(deps: Deps, one: Proposal) -> None:
    """The child's record and everything of the hub about it; ledger rows keep opaque ids only (RULES A14)."""
    for guardian in guardians_of(one.child):
        notices.forget_about(guardian, f"/children/{one.child}")
    for _, owner in owners_of(one.child):
        for link in diary_links.unbind(owner, one.child):
            diary_copies.forget(link, child=one.child)
    end_everything(deps, (one.child,))
    forget_passes(deps, (one.child,))
    for forget_rows in _OWN_ROWS:
        forget_rows(one.child)
    erase_person(deps.keys, one.child, by=one.by, now=deps.now())


def _may(deps: Deps, by: PersonId, whom: PersonId) -> None:
    """A proven guardian, before 14; from then on the pupil decides (RULES A6)."""
    right = act_right(deps.keys, by, whom, EdgeRight.ACT, now=deps.now())
    pupil = person(deps.keys, whom)
    if not right.allowed or pupil is None:
        raise refusal(right)
    if not phase(pupil.birth_date, deps.now(), pupil.zone).under_14:
        raise Refused(Reason.PUPIL_DECIDES)
    if held_by_merge(deps.keys, by, whom, now=deps.now()):
        raise Refused(Reason.HELD_BY_MERGE)


def _tell(deps: Deps, one: Proposal, news: str, *, by: str) -> None:
    who = first_name(person(deps.keys, PersonId(by))) if by else ""
    text = _NEWS[news].format(who=who, act=OPEN_ACTS[one.act], child=first_name(person(deps.keys, one.child)))
    href = "/family" if news == "done" else f"/proposals/{one.id}"
    tell_family(deps, one.child, but=(by,), kind=f"proposal_{news}", text=text, href=href)


def _view(deps: Deps, one: Proposal, asker: PersonId, *, name: str | None = None) -> ProposalView:
    state = one.state
    if state == "open":
        objected = one.objected and one.answer.state is ActState.REFUSED
        state = "objected" if objected else "allowed" if one.answer.state is ActState.ALLOWED else "waiting"
    others = guardians_of(one.child)
    return ProposalView(
        id=one.id,
        act=one.act.value,
        child=one.child,
        child_name=name or first_name(person(deps.keys, one.child)),
        by=first_name(person(deps.keys, one.by)),
        state=state,
        asked_at=one.asked_at,
        until=one.answer.until,
        is_mine=asker == one.by,
        may_object=asker != one.by and asker in others and not one.closed and not one.objected,
    )
