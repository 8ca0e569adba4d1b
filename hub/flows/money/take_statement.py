"""A month of an account as a table to keep: freshly signed in, noted before it is handed out (RULES A13, A16)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.money.show_statement import statement_of
from hub.flows.money.sight import seen_account, zone_of
from hub.flows.outputs.cells import harmless, table
from hub.flows.outputs.taking import note_taken, require_own, take_turn
from hub.flows.views.money import StatementItem
from hub.flows.views.outputs import Download
from hub.ledger.money import roubles
from hub.store.sessions import Visitor
from identity.model import Person, PersonId

PAGE = "export.statement"
MOST = 100_000
HEAD = ("Дата", "Время", "Что", "Пришло", "Ушло", "Было", "Стало", "Номер записи")


async def statement_csv(deps: Deps, visitor: Visitor, account: str, *, month: str | None = None) -> Download:
    """All rows of the month; what came and what went stand apart, so that a sum begins with no sign."""
    take_turn(deps, visitor)
    now = deps.now()

    def unit() -> tuple[Download, Person | None]:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        if child is not None:
            require_own(deps, visitor, PersonId(child.id))
        zone = zone_of(contract)
        found = statement_of(card, zone, month, None, MOST, now=now)
        body = table(HEAD, [_cells(one, ZoneInfo(zone)) for one in found.items])
        name = f"schet-{card.purpose.value}-{found.month}.csv"
        return Download(name=name, content_type="text/csv; charset=utf-8", body=body), child

    file, child = await deps.db.read(unit)
    if child is not None:
        await deps.db.write(lambda: note_taken(deps, visitor, [PersonId(child.id)], PAGE))
    return file


def _cells(one: StatementItem, zone: ZoneInfo) -> tuple[str, ...]:
    at = one.at.astimezone(zone)
    came = roubles(one.amount_kop) if one.amount_kop > 0 else ""
    went = roubles(-one.amount_kop) if one.amount_kop < 0 else ""
    return (
        f"{at:%d.%m.%Y}",
        f"{at:%H:%M}",
        harmless(one.text),
        came,
        went,
        _left(one.opening_kop),
        _left(one.closing_kop),
        one.transaction_id,
    )


def _left(kop: int) -> str:
    """A debt is said in a word: no cell begins with a sign (RULES C8)."""
    return f"долг {roubles(-kop)}" if kop < 0 else roubles(kop)
