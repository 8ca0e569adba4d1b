"""«Можно ли это этому ребёнку»: the till shows a card or a name, and hears a first name, a class, yes or no (RULES B6, E8, E9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from device_ingest import credentials
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.errors import Unreadable
from device_ingest.signing import Message
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.serve_at_till.proving import Till, note_reading, spend, till_of
from hub.flows.serve_at_till.verdicts import SAID, bans_of, judge, known_dishes
from hub.flows.views.school.till import TillAnswer, TillCarrier, TillChild, TillItem, TillQuestion, TillVerdict
from hub.ledger.debits.foresee import DEBT, ENOUGH, foresee
from hub.ledger.debits.reading import contracts_at, debits_of_day, limit_of, open_accounts, spent_kop
from hub.ledger.debits.week import week_spent_kop
from hub.ledger.model import Purpose
from hub.ledger.rules import day_of
from hub.ledger.store import terms
from hub.store.school import carriers
from hub.store.school.canteen import Dish
from hub.store.school.carriers import CarrierKind
from hub.store.school.meals import words
from identity.model import PersonId
from identity.store import person
from identity.store.school.cards import classes_of

PAGE = "till.check"
ACTIVE, CLOSED, UNKNOWN = "active", "closed", "unknown"
BY_NAME = "Карта не открывает счёт. Спросите имя и класс и обслужите по списку: из-за карты ребёнка без еды не оставляют."
NOT_HERE = "Такого ученика в списке школы нет. Найдите его в классе."
SERVE, NOT_ALL, SHORT = "Можно.", "Что-то из этого ребёнку нельзя.", "На эту покупку не хватает."
ASK = "О составе не всё известно: спросите ребёнка или семью."


async def check_at_till(deps: Deps, message: Message) -> TillAnswer:
    """Answered after the reading is on disk. Raises `IngestError` as the ingest does."""
    now, till = deps.now(), await till_of(deps, message)
    try:
        asked = msgspec.json.decode(message.body, type=TillQuestion)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from error

    def unit() -> TillAnswer:
        spend(till, now=now)
        answer = _answer(deps, till, asked, now=now)
        if answer.child is not None:
            note_reading(deps, till, (answer.child.id,), page=PAGE, now=now)
        return answer

    return await deps.db.write(unit)


def _answer(deps: Deps, till: Till, asked: TillQuestion, *, now: datetime) -> TillAnswer:
    carrier, owner = _owner(deps, till, asked.credential, now=now)
    where = classes_of((PersonId(owner),)).get(PersonId(owner)) if owner else None
    known = person(deps.keys, PersonId(owner)) if owner else None
    named = asked.credential.kind == MANUAL
    if where is None and owner and not named:
        # The school gave the card and keeps no roster here: the same card is debited, so it is known.
        where = till.school, class_of_contract(till.school, owner)
    if known is None or where is None or where[0] != till.school:
        return TillAnswer(
            carrier=UNKNOWN if carrier == ACTIVE else carrier,
            child=None,
            serve=False,
            enough=None,
            limit_left_kop=None,
            items=(),
            text=NOT_HERE if named else BY_NAME,
        )
    items = _items(deps, till, known.id, asked.items, now=now)
    total = sum(one.price_kop * one.count for one in asked.items)
    enough = _enough(till, known.id, total, now=now) if asked.items else None
    forbidden = any(one.allowed is False for one in items)
    unsure = any(one.allowed is None for one in items)
    return TillAnswer(
        carrier=carrier,
        child=TillChild(id=known.id, first_name=known.first_name, klass=where[1]),
        serve=not forbidden and not unsure and enough is not False,
        enough=enough,
        limit_left_kop=limit_left(till.school, till.zone, known.id, now=now),
        items=items,
        text=NOT_ALL if forbidden else SHORT if enough is False else ASK if unsure else SERVE,
    )


def _owner(deps: Deps, till: Till, shown: TillCarrier, *, now: datetime) -> tuple[str, str | None]:
    """Whose it is now. What is closed says so and no name: whoever found a card learns nothing of its owner."""
    if shown.kind == MANUAL:
        return ACTIVE, shown.number
    try:
        number = credentials.plain(shown.kind, shown.number)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "Такого номера карты не бывает.") from error
    kind = CarrierKind(shown.kind)
    found = carriers.owners(deps.keys, till.school, kind, number, at=now)
    if found:
        return ACTIVE, found[0].child
    return (CLOSED if carriers.living(deps.keys, till.school, kind, number) else UNKNOWN), None


def _items(deps: Deps, till: Till, child: str, asked: tuple[TillItem, ...], *, now: datetime) -> tuple[TillVerdict, ...]:
    bans = bans_of(deps, child, now=now)
    cards, titles = known_dishes(till.school, now.astimezone(ZoneInfo(till.zone)).date())
    return tuple(
        TillVerdict(
            sku=one.sku,
            title=one.title,
            allowed=SAID[judge(bans, cards, titles, sku=one.sku, title=one.title, allergens=one.allergens)],
        )
        for one in asked
    )


def _enough(till: Till, child: str, total_kop: int, *, now: datetime) -> bool:
    """From whichever account: which one is not said (RULES E8)."""
    if total_kop == 0:
        return True
    whole = Dish(item="", title="", kop=total_kop, version="")
    return foresee([child], till.school, whole, till.zone, now=now)[child] in (ENOUGH, DEBT)


def class_of_contract(school: str, child: str) -> str:
    contract = contracts_at([child], school).get(child)
    return contract.class_name if contract else ""


def limit_left(school: str, zone: str, child: str, *, now: datetime) -> int | None:
    """In the caller's unit: what the family's own limits of the day and the week leave; never what stands at the account."""
    contract = contracts_at([child], school).get(child)
    own = open_accounts(contract).get(Purpose.MEAL) if contract else None
    if own is None:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    daily = limit_of(own.id, terms.terms_of(school, Purpose.MEAL, today).daily_limit_kop)
    weekly = words.week_limit_of(child)
    left = [] if daily is None else [daily - spent_kop(debits_of_day([own.id], *day_of(now, zone))[own.id])]
    left += [] if weekly is None else [weekly - week_spent_kop(own.id, now, zone)]
    return max(min(left), 0) if left else None


def end_of_day(now: datetime, zone: str) -> datetime:
    return day_of(now, zone)[1] - timedelta(seconds=1)
