"""A family hears that money came, and that little is left, in every tariff and for nothing (F139; RULES F2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from device_ingest import store
from hub.deps import Deps
from hub.ledger.model import Kind, Purpose
from hub.ledger.money import shown
from hub.ledger.store.paid import moves
from hub.ledger.store.paid.moves import Move
from hub.store import notices
from hub.store.fields import to_micros
from hub.store.outbox import circle
from identity.model import PersonId
from identity.store.family.watchers import watchers

READER = "notices_money"
BATCH = 300
SETTLED = timedelta(seconds=20)
"""By then whatever was made before is committed."""
LOW: Mapping[Purpose, int] = MappingProxyType({Purpose.MEAL: 20_000, Purpose.NOTICES: 500, Purpose.SERVICES: 0})
NAMES: Mapping[Purpose, str] = MappingProxyType(
    {Purpose.MEAL: "Питание", Purpose.NOTICES: "Баланс СМС", Purpose.SERVICES: "Услуги", Purpose.MEAL_BENEFIT: "Льготное питание"}
)


async def tell_of_money(deps: Deps) -> bool:
    """One batch; True while more waits."""
    end = to_micros(deps.now() - SETTLED) // 1000

    def unit() -> bool:
        start = circle.place_of(READER)
        if start is None:
            # What happened before there were notices is told to nobody.
            store.move_on(READER, to=end)
            return False
        found = moves.between(start, end, limit=BATCH)
        _tell(deps, found)
        full = len(found) == BATCH
        store.move_on(READER, to=max(found[-1].made_ms, start + 1) if full else max(end, start))
        return full

    return await deps.db.write(unit)


def _tell(deps: Deps, found: list[Move]) -> None:
    """The guardians of the child; each movement once, however often it is seen."""
    worth = [(move, word) for move in found if (word := _word(move))]
    children = {PersonId(move.child) for move, _ in worth if move.child}
    told = watchers(deps.keys, children, now=deps.now(), grown=deps.memory.grown)
    for move, (kind, text) in worth:
        for person in told.get(PersonId(move.child or ""), ()):
            href = f"/money/{move.account}"
            notices.tell_once(deps.keys, about=move.txn, person=person, kind=kind, text=text, href=href, now=deps.now())


def _word(move: Move) -> tuple[str, str] | None:
    name = NAMES[move.purpose]
    if move.kind is Kind.TOP_UP:
        return "top_up", f"Счёт «{name}» пополнен на {shown(move.amount_kop)}. Теперь на нём {shown(move.closing_kop)}."
    low = LOW.get(move.purpose, 0)
    if move.opening_kop >= low > move.closing_kop:
        return "low_balance", f"На счёте «{name}» осталось {shown(move.closing_kop)}. Пополните его, если нужно."
    return None
