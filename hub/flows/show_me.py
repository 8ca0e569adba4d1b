"""A person opens the cabinet: who I am, my children, their diaries, and what is still missing (RULES A4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.kit.diary import DiaryChild
from hub.deps import Deps
from hub.flows.lent_diaries import lent_to
from hub.flows.refusals import Reason, Refused
from hub.flows.views.me import (
    ChildCard,
    ChildDiary,
    ChildList,
    ChildRow,
    ChildSchool,
    DiaryState,
    MeView,
    Missing,
    MissingCode,
    PersonView,
)
from hub.flows.words import title_of
from hub.store.diaries import diary_links
from hub.store.diaries.diary_links import Link
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Need
from identity.model import Missing as Lack
from identity.model import Person, PersonId
from identity.store import ChildView, children_of, needs_of, person
from identity.store.school.cards import classes_of

Linked = tuple[Link, str | None, DiaryChild | None]

_CODES: Mapping[Lack, MissingCode] = {
    Lack.LEVEL_TOO_LOW: MissingCode.LEVEL_TOO_LOW,
    Lack.SNILS_MISSING: MissingCode.SNILS,
    Lack.BIRTH_DATE_MISSING: MissingCode.BIRTH_DATE,
    Lack.UNDER_18: MissingCode.UNDER_18,
    Lack.CHILDREN_NOT_TOLD: MissingCode.CHILDREN_NOT_TOLD,
    Lack.NO_CHILDREN_LISTED: MissingCode.NO_CHILDREN,
    Lack.TO_CONFIRM_VIEW_ONLY: MissingCode.TO_CONFIRM,
    Lack.EDGE_FROZEN: MissingCode.FROZEN,
}


async def show_me(deps: Deps, visitor: Visitor) -> MeView:
    """Everything of the first page in one read."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> tuple[Person | None, Iterable[ChildView], Iterable[Need], list[Linked]]:
        children = children_of(deps.keys, who, now=now)
        return (
            person(deps.keys, who),
            children,
            needs_of(deps.keys, who, now=now, told=visitor.children_told),
            [*diary_links.of_person(deps.keys, visitor.person), *lent_to(deps, visitor, children)],
        )

    return await deps.memory.people.of(deps.db, ("me", visitor.session), lambda: _view(deps, visitor, *unit()))


def _view(
    deps: Deps, visitor: Visitor, me: Person | None, children: Iterable[ChildView], lacks: Iterable[Need], linked: list[Linked]
) -> MeView:
    if me is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    shown = tuple(children)
    rosters = _rosters(child.person.id for child in shown if child.right.allowed)
    views_only = visitor.system == CHILD_LOGIN
    cards = tuple(_card(deps, child, linked, rosters.get(child.person.id), views_only=views_only) for child in shown)
    own = next((card for card in cards if card.is_self), None)
    return MeView(
        person=PersonView(
            id=me.id,
            last_name=me.last_name,
            first_name=me.first_name,
            middle_name=me.middle_name,
            snils=me.snils.masked if me.snils else None,
            level=me.level.value,
        ),
        csrf_token=visitor.csrf,
        children=cards,
        missing=tuple(_missing(need) for need in lacks if not (own and own.may_view and need.missing is Lack.LEVEL_TOO_LOW)),
    )


async def list_children(deps: Deps, visitor: Visitor) -> ChildList:
    """The children with the systems that are linked for each."""
    now = deps.now()

    def unit() -> tuple[Iterable[ChildView], list[Linked]]:
        found = children_of(deps.keys, PersonId(visitor.person), now=now)
        return found, [*diary_links.of_person(deps.keys, visitor.person), *lent_to(deps, visitor, found)]

    children, linked = await deps.memory.people.of(deps.db, ("children", visitor.person, visitor.system), unit)
    return ChildList(
        items=tuple(
            ChildRow(
                id=child.person.id,
                last_name=child.person.last_name,
                first_name=child.person.first_name,
                lent=child.right.delegated,
                systems=tuple(dict.fromkeys(link.system for link, bound, _ in linked if bound == child.person.id)),
            )
            for child in children
        )
    )


def _rosters(children: Iterable[PersonId]) -> Mapping[PersonId, ChildSchool]:
    """The schools whose own cards name these children."""
    found: dict[PersonId, ChildSchool] = {}
    for child, (ogrn, class_name) in classes_of(tuple(children)).items():
        card = schools.school(ogrn)
        found[child] = ChildSchool(ogrn=ogrn, class_name=class_name or None, name=card.short_name if card else "")
    return found


def _card(
    deps: Deps, child: ChildView, linked: Iterable[Linked], roster: ChildSchool | None = None, *, views_only: bool = False
) -> ChildCard:
    """Of a lent view the lender's accounts are shown without their ids, and there is nothing to connect."""
    lent = views_only or child.right.delegated
    mine = [(link, pupil) for link, bound, pupil in linked if bound == child.person.id]
    diaries = [
        ChildDiary(
            system=link.system,
            state=DiaryState.ACTIVE if link.state is diary_links.LinkState.ACTIVE else DiaryState.NEEDS_LOGIN,
            title=title_of(deps.diaries, link.system),
            link=None if lent else link.id,
        )
        for link, _ in mine
    ]
    known = {link.system for link, _ in mine}
    diaries += [
        ChildDiary(system=name, state=DiaryState.NOT_LINKED, title=title_of(deps.diaries, name))
        for name in deps.diaries
        if name not in known and not lent
    ]
    return ChildCard(
        id=child.person.id,
        last_name=child.person.last_name,
        first_name=child.person.first_name,
        birth_date=child.person.birth_date,
        school=school_of([pupil for _, pupil in mine]) or roster,
        diaries=tuple(diaries),
        is_self=child.is_self,
        may_view=child.right.allowed,
        reason=child.right.missing[0].value if child.right.missing else None,
        lent=child.right.delegated,
        lent_until=child.right.until if child.right.delegated else None,
    )


def school_of(pupils: Iterable[DiaryChild | None]) -> ChildSchool | None:
    """The school as a diary names it."""
    for pupil in pupils:
        if pupil is not None and pupil.school is not None:
            name = pupil.school.short_name or pupil.school.name
            return ChildSchool(ogrn=pupil.school.ogrn, class_name=pupil.group.name if pupil.group else None, name=name)
    return None


def _missing(need: Need) -> Missing:
    level = Level.CONFIRMED.value if need.missing is Lack.LEVEL_TOO_LOW else None
    return Missing(code=_CODES[need.missing], need=level, how=tuple(how.value for how in need.how))
