"""Money that came and went, and meals that no till reported: rows of the statements as the timeline tells them (RULES D7)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hub.flows.timeline.items.device import paid_view
from hub.flows.timeline.merging import Found
from hub.flows.timeline.scope import Scope
from hub.flows.views.people.joint import JointItem, JointSource, LineView
from hub.ledger.debits.across import Moved, between
from hub.ledger.model import Kind
from hub.ledger.texts import PURPOSES, text_of

OTHERS = tuple(kind for kind in Kind if kind is not Kind.MEAL)


def money_items(scope: Scope, *, end: datetime, fetch: int, kinds: Collection[str]) -> Found:
    """In the caller's unit. What a till's event made is told by the event itself."""
    wanted = (*((Kind.MEAL,) if "meal" in kinds else ()), *(OTHERS if "money" in kinds else ()))
    if not wanted:
        return Found(items=())
    rows = between(scope.accounts, start=scope.start, end=end, limit=fetch, kinds=wanted, devices=False)
    items = [_item(scope, row) for row in rows]
    return Found(items=items, whole=len(rows) < fetch, oldest=rows[-1].at if rows else None)


def _item(scope: Scope, row: Moved) -> JointItem:
    owned = scope.accounts[row.account]
    meal = row.kind is Kind.MEAL
    return JointItem(
        id=f"{'meal' if meal else 'money'}:{row.txn}/{row.account}",
        kind="meal" if meal else "money",
        child=owned.child,
        first_name=scope.children[owned.child].first_name,
        at=row.at,
        precision="instant",
        zone=scope.zone_of(owned.child),
        title="Питание" if meal else text_of(row.kind, row.cause),
        text=row.cause.item or "питание" if meal else f"счёт «{PURPOSES[owned.purpose]}»",
        source=JointSource(system="ledger", title="Выписка счёта", id=row.txn, fetched_at=row.booked_at),
        place=row.cause.place,
        received_at=row.booked_at,
        amount_kop=-row.amount_kop if meal else row.amount_kop,
        lines=(LineView(title=row.cause.item, count=1, price_kop=-row.amount_kop),) if meal and row.cause.item else (),
        paid=paid_view(row, scope.accounts),
        href=f"/money/{row.account}" if not meal else f"/children/{owned.child}/meals",
    )
