"""A month of an account, or of all accounts of a child, as a table to keep: freshly signed in, noted first (RULES A13, A16, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.money.months import statement_of
from hub.flows.money.sight import children, seen_account
from hub.flows.outputs.cells import harmless, table
from hub.flows.outputs.taking import note_taken, require_own, take_turn
from hub.flows.refusals import Reason, Refused
from hub.flows.views.money import StatementItem, StatementView
from hub.flows.views.outputs import Download
from hub.ledger.model import Purpose
from hub.ledger.money import in_table
from hub.ledger.store import contracts
from hub.ledger.texts import PURPOSES
from hub.store.sessions import Visitor
from identity.model import Person, PersonId

PAGE = "export.statement"
MOST = 100_000
HEAD = ("Дата", "Время", "Что", "Почему", "Кто", "Пришло", "Ушло", "Было", "Стало", "Номер записи")
OF_CHILD = ("Договор", "Счёт", *HEAD)


async def statement_csv(deps: Deps, visitor: Visitor, account: str, *, month: str | None = None) -> Download:
    """All rows of the month; what came and what went stand apart, so that a sum begins with no sign."""
    take_turn(deps, visitor)
    now = deps.now()

    def unit() -> tuple[Download, Person | None]:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        if child is not None:
            require_own(deps, visitor, PersonId(child.id))
        found = statement_of(deps, visitor, card, contract, child, month=month, limit=MOST, now=now)
        return _file(f"schet-{card.purpose.value}-{found.month}", HEAD, _rows(found)), child

    file, child = await deps.db.read(unit)
    if child is not None:
        await deps.db.write(lambda: note_taken(deps, visitor, [PersonId(child.id)], PAGE))
    return file


async def child_csv(deps: Deps, visitor: Visitor, child: str, *, month: str | None = None) -> Download:
    """Account by account; which one a row belongs to stands before it, and no row adds two of them up (RULES D2)."""
    take_turn(deps, visitor)
    now = deps.now()

    def unit() -> Download:
        found = next((one.person for one in children(deps, visitor, now=now) if one.person.id == child), None)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        require_own(deps, visitor, PersonId(child))
        rows: list[tuple[str, ...]] = []
        told = month or ""
        for contract in contracts.of_children([child]):
            for card in contract.accounts:
                view = statement_of(deps, visitor, card, contract, found, month=month, limit=MOST, now=now)
                told = view.month
                rows += [(contract.number, PURPOSES[Purpose(view.purpose)], *cells) for cells in _rows(view)]
        return _file(f"scheta-{told}" if told else "scheta", OF_CHILD, rows)

    file = await deps.db.read(unit)
    await deps.db.write(lambda: note_taken(deps, visitor, [PersonId(child)], PAGE))
    return file


def _file(name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Download:
    return Download(name=f"{name}.csv", content_type="text/csv; charset=utf-8", body=table(head, rows))


def _rows(view: StatementView) -> list[tuple[str, ...]]:
    zone = ZoneInfo(view.zone)
    return [_cells(one, zone) for one in view.items]


def _cells(one: StatementItem, zone: ZoneInfo) -> tuple[str, ...]:
    at = one.at.astimezone(zone)
    came = in_table(one.amount_kop) if one.amount_kop > 0 else ""
    went = in_table(-one.amount_kop) if one.amount_kop < 0 else ""
    return (
        f"{at:%d.%m.%Y}",
        f"{at:%H:%M}",
        harmless(one.text),
        harmless(one.why),
        harmless(one.actor),
        came,
        went,
        in_table(one.opening_kop),
        in_table(one.closing_kop),
        one.transaction_id,
    )
