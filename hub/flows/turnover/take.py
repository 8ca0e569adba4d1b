"""The turnover as tables to keep: one a cut, for the operator's own books (RULES C8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.outputs.cells import harmless, table
from hub.flows.refusals import Reason, Refused
from hub.flows.turnover.show import at_school, of_everybody
from hub.flows.views.outputs import Download
from hub.flows.views.paying.turnover import MovedView, TurnoverView
from hub.ledger.money import in_table
from hub.store.sessions import Visitor

Rows = list[tuple[str, ...]]
MOVED = ("Номер", "Название", "Договоров с движением", "Записей", "Пришло", "Ушло")


def _moved(found: Iterable[MovedView]) -> Rows:
    return [
        (harmless(one.name), harmless(one.title), str(one.participants), str(one.rows), in_table(one.came_kop), in_table(-one.went_kop))
        for one in found
    ]


def _providers(view: TurnoverView) -> Rows:
    found = []
    for one in view.by_provider:
        sums = (one.took_kop, one.fee_kop, one.gave_back_kop)
        found.append((harmless(one.name), harmless(one.title), str(one.payments), *(in_table(kop) for kop in sums)))
    return found


CUTS: Mapping[str, tuple[Sequence[str], Callable[[TurnoverView], Rows]]] = MappingProxyType(
    {
        "school": (MOVED, lambda view: _moved(view.by_school)),
        "class": (MOVED, lambda view: _moved(view.by_class)),
        "kind": (MOVED, lambda view: _moved(view.by_kind)),
        "purpose": (MOVED, lambda view: _moved(view.by_purpose)),
        "provider": (("Имя", "Название", "Платежей", "Принято", "Из них комиссия", "Возвращено"), _providers),
        "day": (
            ("День", "Пришло", "Ушло"),
            lambda view: [(f"{one.day:%d.%m.%Y}", in_table(one.came_kop), in_table(-one.went_kop)) for one in view.days],
        ),
        "held": (
            ("Школа", "Название", "Счёт", "Лежит"),
            lambda view: [(harmless(one.school), harmless(one.title), one.purpose_title, in_table(one.kop)) for one in view.held],
        ),
        "below_zero": (
            ("Договор", "Школа", "Счёт", "Остаток"),
            lambda view: [(one.contract, harmless(one.title), one.purpose_title, in_table(one.kop)) for one in view.below],
        ),
    }
)
"""Each cut: its head and its rows."""


async def turnover_csv(
    deps: Deps, visitor: Visitor, cut: str, *, first: date | None = None, last: date | None = None, school: str | None = None,
    office: bool = False,
) -> Download:  # fmt: skip
    """Of all schools, or of the officer's own."""
    chosen = CUTS.get(cut)
    if chosen is None:
        raise Refused(Reason.MALFORMED, f"Срез «by» — один из: {', '.join(CUTS)}.")
    if office:
        view = await at_school(deps, visitor, first=first, last=last)
    else:
        view = await of_everybody(deps, visitor, first=first, last=last, school=school)
    head, rows = chosen
    name = f"oborot-{cut}-{view.first}-{view.last}.csv"
    return Download(name=name, content_type="text/csv; charset=utf-8", body=table(head, rows(view)))
