"""What every further page of the diary does alike: the asked days, the look, and the head of the answer."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import LONGEST
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import Seen, look
from hub.flows.show_diary.week import head_of, zone_of
from hub.flows.views.items import FinalItem, PeriodView
from hub.store.sessions import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The days of a form, both ends included; either may be missing."""

    start: date | None = None
    end: date | None = None

    def window(self, first: date, last: date) -> Window:
        """The asked days, completed by the page's own; turned round they mean the same, longer than a year and a bit is refused."""
        start, end = self.start or min(first, self.end or first), self.end or max(last, self.start or last)
        start, end = min(start, end), max(start, end)
        if end - start > LONGEST or not 2000 <= start.year <= end.year <= 2100:
            raise Refused(Reason.MALFORMED, "Выберите не больше 400 дней, годы от 2000 до 2100.")
        return Window(start=start, end=end)


async def read(deps: Deps, visitor: Visitor, child: str, page: str, data: AbstractSet[Datum], window: Window) -> Seen:
    return await look(deps, visitor, Wish(child=child, data=data, window=window, page=page), pupils=True)


def head(deps: Deps, visitor: Visitor, seen: Seen, window: Window) -> dict[str, Any]:
    """The fields of `DiaryPageView`."""
    zone = zone_of(seen.child, seen.pupils)
    return {
        "child": head_of(visitor, seen),
        "start": window.start,
        "end": window.end,
        "today": deps.now().astimezone(ZoneInfo(zone)).date(),
        "zone": zone,
        "sources": seen.states,
    }


def dated_periods(finals: Iterable[FinalItem]) -> tuple[PeriodView, ...]:
    """The periods whose days are known, the shorter first: to choose days by."""
    found = {(one.period_info.start, one.period_info.end): one.period_info for one in finals}
    known = [period for period in found.values() if period.start and period.end]
    return tuple(sorted(known, key=lambda period: ((period.end or date.max) - (period.start or date.min), period.start or date.min)))
