"""Who may pay in, how much, and when the acquirer is asked again: decided without asking anybody (RULES A4, A5, D2, D11)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.kit.manifest import PayWay
from hub.deps import Deps
from hub.flows.money.sight import account_view, seen_account, zone_of
from hub.flows.phones import e164
from hub.flows.refusals import Reason, Refused
from hub.flows.views.money import AccountView
from hub.ledger.model import PAY_TYPES
from hub.ledger.money import shown
from hub.ledger.store import reading
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Right
from identity.model import EdgeRight, Missing, Person, PersonId
from identity.store import act_right

SOON = (2, 3, 5, 10, 15, 30, 60, 120, 300, 600)
LATER_S = 1800
ASKED_FOR = timedelta(days=7)
"""So long an order that nobody paid is asked about; after that only a notice wakes it."""
DEMAND_LIFE_S = 7 * 86_400
"""So long a shop takes money by a demand's code."""
LATE_COMES_WITHIN = timedelta(days=1)
"""So long after a demand's own time it is asked whether a till had taken money before."""
CAME_TO_BE = timedelta(minutes=5)
"""After this an order that the acquirer does not know was never made: the call that was lost has ended long ago."""
FOUND_FOR = timedelta(hours=20)
"""So long an order without the acquirer's id is looked for: an idempotency key lives a day there."""
NOT_YOURS = "Пополняет тот, кто отвечает за ребёнка. Попросите его или заплатите через терминал по номеру договора."
NOT_PAID_IN = "Этот счёт не пополняют: деньги на него приходят от школы."
CLOSED = "Счёт закрыт, новых денег он не принимает."
NO_HOLDER = "Школа ещё не назвала, кто держит деньги этого счёта, поэтому пополнить его нельзя. Спросите в школе."
NO_PHONE = "Напишите номер мобильного телефона полностью, например +7 913 123-45-67."
_RUSSIAN = re.compile(r"\+7[0-9]{10}")
_WHY = {
    Missing.LEVEL_TOO_LOW: Refused(Reason.LEVEL_TOO_LOW),
    Missing.RECENT_RECOVERY: Refused(Reason.RECENT_RECOVERY),
}


def payable(deps: Deps, visitor: Visitor, account: str, *, now: datetime) -> tuple[AccountCard, ContractCard, AccountView, Person | None]:
    """In the caller's unit: the account, if this person may pay into it now."""
    card, contract, child = seen_account(deps, visitor, account, now=now)
    view = account_view(visitor, contract, card, pays=True, balance_kop=reading.balance(card.id), held_kop=0, now=now)
    if card.purpose not in PAY_TYPES:
        raise Refused(Reason.CANNOT_PAY_IN, NOT_PAID_IN)
    _require_payer(deps, visitor, contract, now=now)
    if not view.may_top_up:
        raise Refused(Reason.CANNOT_PAY_IN, NO_HOLDER if not view.holder else CLOSED)
    return card, contract, view, child


def _require_payer(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> None:
    """The contract's payer, or who may pay for the child; a pupil looks only (PAGES, «Ученик»)."""
    if visitor.system == CHILD_LOGIN or visitor.person == contract.child:
        raise Refused(Reason.FORBIDDEN, NOT_YOURS)
    if contract.payer == visitor.person:
        return
    right: Right = act_right(deps.keys, PersonId(visitor.person), PersonId(contract.child or ""), EdgeRight.PAY, now=now)
    if not right.allowed:
        raise next((_WHY[one] for one in right.missing if one in _WHY), Refused(Reason.NOT_ALLOWED_YET))


def require_amount(view: AccountView, amount_kop: int) -> None:
    least, most = view.top_up_min_kop, view.top_up_max_kop
    if not least <= amount_kop <= most:
        raise Refused(Reason.WRONG_AMOUNT, f"Сумма — от {shown(least)} до {shown(most)}.", more={"least_kop": least, "most_kop": most})


def phone_for(way: PayWay, typed: str) -> str:
    """`79131234567` where this way takes a phone; a balance needs one, a shop may do without."""
    if way not in (PayWay.MOBILE, PayWay.SHOP) or (way is PayWay.SHOP and not typed.strip()):
        return ""
    number = e164(typed)
    if not _RUSSIAN.fullmatch(number):
        raise Refused(Reason.MALFORMED, NO_PHONE)
    return number.removeprefix("+")


def today(contract: ContractCard, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(zone_of(contract)))


def next_ask(tries: int, created_at: datetime, now: datetime, *, known: bool, until: datetime | None = None) -> datetime | None:
    """At shorter intervals first; none when it is not worth asking any more. Nobody is declared unpaid by that."""
    if now > (until or created_at + ASKED_FOR) or (not known and now - created_at > FOUND_FOR):
        return None
    return now + timedelta(seconds=SOON[tries] if tries < len(SOON) else LATER_S)
