"""The page of a child's school: where the child is on a roster, what was applied for, and whether this person may apply."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.join_school.people import may_read, pair_of, refusal
from hub.flows.join_school.show import view_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinPage, SchoolNow
from hub.store.joining import bundles
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.joining import Role, may_apply, school_years
from identity.model import MOSCOW, PersonId
from identity.store import children_of, person
from identity.store.school.cards import classes_of

ONLY_DIARY = (
    "Этого ребёнка показывает только дневник. Заявление подаёт тот, у кого ребёнок указан на Госуслугах («Документы» → «Семья и дети»),"
    " или кому школа дала код."
)
VIEWS_ONLY = "По логину, который сделал родитель, можно только смотреть. Заявление подаёт родитель, а с 14 лет вы сами через Госуслуги."


async def show_page(deps: Deps, visitor: Visitor, child: str) -> JoinPage:
    """For a child on this person's own list; a lent view has no such page."""

    def unit() -> JoinPage:
        views = {one.person.id: one for one in children_of(deps.keys, PersonId(visitor.person), now=deps.now())}
        seen = views.get(PersonId(child))
        if seen is None or seen.right.delegated:
            raise Refused(Reason.NOT_FOUND)
        found = bundles.of_applicant(deps.keys, visitor.person, child=child)
        role, why_not, zone = _may(deps, visitor, child)
        return JoinPage(
            child=child,
            first_name=seen.person.first_name,
            zone=zone,
            now=_now(PersonId(child)),
            items=tuple(view_of(deps, one, visitor.person) for one in found if may_read(deps, visitor.person, one)),
            role=role.value if role and not why_not else None,
            why_not=why_not,
            years=school_years(deps.now(), zone),
            outside=bool(deps.joining),
        )

    return await deps.memory.people.of(deps.db, ("join.page", visitor.session, child), unit)


def _now(child: PersonId) -> SchoolNow | None:
    ogrn, klass = classes_of((child,)).get(child, ("", ""))
    card = schools.school(ogrn) if ogrn else None
    return SchoolNow(name=card.short_name, legal_name=card.legal_name, class_name=klass) if card else None


def _may(deps: Deps, visitor: Visitor, child: str) -> tuple[Role | None, str, str]:
    """As whom, or why not; and the zone of the child's days."""
    known = person(deps.keys, PersonId(child))
    zone = known.zone if known else MOSCOW
    role = Role.PUPIL if child == visitor.person else Role.LEGAL_REPRESENTATIVE
    if visitor.system == CHILD_LOGIN:
        return role, VIEWS_ONLY, zone
    try:
        pair = pair_of(deps, visitor.person, child)
    except Refused as error:
        return role, error.detail or ONLY_DIARY, zone
    why = may_apply(role, applicant=pair.applicant, child=pair.child, level=pair.applicant.level, zone=zone, now=deps.now())
    return role, (refusal(why).detail or "") if why else "", zone
