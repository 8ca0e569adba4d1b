"""Posts that Gosuslugi itself tells: the head and the administrators of a school's organisation come in without a code (RULES B6)."""

from __future__ import annotations

from hub.deps import Deps
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.claims import Claims, Level, WorkClaim
from identity.model import ActorKind, PersonId
from identity.store import record_change


def follow_work(deps: Deps, claims: Claims, person: PersonId) -> None:
    """Inside the unit of a sign-in: what is told now holds until the next one that was asked for it; nothing asked changes nothing."""
    if claims.work is None or claims.level is not Level.CONFIRMED or claims.snils is None:
        return
    now, digits = deps.now(), claims.snils.digits
    told = {(one.ogrn, role) for one in claims.work if (role := _role(one)) and schools.school(one.ogrn) is not None}
    for school, role in schools.told_posts(deps.keys, digits) - told:
        schools.end_told_post(deps.keys, digits, school, role)
        record_change(actor="esia", actor_kind=ActorKind.APP, subject=person, action="staff.ended", object=role, now=now)
    names = (claims.last_name, claims.first_name, claims.middle_name)
    known = {(post.school, post.role) for post in schools.posts_of(deps.keys, digits)}
    for school, role in sorted(told - known):
        card = OfficerCard(school=school, role=role, snils=digits, names=names)
        schools.put_officers(deps.keys, (card,), now=now, told=True)
        record_change(actor="esia", actor_kind=ActorKind.APP, subject=person, action="staff.named", object=role, now=now)


def _role(one: WorkClaim) -> str:
    """Whoever only works there gets a post by the school's own code."""
    return "head" if one.is_head else "school_admin" if one.is_administrator else ""
