"""The terminal's cabinet: in by number and PIN, with the card or without; balances, last rows, a duplicate card (F102, F144, F146)."""

from __future__ import annotations

import re
from datetime import datetime

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.flows.kiosk.accounts import accounts_of
from hub.flows.kiosk.asking import first_payment
from hub.flows.kiosk.door import Kiosk
from hub.flows.kiosk.refusing import Code, KioskRefused
from hub.flows.kiosk.seen import Stand, contract_at, initials, stand_of
from hub.flows.views.school.kiosk import (
    BalanceView,
    KioskRow,
    KioskRows,
    KioskService,
    KioskServices,
    Nothing,
    OrderedView,
    SignedIn,
)
from hub.ledger.debits.cards import OrderTaken, PriceChanged, TooManyCards, order_duplicate, quote_duplicate
from hub.ledger.errors import AccountClosed, NotEnough, UnknownAccount
from hub.ledger.model import Kind, Purpose
from hub.ledger.store import reading
from hub.ledger.store.agreements import papers
from hub.ledger.store.contracts import ContractCard, by_id
from hub.ledger.texts import text_of
from hub.store import notices
from hub.store.school.kiosks import codes, doors, tries
from identity.model import ActorKind, PersonId
from identity.store import record_access, record_change

ROWS = 20
DUPLICATE = "duplicate_card"
TITLE = "Заказ дубликата карты"
ORDERED = "Дубликат заказан. Школа сообщит, когда карта будет готова."
PAGE = "kiosk.cabinet"
_ORDER = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def sign_in(deps: Deps, kiosk: Kiosk, number: str, *, pin: str) -> SignedIn:
    """A wrong PIN is counted for a number that is nobody's too, and takes as long."""
    now = deps.now()

    def unit() -> SignedIn | KioskRefused:
        wait = tries.paused_s(deps.keys, number, now=now)
        if wait > 0:
            return KioskRefused(Code.PAUSED, after_s=wait)
        contract = contract_at(kiosk, number)
        if not _fits(deps, contract, pin, now=now) or contract is None:
            pause = tries.wrong(deps.keys, number, now=now)
            return KioskRefused(Code.PAUSED, after_s=pause) if pause else KioskRefused(Code.WRONG_PIN)
        tries.right(deps.keys, number)
        stand = stand_of(deps, contract, now=now)
        _note_reading(deps, kiosk, stand, now=now)
        token, ends = doors.open_session(deps.keys, contract=contract.id, device=kiosk.id, now=now)
        return SignedIn(
            session=token, expires_at=ends, contract=number, who=initials(deps, contract, stand.child), state=contract.state.value
        )

    done = await deps.db.write(unit)
    if isinstance(done, KioskRefused):
        raise done
    return done


async def balance(deps: Deps, kiosk: Kiosk, session: str) -> BalanceView:
    now = deps.now()

    def unit() -> BalanceView:
        stand = _open(deps, kiosk, session, now=now)
        return BalanceView(
            contract=stand.contract.number,
            who=initials(deps, stand.contract, stand.child),
            state=stand.contract.state.value,
            now=now,
            first_payment_min_kop=first_payment(stand),
            accounts=accounts_of(stand),
        )

    return await deps.db.write(unit)


async def statement(deps: Deps, kiosk: Kiosk, session: str, *, purpose: str) -> KioskRows:
    now = deps.now()

    def unit() -> KioskRows:
        stand = _open(deps, kiosk, session, now=now)
        account = next((one for one in stand.contract.accounts if one.purpose == purpose), None)
        if account is None:
            raise KioskRefused(Code.MALFORMED, field="purpose")
        rows = reading.latest(account.id, ROWS)
        return KioskRows(
            items=tuple(
                KioskRow(
                    at=one.at,
                    text=text_of(Kind(one.kind), one.cause),
                    amount_kop=one.amount_kop,
                    opening_kop=one.opening_kop,
                    closing_kop=one.closing_kop,
                )
                for one in rows
            )
        )

    return await deps.db.write(unit)


async def services(deps: Deps, kiosk: Kiosk, session: str) -> KioskServices:
    """«Прочие услуги»: what there is, and whether the money suffices."""
    now = deps.now()

    def unit() -> KioskServices:
        stand = _open(deps, kiosk, session, now=now)
        quote = quote_duplicate(stand.contract, now=now)
        if quote.account is None:
            return KioskServices(items=())
        row = KioskService(
            service=DUPLICATE,
            title=TITLE,
            price_kop=quote.price_kop,
            purpose=Purpose.SERVICES.value,
            balance_kop=quote.balance_kop,
            missing_kop=quote.missing_kop,
        )
        return KioskServices(items=(row,))

    return await deps.db.write(unit)


async def order(deps: Deps, kiosk: Kiosk, session: str, *, service: str, order: str, price_kop: int) -> tuple[OrderedView, bool]:
    """Debits come of a strong signature only (RULES E6). The second value: a new order, not the same once more."""
    now = deps.now()
    if service != DUPLICATE or not _ORDER.fullmatch(order):
        raise KioskRefused(Code.MALFORMED, field="service" if service != DUPLICATE else "order")

    def unit() -> tuple[OrderedView, bool]:
        stand = _open(deps, kiosk, session, now=now)
        if not kiosk.strong:
            raise KioskRefused(Code.WEAK_DEVICE)
        contract, key = stand.contract, f"{kiosk.id}:{order}"
        try:
            done = order_duplicate(contract, by=kiosk.actor, place=kiosk.id, key=key, now=now, shown_kop=price_kop)
        except NotEnough as refused:
            quote = quote_duplicate(contract, now=now)
            terminal = next((one.terminal for one in accounts_of(stand) if one.purpose == Purpose.SERVICES), None)
            raise KioskRefused(Code.NO_FUNDS, missing_kop=quote.missing_kop, terminal=terminal) from refused
        except PriceChanged as refused:
            raise KioskRefused(Code.PRICE_CHANGED, price_kop=refused.price_kop) from refused
        except TooManyCards as refused:
            raise KioskRefused(Code.TOO_MANY_CARDS) from refused
        except OrderTaken as refused:
            raise KioskRefused(Code.ORDER_DIFFERS) from refused
        except (UnknownAccount, AccountClosed) as refused:
            raise KioskRefused(Code.NOT_OPEN, state=contract.state.value) from refused
        if done.new:
            _told(deps, kiosk, stand, done.order.id, now=now)
        view = OrderedView(
            order=order,
            service=DUPLICATE,
            price_kop=done.order.price_kop,
            transaction_id=done.txn,
            balance_kop=done.balance_kop,
            told=ORDERED,
        )
        return view, done.new

    return await deps.db.write(unit)


async def sign_out(deps: Deps, kiosk: Kiosk, session: str) -> Nothing:
    await deps.db.write(lambda: doors.close(deps.keys, session, device=kiosk.id))
    return Nothing()


def _fits(deps: Deps, contract: ContractCard | None, pin: str, *, now: datetime) -> bool:
    """The PIN, or the new one that was sent in place of a forgotten one: from now on that one."""
    of = contract.id if contract else "-"
    if papers.pin_fits(deps.keys, of, pin):
        return True
    if codes.take_pin(deps.keys, of, pin, now=now) is None:
        return False
    papers.set_pin(deps.keys, of, pin, now=now)
    return True


def _open(deps: Deps, kiosk: Kiosk, session: str, *, now: datetime) -> Stand:
    """In the caller's unit: the contract of a living session, which lives on."""
    id_ = doors.used(deps.keys, session, device=kiosk.id, now=now) if session else None
    contract = by_id(id_) if id_ else None
    if contract is None:
        raise KioskRefused(Code.SESSION_OVER)
    return stand_of(deps, contract, now=now)


def _note_reading(deps: Deps, kiosk: Kiosk, stand: Stand, *, now: datetime) -> None:
    """Whoever has the PIN looked, at this kiosk: the family sees when."""
    if stand.child is not None:
        record_access(deps.keys, actor=kiosk.actor, actor_kind=ActorKind.APP, subject=stand.child.id, page=PAGE, now=now)


def _told(deps: Deps, kiosk: Kiosk, stand: Stand, order: str, *, now: datetime) -> None:
    if stand.child is None:
        return
    child = stand.child
    record_change(actor=kiosk.actor, actor_kind=ActorKind.APP, subject=child.id, action="card.ordered", object=order, now=now)
    text = f"На терминале в школе заказан дубликат карты ({child.first_name}). Это не вы? Оспорьте списание в выписке."
    for one in guardians_of(PersonId(child.id)):
        notices.tell(deps.keys, person=one, kind="card_ordered", text=text, href="/money", now=now)
