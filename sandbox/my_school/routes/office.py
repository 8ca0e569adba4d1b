"""The school's office: what waits for a decision, and the decision, made once and under the version that was seen (RULES B4, B5)."""

from __future__ import annotations

from typing import Any, Final

from quart import Response, request

from sandbox.my_school.routes.asking import Asking, body_of, page_of, wanted_version
from sandbox.my_school.state.joins import OPEN, Bundle, Decider, Request
from sandbox.my_school.state.service import Service
from sandbox.my_school.wire import shapes
from sandbox.my_school.wire.errors import SchoolError, answer
from sandbox.world.model import Person

STATES: Final = (OPEN, "approved", "rejected", "withdrawn", "expired")
POST: Final = "Администратор ОО"
LONGEST_REASON: Final = 500


def submitted(service: Service, ogrns: set[str], state: str | None = OPEN) -> list[tuple[Bundle, Request]]:
    """Requests to these schools, oldest first; drafts are nobody else's business."""
    found = (it for it in service.registry.bundles.values() if it.submitted_at is not None and it.ogrn in ogrns)
    return [(it, one) for it in found for one in it.requests if state in (None, one.state)]


def _offices(asked: Asking) -> set[str]:
    found = {it.ogrn for it in asked.service.offices(asked.person)}
    if not found:
        raise SchoolError("office_only")
    return found


def _found(asked: Asking, request_id: str) -> tuple[Bundle, Request]:
    """Another school's request is no request."""
    offices, found = _offices(asked), asked.service.registry.request(request_id)
    if found is None or found[0].ogrn not in offices:
        raise SchoolError("not_found")
    return found


async def listed(asked: Asking) -> Response:
    state = request.args.get("state")
    if state is not None and state not in STATES:
        raise SchoolError("value", field="state")
    found = submitted(asked.service, _offices(asked), state)
    return answer(page_of(found, lambda pair: pair[1].id, lambda pair: shapes.office_request(asked.service, *pair)))


async def show(asked: Asking, request_id: str) -> Response:
    bundle, one = _found(asked, request_id)
    return answer(shapes.office_request(asked.service, bundle, one), version=one.version)


async def approve(asked: Asking, request_id: str) -> Response:
    _found(asked, request_id)
    return _decided(asked, request_id, "approved", None)


async def reject(asked: Asking, request_id: str) -> Response:
    _found(asked, request_id)
    return _decided(asked, request_id, "rejected", reason_of(await body_of()))


def reason_of(body: dict[str, Any]) -> str:
    reason = str(body.get("reason") or "").strip()
    if not reason:
        raise SchoolError("reason_missing", field="reason")
    if len(reason) > LONGEST_REASON:
        raise SchoolError("value", field="reason")
    return reason


def _decided(asked: Asking, request_id: str, state: str, reason: str | None) -> Response:
    bundle, one = _found(asked, request_id)
    decide(asked.service, asked.person, bundle, one, state, reason, wanted_version(needed=True))
    return answer(shapes.office_request(asked.service, bundle, one), version=one.version)


def decide(service: Service, who: Person, bundle: Bundle, one: Request, state: str, reason: str | None, version: int | None) -> None:
    """The one place of decisions, whoever sends them; the same once more changes nothing."""
    if who.id in (bundle.applicant, bundle.child.person) or bundle.child.person in (*who.children, *who.cares_for, *who.gosuslugi_children):
        raise SchoolError("own_request")
    current = shapes.office_request(service, bundle, one)
    if one.state != OPEN:
        if one.state == state and one.decided_by is not None and one.decided_by.person == who.id:
            return
        raise SchoolError(one.state if one.state in ("withdrawn", "expired") else "already_decided", current=current)
    if version is not None and version != one.version:
        raise SchoolError("version_changed", current=current)
    by = Decider(person=who.id, name=shapes.short_name(who), post=POST)
    if bundle.state == "partial" and state == "approved" and _waits_for_account(service, bundle):
        service.registry.half.add(bundle.id)
    service.registry.decide(bundle, one, state, reason, by, service.now)


def _waits_for_account(service: Service, bundle: Bundle) -> bool:
    return bundle.role == "legal_representative" and service.level(bundle.applicant) != "confirmed"
