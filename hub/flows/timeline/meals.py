"""«Питание»: what a child ate in a month, from the tills and from the statements, each once (F015, F016; RULES D7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.contradictions.words import by_item, seen_by
from hub.flows.money.explaining import RULES
from hub.flows.money.months import bounds, meant
from hub.flows.money.whose_act import names_of
from hub.flows.show_diary.sources import note_reading
from hub.flows.timeline.doors import cards_of, suspect
from hub.flows.timeline.items.device import device_title, lines_of, paid_view
from hub.flows.timeline.passed import event_key, events_of
from hub.flows.timeline.scope import LONGEST, Scope, scope_of
from hub.flows.timeline.visits_page import may_see
from hub.flows.views.people.joint import LineView
from hub.flows.views.people.meals import MealDay, MealRow, MealsView
from hub.flows.views.people.timeline import Provenance
from hub.ledger.debits.across import Moved, between
from hub.ledger.model import Kind, Purpose
from hub.ledger.store import contracts, reading
from hub.store.school import canteen
from hub.store.school.canteen import Refusal
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import person

PAGE, MOST = "meals", 1000
SOON = timedelta(minutes=10)
"""A till's receipt becomes a debit within seconds; one that did not by then never will."""
REFUSALS = {
    "no_funds": "денег на счёте не хватило",
    "limit": "дневной предел исчерпан",
    "no_account": "счёта для питания нет",
    "no_consent": "нет согласия семьи",
}
UNSIGNED = "касса не подтверждена подписью: деньги не списаны"


async def show_meals(deps: Deps, visitor: Visitor, child: str, *, month: str | None = None) -> MealsView:
    """The current month by the school's clock where none is named."""
    now = deps.now()

    def unit() -> MealsView:
        may_see(deps, visitor, child, now=now)
        scope = scope_of(deps, visitor, first=None, last=None, only=child, limit=MOST, span=LONGEST)
        asked = meant(month, scope.zone_of(child), now=now)
        return _Month(deps, scope, child, asked, now).view()

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


class _Month:
    """What was bought, debited and refused in one month, read once."""

    def __init__(self, deps: Deps, scope: Scope, child: str, asked: str, now: datetime) -> None:
        self._scope, self._child, self._asked, self._now = scope, child, asked, now
        start, end = bounds(asked, scope.zone_of(child))
        self._zone = ZoneInfo(scope.zone_of(child))
        events = events_of(scope.carried, start=start, end=end, limit=MOST, types=(EventType.MEAL,))
        self._events = [row for row in events if scope.carried.child_of(row) == child and not row.data.get("reversal_of")]
        self._moved = between(scope.accounts, start=start, end=end, limit=MOST, kinds=(Kind.MEAL,))
        self._refusals = canteen.refusals_between(child, start, end)
        self._cards = cards_of({row.school for row in self._events}) if self._events else {}
        self._who = _names(deps, scope, child, self._moved)
        self._cut = MOST in (len(events), len(self._moved))
        self._odd = by_item(seen_by(deps, scope.visitor.person, (child,), since=start.astimezone(self._zone).date()))

    def view(self) -> MealsView:
        bought = (replace(one, contradictions=self._odd.get(one.id, ())) for one in self._rows())
        rows = sorted(bought, key=lambda one: (one.at, one.id), reverse=True)
        days = tuple(self._day(list(its)) for _, its in groupby(rows, key=lambda one: one.at.astimezone(self._zone).date()))
        account = next((id_ for id_, owned in self._scope.accounts.items() if owned.purpose is Purpose.MEAL), None)
        return MealsView(
            month=self._asked,
            months=self._months(),
            zone=self._zone.key,
            items=tuple(rows),
            days=tuple(reversed(days)),
            own_kop=sum(day.own_kop for day in days),
            benefit_kop=sum(day.benefit_kop for day in days),
            cut=self._cut,
            account=account,
            balance_kop=reading.balance(account) if account else None,
        )

    def _rows(self) -> Iterator[MealRow]:
        debits = {(one.scope, one.key): one for one in self._moved}
        refusals = dict(self._refusals)
        for row in self._events:
            key = (f"device:{row.device}", row.id)
            yield self._bought(row, debits.pop(key, None), refusals.pop(canteen.refusal_id(*key), None))
        yield from (self._debited(one) for one in debits.values())
        yield from (_refused(id_, one) for id_, one in refusals.items())

    def _bought(self, row: Kept, moved: Moved | None, refusal: Refusal | None) -> MealRow:
        card, lines = self._cards.get(row.device), lines_of(row.data)
        place = str(row.data.get("place") or (card.place if card else ""))
        said_by = Provenance(auth=row.auth.value, confirmed=row.auth.strong, device=row.device, skew_s=row.skew_s)
        if moved is None and refusal is not None:
            told = _refused(f"meal:{event_key(row)}", refusal, at=row.at, lines=lines)
            doubted = suspect(card, row.at)
            return replace(told, place=place, who=device_title(card), received_late=row.late, suspect=doubted, provenance=said_by)
        kop = int(row.data.get("amount_kop") or 0)
        return MealRow(
            id=f"meal:{event_key(row)}",
            at=row.at,
            title=", ".join(one.title for one in lines) or "Покупка в столовой",
            lines=lines,
            amount_kop=-moved.amount_kop if moved else kop,
            back_kop=moved.back_kop if moved else 0,
            state=_state(row, moved, self._now),
            place=place,
            who=device_title(card),
            why="" if row.auth.strong else UNSIGNED,
            paid=paid_view(moved, self._scope.accounts) if moved else None,
            received_late=row.late,
            suspect=suspect(card, row.at),
            provenance=said_by,
        )

    def _debited(self, one: Moved) -> MealRow:
        title = one.cause.item or "Питание"
        return MealRow(
            id=f"meal:{one.txn}/{one.account}",
            at=one.at,
            title=title,
            lines=(LineView(title=title, count=1, price_kop=-one.amount_kop),),
            amount_kop=-one.amount_kop,
            back_kop=one.back_kop,
            state=_state(None, one, self._now),
            place=one.cause.place,
            who=self._who.get(one.actor, ""),
            why="",
            paid=paid_view(one, self._scope.accounts),
            received_late=False,
            suspect=False,
            provenance=None,
        )

    def _day(self, rows: Sequence[MealRow]) -> MealDay:
        sums = {Purpose.MEAL.value: 0, Purpose.MEAL_BENEFIT.value: 0}
        for one in rows:
            if one.paid is not None:
                sums[one.paid.purpose] += one.amount_kop - one.back_kop
        return MealDay(date=rows[0].at.astimezone(self._zone).date(), own_kop=sums["meal"], benefit_kop=sums["meal_benefit"])

    def _months(self) -> tuple[str, ...]:
        """From the first row of the accounts to now, two years at most; the one asked for is always there."""
        spans = [at for account in self._scope.accounts for at in reading.span(account)[:1]]
        first, now = min(spans, default=self._now).astimezone(self._zone), self._now.astimezone(self._zone)
        count = min((now.year - first.year) * 12 + now.month - first.month, 23)
        months = [(now.year * 12 + now.month - 1 - back) for back in range(count + 1)]
        return tuple(sorted({f"{one // 12:04}-{one % 12 + 1:02}" for one in months} | {self._asked}, reverse=True))


def _names(deps: Deps, scope: Scope, child: str, moved: Sequence[Moved]) -> Mapping[str, str]:
    """Staff by name and post, other guardians by name (RULES A13)."""
    known = person(deps.keys, PersonId(child))
    actors = {one.actor for one in moved if not one.scope.startswith("device:")}
    found: dict[str, str] = {}
    for contract in contracts.of_children([child]) if actors else ():
        found |= names_of(deps, scope.visitor, contract, known, actors)
    return found


def _state(row: Kept | None, moved: Moved | None, now: datetime) -> str:
    if moved is not None:
        return "returned" if moved.back_kop >= -moved.amount_kop else "paid"
    fresh = row is not None and row.auth.strong and now - row.received_at < SOON and bool(row.data.get("amount_kop"))
    return "waiting" if fresh else "seen"


def _refused(id_: str, one: Refusal, *, at: datetime | None = None, lines: tuple[LineView, ...] = ()) -> MealRow:
    """A refused meal costs nothing; the rule says why."""
    return MealRow(
        id=id_,
        at=at or one.at,
        title=one.title,
        lines=lines,
        amount_kop=one.amount_kop,
        back_kop=0,
        state="refused",
        place="",
        who="",
        why=RULES.get(one.rule) or REFUSALS.get(one.outcome, "не списано"),
        paid=None,
        received_late=False,
        suspect=False,
        provenance=None,
    )
