"""The ways to pay with the fee and the total of each, known before paying, the free one first (RULES D6; F095)."""

from __future__ import annotations

from datetime import datetime

from connectors.kit.manifest import PayMethod, PayWay
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.rules import payable, require_amount, today
from hub.flows.views.top_up import WaysView, WayView
from hub.ledger.money import fee
from hub.ledger.store.contracts import ContractCard
from hub.store.sessions import Visitor
from hub.store.wishes import top_ups

AT_TERMINAL = "Терминал, киоск в школе или приложение банка"


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
        found: list[WayView] = []
        for name, port in deps.payments.items():
            instance = port.manifest.instance(name)
            for method in port.manifest.methods:
                costs = fee_kop(contract, name, method, amount, now=now)
                title = method.title if method.title == instance.title else f"{method.title} · {instance.title}"
                found.append(WayView(provider=name, method=method.name, title=title, fee_kop=costs, total_kop=amount + costs, about=""))
        free = _at_terminal(contract.number, view.terminal.pay_type if view.terminal else "", amount)
        return WaysView(account=card.id, amount_kop=amount, items=(free, *sorted(found, key=lambda one: one.fee_kop)))

    return await deps.db.read(unit)


def _at_terminal(number: str, pay_type: str, amount: int) -> WayView:
    about = f"Договор {number}, вид счёта {pay_type}. Деньги приходят сразу."
    return WayView(provider="", method="", title=AT_TERMINAL, fee_kop=0, total_kop=amount, about=about)
