"""What every list of the school needs: the pupils of a class with their contracts found, and what was taken from whom today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.office.officers import Officer
from hub.flows.roster.listing import in_order
from hub.flows.views.paying.debits import DishView, RowDebit
from hub.ledger.debits.reading import contracts_at, debits_of_day, open_accounts
from hub.ledger.model import Kind, Purpose
from hub.ledger.rules import day_of
from hub.ledger.store import contracts
from hub.store.school import schools
from hub.store.school.canteen import Dish
from hub.store.school.services import ServiceCard
from identity.model import Person, PersonId, normalised
from identity.store import classes_in, person, persons_by_id, places_in

CHOSEN_BY_KIND: Mapping[Kind, tuple[Purpose, ...]] = {
    Kind.MEAL: (Purpose.MEAL, Purpose.MEAL_BENEFIT),
    Kind.LESSON: (Purpose.SERVICES,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    person: Person
    class_name: str


def pupils_of(deps: Deps, officer: Officer, klass: str | None, *, now: datetime) -> Sequence[Pupil]:
    """In the caller's unit: the pupils of a class, or of all that this post covers, by surname."""
    places = [one for one in places_in(officer.school, klass=klass, now=now) if officer.covers(one.klass)]
    known = persons_by_id(deps.keys, [one.child for one in places])
    found = [Pupil(person=known[one.child], class_name=one.klass) for one in places if one.child in known]
    return sorted(found, key=lambda one: (normalised(one.person.last_name), normalised(one.person.first_name), one.person.id))


def classes_for(officer: Officer, *, now: datetime) -> tuple[str, ...]:
    """The classes that this post covers."""
    return tuple(sorted((one.name for one in classes_in(officer.school, now=now) if officer.covers(one.name)), key=in_order))


def find_contracts(deps: Deps, pupils: Collection[Pupil], *, now: datetime) -> None:
    """In the caller's unit of writing: a contract that waited for one of these children finds it (RULES A3)."""
    contracts.attach(deps.keys, [one.person for one in pupils], now=now)


def contracts_wait(deps: Deps, pupils: Collection[Pupil]) -> bool:
    return contracts.waiting_for(deps.keys, [one.person for one in pupils])


def today_of(officer: Officer, children: Collection[PersonId], kind: Kind, *, now: datetime) -> Mapping[str, tuple[RowDebit, ...]]:
    """In the caller's unit: by child, what was taken for meals or lessons on the school's day."""
    found = contracts_at(children, officer.school)
    whose = {
        own.id: child for child, card in found.items() for purpose, own in open_accounts(card).items() if purpose in CHOSEN_BY_KIND[kind]
    }
    made: dict[str, list[RowDebit]] = {child: [] for child in children}
    for account, debits in debits_of_day([*whose], *day_of(now, officer.zone)).items():
        for one in debits:
            if one.kind is kind:
                made[whose[account]].append(
                    RowDebit(
                        transaction_id=one.txn,
                        title=one.cause.item,
                        amount_kop=one.amount_kop,
                        left_kop=one.left_kop,
                        at=one.at,
                        may_undo=one.left_kop > 0,
                    )
                )
    return {child: tuple(sorted(found, key=lambda one: one.at)) for child, found in made.items()}


def teaches(deps: Deps, officer: Officer, service: ServiceCard) -> bool:
    """In the caller's unit: whether it is this very person's post that holds the lessons."""
    me = person(deps.keys, officer.person)
    whose = schools.snils_of(deps.keys, service.teacher)
    return service.school == officer.school and me is not None and me.snils is not None and me.snils.digits == whose


def dish_view(one: Dish) -> DishView:
    return DishView(item=one.item, title=one.title, price_kop=one.kop, price_list=one.version)
