"""Who may see whom: the one answer that every page, flow and job asks for before it shows a child's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from peewee import IntegrityError

from identity.ages import Action, level_allows, phase
from identity.claims import Level
from identity.errors import NotFound
from identity.guardianship import Need, Right, acting_right, needs, own_right, refused, view_by_edges
from identity.model import (
    AccountLink,
    ActorKind,
    EdgeRight,
    EdgeState,
    Guardianship,
    LinkId,
    Missing,
    Person,
    PersonId,
    PersonState,
    same_name,
)
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.children import is_pupil
from identity.store.family.standing import Standing, standing
from identity.store.rows import fetch
from identity.store.tables import DiaryChildRow, LinkRow
from identity.store.trail import access

DIARY = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildView:
    """A child of a person's page: own record (`is_self`), guarded, or known only from the person's own diary account."""

    person: Person
    right: Right
    is_self: bool = False
    diary_only: bool = False


def view_right(keys: Keys, viewer: PersonId, child: PersonId, *, now: datetime, datum: str = DIARY, level: Level | None = None) -> Right:
    """Whether the viewer may see this datum of this child now. A foreign child and one that does not exist get the same answer.

    `level`: that of the session, where it is lower than the person's last strong sign-in.
    """
    both = persons.by_ids(keys, (viewer, child))
    who, whom = both.get(viewer), both.get(child)
    if who is None or who.state is PersonState.CLOSED:
        return refused(Missing.FOREIGN)
    if viewer == child:
        return own_right(who, level or who.level, now)
    # All is looked up before anything is said: a child that does not exist takes as long as a foreign one.
    stands, found = standing(keys, who, now=now), edges.between(viewer, child)
    by_diary = not found and datum == DIARY and child in _diary_only(keys, viewer, stands)
    if whom is None or whom.state is PersonState.CLOSED or child in stands.restricted:
        return refused(Missing.FOREIGN)  # a restricted one is not told even that there is something to ask about (RULES A5a)
    right = view_by_edges(whom, found, level or who.level, now, capable=child in stands.capable)
    if not right.allowed and by_diary:
        return Right(allowed=True, rights=frozenset({EdgeRight.VIEW}), diary_only=True)
    return _lent(keys, whom, stands, right, level or who.level, now=now)


def act_right(keys: Keys, guardian: PersonId, child: PersonId, right: EdgeRight, *, now: datetime, level: Level | None = None) -> Right:
    """Whether the guardian may act or pay for the child now."""
    both = persons.by_ids(keys, (guardian, child))
    who, whom = both.get(guardian), both.get(child)
    if who is None or whom is None or PersonState.CLOSED in (who.state, whom.state):
        return refused(Missing.FOREIGN)
    stands = standing(keys, who, now=now)
    if child in stands.restricted:
        return refused(Missing.FOREIGN)
    return acting_right(who, whom, edges.between(guardian, child), right, level or who.level, now, capable=child in stands.capable)


def _lent(keys: Keys, whom: Person, stands: Standing, right: Right, level: Level, *, now: datetime) -> Right:
    """The own right, or a view lent by a guardian whose own view still holds, or granted by a grown pupil (RULES A5b, A6)."""
    if right.allowed or Missing.EDGE_FROZEN in right.missing:
        return right
    for loan in stands.loans_of(whom.id):
        if loan.giver != whom.id:
            giver = persons.person(keys, loan.giver)
            if giver is None or giver.state is not PersonState.ACTIVE:
                continue
            own = standing(keys, giver, now=now)
            between = edges.between(giver.id, whom.id)
            if whom.id in own.restricted or not view_by_edges(whom, between, giver.level, now, capable=whom.id in own.capable).allowed:
                continue
        action = Action.VIEW_UNDER_14 if phase(whom.birth_date, now, whom.zone).under_14 else Action.VIEW_FROM_14
        if not level_allows(action, level):
            return refused(Missing.LEVEL_TOO_LOW)
        return Right(allowed=True, until=loan.until, rights=frozenset({EdgeRight.VIEW}), delegated=True, lender=loan.giver)
    return right


def _diary_only(keys: Keys, owner: PersonId, stands: Standing) -> tuple[PersonId, ...]:
    """The children that only the owner's diary shows, but for those who look like a child that the owner may not see."""
    found = fetch(DiaryChildRow, "SELECT child FROM diary_only_child WHERE owner = ? ORDER BY created_at, child", (owner,))
    mine = tuple(PersonId(child) for (child,) in found)
    if not stands.restricted or not mine:
        return mine
    hidden = persons.by_ids(keys, stands.restricted).values()
    return tuple(child.id for child in persons.by_ids(keys, mine).values() if not any(_alike(child, one) for one in hidden))


def _alike(one: Person, other: Person) -> bool:
    """A child whom its diary does not name may be any."""
    if not one.last_name and not one.first_name:
        return True
    named = same_name(one.last_name, one.first_name, other.last_name, other.first_name)
    return named and (None in (one.birth_date, other.birth_date) or one.birth_date == other.birth_date)


def children_of(keys: Keys, person_id: PersonId, *, now: datetime, level: Level | None = None) -> tuple[ChildView, ...]:
    """The children that the person sees: guarded ones, diary-only ones, and a pupil's own record. Waiting edges show nobody."""
    touching = edges.touching(person_id)
    by_child: dict[PersonId, list[Guardianship]] = {}
    for edge in touching:
        if edge.guardian == person_id:
            by_child.setdefault(edge.child, []).append(edge)
    me = persons.person(keys, person_id)
    if me is None or me.state is not PersonState.ACTIVE:
        return ()
    stands = standing(keys, me, now=now)
    only = tuple(child for child in _diary_only(keys, person_id, stands) if child not in by_child)
    lent = tuple(loan.child for loan in stands.loans if loan.child not in stands.restricted)
    known = persons.by_ids(keys, (*by_child, *only, *lent))
    asked = level or me.level
    shown: list[ChildView] = []
    for child in dict.fromkeys((*by_child, *lent)):
        between = by_child.get(child, [])
        right = view_by_edges(known[child], between, asked, now, capable=child in stands.capable)
        right = _lent(keys, known[child], stands, right, asked, now=now)
        if right.allowed and child not in stands.restricted:
            shown.append(ChildView(person=known[child], right=right))
    diary = Right(allowed=True, rights=frozenset({EdgeRight.VIEW}), diary_only=True)
    shown.extend(ChildView(person=known[child], right=diary, diary_only=True) for child in only)
    if is_pupil(me, tuple(edge for edge in touching if edge.child == person_id), now):
        shown.append(ChildView(person=me, right=own_right(me, asked, now), is_self=True))
    # A page keeps the same order: the pupil's own record, then the eldest first.
    return tuple(sorted(shown, key=lambda one: (not one.is_self, one.person.birth_date or date.max, one.person.first_name, one.person.id)))


def needs_of(keys: Keys, person_id: PersonId, *, now: datetime, told: bool | None = None) -> tuple[Need, ...]:
    """What the person lacks for full use, with the ways to get it. `told`: whether the sign-in of this session told the children."""
    me = persons.person(keys, person_id)
    if me is None:
        return ()
    hidden = standing(keys, me, now=now).restricted
    return needs(me, [edge for edge in edges.of_guardian(person_id) if edge.child not in hidden], now=now, told=told)


def links_of(keys: Keys, person_id: PersonId, *, now: datetime) -> tuple[AccountLink, ...]:
    """Own links, those opened for the children, and those that guarded children under 14 opened themselves."""
    young = [
        view.person.id
        for view in children_of(keys, person_id, now=now)
        if not view.is_self and not view.diary_only and not view.right.delegated and own_right(view.person, Level.UNKNOWN, now).allowed
    ]
    return links.of_persons(keys, person_id, young)


def attach_account(keys: Keys, new: links.NewLink, *, now: datetime) -> AccountLink:
    """Links an outside account after a sign-in there; the same owner again gets the same link, another person `AlreadyLinked`."""
    try:
        with LinkRow._meta.database.atomic():
            return _attach(keys, new, now=now)
    except IntegrityError:
        # A parallel tab was faster: now the link is there, and this is its repeat.
        return _attach(keys, new, now=now)


def _attach(keys: Keys, new: links.NewLink, *, now: datetime) -> AccountLink:
    found = links.find(keys, new.system, new.tenant, new.subject)
    if found is not None:
        links.holder_of(found, new)
        links.relink(found.id, new, now=now)
    else:
        made = links.add(keys, new, now=now)
        access.record_change(
            actor=new.opened_by, actor_kind=ActorKind.GUARDIAN, subject=new.person, action="link.attached", object=new.system, now=now
        )
        return made
    stored = links.link(keys, found.id)
    assert stored is not None, "the row was written in this very unit"
    return stored


def remove_link(keys: Keys, viewer: PersonId, link_id: LinkId, *, now: datetime) -> AccountLink:
    """Closes the viewer's link; `LastStrongIdentity` for the last one (RULES A11), `NotFound` for a foreign one. Twice is harmless."""
    found = links.removable(keys, viewer, link_id)
    links.close((found.id,), now=now)
    access.record_change(
        actor=viewer, actor_kind=ActorKind.GUARDIAN, subject=found.person, action="link.removed", object=found.system, now=now
    )
    return found


def freeze_edges(keys: Keys, by: PersonId, guardian: PersonId, child: PersonId, *, now: datetime) -> tuple[Guardianship, ...]:
    """«Я не знаю этого человека», said by an active guardian or by the pupil who acts alone (RULES A5)."""
    if by == guardian or not may_freeze(keys, by, child, now):
        raise NotFound("no such edge")
    frozen = edges.freeze(guardian, child)
    for edge in frozen:
        access.record_change(
            actor=by, actor_kind=ActorKind.GUARDIAN, subject=child, action="guardianship.frozen", object=edge.guardian, now=now
        )
    return frozen


def may_freeze(keys: Keys, by: PersonId, child: PersonId, now: datetime) -> bool:
    """Whether this person is asked: an active guardian, or the pupil from 14 on."""
    if by == child:
        whom = persons.person(keys, child)
        return whom is not None and not phase(whom.birth_date, now, whom.zone).under_14 and own_right(whom, whom.level, now).allowed
    return any(edge.state is EdgeState.ACTIVE for edge in edges.between(by, child))
