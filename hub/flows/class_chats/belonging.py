"""Who is of a class, for its chats: pupils, their guardians, the class's own staff, each with consent, profile and restriction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.class_chats.words import MESSENGERS
from hub.store.school import schools
from hub.store.school.chats import members
from identity.ages import phase
from identity.consent import Consent, Purpose, answer
from identity.guardianship import view_by_edges
from identity.linking.class_chats import Audience, Claim, Place, Why, places
from identity.model import EdgeRight, EdgeState, Guardianship, LinkState, Person, PersonId, PersonState
from identity.snils import Snils
from identity.store import persons_by_id
from identity.store.family.circles import capable_among, edges_around, kept_away, words_on
from identity.store.links import subjects_at
from identity.store.persons import by_snils
from identity.store.school.cards import pupils_of

CLASS_TEACHER = "class_teacher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Everybody around one class, read once for both of its chats."""

    pupils: Mapping[PersonId, Person]
    guardians: Mapping[PersonId, Person]
    edges: Mapping[PersonId, tuple[Guardianship, ...]]
    """By pupil, the living ones."""
    away: Mapping[PersonId, frozenset[PersonId]]
    """By pupil, whom a restriction keeps away."""
    capable: frozenset[PersonId]
    staff: tuple[Person, ...]

    @property
    def restricted(self) -> frozenset[PersonId]:
        """Whom a restriction keeps from any pupil of the class."""
        return frozenset(who for some in self.away.values() for who in some)

    def keeps_away(self, who: PersonId, child: PersonId) -> bool:
        return who in self.away.get(child, ())


def circle_of(deps: Deps, school: str, klass: str, *, now: datetime) -> Circle:
    """In the caller's unit; a handful of questions however many are in the class."""
    children = [child for child, _ in pupils_of(school, klass=klass)]
    found = edges_around(children)
    adults = sorted({edge.guardian for some in found.values() for edge in some})
    people = persons_by_id(deps.keys, [*children, *adults])
    staff = _staff(deps, school, klass)
    return Circle(
        pupils={child: people[child] for child in children if child in people and people[child].state is PersonState.ACTIVE},
        guardians={who: people[who] for who in adults if who in people and people[who].state is PersonState.ACTIVE},
        edges=found,
        away=kept_away(deps.keys, children, (*people.values(), *staff), now=now),
        capable=capable_among(children, now=now),
        staff=staff,
    )


def _staff(deps: Deps, school: str, klass: str) -> tuple[Person, ...]:
    """The class's own teachers, as far as they have signed in here."""
    numbers = schools.snils_of_class(deps.keys, school, klass, CLASS_TEACHER)
    found = (by_snils(deps.keys, Snils(number)) for number in numbers)
    return tuple(one for one in found if one is not None)


def belonging(deps: Deps, circle: Circle, audience: Audience, kind: str, *, now: datetime) -> tuple[Place, ...]:
    """In the caller's unit: a place for everybody who has to do with this chat at this messenger."""
    messenger = MESSENGERS[kind]
    everybody = {*circle.pupils, *circle.guardians, *(one.id for one in circle.staff)}
    said = words_on(messenger.consent, everybody)
    wishes = members.wishes_of(circle.pupils.keys())
    claims = [*_of_staff(circle, said, messenger.consent, now=now)]
    for child in circle.pupils.values():
        if audience is Audience.PUPILS:
            claims.append(_pupil(circle, child, said, messenger.consent, wishes, now=now))
        else:
            claims += _guardians(circle, child, said, messenger.consent, wishes, now=now)
    profiles = _profiles(deps, messenger.profile, [claim.person for claim in claims])
    return places(claims, restricted=circle.restricted, profiles=profiles)


def _profiles(deps: Deps, system: str | None, people: Collection[PersonId]) -> Mapping[PersonId, str]:
    """Bound profiles at the messenger. A bare link needs none: everybody is as good as bound."""
    return {one: one for one in people} if system is None else subjects_at(deps.keys, system, people, state=LinkState.ACTIVE)


def _pupil(
    circle: Circle,
    child: Person,
    said: Mapping[PersonId, tuple[Consent, ...]],
    purpose: Purpose,
    wishes: Collection[tuple[str, str, Audience]],
    *,
    now: datetime,
) -> Claim:
    """With a profile of his own; under 14 the guardians' word lets him in, from 14 his own (RULES A14)."""
    guardians = [who for who in _active(circle, child) if not circle.keeps_away(who, child.id)]
    holds = answer(
        said[child.id], subject=child.id, guardians=guardians, purpose=purpose, where=phase(child.birth_date, now, child.zone), now=now
    )
    out = (child.id, child.id, Audience.PUPILS) in wishes
    return Claim(person=child.id, why=Why.PUPIL, by=child.id, consents=holds.holds, opted_out=out)


def _active(circle: Circle, child: Person) -> list[PersonId]:
    mine = (edge for edge in circle.edges[child.id] if edge.state is EdgeState.ACTIVE)
    return [who for who in dict.fromkeys(edge.guardian for edge in mine) if who in circle.guardians]


def _guardians(
    circle: Circle,
    child: Person,
    said: Mapping[PersonId, tuple[Consent, ...]],
    purpose: Purpose,
    wishes: Collection[tuple[str, str, Audience]],
    *,
    now: datetime,
) -> Iterable[Claim]:
    """Whoever may see the child and be told of him now; a grown pupil's parents are no parents of the class (RULES A5, A6)."""
    grown = child.id in circle.capable
    for who in dict.fromkeys(edge.guardian for edge in circle.edges[child.id]):
        person = circle.guardians.get(who)
        if person is None:
            continue
        mine = [edge for edge in circle.edges[child.id] if edge.guardian == who]
        right = view_by_edges(child, mine, person.level, now, capable=grown)
        if not right.allowed and not circle.keeps_away(who, child.id):
            continue
        yield Claim(
            person=who,
            why=Why.GUARDIAN,
            by=child.id,
            consents=own_word(said[who], person, purpose, now=now),
            opted_out=(who, child.id, Audience.PARENTS) in wishes,
            held=EdgeRight.NOTICES not in right.rights,
        )


def _of_staff(circle: Circle, said: Mapping[PersonId, tuple[Consent, ...]], purpose: Purpose, *, now: datetime) -> Iterable[Claim]:
    for one in circle.staff:
        yield Claim(person=one.id, why=Why.STAFF, consents=own_word(said[one.id], one, purpose, now=now))


def own_word(words: Iterable[Consent], person: Person, purpose: Purpose, *, now: datetime) -> bool:
    """An adult's own consent about himself."""
    where = phase(person.birth_date, now, person.zone)
    return answer(words, subject=person.id, guardians=(), purpose=purpose, where=where, now=now).holds
