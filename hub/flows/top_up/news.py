"""What an acquirer said is written down, and the payer of a demand is told of each part on the hub's own pages (F034)."""

from __future__ import annotations

from datetime import datetime

from connectors.kit.payment import Payment
from hub.deps import Deps
from hub.flows.top_up.settle import settle
from hub.ledger.money import shown
from hub.store import notices
from hub.store.wishes import demands
from hub.store.wishes.demands import DemandCard
from hub.store.wishes.top_ups import TopUpCard

KIND = "top_up_demand"


def settle_and_tell(deps: Deps, id_: str, found: Payment, *, now: datetime) -> TopUpCard | None:
    """In the caller's unit."""
    card = settle(id_, found, now=now)
    held = demands.get(id_) if card is not None and found.demand is not None else None
    if card is not None and held is not None and held.credited_kop > held.told_kop:
        notices.tell(deps.keys, person=card.person, kind=KIND, text=_text(held), href=f"/money/top-ups/{id_}", now=now)
        demands.told(id_, held.credited_kop)
    return card


def _text(held: DemandCard) -> str:
    left = held.asked_kop - held.paid_kop
    came = f"По коду требования внесено {shown(held.paid_kop)}, на счёт пришло {shown(held.credited_kop)}."
    if not left:
        return f"{came} Код оплачен целиком."
    if held.open:
        return f"{came} Осталось внести {shown(left)}."
    return f"{came} Остальные {shown(left)} по этому коду уже не примут: сделайте новый."
