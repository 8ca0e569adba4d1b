"""What a family lets a child eat and spend: dishes, kinds of food, composition, a diet without its reason, the week's limit (E8, A16)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.consents import texts
from hub.flows.debits.words import tell_parents
from hub.flows.link_account.settle import require_fresh
from hub.flows.meals.school import Place, place_of
from hub.flows.meals.show_menu import require_sight
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.school.meals import KnownDish, MealRules, RulesConsent, RulesWord, TillRow
from hub.flows.words import names_of
from hub.ledger.debits.reading import contracts_at
from hub.ledger.debits.week import week_spent_kop
from hub.ledger.model import Purpose as Account
from hub.ledger.money import shown
from hub.store.school import canteen
from hub.store.school.meals import menu, till_records, words
from hub.store.school.meals.menu import Allergen, Category
from hub.store.school.meals.words import Bans, Word
from hub.store.sessions import Visitor
from identity.consent import Purpose
from identity.family.child_login import CHILD_LOGIN
from identity.model import ActorKind, EdgeRight, Missing, PersonId
from identity.store import act_right, consent_holds, person, record_change

PAGE = "meal_rules"
MOST_KOP = 2_000_000
MOST_DISHES = 200
_ITEM = re.compile(r"[^\x00-\x1f]{1,100}")
NOT_YOURS = "Запреты и пределы ставит тот, кто отвечает за ребёнка. Попросите его."
NO_CONSENT = "Запрет по составу и диета передаются кассе только с согласия. Дайте его на странице «Согласия» и вернитесь."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRules:
    """The whole word: what is not named is not forbidden. `only` none: whatever is not forbidden."""

    dishes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    only_hot: bool = False
    only: tuple[str, ...] | None = None
    week_limit_kop: int | None = None
    offline_limit_kop: int | None = None


async def show_meal_rules(deps: Deps, visitor: Visitor, child: str) -> MealRules:
    now, whom = deps.now(), PersonId(child)

    def unit() -> MealRules:
        require_sight(deps, visitor, whom)
        return _view(deps, visitor, whom, now=now)

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


async def say_meal_rules(deps: Deps, visitor: Visitor, child: str, new: NewRules) -> MealRules:
    """At once; the others are told. A higher limit wants a fresh sign-in, a word on composition or diet the consent."""
    now, whom, bans = deps.now(), PersonId(child), _bans(new)
    for kop in (new.week_limit_kop, new.offline_limit_kop):
        if kop is not None and not 0 <= kop <= MOST_KOP:
            raise Refused(Reason.WRONG_AMOUNT, f"Предел — от 0 до {shown(MOST_KOP)}.")

    def unit() -> MealRules:
        require_sight(deps, visitor, whom)
        before = next(iter(words.of_child(deps.keys, child)), None)
        _require_decides(deps, visitor, whom, EdgeRight.ACT)
        if _limits(before) != (new.week_limit_kop, new.offline_limit_kop):
            _require_decides(deps, visitor, whom, EdgeRight.PAY)
            if _looser(before, new):
                require_fresh(deps, visitor.auth_time)
        if _adds_diet(before, bans) and not _consents(deps, whom, now=now):
            raise Refused(Reason.CONSENT_MISSING, NO_CONSENT, more={"href": f"/consents/{child}/{Purpose.DIET}"})
        if before is None or (before.bans, *_limits(before)) != (bans, new.week_limit_kop, new.offline_limit_kop):
            _say(deps, visitor, whom, bans, new, now=now)
        return _view(deps, visitor, whom, now=now)

    return await deps.db.write(unit)


def _say(deps: Deps, visitor: Visitor, child: PersonId, bans: Bans, new: NewRules, *, now: datetime) -> None:
    who = PersonId(visitor.person)
    words.say(
        deps.keys,
        child,
        bans,
        week_limit_kop=new.week_limit_kop,
        offline_limit_kop=new.offline_limit_kop,
        by=visitor.person,
        now=now,
    )
    record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=child, action="meal.rules", now=now)
    known = person(deps.keys, child)
    text = f"{known.first_name if known else 'Ребёнок'}: в столовой теперь другие запреты или пределы. Посмотрите, какие."
    tell_parents(deps, child, but=visitor.person, pupil=True, kind="meal_rules", text=text, href=f"/children/{child}/meal-rules")


def _bans(new: NewRules) -> Bans:
    if len(new.dishes) > MOST_DISHES or len(new.only or ()) > MOST_DISHES:
        raise Refused(Reason.MALFORMED, f"Блюд — не больше {MOST_DISHES}.")
    if not all(_ITEM.fullmatch(one) for one in (*new.dishes, *(new.only or ()))):
        raise Refused(Reason.MALFORMED, "Такого блюда нет.")
    _known(new.categories, Category, "Такого вида еды нет.")
    _known(new.allergens, Allergen, "Такой составляющей нет в списке.")
    return Bans(
        dishes=tuple(sorted({*new.dishes})),
        categories=tuple(sorted({*new.categories})),
        allergens=tuple(sorted({*new.allergens})),
        only_hot=new.only_hot,
        only=None if new.only is None else tuple(sorted({*new.only})),
    )


def _known(given: Collection[str], of: type[Category] | type[Allergen], why: str) -> None:
    if not {*given} <= {one.value for one in of} - {Category.OTHER.value}:
        raise Refused(Reason.MALFORMED, why)


def _limits(before: Word | None) -> tuple[int | None, int | None]:
    return (before.week_limit_kop, before.offline_limit_kop) if before else (None, None)


def _looser(before: Word | None, new: NewRules) -> bool:
    """A limit that goes up or away; a limit where there was none only narrows."""
    week, offline = _limits(before)
    usual = words.USUAL_OFFLINE_KOP
    up = week is not None and (new.week_limit_kop is None or new.week_limit_kop > week)
    return up or (usual if new.offline_limit_kop is None else new.offline_limit_kop) > (usual if offline is None else offline)


def _adds_diet(before: Word | None, bans: Bans) -> bool:
    """What was said under a consent that ended stays as it is and may be narrowed to nothing; anything new wants the consent."""
    known = before.bans if before else Bans()
    return bool({*bans.allergens} - {*known.allergens}) or (bans.only is not None and bans.only != known.only)


def _consents(deps: Deps, child: PersonId, *, now: datetime) -> bool:
    return consent_holds(deps.keys, child, Purpose.DIET, now=now).holds


def _require_decides(deps: Deps, visitor: Visitor, child: PersonId, right: EdgeRight) -> None:
    if visitor.system == CHILD_LOGIN or visitor.person == child:
        raise Refused(Reason.FORBIDDEN, NOT_YOURS)
    found = act_right(deps.keys, PersonId(visitor.person), child, right, now=deps.now())
    if not found.allowed:
        why = {Missing.LEVEL_TOO_LOW: Reason.LEVEL_TOO_LOW, Missing.RECENT_RECOVERY: Reason.RECENT_RECOVERY}
        raise next((Refused(why[one]) for one in found.missing if one in why), Refused(Reason.NOT_ALLOWED_YET))


def _may_set(deps: Deps, visitor: Visitor, child: PersonId) -> bool:
    try:
        _require_decides(deps, visitor, child, EdgeRight.ACT)
    except Refused:
        return False
    return True


def _view(deps: Deps, visitor: Visitor, child: PersonId, *, now: datetime) -> MealRules:
    place = place_of(child, now=now)
    said = words.of_child(deps.keys, child, limit=10)
    bans = said[0].bans if said else Bans()
    week, offline = _limits(said[0] if said else None)
    contract = contracts_at([child], place.school).get(child) if place.school else None
    account = next((one.id for one in contract.accounts if one.purpose is Account.MEAL), None) if contract else None
    return MealRules(
        child=child,
        zone=place.zone,
        dishes=bans.dishes,
        categories=bans.categories,
        allergens=bans.allergens,
        only_hot=bans.only_hot,
        only=bans.only,
        week_limit_kop=week,
        week_spent_kop=week_spent_kop(account, now, place.zone) if account else 0,
        offline_limit_kop=offline,
        usual_offline_kop=words.USUAL_OFFLINE_KOP,
        may_set=_may_set(deps, visitor, child),
        consent=RulesConsent(
            holds=_consents(deps, child, now=now),
            version=texts.in_force(now.date())[Purpose.DIET].version,
            href=f"/consents/{child}/{Purpose.DIET}",
        ),
        choices=_choices(place, bans),
        words=tuple(RulesWord(by=names_of(person(deps.keys, PersonId(one.said_by))), at=one.said_at) for one in said),
        records=tuple(
            TillRow(at=one.at, kind=one.kind.value, title=one.title, amount_kop=one.amount_kop, offline=one.offline)
            for one in till_records.of_child(child, limit=20)
        ),
        account=account,
    )


def _choices(place: Place, bans: Bans) -> tuple[KnownDish, ...]:
    """What the school described or sells, and what the family named before, though it is sold no more."""
    found = {one.item: one.title for one in canteen.priced(place.school, place.today)} if place.school else {}
    found |= {item: card.title for item, card in menu.dishes(place.school).items()} if place.school else {}
    for item in (*bans.dishes, *(bans.only or ())):
        found.setdefault(item, item)
    return tuple(KnownDish(item=item, title=title) for item, title in sorted(found.items(), key=lambda pair: pair[1].lower()))
