"""The ways to pay with the fee and the total of each, known before paying, the free one first (RULES D6; F095)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import structs

from connectors.kit.manifest import PayMethod, PayWay
from connectors.kit.terminals import first_day
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.rules import DEMAND_LIFE_S, payable, require_amount, today
from hub.flows.top_up.words import from_day
from hub.flows.views.paying.top_up import WaysView, WayView
from hub.ledger.model import PAY_TYPES, Purpose
from hub.ledger.money import fee
from hub.ledger.store import terms
from hub.ledger.store.contracts import ContractCard
from hub.store.sessions import Visitor
from hub.store.wishes import top_ups

PLACES: Mapping[str, tuple[tuple[str, ...], str, str]] = MappingProxyType(
    {
        "terminal": (
            ("osmp",),
            "Терминал города или киоск в школе",
            "Наличными: наберите номер договора и вид счёта. Деньги приходят сразу.",
        ),
        "bank": (
            ("sber2", "sber_upper", "sber_old"),
            "Сбербанк: приложение, банкомат, автоплатёж",
            "В «Платежах» найдите получателя и введите номер договора. Там же включается автоплатёж. Деньги приходят сразу.",
        ),
    }
)
"""By way: the dialects by which it calls us, the first that is open; its title; what to do there."""
ABOUT: Mapping[PayWay, str] = MappingProxyType(
    {
        PayWay.CARD: "Номер карты вводят только на странице банка.",
        PayWay.SBP: "Откроется приложение вашего банка.",
        PayWay.MOBILE: "Деньги спишет оператор связи, подтвердите платёж ответом на его СМС.",
        PayWay.SHOP: f"Получите код из десяти цифр и заплатите по нему наличными, можно частями, {DEMAND_LIFE_S // 86_400} дней.",
    }
)
PHONES: Mapping[PayWay, str] = MappingProxyType({PayWay.MOBILE: "required", PayWay.SHOP: "optional"})
PASSPORT_KOP = 1_500_000
PASSPORT = " На такую сумму салон попросит паспорт."


def provider_of(deps: Deps, name: str) -> str:
    """The instance's name; a connector's id means its only instance."""
    if name in deps.payments:
        return name
    named = [one for one, port in deps.payments.items() if port.manifest.id == name]
    return named[0] if len(named) == 1 else name


def method_of(deps: Deps, provider: str, name: str) -> PayMethod:
    """The acquirer's method; without a name its first."""
    port = deps.payments.get(provider)
    methods = port.manifest.methods if port else ()
    if not methods:
        raise Refused(Reason.MALFORMED, "Такого способа оплаты здесь нет. Выберите другой на странице пополнения.")
    found = next((one for one in methods if one.name == name), None) if name else methods[0]
    if found is None:
        raise Refused(Reason.MALFORMED, "У этого банка нет такого способа: проверьте «method».")
    return found


def way_of(deps: Deps, provider: str, name: str) -> PayWay:
    """What the payer of a kept wish does; a method that the manifest has no more was a page."""
    port = deps.payments.get(provider)
    methods = port.manifest.methods if port else ()
    return next((one.way for one in methods if one.name == (name or methods[0].name)), PayWay.CARD)


def fee_kop(contract: ContractCard, provider: str, method: PayMethod, amount_kop: int, *, now: datetime) -> int:
    """In the caller's unit."""
    hundredths = top_ups.fee_of(provider, method.name, today(contract, now).date(), method.fee_hundredths)
    return fee(amount_kop, hundredths=hundredths)


async def show_ways(deps: Deps, visitor: Visitor, account: str, amount_kop: int | None = None) -> WaysView:
    """For this amount, or for the least that may be paid in."""
    now = deps.now()

    def unit() -> WaysView:
        card, contract, view, _ = payable(deps, visitor, account, now=now)
        amount = view.top_up_min_kop if amount_kop is None else amount_kop
        require_amount(view, amount)
        found = _elsewhere(deps, contract, card.purpose, amount, now=now)
        for name, port in deps.payments.items():
            instance = port.manifest.instance(name)
            found += [_online(name, instance.title, one, contract, amount, now=now) for one in port.manifest.methods]
        return WaysView(account=card.id, amount_kop=amount, items=tuple(sorted(found, key=lambda one: (bool(one.since), one.fee_kop))))

    return await deps.db.read(unit)


def _elsewhere(deps: Deps, contract: ContractCard, purpose: Purpose, amount: int, *, now: datetime) -> list[WayView]:
    """Where the payer types the number: only where such a door of ours is open, so that the money arrives at once."""
    day = today(contract, now).date()
    said = terms.terms_of(contract.school, purpose, day)
    found = []
    for way, (dialects, title, about) in PLACES.items():
        opens = [(max(first_day(found_.options) or day, day), one) for one in dialects if (found_ := deps.settings.connectors.get(one))]
        if opens:
            since, open_ = min(opens, key=lambda one: one[0])
            waits = since > day
            costs = fee(amount, hundredths=top_ups.fee_of(open_, "", since, 0))
            made = WayView(
                provider="",
                method="",
                title=title,
                fee_kop=costs,
                total_kop=amount + costs,
                about=f"Платежи принимают {from_day(since, day)}. {about}" if waits else about,
                way=way,
                since=since.isoformat() if waits else "",
            )
            payee = said.agent_name or said.holder_name
            found.append(structs.replace(made, number=contract.number, pay_type=PAY_TYPES[purpose], payee=payee))
    return found


def _online(name: str, title: str, method: PayMethod, contract: ContractCard, amount: int, *, now: datetime) -> WayView:
    costs = fee_kop(contract, name, method, amount, now=now)
    return WayView(
        provider=name,
        method=method.name,
        title=method.title if method.way is PayWay.SHOP or method.title == title else f"{method.title} · {title}",
        fee_kop=costs,
        total_kop=amount + costs,
        about=ABOUT[method.way] + (PASSPORT if method.way is PayWay.SHOP and amount + costs > PASSPORT_KOP else ""),
        way=method.way.value,
        phone=PHONES.get(method.way, "no"),
    )
