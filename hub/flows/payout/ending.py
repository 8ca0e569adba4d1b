"""A school ends all its contracts at once: a document, two officers, and then each family is told and paid out (RULES B5, D9; F156)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import Document
from hub.flows.payout.close import BATCH, end_one
from hub.flows.payout.telling import last_day, tell_payer
from hub.flows.refusals import Reason, Refused
from hub.ledger.agreements.payouts import Reason as Why
from hub.ledger.money import shown
from hub.ledger.store.agreements import closing, endings, payouts
from hub.ledger.store.agreements.endings import EndingCard
from hub.ledger.store.agreements.payouts import PayoutCard
from hub.store.sessions import Visitor

SOON = timedelta(days=3)


async def propose_ending(deps: Deps, visitor: Visitor, document: Document) -> None:
    """The first signature; nothing ends before the second."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        line = document.line(today=now.astimezone(ZoneInfo(officer.zone)).date())
        if not endings.propose(deps.keys, officer.school, document=line, by=officer.person, now=now):
            raise Refused(Reason.ALREADY_DECIDED, "Это уже предложено: нужна вторая подпись.")

    await deps.db.write(unit)


async def sign_ending(deps: Deps, visitor: Visitor) -> None:
    """By another officer; from here on contracts end one after another, and no new one is made."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        card = _open(officer.school)
        if card.proposed_by == officer.person:
            raise Refused(Reason.SAME_OFFICER)
        if not endings.sign(card, by=officer.person, now=now):
            raise Refused(Reason.ALREADY_DECIDED)

    await deps.db.write(unit)


async def drop_ending(deps: Deps, visitor: Visitor) -> None:
    """Whoever works with contracts takes it back before the second signature."""
    now = deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        if not endings.drop(_open(officer.school), by=officer.person, now=now):
            raise Refused(Reason.ALREADY_DECIDED)

    await deps.db.write(unit)


def _open(school: str) -> EndingCard:
    card = endings.open_of(school)
    if card is None:
        raise Refused(Reason.NOT_FOUND)
    return card


async def follow_endings(deps: Deps) -> bool:
    """The worker's turn: a part of the contracts of a school that ends them all."""
    found = await deps.db.read(lambda: endings.signed(limit=1))
    if not found:
        return False
    (card,) = found
    ids = await deps.db.read(lambda: closing.open_at(card.school, limit=BATCH))

    for id_ in ids:
        await deps.db.write(partial(end_one, deps, id_, card.school, why=Why.SCHOOL_ALL, by=card.proposed_by))
    await deps.db.write(lambda: endings.counted(card.id, len(ids)) if ids else endings.done(card.id, now=deps.now()))
    return bool(ids)


async def warn_of_terms(deps: Deps) -> bool:
    """The worker's turn: the payer hears three days before the term when nothing is chosen, and everybody concerned when it is over."""
    now = deps.now()
    found = await deps.db.read(lambda: payouts.to_warn(soon=now + SOON, now=now, limit=BATCH))
    for one in found:
        await deps.db.write(partial(_warn, deps, one, now))
    return len(found) == BATCH


def _warn(deps: Deps, card: PayoutCard, now: datetime) -> None:
    over = card.due_at <= now
    payouts.warned(card.id, 2 if over else 1)
    if over:
        text = f"Срок возврата остатка {shown(card.amount_kop)} прошёл. Деньги ваши; школа видит эту выплату первой в очереди."
        tell_payer(deps, card, kind="payout_overdue", text=text)
    elif not card.way:
        text = f"До {last_day(card):%d.%m.%Y} нужно выбрать, куда вернуть {shown(card.amount_kop)}."
        tell_payer(deps, card, kind="payout_choose", text=text)
