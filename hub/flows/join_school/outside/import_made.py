"""An application that was made at the outside system itself: taken over where the hub knows applicant, child and school."""

from __future__ import annotations

from datetime import timedelta

from connectors.kit import school_joining as outside
from hub.deps import Deps
from hub.flows.join_school.people import Pair, pair_of
from hub.flows.refusals import Refused
from hub.store.joining import bundles
from hub.store.joining.records import Bundle, NewBundle
from hub.store.school import schools
from identity.ages import age
from identity.joining import ANEW, LIFE, Role
from identity.model import GOSUSLUGI, EdgeState, LinkUse, PersonId, same_name
from identity.store import edges, links, persons_by_id

SLACK = timedelta(seconds=2)
"""Times there are told in whole seconds."""
CLOSED = frozenset({outside.BundleState.REJECTED, outside.BundleState.WITHDRAWN, outside.BundleState.EXPIRED})
IN_WORK = frozenset({outside.BundleState.DRAFT, outside.BundleState.UNKNOWN})


def import_made(deps: Deps, oid: str, theirs: outside.Bundle) -> Bundle | None:
    """In the caller's unit. None for a draft, and where something of it is unknown here.

    One of ours whose answer was lost is found by its key, so that it is not kept twice."""
    if theirs.state in IN_WORK or theirs.submitted_at is None:
        return None
    pair = _pair(deps, oid, theirs)
    card = schools.school(theirs.school.ogrn)
    if pair is None or card is None or pair.child.birth_date is None:
        return None
    me, child = pair.applicant.id, pair.child.id
    before = bundles.newest(deps.keys, me, child, card.ogrn, theirs.school_year)
    if before is not None and before.outside is None:
        return None if is_older(theirs, before) and theirs.state in CLOSED else before
    if before is not None and before.state not in ANEW:
        return None
    new = NewBundle(
        applicant=me,
        child=child,
        school=card.ogrn,
        school_year=theirs.school_year,
        role=Role.PUPIL if pair.is_self else Role.LEGAL_REPRESENTATIVE,
        class_name=theirs.class_name,
        legal_name=theirs.school.legal_name,
        inn=theirs.school.inn,
        age=theirs.age_at_submission or age(pair.child.birth_date, theirs.submitted_at, card.zone),
        evidence=pair.evidence,
        submitted_at=theirs.submitted_at,
        expires_at=theirs.expires_at or theirs.submitted_at + LIFE,
    )
    return bundles.add(deps.keys, new, previous=before, now=deps.now())


def is_older(theirs: outside.Bundle, ours: Bundle) -> bool:
    """Submitted there before the family applied here; one that never was is older than any."""
    return theirs.submitted_at is None or theirs.submitted_at < ours.submitted_at - SLACK


def _pair(deps: Deps, oid: str, theirs: outside.Bundle) -> Pair | None:
    """By the Gosuslugi account, and of its children the one of that name and birth date."""
    owners = {one.person for one in links.holders(deps.keys, GOSUSLUGI, oid) if one.use is LinkUse.SIGN_IN}
    if len(owners) != 1:
        return None
    (who,) = owners
    child = who if theirs.role is outside.Role.PUPIL else _child(deps, who, theirs.child)
    try:
        return pair_of(deps, who, child) if child else None
    except Refused:
        return None


def _child(deps: Deps, who: PersonId, named: outside.OutsideChild) -> PersonId | None:
    own = {edge.child for edge in edges.of_guardian(who) if edge.state is not EdgeState.ENDED}
    fitting = [
        one.id
        for one in persons_by_id(deps.keys, own).values()
        if one.birth_date == named.birth_date and same_name(one.last_name, one.first_name, named.last_name, named.first_name)
    ]
    return fitting[0] if len(fitting) == 1 else None
