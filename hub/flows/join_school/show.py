"""A family reads its applications: the requests as steps with dates, who decided and why, and what may be done now."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.join_school.people import may_read
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import DeciderView, JoinList, JoinRequestView, JoinSchool, JoinStep, JoinView
from hub.store.joining import bundles, errands
from hub.store.joining.records import Bundle, Happened, Request
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.joining import ANEW, OPEN, BundleState, RequestKind, RequestState, waits_for
from identity.model import MOSCOW, PersonId
from identity.store import person


async def read_join(deps: Deps, visitor: Visitor, bundle: str) -> JoinView:
    """One's own; a foreign one and none at all look the same."""

    def unit() -> JoinView:
        return view_of(deps, own_bundle(deps, visitor, bundle), visitor.person)

    return await deps.memory.people.of(deps.db, ("join", visitor.person, bundle), unit)


async def list_joins(deps: Deps, visitor: Visitor, *, child: str | None = None) -> JoinList:
    """Newest first; of one child where it is named."""

    def unit() -> JoinList:
        found = bundles.of_applicant(deps.keys, visitor.person, child=child)
        return JoinList(items=tuple(view_of(deps, one, visitor.person) for one in found if may_read(deps, visitor.person, one)))

    return await deps.memory.people.of(deps.db, ("joins", visitor.person, child), unit)


def own_bundle(deps: Deps, visitor: Visitor, id_: str) -> Bundle:
    """In the caller's unit."""
    found = bundles.find(deps.keys, id_)
    if found is None or not may_read(deps, visitor.person, found):
        raise Refused(Reason.NOT_FOUND)
    return found


def view_of(deps: Deps, bundle: Bundle, reader: str) -> JoinView:
    """In the caller's unit."""
    card = schools.school(bundle.school)
    me = person(deps.keys, PersonId(bundle.applicant))
    confirmed = me is not None and me.level is Level.CONFIRMED
    told, refused = known_there(bundle)
    mine, following = reader == bundle.applicant, bundles.next_of(bundle.id)
    return JoinView(
        id=bundle.id,
        state=bundle.state.value,
        child=bundle.child,
        role=bundle.role.value,
        class_name=bundle.class_name,
        school=JoinSchool(
            ogrn=bundle.school,
            legal_name=bundle.legal_name,
            inn=bundle.inn,
            legal_name_now=card.legal_name if card else bundle.legal_name,
            short_name=card.short_name if card else "",
        ),
        school_year=bundle.school_year,
        zone=card.zone if card else MOSCOW,
        requests=tuple(_request(bundle, one, confirmed=confirmed) for one in bundle.requests),
        history=steps_of(bundle, bundles.history(bundle.id)),
        submitted_at=bundle.submitted_at,
        expires_at=bundle.expires_at,
        previous=bundle.previous,
        next=following,
        outside=told,
        outside_reason=refused,
        may_withdraw=mine and bundle.state in OPEN,
        may_resubmit=mine and following is None and bundle.state in ANEW,
    )


def known_there(bundle: Bundle) -> tuple[str, str]:
    """In the caller's unit: whether the outside system knows of it, and its code where it would not have it."""
    waits, refused = errands.standing(bundle.id)
    return ("told" if bundle.outside else "refused" if refused else "waiting" if waits else "none"), refused


def steps_of(bundle: Bundle, happened: tuple[Happened, ...]) -> tuple[JoinStep, ...]:
    kinds = {one.id: one.kind.value for one in bundle.requests}
    return tuple(JoinStep(at=one.at, event=one.event.value, side=one.side.value, kind=kinds.get(one.request or "")) for one in happened)


def decider_of(one: Request) -> DeciderView | None:
    return DeciderView(name=one.decider.name, post=one.decider.post) if one.decider else None


def _request(bundle: Bundle, one: Request, *, confirmed: bool) -> JoinRequestView:
    register = bundle.request(RequestKind.REGISTER_PUPIL)
    approved = one.state is RequestState.APPROVED
    waits = waits_for(one.kind, register.state if register else RequestState.SUBMITTED, confirmed=confirmed) if approved else None
    announced = one.state is RequestState.SUBMITTED and one.second_by is not None
    return JoinRequestView(
        id=one.id,
        kind=one.kind.value,
        state=one.state.value,
        reason=one.reason or None,
        decided_at=one.decided_at if one.state in (RequestState.APPROVED, RequestState.REJECTED) else None,
        decided_by=decider_of(one),
        effective=approved and waits is None and bundle.state is BundleState.COMPLETE,
        waits_for=waits.value if waits else None,
        announced_until=one.works_from if announced else None,
    )
