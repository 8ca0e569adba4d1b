"""Passes, meals and refused cards as the devices saw them, each with its device, signature, clock and what it cost (RULES E4-E6, D7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.flows.money.explaining import why
from hub.flows.timeline.doors import cards_of, suspect
from hub.flows.timeline.merging import Found
from hub.flows.timeline.passed import KINDS, event_key, events_of, folded, visits_of, went_through
from hub.flows.timeline.scope import Owned, Scope
from hub.flows.timeline.visits import LONGEST, Visit
from hub.flows.views.people.joint import JointItem, JointSource, LineView, PaidView, VisitView
from hub.flows.views.people.timeline import Provenance
from hub.ledger.debits.across import Moved, of_events
from hub.ledger.debits.decide import Flag
from hub.ledger.model import Cause
from hub.ledger.texts import PURPOSES
from hub.store.school.devices import DeviceCard, DeviceKind

CARD_ACTS = {"issued": "выдана", "blocked": "заблокирована", "lost": "потеряна", "found": "найдена", "returned": "сдана"}
TITLES = {DeviceKind.CANTEEN: "Касса", DeviceKind.KIOSK: "Киоск"}
MOST_PASSES = 2000


def device_items(scope: Scope, *, end: datetime, fetch: int, kinds: Collection[str]) -> Found:
    """In the caller's unit: newest first, `fetch` reads at most."""
    types = [type_ for type_, kind in KINDS.items() if kind in kinds]
    rows = events_of(scope.carried, start=scope.start, end=end, limit=fetch, types=types)
    whole = len(rows) < fetch
    mine = [(row, child) for row in rows if (child := scope.carried.child_of(row)) in scope.children]
    cards = cards_of({row.school for row, _ in mine}) if mine else {}
    paid = of_events([(f"device:{row.device}", row.id) for row, _ in mine if row.type is EventType.MEAL], scope.accounts)
    visits = _visits(scope, [row for row, _ in mine])
    by_child: dict[str, list[Kept]] = {}
    for row, child in reversed(mine):
        by_child.setdefault(child or "", []).append(row)
    items = [
        _item(scope, row, child, repeats, cards.get(row.device), paid.get((f"device:{row.device}", row.id)), visits.get(event_key(row)))
        for child, its in by_child.items()
        for row, repeats in folded(its)
    ]
    return Found(items=items, whole=whole, oldest=rows[-1].at if rows else None)


def _visits(scope: Scope, rows: Sequence[Kept]) -> Mapping[str, Visit]:
    """By pass: a visit may begin before the page or end after it."""
    passes = [row for row in rows if row.type is EventType.PASS]
    if not passes:
        return {}
    start, end = passes[-1].at - LONGEST, passes[0].at + LONGEST
    around = events_of(scope.carried, start=start, end=end, limit=MOST_PASSES, types=(EventType.PASS,))
    found: dict[str, Visit] = {}
    for child in scope.children:
        for visit in visits_of([row for row in around if scope.carried.child_of(row) == child]):
            found.update((one.id, visit) for one in visit.passes)
    return found


def _item(
    scope: Scope, row: Kept, child: str, repeats: int, card: DeviceCard | None, moved: Moved | None, visit: Visit | None
) -> JointItem:
    kind = KINDS[row.type]
    title, text = WORDS[kind](row)
    return JointItem(
        id=f"{kind}:{event_key(row)}",
        kind=kind,
        child=child,
        first_name=scope.children[child].first_name,
        at=row.at,
        precision="instant",
        zone=scope.zone_of(child),
        title=title,
        text=text,
        source=JointSource(system="device", title=device_title(card), id=row.id, fetched_at=row.received_at),
        direction=row.direction,
        door=row.door,
        place=str(row.data.get("place") or (card.place if card else "")),
        repeats=repeats,
        received_at=row.received_at,
        received_late=row.late,
        suspect=suspect(card, row.at),
        provenance=Provenance(auth=row.auth.value, confirmed=row.auth.strong, device=row.device, skew_s=row.skew_s),
        visit=visit_view(visit) if visit else None,
        amount_kop=_kop(row, moved),
        lines=lines_of(row.data),
        paid=paid_view(moved, scope.accounts) if moved else None,
        href=f"/children/{child}/meals" if kind == "meal" else f"/children/{child}/passes",
    )


def device_title(card: DeviceCard | None) -> str:
    if card is None:
        return "Устройство школы"
    kind = TITLES.get(card.kind, "Турникет")
    return f"{kind}, {card.place}" if card.place else kind


def _pass_words(row: Kept) -> tuple[str, str]:
    if not went_through(row):
        return "Не пропустили", str(row.data.get("reason") or "вход закрыт")
    return {"in": "Вход", "out": "Выход"}.get(row.direction or "", "Проход"), "записано без связи" if _buffered(row) else ""


def _meal_words(row: Kept) -> tuple[str, str]:
    names = ", ".join(one.title for one in lines_of(row.data)) or "покупка в столовой"
    return ("Касса отменила покупку" if row.data.get("reversal_of") else "Питание"), names


def _card_words(row: Kept) -> tuple[str, str]:
    return "Карта", CARD_ACTS.get(str(row.data.get("action")), "не принята")


WORDS = {"pass": _pass_words, "meal": _meal_words, "card": _card_words}


def _buffered(row: Kept) -> bool:
    return bool(row.data.get("buffered") or row.data.get("offline"))


def lines_of(data: Mapping[str, Any]) -> tuple[LineView, ...]:
    """As the till sent them, whatever it is."""
    found = data.get("items")
    lines = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(
        LineView(title=str(one.get("title") or "блюдо")[:100], count=_whole(one.get("count")) or 1, price_kop=_whole(one.get("price_kop")))
        for one in lines
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kop(row: Kept, moved: Moved | None) -> int | None:
    if row.type is not EventType.MEAL:
        return None
    return -moved.amount_kop if moved else _whole(row.data.get("amount_kop"))


def paid_view(moved: Moved, accounts: Mapping[Any, Owned]) -> PaidView:
    purpose = accounts[moved.account].purpose
    return PaidView(
        account=moved.account,
        purpose=purpose.value,
        title=PURPOSES[purpose],
        transaction_id=moved.txn,
        amount_kop=moved.amount_kop,
        back_kop=moved.back_kop,
        why=why(moved.kind, _without_pass_flag(moved.cause)),
        price_list=moved.cause.price_list,
    )


def _without_pass_flag(cause: Cause) -> Cause:
    """The till's own flag is of its moment: a pass that came later explains it, and a contradiction is told by itself."""
    return msgspec.structs.replace(cause, flag=" ".join(flag for flag in cause.flag.split() if flag != Flag.NO_PASS))


def visit_view(visit: Visit) -> VisitView:
    length = visit.length
    return VisitView(
        came=visit.came.at if visit.came else None,
        left=visit.left.at if visit.left else None,
        minutes=None if length is None else int(length.total_seconds() // 60),
        guessed=visit.guessed,
        passes=tuple(one.id for one in visit.passes),
    )
