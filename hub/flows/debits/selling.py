"""The school says what it sells and at what price from which day, its paid services, its week, and what happens without money (D5, D7)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.desk import dish_view
from hub.flows.debits.lessons import TEACHING, service_view
from hub.flows.debits.words import tell_parents
from hub.flows.office.officers import Officer, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.debits import PriceRow, Selling, ServiceView, TermsRow
from hub.flows.words import names_of
from hub.ledger.model import Purpose
from hub.ledger.rules import Policy
from hub.ledger.store import terms
from hub.store.school import canteen, schools, services
from hub.store.school.canteen import MENU, SERVICES
from hub.store.school.services import GIVEN, ServiceCard
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import classes_in, person

MOST_KOP = 1_000_000
LOWEST_FLOOR_KOP = -1_000_000
LONGEST = 60
AHEAD = timedelta(days=400)
_ITEM = re.compile(r"[a-z0-9_-]{1,40}")
_WEEK = re.compile(r"1?2?3?4?5?6?7?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    title: str
    group: str
    classes: tuple[str, ...]
    teacher: str
    price_kop: int
    since: date | None
    form: str


async def show_selling(deps: Deps, visitor: Visitor) -> Selling:
    """Prices and terms of the school's today, and every word on them with who said it."""
    now = deps.now()
    return await deps.db.read(lambda: _selling(deps, officer_of(deps, visitor, act=Act.PRICES), now=now))


async def put_price(
    deps: Deps, visitor: Visitor, *, title: str, price_kop: int | None, since: date | None = None, item: str = ""
) -> Selling:
    """A dish at a price from today or later; without a price its sale ends that day. What was sold before keeps its price."""
    now, named = deps.now(), " ".join(title.split())
    if not 0 < len(named) <= LONGEST or (item and not _ITEM.fullmatch(item)):
        raise Refused(Reason.MALFORMED, f"Название — до {LONGEST} знаков.")
    _require_price(price_kop)

    def unit() -> Selling:
        officer = officer_of(deps, visitor, act=Act.PRICES)
        day = _from(officer, since, now=now)
        code = item or f"d{hashlib.sha256(named.lower().encode()).hexdigest()[:12]}"
        _say(officer, MENU, code, named, day, price_kop, now=now)
        return _selling(deps, officer, now=now)

    return await deps.db.write(unit)


async def say_terms(
    deps: Deps, visitor: Visitor, *, policy: str, floor_kop: int | None, daily_limit_kop: int | None, since: date | None = None
) -> Selling:
    """What happens when the money is not there, from today or later; who said so and when stays (RULES D5)."""
    now = deps.now()
    if policy not in set(Policy) or (floor_kop is not None and not LOWEST_FLOOR_KOP <= floor_kop <= 0):
        raise Refused(Reason.MALFORMED, "Выберите, кормить ли в долг; предел долга — от 0 до 10 000 ₽.")
    if daily_limit_kop is not None and not 0 <= daily_limit_kop <= MOST_KOP:
        raise Refused(Reason.MALFORMED, "Дневной предел — от 0 до 10 000 ₽.")

    def unit() -> Selling:
        officer = officer_of(deps, visitor, act=Act.PRICES)
        day = _from(officer, since, now=now)
        before = terms.terms_of(officer.school, Purpose.MEAL, day)
        chosen = Policy(policy)
        floor = floor_kop if chosen is Policy.FEED else None
        after = replace(before, policy=chosen, floor_kop=floor, daily_limit_kop=daily_limit_kop)
        terms.put_terms(officer.school, Purpose.MEAL, day, after)
        canteen.note_terms(
            officer.school,
            Purpose.MEAL.value,
            day,
            policy=chosen.value,
            floor_kop=floor,
            daily_limit_kop=daily_limit_kop,
            by=officer.person,
            now=now,
        )
        return _selling(deps, officer, now=now)

    return await deps.db.write(unit)


async def say_week(deps: Deps, visitor: Visitor, *, days: str, since: date | None = None) -> Selling:
    """ISO weekdays of lessons, as `12345`; a debit on another day is pointed at (RULES D7)."""
    now = deps.now()
    if not days or not _WEEK.fullmatch(days):
        raise Refused(Reason.MALFORMED, "Отметьте учебные дни недели.")

    def unit() -> Selling:
        officer = officer_of(deps, visitor, act=Act.PRICES)
        canteen.put_week(officer.school, _from(officer, since, now=now), days, by=officer.person, now=now)
        return _selling(deps, officer, now=now)

    return await deps.db.write(unit)


async def make_service(deps: Deps, visitor: Visitor, new: NewService) -> ServiceView:
    """A paid service with its group, teacher and price; families agree each for itself. The same form is one service."""
    now, title, group = deps.now(), " ".join(new.title.split()), " ".join(new.group.split())
    if not (0 < len(title) <= LONGEST and 0 < len(group) <= LONGEST and 0 < len(new.form) <= 200):
        raise Refused(Reason.MALFORMED, f"Заполните название и группу, до {LONGEST} знаков.")
    _require_price(new.price_kop)

    def unit() -> ServiceView:
        officer = officer_of(deps, visitor, act=Act.PRICES)
        _require_staff(deps, officer, new.teacher)
        known = {one.name for one in classes_in(officer.school, now=now)}
        if not set(new.classes) <= known:
            raise Refused(Reason.MALFORMED, "Такого класса в школе нет.")
        id_ = hashlib.sha256(f"{officer.person}\n{new.form}".encode()).hexdigest()[:24]
        made = services.add(
            id_=id_, school=officer.school, title=title, group=group, classes=new.classes, teacher=new.teacher, by=officer.person, now=now
        )
        if made:
            day = _from(officer, new.since, now=now)
            _say(officer, SERVICES, id_, title, day, new.price_kop, now=now)
        return service_view(deps, officer, _service(officer, id_), now=now)

    return await deps.db.write(unit)


async def reprice_service(deps: Deps, visitor: Visitor, service: str, *, price_kop: int, since: date | None = None) -> ServiceView:
    """Another price asks every family anew: nobody pays it before the own word (RULES A14)."""
    now = deps.now()
    _require_price(price_kop)

    def unit() -> ServiceView:
        officer = officer_of(deps, visitor, act=Act.PRICES)
        card = _service(officer, service)
        _say(officer, SERVICES, card.id, card.title, _from(officer, since, now=now), price_kop, now=now)
        for child in {one.child for one in services.words_on(card.id) if one.word == GIVEN and one.withdrawn_at is None}:
            href, text = (
                f"/children/{child}/money/services",
                f"Цена занятия «{card.title}» изменится. Без нового согласия списаний не будет.",
            )
            tell_parents(deps, child, but=officer.person, kind="service_repriced", text=text, href=href)
        return service_view(deps, officer, card, now=now)

    return await deps.db.write(unit)


async def end_service(deps: Deps, visitor: Visitor, service: str) -> ServiceView:
    """From now on no lesson of it is paid; twice is harmless."""
    now = deps.now()

    def unit() -> ServiceView:
        officer = officer_of(deps, visitor, act=Act.PRICES)
        services.end(_service(officer, service).id, now=now)
        return service_view(deps, officer, _service(officer, service), now=now)

    return await deps.db.write(unit)


def _say(officer: Officer, of: str, item: str, title: str, day: date, kop: int | None, *, now: datetime) -> None:
    """A version that holds already stays as it is: what was bought by it names it for ever (RULES D7)."""
    today = now.astimezone(ZoneInfo(officer.zone)).date()
    if day == today and any(one.item == item and one.since == day for one in canteen.price_words(officer.school, of=of)):
        raise Refused(Reason.ALREADY_DECIDED, "На сегодня цена уже названа. Новую назовите с завтрашнего дня или позже.")
    canteen.put_price(officer.school, item, title, day, kop, by=officer.person, now=now, of=of)


def _service(officer: Officer, id_: str) -> ServiceCard:
    found = services.get(id_)
    if found is None or found.school != officer.school:
        raise Refused(Reason.NOT_FOUND)
    return found


def _require_staff(deps: Deps, officer: Officer, teacher: str) -> None:
    if not any(one.id == teacher and one.role in TEACHING for one in schools.staff_of(deps.keys, officer.school)):
        raise Refused(Reason.MALFORMED, "Выберите, кто ведёт занятия: учителя нет в списке сотрудников.")


def _require_price(kop: int | None) -> None:
    if kop is not None and not 0 < kop <= MOST_KOP:
        raise Refused(Reason.MALFORMED, "Цена — больше нуля и до 10 000 ₽.")


def _from(officer: Officer, since: date | None, *, now: datetime) -> date:
    """From today or a later day: what was, stays as it was said then."""
    today = now.astimezone(ZoneInfo(officer.zone)).date()
    day = since or today
    if not today <= day <= today + AHEAD:
        raise Refused(Reason.MALFORMED, "День — сегодня или позже: прошлое не меняют.")
    return day


def _selling(deps: Deps, officer: Officer, *, now: datetime) -> Selling:
    today = now.astimezone(ZoneInfo(officer.zone)).date()
    card, said = schools.school(officer.school), terms.terms_of(officer.school, Purpose.MEAL, today)
    return Selling(
        school=card.short_name if card else "",
        zone=officer.zone,
        today=today,
        dishes=tuple(dish_view(one) for one in canteen.priced(officer.school, today)),
        prices=tuple(
            PriceRow(item=one.item, title=one.title, since=one.since, price_kop=one.kop, said_by=_name(deps, one.said_by))
            for one in canteen.price_words(officer.school)
        ),
        policy=said.policy.value,
        floor_kop=said.floor_kop,
        daily_limit_kop=said.daily_limit_kop,
        week=canteen.week_on(officer.school, today),
        words=_words(deps, officer.school),
    )


def _words(deps: Deps, school: str) -> tuple[TermsRow, ...]:
    return tuple(
        TermsRow(
            since=date.fromisoformat(one.since),
            policy=one.policy,
            floor_kop=one.floor_kop,
            daily_limit_kop=one.daily_limit_kop,
            said_by=_name(deps, one.said_by),
            said_at=one.said_at,
        )
        for one in canteen.terms_words(school)
    )


def _name(deps: Deps, who: str) -> str:
    return names_of(person(deps.keys, PersonId(who)))
