"""A person opens the list of steps, for all children at once; and the few words of it for the first page."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.checklist.facts import read_facts
from hub.flows.checklist.steps import steps_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service.checklist import ChecklistView, ChildSteps
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN


async def show_checklist(deps: Deps, visitor: Visitor) -> ChecklistView:
    """A pupil's login by a parent has nothing to join: the parent does it."""
    if visitor.system == CHILD_LOGIN:
        raise Refused(Reason.PUPIL_VIEWS_ONLY)
    now = deps.now()

    def unit() -> ChecklistView:
        facts = read_facts(deps, visitor)
        if facts is None:
            raise Refused(Reason.NOT_SIGNED_IN)
        items = tuple(steps_of(facts, one, now) for one in facts.children) or (steps_of(facts, None, now),)
        return ChecklistView(items=items, finished=all(one.finished for one in items), level=facts.me.level.value)

    return await deps.memory.people.of(deps.db, ("checklist", visitor.session), unit)


async def what_is_left(deps: Deps, visitor: Visitor) -> tuple[ChildSteps, ...]:
    """For the first page: what is unfinished and not put aside by the person."""
    if visitor.system == CHILD_LOGIN:
        return ()
    return tuple(one for one in (await show_checklist(deps, visitor)).items if not one.finished and not one.put_aside)
