"""A tutor takes the meals of a class by list: nobody is ticked beforehand, one submit, one transaction a child (RULES D8, E9; F095)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.desk import Pupil, classes_for, contracts_wait, dish_view, find_contracts, pupils_of, today_of
from hub.flows.debits.words import odd, tell_parents
from hub.flows.office.officers import POSTS, Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.debits import ClassDebits, DebitResult, DebitResults, ListRow
from hub.flows.words import names_of
from hub.ledger.debits.calendar import school_day
from hub.ledger.debits.decide import Outcome, Wanted
from hub.ledger.debits.foresee import foresee
from hub.ledger.debits.meals import Debited, MealEvent, debit_meals
from hub.ledger.model import Kind
from hub.ledger.money import shown
from hub.store.school import canteen, schools
from hub.store.school.canteen import Dish
from hub.store.sessions import Visitor
from hub.store.written import absences
from hub.store.written.absences import NoticeState
from identity.model import PersonId
from identity.store import person
from identity.store.school.reviews import own_family

PAGE = "office.debits"
SCOPE, BY_HAND = "class_list", "till_form"
PLACE = "столовая, по списку"
MOST_CHILDREN = 60
LONGEST_FORM = 200
NO_CLASS = "Такого класса у вас нет."
NO_DISH = "Этого блюда сегодня нет в ценах школы."
MOST_TOLD = 5000


async def show_class_list(deps: Deps, visitor: Visitor, *, klass: str | None = None, item: str | None = None) -> ClassDebits:
    """The class with what each would come to; every family sees that the school looked (RULES A13)."""
    now = deps.now()

    def unit() -> tuple[Officer, ClassDebits, bool]:
        officer = officer_of(deps, visitor, act=Act.DEBITS)
        name = _class(officer, klass, now=now)
        pupils = pupils_of(deps, officer, name, now=now) if name else ()
        return officer, _view(deps, officer, name, item, pupils, now=now), contracts_wait(deps, pupils)

    officer, view, waits = await deps.db.read(unit)
    if waits:
        await deps.db.write(lambda: find_contracts(deps, pupils_of(deps, officer, view.class_name, now=now), now=now))
        officer, view, _ = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, [PersonId(one.child) for one in view.items], page=PAGE, now=now))
    return view


async def debit_class(deps: Deps, visitor: Visitor, *, klass: str, item: str, present: Sequence[str], form: str) -> DebitResults:
    """Who was ticked pays; each hears what came of it. The same form once more changes nothing and hears the same."""
    now, chosen = deps.now(), tuple(dict.fromkeys(present))
    if not chosen:
        raise Refused(Reason.MALFORMED, "Отметьте, кто ел: без отметки никому ничего не списывается.")
    if len(chosen) > MOST_CHILDREN or not 0 < len(form) <= LONGEST_FORM:
        raise Refused(Reason.MALFORMED, f"За один раз — не больше {MOST_CHILDREN} учеников.")

    def unit() -> DebitResults:
        officer = officer_of(deps, visitor, act=Act.DEBITS)
        name = _class(officer, klass, now=now)
        pupils = {one.person.id: one for one in pupils_of(deps, officer, name, now=now)} if name else {}
        if name is None or any(PersonId(child) not in pupils for child in chosen):
            raise Refused(Reason.NOT_FOUND)
        mine = [pupils[PersonId(child)] for child in chosen]
        return charge(deps, officer, mine, _dish(officer, item, now=now), scope=SCOPE, form=form, place=PLACE)

    return await deps.db.write(unit)


async def debit_one(deps: Deps, visitor: Visitor, *, child: str, item: str, account: Wanted, form: str, place: str = "") -> DebitResult:
    """By hand at the till: a pupil whose card is not there still eats; the till chooses the account (F149, E9)."""
    now, where = deps.now(), " ".join(place.split())[:60] or "столовая, вручную"
    if not 0 < len(form) <= LONGEST_FORM:
        raise Refused(Reason.MALFORMED, "Обновите страницу и отправьте ещё раз.")

    def unit() -> DebitResults:
        officer = officer_of(deps, visitor, act=Act.DEBITS)
        found = [one for one in pupils_of(deps, officer, None, now=now) if one.person.id == child]
        if not found:
            raise Refused(Reason.NOT_FOUND)
        return charge(deps, officer, found, _dish(officer, item, now=now), scope=BY_HAND, form=form, place=where, wanted=account)

    return (await deps.db.write(unit)).items[0]


def charge(
    deps: Deps, officer: Officer, pupils: Sequence[Pupil], dish: Dish, *, scope: str, form: str, place: str, wanted: Wanted = Wanted.AUTO
) -> DebitResults:
    """In the caller's unit."""
    now = deps.now()
    if any(own_family(officer.person, one.person.id) for one in pupils):
        raise Refused(Reason.OWN_FAMILY, "Своему ребёнку списывает другой сотрудник: снимите отметку.")
    find_contracts(deps, pupils, now=now)
    away = away_on(deps, officer, _today(officer, now))
    named = hashlib.sha256(f"{officer.person}\n{form}".encode()).hexdigest()[:32]
    events = [
        MealEvent(
            scope=scope,
            key=f"{named}:{one.person.id}:{dish.item}",
            child=one.person.id,
            school=officer.school,
            dish=dish,
            place=place,
            actor=officer.person,
            at=now,
            wanted=wanted,
            told_absent=one.person.id in away,
            once_a_day=scope == SCOPE,
        )
        for one in pupils
    ]
    answers = debit_meals(events, now=now)
    # The family reads who named its child (RULES E9).
    who = f"{names_of(person(deps.keys, officer.person))}, {POSTS.get(officer.role, 'сотрудник школы').lower()}"
    for one, said in zip(pupils, answers, strict=True):
        if said.outcome is Outcome.DEBITED and said.new:
            note_change(deps, officer, one.person.id, action="debit.meal", now=now)
            how = "по списку" if scope == SCOPE else "без карты, по имени"
            text = f"{one.person.first_name}: {dish.title.lower()}, {shown(dish.kop)}. Отмечено {how}: {who}.{odd(said.flags)}"
            tell_parents(deps, one.person.id, but=officer.person, kind="meal_debited", text=text, href=f"/money/{said.account}")
    return results(pupils, answers)


def results(pupils: Sequence[Pupil], answers: Sequence[Debited]) -> DebitResults:
    items = tuple(
        DebitResult(
            child=one.person.id,
            first_name=one.person.first_name,
            last_name=one.person.last_name,
            outcome=said.outcome.value,
            rule=said.rule,
            amount_kop=said.amount_kop,
            transaction_id=said.txn,
        )
        for one, said in zip(pupils, answers, strict=True)
    )
    paid = [one for one in items if one.outcome == Outcome.DEBITED.value]
    return DebitResults(items=items, debited=len(paid), sum_kop=sum(one.amount_kop for one in paid))


def away_on(deps: Deps, officer: Officer, day: date) -> frozenset[str]:
    """Whose family told the school that the child is not there for the whole day."""
    told = absences.of_school(deps.keys, officer.school, states=(NoticeState.SENT, NoticeState.ACCEPTED), since=day, limit=MOST_TOLD)
    return frozenset(one.child for one in told if one.first_day <= day <= one.last_day and not one.told.lessons)


def _class(officer: Officer, klass: str | None, *, now: datetime) -> str | None:
    """The class that was asked for; a tutor's own where none was. A foreign one and none at all look the same."""
    mine = classes_for(officer, now=now)
    if klass and klass not in mine:
        raise Refused(Reason.NOT_FOUND, NO_CLASS)
    return klass or (mine[0] if len(mine) == 1 else None)


def _dish(officer: Officer, item: str, *, now: datetime) -> Dish:
    found = canteen.price_of(officer.school, item, _today(officer, now))
    if found is None:
        raise Refused(Reason.MALFORMED, NO_DISH)
    return found


def _today(officer: Officer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(officer.zone)).date()


def _view(deps: Deps, officer: Officer, klass: str | None, item: str | None, pupils: Sequence[Pupil], *, now: datetime) -> ClassDebits:
    day, card = _today(officer, now), schools.school(officer.school)
    dishes = canteen.priced(officer.school, day)
    dish = next((one for one in dishes if one.item == item), dishes[0] if dishes else None)
    ids = [one.person.id for one in pupils]
    money = foresee(ids, officer.school, dish, officer.zone, now=now) if dish else {}
    today, away = today_of(officer, ids, Kind.MEAL, now=now), away_on(deps, officer, day)
    return ClassDebits(
        school=card.short_name if card else "",
        zone=officer.zone,
        day=day,
        school_day=school_day(officer.school, day),
        class_name=klass or "",
        classes=classes_for(officer, now=now),
        dishes=tuple(dish_view(one) for one in dishes),
        dish=dish_view(dish) if dish else None,
        form=secrets.token_urlsafe(16),
        items=tuple(
            ListRow(
                child=one.person.id,
                last_name=one.person.last_name,
                first_name=one.person.first_name,
                away=one.person.id in away,
                money=money.get(one.person.id, Outcome.NO_ACCOUNT.value),
                own_family=own_family(officer.person, one.person.id),
                today=today[one.person.id],
            )
            for one in pupils
        ),
    )
