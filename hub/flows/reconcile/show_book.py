"""The operator's book: each day of each provider, what is open, what is held; registers are taken and differences settled (RULES D10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.reconcile.forms import FORMS
from hub.flows.reconcile.import_register import Reconciled, read_register, take
from hub.flows.reconcile.reading import BadRegister
from hub.flows.reconcile.refunds import SUFFIX, take_refunds
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.reconcile import ClashView, MoneyBook, RegisterDay, WorkItem
from hub.ledger.registers import DAYS_OF
from hub.ledger.store import known
from hub.ledger.store.registers import kept, payments, summary
from hub.ledger.store.registers.kept import KeptItem
from hub.store.sessions import Visitor

SHOWN_DAYS = 7
CLASHES_FOR, MOST_CLASHES = timedelta(days=30), 50
LEAST_NOTE, LONGEST_NOTE = 3, 500
TITLES = {
    "osmp": "Терминалы (ОСМП)", "sber2": "Сбербанк, протокол 2", "sber_upper": "Сбербанк, вариант 2", "sber_old": "Сбербанк, прежний",
    "rbs": "Банковский эквайринг", "yookassa": "ЮKassa", "tbank": "Т-Банк", "demand": "Салоны связи",
}  # fmt: skip


async def show_book(deps: Deps, visitor: Visitor) -> MoneyBook:
    """The last week by day."""
    await enter(deps, visitor)
    now = deps.now()
    return await deps.db.read(lambda: _book(now))


def _book(now: datetime) -> MoneyBook:
    today = now.astimezone(DAYS_OF).date()
    names = sorted({*FORMS, *summary.providers()})
    return MoneyBook(
        days=tuple(_days(names, today)),
        items=views_of(kept.items(limit=200), whole=False),
        providers=tuple((name, title_of(name)) for name in FORMS),
        clashes=tuple(
            ClashView(title=title_of(one.scope), txn_id=one.key, seen=one.seen, last_at=one.last_at)
            for one in known.clashes(names, since=now - CLASHES_FOR, limit=MOST_CLASHES)
        ),
    )


def _days(names: Iterable[str], today: date) -> Iterator[RegisterDay]:
    """A day is closed when its register came and nothing of it is open."""
    since = today - timedelta(days=SHOWN_DAYS - 1)
    came, theirs, open_ = summary.days_with_a_register(since), summary.lines_by_day(since), summary.open_by_day(since)
    ours: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name in names:
        for one in payments.since(name, since):
            ours[(name, one.day.isoformat())].append(one.amount_kop)
    for back in range(SHOWN_DAYS):
        day = today - timedelta(days=back)
        for name in names:
            key = (name, day.isoformat())
            mine, (count, kop) = ours.get(key, []), theirs.get(key, (0, 0))
            if key in came or mine or open_.get(key):
                state = ("open" if open_.get(key) else "closed") if key in came else "waiting"
                yield RegisterDay(
                    provider=name, title=title_of(name), day=day, theirs=count, theirs_kop=kop, ours=len(mine), ours_kop=sum(mine),
                    open=open_.get(key, 0), state=state,
                )  # fmt: skip


async def take_upload(deps: Deps, visitor: Visitor, provider: str, day: date, data: bytes, *, refunds: bool = False) -> Reconciled:
    """As the command does it, by a named operator."""
    act = take_refunds if refunds else take
    home = await enter(deps, visitor)
    try:
        register = read_register(data, provider)
        return await deps.db.write(lambda: act(register, data, provider, day=day, actor=home.operator, now=deps.now()))
    except BadRegister as error:
        raise Refused(Reason.MALFORMED, f"Реестр не принят целиком: {error.said}.") from error


async def settle(deps: Deps, visitor: Visitor, item: str, note: str) -> None:
    """Somebody has cleared the difference up, and says how; it stays in the book."""
    home, said = await enter(deps, visitor), " ".join(note.split())
    if not LEAST_NOTE <= len(said) <= LONGEST_NOTE:
        raise Refused(Reason.MALFORMED, "Напишите, чем кончилось: от 3 до 500 знаков.")

    def unit() -> None:
        if kept.item(item) is None:
            raise Refused(Reason.NOT_FOUND)
        if not kept.settle(item, by=home.operator, note=said, now=deps.now()):
            raise Refused(Reason.ALREADY_DECIDED)

    await deps.db.write(unit)


def title_of(provider: str) -> str:
    name = provider.removesuffix(SUFFIX)
    title = TITLES.get(name, name)
    return title if name == provider else f"{title}: возвраты"


def views_of(found: Iterable[KeptItem], *, whole: bool = True) -> tuple[WorkItem, ...]:
    """Without `whole` a contract's number shows its end only: whose it is, an operator asks with a reason (RULES A13)."""
    return tuple(
        WorkItem(
            id=one.id, provider=one.provider, title=title_of(one.provider), day=date.fromisoformat(one.day), kind=one.kind, txn_id=one.key,
            ours_kop=one.ours_kop, theirs_kop=one.theirs_kop, line=one.line, account=one.account if whole else _end(one.account),
            credited=one.credited, note=one.note,
        )
        for one in found
    )  # fmt: skip


def _end(number: str) -> str:
    return f"…{number[-4:]}" if number else ""
