"""A family takes its application back: what is still open is withdrawn, what the school approved stays said (RULES B1)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.join_school.show import own_bundle, view_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinView
from hub.store.joining import bundles, errands, requests
from hub.store.joining.records import Event, Side
from hub.store.sessions import Visitor
from identity.joining import OPEN, BundleState, RequestState
from identity.model import ActorKind, PersonId
from identity.store import person, record_change


async def withdraw_join(deps: Deps, visitor: Visitor, bundle: str) -> JoinView:
    """Twice is harmless; a decided one is decided, and the answer says how."""
    now = deps.now()

    def unit() -> JoinView:
        seen = own_bundle(deps, visitor, bundle)
        found = bundles.held(deps.keys, seen.id) or seen
        if found.applicant != visitor.person:
            raise Refused(Reason.NOT_FOUND)
        if found.state is BundleState.WITHDRAWN:
            return view_of(deps, found, visitor.person)
        turned = [
            one.id
            for one in found.requests
            if one.state is RequestState.SUBMITTED and requests.turn(deps.keys, one, RequestState.WITHDRAWN, now=now)
        ]
        if found.state not in OPEN or not turned:
            raise Refused(Reason.ALREADY_DECIDED, "Решение уже есть: отзывать нечего.", more={"state": found.state.value})
        bundles.note(found.id, Event.WITHDRAWN, Side.FAMILY, now=now)
        bundles.settle(found.id, now=now)
        if deps.joining:
            errands.add(deps.keys, found.id, errands.Act.WITHDRAW, now=now)
        child = PersonId(found.child)
        kind = ActorKind.PUPIL if found.child == visitor.person else ActorKind.GUARDIAN
        record_change(actor=PersonId(visitor.person), actor_kind=kind, subject=child, action="join.withdrawn", object=found.id, now=now)
        text = f"Заявление в школу отозвано: {first_name(person(deps.keys, child))}."
        tell_family(deps, child, but=(visitor.person,), kind="join_withdrawn", text=text, href=f"/children/{child}/school")
        after = bundles.find(deps.keys, found.id)
        assert after is not None, "it was read in this very unit"
        return view_of(deps, after, visitor.person)

    return await deps.db.write(unit)
