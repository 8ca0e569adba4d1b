"""What people read of debits: why something was not taken, what is odd, and who is told (RULES D5, D7, F4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.flows.money.explaining import FLAGS
from hub.ledger.debits.decide import Flag
from hub.store import notices
from identity.ages import phase
from identity.model import PersonId
from identity.store import person, view_right

OUTCOMES: Mapping[str, str] = {
    "debited": "списано",
    "no_funds": "не хватило денег",
    "limit": "превысит дневной предел, который поставила семья",
    "already": "уже списано сегодня",
    "no_account": "нет действующего счёта",
    "no_consent": "семья не соглашалась на это занятие",
    "conflict": "эта запись уже приходила с другими данными",
}
RULES: Mapping[str, str] = {
    "meal.no_funds": "На счёте не хватало денег, а школа в долг не кормит.",
    "meal.fed_down_to_two_meals": "Школа кормит в долг не больше двух обедов, и он уже набран.",
    "meal.school_floor": "Школа кормит в долг до суммы, которую назвала сама, и она уже набрана.",
    "meal.daily_limit": "Покупка превысила бы дневной предел.",
    "meal.week_limit": "Покупка превысила бы недельный предел.",
    "meal.offline_overdraft": "Касса была без связи: накормили, хотя денег или предела уже не хватало.",
    "meal.no_account": "У ученика нет действующего счёта на питание в этой школе.",
    "meal.no_benefit": "Счёта льготного питания у ученика нет.",
    "meal.benefit_spent": "На счёте льготного питания не хватало денег.",
}


def odd(flags: Collection[Flag]) -> str:
    """What makes a debit unusual, for the family's notice; nothing where it is a usual one."""
    return f" Обратите внимание: {'; '.join(FLAGS[one.value] for one in flags)}." if flags else ""


def tell_parents(
    deps: Deps, child: str, *, but: str, kind: str, text: str, href: str, also: str | None = None, pupil: bool = False
) -> None:
    """In the caller's unit: the guardians who may see this child now, with `pupil` the pupil from 14 on too.

    `also` is the payer, to whom the text names no child.
    """
    now, whom = deps.now(), person(deps.keys, PersonId(child))
    seen = [one for one in guardians_of(PersonId(child)) if one != but and view_right(deps.keys, one, PersonId(child), now=now).allowed]
    if pupil and whom is not None and whom.id != but and not phase(whom.birth_date, now, whom.zone).under_14:
        seen.append(whom.id)
    for one in seen:
        notices.tell(deps.keys, person=one, kind=kind, text=text, href=href, now=now)
    if also and also not in seen and also != but:
        notices.tell(deps.keys, person=also, kind=kind, text="На счёте договора, который вы оплачиваете, новая запись.", href=href, now=now)


def first_name(deps: Deps, child: str | None) -> str:
    known = person(deps.keys, PersonId(child)) if child else None
    return known.first_name if known else ""
