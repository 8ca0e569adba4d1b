"""The school decides a disputed debit: gives back the whole or a part, or says no; each with a reason and a name (RULES D7, D8, B5)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.deps import Deps
from hub.flows.debits.words import first_name, tell_parents
from hub.flows.money.explaining import why
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.disputes import OfficeDispute, OfficeDisputes
from hub.flows.words import names_of
from hub.ledger.debits.putting_right import put_right, row_of
from hub.ledger.errors import LedgerRefusal, OverReversed
from hub.ledger.model import TransactionId
from hub.ledger.money import shown
from hub.ledger.store import contracts
from hub.store import notices
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import disputes
from hub.store.written.disputes import FAMILY, OPEN, REFUSED, REVERSED, DisputeCard
from identity.model import PersonId
from identity.store import person, persons_by_id
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

PAGE = "office.disputes"
STATES = (OPEN, REVERSED, REFUSED, disputes.WITHDRAWN)
DEVICE = "Устройство в школе"
OF_DEVICE = "device:"
"""How the author begins where a device was revoked: nobody waits for the answer."""


async def list_at_desk(deps: Deps, visitor: Visitor, *, state: str | None = None) -> OfficeDisputes:
    """What is due first stands first: the overdue above all. Every family sees that the school looked."""
    now = deps.now()
    asked = state if state in STATES else OPEN

    def unit() -> tuple[Officer, OfficeDisputes]:
        officer = officer_of(deps, visitor, act=Act.DISPUTES)
        card = schools.school(officer.school)
        items = _views(deps, officer, disputes.of_school(deps.keys, officer.school, state=asked))
        return officer, OfficeDisputes(
            school=card.short_name if card else "",
            zone=officer.zone,
            state=asked,
            overdue=sum(one.overdue for one in items),
            items=items,
        )

    officer, view = await deps.db.read(unit)
    looked = {PersonId(one.child) for one in view.items if one.child}
    await deps.db.write(lambda: note_reading(deps, officer, looked, page=PAGE, now=now))
    return view


async def show_at_desk(deps: Deps, visitor: Visitor, dispute: str) -> tuple[OfficeDispute, str]:
    """One of them, and the school's zone."""
    now = deps.now()

    def unit() -> tuple[Officer, OfficeDispute]:
        officer, found = _there(deps, visitor, dispute)
        return officer, _views(deps, officer, [found])[0]

    officer, view = await deps.db.read(unit)
    if view.child:
        child = PersonId(view.child)
        await deps.db.write(lambda: note_reading(deps, officer, (child,), page=PAGE, now=now))
    return view, officer.zone


async def give_back(deps: Deps, visitor: Visitor, dispute: str, *, reason: str | None, amount_kop: int | None = None) -> OfficeDispute:
    """All that is left of the debit, or a part of it; a closed account takes it too. The family hears the reason."""
    said, now = reason_of(reason), deps.now()

    def unit() -> OfficeDispute:
        officer, found = _open(deps, visitor, dispute)
        txn, by = TransactionId(found.txn), officer.person
        try:
            done, kop = put_right(txn, scope="dispute", key=found.id, actor=by, rule="dispute.given_back", now=now, amount_kop=amount_kop)
        except OverReversed:
            raise Refused(Reason.WRONG_AMOUNT, "Вернуть можно не больше того, что осталось от списания.") from None
        except LedgerRefusal:
            raise Refused(Reason.ALREADY_DECIDED) from None
        ended = disputes.decide(
            deps.keys, found.id, state=REVERSED, by=officer.person, reason=said, now=now, reversal=done.txn, reversed_kop=kop
        )
        if not ended:
            raise Refused(Reason.ALREADY_DECIDED)
        text = f"спор решён, {shown(kop)} вернулись на счёт. Причина: {said}"
        return _decided(deps, visitor, officer, found, "debit.given_back", text)

    return await deps.db.write(unit)


async def refuse(deps: Deps, visitor: Visitor, dispute: str, *, reason: str | None) -> OfficeDispute:
    """The debit stays; the family hears why, and may write an appeal."""
    said, now = reason_of(reason), deps.now()

    def unit() -> OfficeDispute:
        officer, found = _open(deps, visitor, dispute)
        if found.debited_by == officer.person:
            raise Refused(Reason.SAME_OFFICER, "Это списание сделали вы: отказать семье может только другой сотрудник.")
        if not disputes.decide(deps.keys, found.id, state=REFUSED, by=officer.person, reason=said, now=now):
            raise Refused(Reason.ALREADY_DECIDED)
        return _decided(deps, visitor, officer, found, "debit.kept", f"списание остаётся. Причина: {said}")

    return await deps.db.write(unit)


def _decided(deps: Deps, visitor: Visitor, officer: Officer, found: DisputeCard, action: str, text: str) -> OfficeDispute:
    """In the caller's unit: both who asked and the family hear it."""
    now, card = deps.now(), contracts.by_id(found.contract)
    if found.child:
        note_change(deps, officer, PersonId(found.child), action=action, now=now)
        told = f"{first_name(deps, found.child)}: {text}"
        href, payer = f"/money/{found.account}", card.payer if card else None
        tell_parents(deps, found.child, but=officer.person, kind="dispute_decided", text=told, href=href, also=payer)
    if found.side != FAMILY and found.author != officer.person and not found.author.startswith(OF_DEVICE):
        notices.tell(deps.keys, person=found.author, kind="dispute_decided", text=f"Ваш запрос: {text}", href="/office/debits", now=now)
    return _views(deps, officer, [_there(deps, visitor, found.id)[1]])[0]


def _there(deps: Deps, visitor: Visitor, id_: str) -> tuple[Officer, DisputeCard]:
    """Another school's and none at all look the same."""
    found = disputes.find(deps.keys, id_)
    officer = officer_of(deps, visitor, school=found.school if found else "none", act=Act.DISPUTES)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return officer, found


def _open(deps: Deps, visitor: Visitor, id_: str) -> tuple[Officer, DisputeCard]:
    officer, seen = _there(deps, visitor, id_)
    found = disputes.locked(deps.keys, seen.id) or seen
    if _own(officer, found):
        raise Refused(Reason.OWN_FAMILY)
    if found.state != OPEN:
        raise Refused(Reason.ALREADY_DECIDED)
    return officer, found


def _own(officer: Officer, one: DisputeCard) -> bool:
    """Neither an own child's nor the own request (RULES B5)."""
    return own_family(officer.person, PersonId(one.child) if one.child else None, PersonId(one.author))


def _views(deps: Deps, officer: Officer, found: Sequence[DisputeCard]) -> tuple[OfficeDispute, ...]:
    children = tuple({PersonId(one.child) for one in found if one.child})
    known, where = persons_by_id(deps.keys, children), classes_of(children)
    now = deps.now()
    made = []
    for one in found:
        child, row, card = known.get(PersonId(one.child or "")), row_of(one.txn), contracts.by_id(one.contract)
        own, left = _own(officer, one), row.left_kop if row else 0
        made.append(
            OfficeDispute(
                id=one.id,
                transaction_id=one.txn,
                child=one.child,
                last_name=child.last_name if child else "",
                first_name=child.first_name if child else "",
                class_name=where.get(PersonId(one.child or ""), ("", ""))[1],
                contract=card.number if card else "",
                kind=one.kind,
                title=one.title,
                why=why(row.kind, row.cause) if row else "",
                amount_kop=one.amount_kop,
                left_kop=left,
                booked_at=one.booked_at,
                who=_who(deps, one.debited_by),
                author=_who(deps, one.author),
                side=one.side,
                text=one.text,
                state=one.state,
                created_at=one.created_at,
                due_at=one.due_at,
                overdue=one.state == OPEN and one.due_at <= now,
                reason=one.reason,
                decided_at=one.decided_at,
                reversed_kop=one.reversed_kop,
                own_family=own,
                may=_may(officer, one, left) if one.state == OPEN and not own else (),
            )
        )
    return tuple(made)


def _may(officer: Officer, one: DisputeCard, left_kop: int) -> tuple[str, ...]:
    """Who made the debit gives it back, and leaves a no to another."""
    yes = ("give_back",) if left_kop > 0 else ()
    return yes if one.debited_by == officer.person else (*yes, "refuse")


def _who(deps: Deps, actor: str) -> str:
    known = person(deps.keys, PersonId(actor))
    return names_of(known) if known else DEVICE
