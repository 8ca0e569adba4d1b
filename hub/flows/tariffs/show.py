"""A parent sees the tariff: what it costs, when the next charge comes, and what the others would cost this child (F137, F151-F153)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.money.sight import children, seen_contract
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.tariffs import texts
from hub.flows.tariffs.paying import may_pay
from hub.flows.tariffs.standing import Standing, agreed, charged_on, expected, price_change, soonest, standing, told_on
from hub.flows.tariffs.words import ADDS, ALWAYS, ENDINGS
from hub.flows.views.money import PaidChild
from hub.flows.views.paying.tariffs import (
    ComingTariff,
    EndedTariff,
    NextCharge,
    PriceChange,
    TariffItem,
    TariffList,
    TariffView,
    Use,
)
from hub.ledger.model import Purpose
from hub.ledger.money import shown
from hub.ledger.school_days import DAY
from hub.ledger.store import contracts, reading, terms
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.paid import consents, counts, notices, subscriptions
from hub.ledger.tariffs import TITLES, Item, Tariff, usual_month
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.model import Person

PAGE = "money.tariff"
LOOKED_BACK = timedelta(days=30)
USUAL_PASSES, USUAL_MEALS = 40, 20
"""Twenty school days: in and out, and one dinner."""
LONG_AGO = timedelta(days=60)


async def show_tariff(deps: Deps, visitor: Visitor, contract: str) -> TariffView:
    """One contract's."""
    now = deps.now()

    def unit() -> TariffView:
        card, child = seen_contract(deps, visitor, contract, now=now)
        return view_of(deps, visitor, card, child, now=now)

    view = await deps.db.read(unit)
    if view.child is not None:
        await note_reading(deps, visitor, view.child.id, PAGE)
    return view


async def show_of_child(deps: Deps, visitor: Visitor, child: str) -> TariffList:
    """Those of the child's contracts that are not closed."""
    now = deps.now()

    def unit() -> TariffList:
        one = next((one.person for one in children(deps, visitor, now=now) if one.person.id == child), None)
        if one is None:
            raise Refused(Reason.NOT_FOUND)
        cards = [card for card in contracts.of_children([child]) if card.state.value != "closed"]
        return TariffList(items=tuple(view_of(deps, visitor, card, one, now=now) for card in cards))

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


def view_of(deps: Deps, visitor: Visitor, contract: ContractCard, child: Person | None, *, now: datetime) -> TariffView:
    """In the caller's unit."""
    stands = standing(contract, now=now)
    one, word = stands.current, agreed(stands.current) if stands.current else None
    price = word.price if word else terms.price_of(Item.MONTH, stands.today, tariff=stands.tariff)
    account = next((held for held in contract.accounts if held.purpose is Purpose.NOTICES), None)
    use = _use(contract, stands, now=now)
    pupil = visitor.system == CHILD_LOGIN or visitor.person == contract.child
    return TariffView(
        contract=contract.id,
        number=contract.number,
        child=PaidChild(id=child.id, first_name=child.first_name) if child else None,
        tariff=stands.tariff.value,
        title=TITLES[stands.tariff],
        price_kop=price.kop,
        price_version=price.version,
        since=one.since if one else None,
        next_charge=_next(stands),
        paused_until=stands.paused_until if stands.current or stands.coming else None,
        coming=_coming(stands),
        change=_change(stands),
        ended=_ended(stands),
        account=account.id if account else None,
        balance_kop=reading.balance(account.id) if account else 0,
        may_choose=stands.account is not None and may_pay(deps, visitor, contract, now=now),
        may_leave=not pupil and (stands.current is not None or stands.coming is not None),
        text_version=texts.in_force(texts.TARIFF, stands.today).version,
        always=ALWAYS,
        items=tuple(_item(stands, tariff, use) for tariff in Tariff),
        use=use,
    )


def _next(stands: Standing) -> NextCharge | None:
    """By what is on today, or else by what begins later."""
    for one in (stands.current, stands.coming):
        word = agreed(one) if one else None
        found = expected(stands, one, word.price.kop) if one and word else None
        if one is not None and found is not None:
            told = told_on(stands, one) is not None
            return NextCharge(
                date=charged_on(stands, one, found),
                month=found.name,
                amount_kop=found.kop,
                days=found.days,
                of_days=found.of_days,
                announced=told,
            )
    return None


def _coming(stands: Standing) -> ComingTariff | None:
    one = stands.coming
    if one is None:
        return None
    word = consents.consent(one.consent)
    return ComingTariff(tariff=one.tariff.value, title=TITLES[one.tariff], since=one.since, price_kop=word.price.kop if word else 0)


def _change(stands: Standing) -> PriceChange | None:
    """Of the tariff that is on, or about to be."""
    one = stands.current or stands.coming
    found = price_change(stands, one.tariff) if one else None
    if one is None or found is None:
        return None
    since, price = found
    words = [agreed(each) for each in (stands.current, stands.coming) if each is not None and each.tariff is one.tariff]
    return PriceChange(
        since=since,
        price_kop=price.kop,
        price_version=price.version,
        agreed=any(word is not None and word.price == price for word in words),
    )


def _ended(stands: Standing) -> EndedTariff | None:
    found = subscriptions.last_ended(stands.contract.id, stands.today)
    if stands.current is not None or found is None or not found.ended or found.until is None or stands.today - found.until > LONG_AGO:
        return None
    return EndedTariff(
        tariff=found.tariff.value, title=TITLES[found.tariff], on=found.until, reason=found.ended, text=ENDINGS.get(found.ended, "")
    )


def _item(stands: Standing, tariff: Tariff, use: Use) -> TariffItem:
    starts = soonest(stands, tariff) if tariff is not Tariff.ZERO else stands.today
    price = terms.price_of(Item.MONTH, starts, tariff=tariff)
    units = {Item.NOTICE_PASS: use.pass_kop, Item.NOTICE_MEAL: use.meal_kop}
    used = {Item.NOTICE_PASS: use.passes, Item.NOTICE_MEAL: use.meals}
    body = texts.in_force(texts.TARIFF, stands.today).body
    return TariffItem(
        tariff=tariff.value,
        title=TITLES[tariff],
        price_kop=price.kop,
        price_version=price.version,
        starts=starts,
        adds=ADDS[tariff],
        usual_kop=usual_month(tariff, month_kop=price.kop, units=units, counts=used, cap_kop=use.cap_kop),
        chosen=stands.tariff is tariff,
        coming=stands.coming is not None and stands.coming.tariff is tariff,
        consent_text=""
        if tariff is Tariff.ZERO
        else body.format(title=TITLES[tariff], number=stands.contract.number, price=shown(price.kop)),
    )


def _use(contract: ContractCard, stands: Standing, *, now: datetime) -> Use:
    """The child's own last month; a usual one where nothing was counted yet."""
    passes, meals = counts.used([one.id for one in contract.accounts], since=now - LOOKED_BACK, until=now + DAY)
    return Use(
        passes=passes or USUAL_PASSES,
        meals=meals or USUAL_MEALS,
        passes_counted=bool(passes),
        meals_counted=bool(meals),
        pass_kop=terms.price_of(Item.NOTICE_PASS, stands.today).kop,
        meal_kop=terms.price_of(Item.NOTICE_MEAL, stands.today).kop,
        cap_kop=notices.cap_of(contract.id),
    )
