"""What follows from a decision, wherever it fell: the bundle's state, word to the family, and the roster when it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.follow_edges import follow_edges
from hub.flows.guardianship.telling import first_name, tell_family
from hub.store import notices
from hub.store.joining import bundles
from hub.store.joining.records import Bundle, Event, Request, Side
from hub.store.school import schools
from identity.joining import BundleState, RequestKind, RequestState
from identity.model import MOSCOW, ActorKind, PersonId
from identity.store import person, record_change
from identity.store.school.enrolment import attach_applicant, enrol

WHY_LEFT = "Зачислен в другую школу по заявлению семьи"
_WHAT: Mapping[RequestKind, str] = {
    RequestKind.REGISTER_PUPIL: "регистрация ученика",
    RequestKind.ATTACH_REPRESENTATIVE: "подключение родителя",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who did it: an officer by id, or the outside system or the worker by name."""

    id: str
    kind: ActorKind
    side: Side


def decided(deps: Deps, bundle: Bundle, request: Request, after: RequestState, by: By, *, now: datetime) -> BundleState:
    """In the caller's unit, after the request turned to approved or rejected."""
    event = Event.APPROVED if after is RequestState.APPROVED else Event.REJECTED
    bundles.note(bundle.id, event, by.side, request=request.id, now=now)
    state = bundles.settle(bundle.id, now=now)
    name = first_name(person(deps.keys, PersonId(bundle.child)))
    if state is BundleState.COMPLETE:
        _complete(deps, bundle, by, now=now)
        tell_applicant(deps, bundle, "join_complete", f"Школа приняла заявление: {name}. Класс: {bundle.class_name}.", now=now)
    elif after is RequestState.APPROVED:
        left = "" if state is not BundleState.PARTIAL else " Второе решение школа ещё не приняла."
        tell_applicant(deps, bundle, "join_approved", f"Школа одобрила заявление ({name}): {_WHAT[request.kind]}.{left}", now=now)
    else:
        text = f"Школа отклонила заявление ({name}): {_WHAT[request.kind]}. Причина и что делать дальше — на странице."
        tell_applicant(deps, bundle, "join_rejected", text, now=now)
    return state


def tell_applicant(deps: Deps, bundle: Bundle, kind: str, text: str, *, now: datetime) -> None:
    """On the page only: the page itself says school and reason."""
    href = f"/children/{bundle.child}/school/{bundle.id}"
    notices.tell(deps.keys, person=bundle.applicant, kind=kind, text=text, href=href, now=now)


def _complete(deps: Deps, bundle: Bundle, by: By, *, now: datetime) -> None:
    """R1 puts the pupil into the roster, and with it R2 makes the applicant a guardian on the school's word (RULES A5, B1)."""
    card, child = schools.school(bundle.school), PersonId(bundle.child)
    done = enrol(
        deps.keys,
        school=bundle.school,
        child=child,
        klass=bundle.class_name,
        zone=card.zone if card else MOSCOW,
        by=by.id,
        kind=by.kind,
        why_left=WHY_LEFT,
        now=now,
    )
    bundles.note(bundle.id, Event.ENROLLED, by.side, now=now)
    attach = bundle.request(RequestKind.ATTACH_REPRESENTATIVE)
    if attach is not None:
        change = attach_applicant(deps.keys, PersonId(bundle.applicant), child, school=bundle.school, source=attach.id, now=now)
        if change is not None:
            follow_edges(deps, (change,))
    name = first_name(person(deps.keys, child))
    moved = " Из списка прежней школы ученик выбыл." if done.left else ""
    text = f"{name}: школа зачислила ученика, класс {bundle.class_name}.{moved}"
    tell_family(deps, child, but=(bundle.applicant,), kind="enrolled", text=text, href=f"/children/{child}/school")


def note_by(deps: Deps, bundle: Bundle, by: By, action: str, *, parts: Mapping[str, str], now: datetime) -> None:
    """In the child's own log, by name and post where somebody of a school did it (RULES A13)."""
    record_change(
        keys=deps.keys,
        actor=by.id,
        actor_kind=by.kind,
        subject=PersonId(bundle.child),
        action=action,
        object=bundle.id,
        parts=parts,
        now=now,
    )
