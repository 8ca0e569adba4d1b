"""Who stands at the school's desk: the officer of the own school, a 404 for everybody else, and the trace of what was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hub.deps import Deps
from hub.flows.office.officers import CARD_ROLES, Officer, officer_of
from hub.flows.office.rights import Act, may, roles_for
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.roster import SchoolPost
from hub.store.process.memory import Throttle
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.model import Person, PersonId, SnilsProof, same_name
from identity.store import children_of, person

OFFICE_ROLES = CARD_ROLES | roles_for(Act.ROSTER) | roles_for(Act.DIET) | roles_for(Act.MONEY)
"""Whom the menu shows a way to the office: those with a section there."""


def officer_here(deps: Deps, visitor: Visitor, school: str | None = None, *, act: Act = Act.CARDS) -> Officer:
    """Inside the caller's unit. Who does not work in an office sees what a page that is not there shows."""
    try:
        return officer_of(deps, visitor, school=school, act=act)
    except Refused as error:
        if error.reason is Reason.NOT_OFFICE:
            raise Refused(Reason.NOT_FOUND) from error
        raise


def still_officer(deps: Deps, officer: PersonId, school: str) -> Officer | None:
    """The same person at work later, when nobody is signed in: the post may have ended meanwhile."""
    me, card = person(deps.keys, officer), schools.school(school)
    if me is None or card is None or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
        return None
    mine = [post for post in schools.posts_of(deps.keys, me.snils.digits) if post.role in CARD_ROLES and post.school == school]
    return Officer(person=me.id, school=school, role=mine[0].role, zone=card.zone) if mine else None


async def works_in_office(deps: Deps, visitor: Visitor) -> bool:
    """For the menu alone: whether to show the way to the office. May be a minute old."""
    known = deps.memory.offices.get(visitor.person)
    if known is not None:
        return known

    def unit() -> bool:
        me = person(deps.keys, PersonId(visitor.person))
        if me is None or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
            return False
        return any(post.role in OFFICE_ROLES for post in schools.posts_of(deps.keys, me.snils.digits))

    found = await deps.db.read(unit)
    deps.memory.offices.put(visitor.person, found)
    return found


async def require_cards(deps: Deps, visitor: Visitor) -> None:
    """For a page that only whoever keeps cards may open."""
    await deps.db.read(lambda: officer_here(deps, visitor))


async def keeps_cards(deps: Deps, visitor: Visitor) -> bool:
    """Whether the post of this session writes cards and prints codes, or only looks at them."""

    def unit() -> bool:
        return may(officer_here(deps, visitor, act=Act.ROSTER).role, Act.CARDS)

    return await deps.db.read(unit)


async def own_schools(deps: Deps, visitor: Visitor) -> tuple[SchoolPost, ...]:
    """Where this person may keep cards, for who works in several schools."""

    def unit() -> tuple[SchoolPost, ...]:
        me = person(deps.keys, PersonId(visitor.person))
        if me is None or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
            raise Refused(Reason.NOT_FOUND)
        ogrns = dict.fromkeys(post.school for post in schools.posts_of(deps.keys, me.snils.digits) if post.role in CARD_ROLES)
        if not ogrns:
            raise Refused(Reason.NOT_FOUND)
        return tuple(SchoolPost(ogrn=card.ogrn, title=card.short_name) for ogrn in ogrns if (card := schools.school(ogrn)))

    return await deps.db.read(unit)


def own_family(deps: Deps, officer: PersonId, *, now: datetime) -> tuple[Person, ...]:
    """The officer's own children, whom another officer enters (RULES B5)."""
    return tuple(view.person for view in children_of(deps.keys, officer, now=now))


def is_own(family: Iterable[Person], last_name: str, first_name: str, birth_date: object) -> bool:
    return any(one.birth_date == birth_date and same_name(one.last_name, one.first_name, last_name, first_name) for one in family)


def take_turn(throttle: Throttle, visitor: Visitor, what: str) -> None:
    """Heavy acts of one person are counted; too many in a minute wait."""
    if not throttle.take((what, visitor.person)):
        raise Refused(Reason.TOO_MANY, after_s=throttle.wait_s((what, visitor.person)))
