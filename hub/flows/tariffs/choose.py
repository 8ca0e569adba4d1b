"""A parent switches a tariff: a paid one by a word to its text and price, the free one with one tap (RULES D6, A14; F151, F152)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.money.sight import seen_contract
from hub.flows.refusals import Reason, Refused
from hub.flows.tariffs import texts
from hub.flows.tariffs.ending import end
from hub.flows.tariffs.paying import require_grown, require_payer
from hub.flows.tariffs.show import view_of
from hub.flows.tariffs.standing import Standing, agreed, charged_on, expected, lock, price_change, soonest, standing
from hub.flows.tariffs.telling import note, tell_family
from hub.flows.tariffs.words import on_day
from hub.flows.views.paying.tariffs import TariffView
from hub.ledger.money import shown
from hub.ledger.store import terms
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.paid import consents, subscriptions
from hub.ledger.store.paid.consents import Said
from hub.ledger.store.paid.subscriptions import SubscriptionCard
from hub.ledger.tariffs import TITLES, Item, Priced, Tariff
from hub.store.sessions import Visitor

UNKNOWN = "Такого тарифа нет. Есть zero, mobile и sms_plus."
TEXT_CHANGED = "Текст согласия изменился, пока страница была открыта. Прочитайте новый и решите ещё раз."


async def choose_tariff(
    deps: Deps, visitor: Visitor, contract: str, *, tariff: str, accepted_price_kop: int | None = None, text_version: str = ""
) -> TariffView:
    """The same choice again changes nothing. A paid tariff begins after three days' notice; the free one at once."""
    if tariff not in set(Tariff):
        raise Refused(Reason.MALFORMED, UNKNOWN)
    wanted, now = Tariff(tariff), deps.now()

    def unit() -> TariffView:
        card, child = seen_contract(deps, visitor, contract, now=now)
        require_grown(visitor, card)
        lock(card, now=now)
        stands = standing(card, now=now)
        if wanted is Tariff.ZERO:
            end(deps, stands, why="asked", actor=visitor.person, now=now)
        else:
            _switch_on(deps, visitor, stands, wanted, accepted_price_kop, text_version, now=now)
        return view_of(deps, visitor, card, child, now=now)

    return await deps.db.write(unit)


def _switch_on(
    deps: Deps, visitor: Visitor, stands: Standing, wanted: Tariff, accepted_kop: int | None, text_version: str, *, now: datetime
) -> None:
    require_payer(deps, visitor, stands.contract, now=now)
    if stands.account is None:
        raise Refused(Reason.NO_TARIFF_HERE)
    since = soonest(stands, wanted)
    price = terms.price_of(Item.MONTH, since, tariff=wanted)
    if accepted_kop != price.kop:
        raise Refused(
            Reason.PRICE_CHANGED,
            f"Тариф «{TITLES[wanted]}» стоит {shown(price.kop)} в месяц.",
            more={"price_kop": price.kop, "version": price.version},
        )
    text = texts.in_force(texts.TARIFF, stands.today)
    if text_version and text_version != text.version:
        raise Refused(Reason.TEXT_CHANGED, TEXT_CHANGED, more={"version": text.version})
    if _is_so(stands, wanted, price):
        return
    if stands.current is not None and stands.current.tariff is wanted and price_change(stands, wanted) is None:
        subscriptions.keep(stands.contract.id, stands.today, now=now)
        note(stands.contract, "tariff.kept", wanted.value, actor=visitor.person, now=now)
        return
    words = consent_words(text.body, wanted, stands.contract, price)
    said = Said(service=wanted.value, price=price, text_version=text.version, text=words)
    consent = consents.agree(said, person=visitor.person, contract=stands.contract.id, child=stands.contract.child, now=now)
    made = subscriptions.by_id(subscriptions.subscribe(stands.contract.id, wanted, consent=consent, since=since, now=now))
    note(stands.contract, "tariff.agreed", f"{wanted.value} {price.version}", actor=visitor.person, now=now)
    assert made is not None, "written in this very unit"
    announce(deps, standing(stands.contract, now=now), made, now=now)


def _is_so(stands: Standing, wanted: Tariff, price: Priced) -> bool:
    """Whether the last word already says just that."""
    last = stands.coming or stands.current
    word = agreed(last) if last is not None and last.until is None else None
    return last is not None and last.tariff is wanted and word is not None and word.price == price


def consent_words(body: str, tariff: Tariff, contract: ContractCard, price: Priced) -> str:
    return body.format(title=TITLES[tariff], number=contract.number, price=shown(price.kop))


def announce(deps: Deps, stands: Standing, one: SubscriptionCard, *, now: datetime) -> None:
    """In the caller's unit: the family hears when and how much will be taken first."""
    word = agreed(one)
    found = expected(stands, one, word.price.kop) if word else None
    if found is None:
        return
    subscriptions.announced(one.id, now=now)
    day = charged_on(stands, one, found)
    share = "" if found.days == found.of_days else f" за {found.days} из {found.of_days} дней месяца"
    text = f"Тариф «{TITLES[one.tariff]}»: {on_day(day)} спишем {shown(found.kop)}{share} с «Баланса СМС»."
    text += " Передумали — отключите одним нажатием."
    note(stands.contract, "tariff.announced", f"{one.tariff.value} {found.name} {found.kop}", now=now)
    tell_family(deps, stands.contract, "tariff_announced", text, now=now)
