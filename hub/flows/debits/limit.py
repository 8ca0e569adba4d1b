"""How much a day the family lets a child spend on food: alone, the others told; a higher one wants a fresh sign-in (D8, A5b, A16)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.payer import may_decide, require_payer
from hub.flows.debits.words import OUTCOMES, RULES, tell_parents
from hub.flows.link_account.settle import require_fresh
from hub.flows.money.sight import seen_account, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.paying.debits import LimitRow, LimitView, RefusedMeal
from hub.flows.words import names_of
from hub.ledger.debits.reading import debits_of_day, limit_of, spent_kop
from hub.ledger.model import Purpose
from hub.ledger.money import shown
from hub.ledger.rules import day_of
from hub.ledger.store import terms
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.ledger.store.raw import lock_accounts
from hub.store.school import canteen
from hub.store.sessions import Visitor
from hub.store.wishes import limits
from identity.model import ActorKind, Person, PersonId
from identity.store import person, record_change

PAGE = "money.limit"
MOST_KOP = 1_000_000
NOT_FOOD = "Дневной предел ставят на счёт питания: со счёта услуг и СМС списывают только по вашему согласию."
SHOWN = 20


async def show_limit(deps: Deps, visitor: Visitor, account: str) -> LimitView:
    now = deps.now()

    def unit() -> tuple[LimitView, Person | None]:
        card, contract, child = _food(deps, visitor, account, now=now)
        return _view(deps, visitor, card, contract, now=now), child

    view, child = await deps.db.read(unit)
    if child is not None:
        await note_reading(deps, visitor, child.id, PAGE)
    return view


async def say_limit(deps: Deps, visitor: Visitor, account: str, daily_kop: int | None) -> LimitView:
    """At once. None is no limit at all; zero means that nothing is bought for the family's money."""
    now = deps.now()
    if daily_kop is not None and not 0 <= daily_kop <= MOST_KOP:
        raise Refused(Reason.WRONG_AMOUNT, f"Предел — от 0 до {shown(MOST_KOP)} в день.")

    def unit() -> LimitView:
        card, contract, child = _food(deps, visitor, account, now=now)
        require_payer(deps, visitor, contract, now=now)
        lock_accounts([card.id])
        before = limit_of(card.id, _default(contract, now=now))
        if before is not None and (daily_kop is None or daily_kop > before):
            require_fresh(deps, visitor.auth_time)
        said = limits.said(card.id)
        if daily_kop != before or not said:
            limits.say(card.id, daily_kop, by=visitor.person, now=now)
            if child is not None:
                _tell(deps, visitor, child, card, daily_kop, now=now)
        return _view(deps, visitor, card, contract, now=now)

    return await deps.db.write(unit)


def _tell(deps: Deps, visitor: Visitor, child: Person, card: AccountCard, daily_kop: int | None, *, now: datetime) -> None:
    record_change(
        actor=PersonId(visitor.person), actor_kind=ActorKind.GUARDIAN, subject=child.id, action="money.limit", object=card.id, now=now
    )
    text = f"{child.first_name}: дневной предел на питание теперь {'снят' if daily_kop is None else shown(daily_kop)}."
    tell_parents(deps, child.id, but=visitor.person, pupil=True, kind="limit_changed", text=text, href=f"/money/{card.id}/limit")


def _food(deps: Deps, visitor: Visitor, account: str, *, now: datetime) -> tuple[AccountCard, ContractCard, Person | None]:
    card, contract, child = seen_account(deps, visitor, account, now=now)
    if card.purpose is not Purpose.MEAL:
        raise Refused(Reason.FORBIDDEN, NOT_FOOD)
    return card, contract, child


def _default(contract: ContractCard, *, now: datetime) -> int | None:
    today = now.astimezone(ZoneInfo(zone_of(contract))).date()
    return terms.terms_of(contract.school, Purpose.MEAL, today).daily_limit_kop


def _view(deps: Deps, visitor: Visitor, card: AccountCard, contract: ContractCard, *, now: datetime) -> LimitView:
    zone, default = zone_of(contract), _default(contract, now=now)
    daily, words = limit_of(card.id, default), limits.said(card.id, limit=SHOWN)
    spent = spent_kop(debits_of_day([card.id], *day_of(now, zone))[card.id])
    return LimitView(
        account=card.id,
        daily_kop=daily,
        default_kop=default,
        own=bool(words),
        spent_kop=spent,
        left_kop=None if daily is None else max(daily - spent, 0),
        zone=zone,
        may_set=may_decide(deps, visitor, contract, now=now),
        words=tuple(LimitRow(limit_kop=one.limit_kop, by=_name(deps, one.said_by), at=one.said_at) for one in words),
        refused=tuple(
            RefusedMeal(
                at=one.at,
                title=one.title,
                amount_kop=one.amount_kop,
                outcome=one.outcome,
                rule=one.rule,
                text=RULES.get(one.rule, OUTCOMES.get(one.outcome, "")),
            )
            for one in (canteen.refusals_of(contract.child) if contract.child else ())
        ),
    )


def _name(deps: Deps, who: str) -> str:
    return names_of(person(deps.keys, PersonId(who)))
