"""The worker's part: what nobody decided in 30 days expires, and what was announced for a day begins to work (RULES B1, B5)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name
from hub.flows.join_school.effect import By, decided, tell_applicant
from hub.flows.join_school.outside import look_outside
from hub.store.joining import bundles, errands, requests
from hub.store.joining.records import Bundle, Event, Side
from identity.joining import OPEN, RequestKind, RequestState, Role
from identity.model import ActorKind, PersonId
from identity.store import edges, person, record_change
from identity.store.school.deciding import may_approve

BATCH = 100
RELATION_ENDED = "relation_ended"
"""Nothing ties the applicant to the child any more: nobody approves for a stranger."""
AGAINST = frozenset({"person_closed", "restricted", "frozen"})
"""What stands against a representative whatever the officers say; a level that is too low only makes him wait."""


async def expire_joins(deps: Deps) -> bool:
    """One bounded part; True when there may be more."""
    now = deps.now()

    def unit() -> int:
        found = bundles.due(deps.keys, now=now, limit=BATCH)
        for one in found:
            _expire(deps, bundles.held(deps.keys, one.id) or one)
        return len(found)

    if not await deps.db.read(lambda: bool(bundles.due(deps.keys, now=now, limit=1))):
        return False
    # What was decided there in the last minute counts before the term does.
    await look_outside(deps)
    return await deps.db.write(unit) >= BATCH


def _expire(deps: Deps, bundle: Bundle) -> None:
    if bundle.state not in OPEN:
        return  # decided in this very moment
    now = bundle.expires_at
    for one in bundle.requests:
        if one.state is RequestState.SUBMITTED:
            requests.turn(deps.keys, one, RequestState.EXPIRED, now=now)
    bundles.note(bundle.id, Event.EXPIRED, Side.TIME, now=now)
    bundles.settle(bundle.id, now=now)
    child = PersonId(bundle.child)
    record_change(actor="worker", actor_kind=ActorKind.COMMAND, subject=child, action="join.expired", object=bundle.id, now=deps.now())
    name = first_name(person(deps.keys, child))
    text = f"Школа не решила за 30 дней, и заявление закрылось: {name}. Позвоните в школу и подайте его снова."
    tell_applicant(deps, bundle, "join_expired", text, now=deps.now())


async def finish_announced(deps: Deps) -> bool:
    """The 24 hours of notice to the other guardians are over."""
    now = deps.now()
    found = await deps.db.read(lambda: requests.announced(now=now, limit=BATCH))

    def unit() -> None:
        for id_ in found:
            _finish(deps, id_)

    if found:
        await deps.db.write(unit)
    return len(found) >= BATCH


def _finish(deps: Deps, id_: str) -> None:
    seen = bundles.of_request(deps.keys, id_)
    bundle = bundles.held(deps.keys, seen.id) if seen else None
    request = bundle.numbered(id_) if bundle else None
    if bundle is None or request is None or request.second_by is None:
        return
    now = deps.now()
    by = By(id=request.second_by, kind=ActorKind.STAFF, side=Side.SCHOOL)
    if against(deps, bundle, request.kind) is not None:
        # Something stands against it by now: the officers decide anew, and see what it is.
        requests.unsign(request.id)
        record_change(
            actor="worker", actor_kind=ActorKind.COMMAND, subject=PersonId(bundle.child), action="review.lapsed", object=bundle.id, now=now
        )
        return
    if requests.turn(deps.keys, request, RequestState.APPROVED, by=request.second_by, decider=request.decider, now=now):
        if deps.joining:
            errands.add(deps.keys, bundle.id, errands.Act.APPROVE, request=request.id, by=request.second_by, now=now)
        decided(deps, bundle, request, RequestState.APPROVED, by, now=now)


def against(deps: Deps, bundle: Bundle, kind: RequestKind) -> str | None:
    """In the caller's unit: why a representative cannot be attached now; None where nothing stands against it."""
    applicant, child = PersonId(bundle.applicant), PersonId(bundle.child)
    if bundle.role is Role.LEGAL_REPRESENTATIVE and not edges.between(applicant, child):
        return RELATION_ENDED
    if kind is not RequestKind.ATTACH_REPRESENTATIVE:
        return None
    found = may_approve(deps.keys, applicant, child, now=deps.now())
    return found if found in AGAINST else None
