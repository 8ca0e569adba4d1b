"""A request as a row of the office's queue: who asks for whom, what speaks for it, and what this officer may say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.join_school.show import decider_of
from hub.flows.office.officers import Officer
from hub.flows.views.school.desk import Proof
from hub.flows.views.school.joining import JoinApplicant, JoinChild, JoinRow, OtherRequest
from hub.flows.words import names_of
from hub.store.joining.records import Bundle, Request
from identity.joining import RequestState
from identity.model import Person, PersonId
from identity.store import persons_by_id
from identity.store.school.enrolment import Twin, kin_of, twins_in

BOTH, ONLY_NO = ("approve", "reject"), ("reject",)
NOBODY = Person(id=PersonId(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What several rows need, read once: the people by id, the officer's own family, the pupils that the roster has already."""

    known: Mapping[PersonId, Person]
    kin: frozenset[PersonId]
    twins: Mapping[PersonId, Twin]


def around(deps: Deps, officer: Officer, bundles: Collection[Bundle]) -> Around:
    """In the caller's unit."""
    people = {PersonId(id_) for one in bundles for id_ in (one.applicant, one.child)}
    people |= {PersonId(one.first_by) for bundle in bundles for one in bundle.requests if one.first_by}
    known = persons_by_id(deps.keys, people)
    open_ones = tuple({PersonId(one.child) for one in bundles if any(it.state is RequestState.SUBMITTED for it in one.requests)})
    return Around(known=known, kin=kin_of(officer.person), twins=twins_in(deps.keys, officer.school, open_ones))


def row_of(officer: Officer, found: Around, bundle: Bundle, request: Request, *, against: str | None = None) -> JoinRow:
    """`against` is what stands against a representative, where it was asked."""
    child = found.known.get(PersonId(bundle.child), NOBODY)
    applicant = found.known.get(PersonId(bundle.applicant), NOBODY)
    needs, may, blocked = _standing(officer, found, bundle, request, against)
    other = next((one for one in bundle.requests if one.id != request.id), None)
    ended = request.state in (RequestState.APPROVED, RequestState.REJECTED)
    return JoinRow(
        id=request.id,
        bundle=bundle.id,
        kind=request.kind.value,
        state=request.state.value,
        child=JoinChild(last_name=child.last_name, first_name=child.first_name, middle_name=child.middle_name, birth_date=child.birth_date),
        applicant=JoinApplicant(
            last_name=applicant.last_name,
            first_name=applicant.first_name,
            middle_name=applicant.middle_name,
            level=applicant.level.value,
        ),
        role=bundle.role.value,
        class_name=bundle.class_name,
        school=bundle.school,
        school_year=bundle.school_year,
        evidence=proofs_of(bundle),
        submitted_at=request.submitted_at,
        expires_at=bundle.expires_at,
        other=OtherRequest(id=other.id, kind=other.kind.value, state=other.state.value) if other else None,
        needs=needs,
        may=may,
        blocked=blocked,
        first_by=names_of(found.known.get(PersonId(request.first_by))) if request.first_by else "",
        works_from=request.works_from,
        reason=request.reason or None,
        decided_at=request.decided_at if ended else None,
        decided_by=decider_of(request) if ended else None,
        in_roster=found.twins.get(PersonId(bundle.child)) in (Twin.OWN, Twin.FREE),
        namesake=found.twins.get(PersonId(bundle.child)) is Twin.TAKEN,
        differs=request.differs,
    )


def proofs_of(bundle: Bundle) -> tuple[Proof, ...]:
    """As it was when the family applied, the strongest first."""
    return tuple(Proof(kind=kind.value, at=at) for kind, at in sorted(bundle.evidence.items(), key=lambda pair: _RANK.index(pair[0].value)))


_RANK = (
    "esia_kid", "esia_confirmed", "snils_in_school_card", "school_approval", "own_sign_in", "invitation_code", "both_sides_login",
)  # fmt: skip


def _standing(
    officer: Officer, found: Around, bundle: Bundle, request: Request, against: str | None
) -> tuple[str, tuple[str, ...], str | None]:
    """What it needs, what this officer may say, and why not more."""
    if request.state is not RequestState.SUBMITTED:
        return "nothing", (), None
    needs = "time" if request.second_by else "second_officer" if request.first_by else "decision"
    if found.kin & {PersonId(bundle.applicant), PersonId(bundle.child)}:
        return needs, (), "own_family"
    if against is not None:
        return needs, ONLY_NO, against
    if request.first_by == officer.person:
        return needs, ONLY_NO, "same_officer" if needs == "second_officer" else None
    return needs, ONLY_NO if needs == "time" else BOTH, None
