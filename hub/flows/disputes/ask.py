"""«Это не мы»: a family asks about one row with one tap, a tutor about a debit of an earlier day; one request a debit (RULES D7, D8)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.appeals.rules import due
from hub.flows.debits.payer import NOT_YOURS
from hub.flows.debits.undo import debit_for_staff
from hub.flows.debits.words import first_name, tell_parents
from hub.flows.disputes.rules import DAYS, MOST_DAYS, checked
from hub.flows.disputes.telling import tell_deciders
from hub.flows.money.sight import children, paid_by, seen_account, zone_of
from hub.flows.office.officers import note_change
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.debits import UndoAsked
from hub.flows.views.paying.disputes import DisputeList, DisputeView
from hub.ledger.debits.putting_right import DEBITS, Row, row_of
from hub.ledger.money import shown
from hub.ledger.store import contracts
from hub.ledger.texts import text_of
from hub.regions.help_desks import help_desks
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import disputes
from hub.store.written.disputes import FAMILY, OPEN, STAFF, DisputeCard, NewDispute
from identity.family.child_login import CHILD_LOGIN
from identity.model import MOSCOW, ActorKind, PersonId
from identity.store import record_change

NOT_A_DEBIT = "Оспорить можно списание: питание, занятие, карту, тариф или СМС. Пополнения и возвраты разбирает поддержка."
ALL_BACK = "Эти деньги уже вернулись на счёт целиком."
TOO_OLD = f"Спорить о списании можно {MOST_DAYS} дней. Напишите в школу обращение: старую запись тоже разберут."


async def dispute_debit(deps: Deps, visitor: Visitor, account: str, txn: str, *, text: str = "") -> tuple[DisputeView, bool]:
    """The request and whether it is new: about one debit there is one until it is decided. No reason is asked for."""
    now, said = deps.now(), checked(text)

    def unit() -> tuple[DisputeView, bool]:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        if visitor.system == CHILD_LOGIN or (visitor.person == contract.child and contract.payer != visitor.person):
            raise Refused(Reason.FORBIDDEN, NOT_YOURS)
        row = row_of(txn)
        if row is None or row.account.id != card.id:
            raise Refused(Reason.NOT_FOUND)
        id_, new = put_dispute(deps, row, author=visitor.person, side=FAMILY, text=said, now=now)
        if new and child is not None:
            record_change(
                actor=PersonId(visitor.person),
                actor_kind=ActorKind.GUARDIAN,
                subject=child.id,
                action="debit.disputed",
                object=txn,
                now=now,
            )
        found = disputes.find(deps.keys, id_)
        assert found is not None, "it was found or made just now"
        return family_view(deps, visitor, found, now=now), new

    return await deps.db.write(unit)


async def ask_as_staff(deps: Deps, visitor: Visitor, txn: str, reason: str | None) -> tuple[UndoAsked, bool]:
    """On a later day: the office decides, the family hears that somebody asked. Beside the request whether it is new."""
    now, said = deps.now(), checked(reason or "")
    if not said:
        raise Refused(Reason.MALFORMED, "Напишите, в чём ошибка.")

    def unit() -> tuple[UndoAsked, bool]:
        officer, row = debit_for_staff(deps, visitor, txn)
        id_, new = put_dispute(deps, row, author=officer.person, side=STAFF, text=said, now=now)
        child = row.contract.child
        if new and child:
            note_change(deps, officer, PersonId(child), action="debit.asked", now=now)
            text = f"{first_name(deps, child)}: школа проверяет списание {shown(row.amount_kop)}, возможно, оно ошибочное."
            tell_parents(
                deps, child, but=officer.person, kind="debit_asked", text=text, href=f"/money/{row.account.id}", also=row.contract.payer
            )
        return UndoAsked(id=id_, transaction_id=txn), new

    return await deps.db.write(unit)


def put_dispute(deps: Deps, row: Row, *, author: str, side: str, text: str, now: datetime, quietly: bool = False) -> tuple[str, bool]:
    """In the caller's unit: the request's id, and whether it is new. The school is told at once, unless it hears of many together."""
    waiting = disputes.waiting_on(deps.keys, row.txn)
    if waiting is not None:
        return waiting.id, False
    if row.kind not in DEBITS:
        raise Refused(Reason.FORBIDDEN, NOT_A_DEBIT)
    if row.left_kop <= 0:
        raise Refused(Reason.ALREADY_DECIDED, ALL_BACK)
    if (now - row.booked_at).days > MOST_DAYS:
        raise Refused(Reason.FORBIDDEN, TOO_OLD)
    school = schools.school(row.contract.school)
    new = NewDispute(
        txn=row.txn,
        account=row.account.id,
        contract=row.contract.id,
        child=row.contract.child,
        school=row.contract.school,
        kind=row.kind.value,
        title=text_of(row.kind, row.cause),
        amount_kop=row.left_kop,
        booked_at=row.booked_at,
        debited_by=row.actor,
        author=author,
        side=side,
        due_at=due(now, school.zone if school else MOSCOW, DAYS, help_desks().holiday),
        text=text,
    )
    id_ = disputes.add(deps.keys, new, now=now)
    if id_ is None:  # another asked at this very moment
        waiting = disputes.waiting_on(deps.keys, row.txn)
        if waiting is None:
            raise Refused(Reason.ALREADY_DECIDED)
        return waiting.id, False
    if not quietly:
        tell_deciders(
            deps, row.contract.school, but=author, kind="dispute_opened", text="Новый спор о списании.", href=f"/office/disputes/{id_}"
        )
    return id_, True


async def list_mine(deps: Deps, visitor: Visitor) -> DisputeList:
    """About all accounts that this person sees, newest first."""
    now = deps.now()

    def unit() -> DisputeList:
        seen = [one.person.id for one in children(deps, visitor, now=now)]
        mine = [*contracts.of_children(seen), *paid_by(deps, visitor, now=now)]
        found = disputes.of_contracts(deps.keys, sorted({one.id for one in mine}))
        return DisputeList(items=tuple(family_view(deps, visitor, one, now=now) for one in found))

    return await deps.db.read(unit)


async def withdraw(deps: Deps, visitor: Visitor, dispute: str) -> DisputeView:
    """«Это всё-таки мы»: by who asked, before the school has decided; twice is harmless."""
    now = deps.now()

    def unit() -> DisputeView:
        found = disputes.find(deps.keys, dispute)
        if found is None or found.author != visitor.person or found.side != FAMILY:
            raise Refused(Reason.NOT_FOUND)
        seen_account(deps, visitor, found.account, now=now)
        if found.state == disputes.WITHDRAWN:
            return family_view(deps, visitor, found, now=now)
        if not disputes.decide(deps.keys, found.id, state=disputes.WITHDRAWN, by=visitor.person, reason="", now=now):
            raise Refused(Reason.ALREADY_DECIDED, "Школа уже решила.")
        after = disputes.find(deps.keys, dispute)
        assert after is not None, "nothing deletes a dispute"
        return family_view(deps, visitor, after, now=now)

    return await deps.db.write(unit)


async def standing(deps: Deps, visitor: Visitor, account: str) -> dict[str, DisputeView]:
    """How the newest request about each transaction of an account stands."""
    now = deps.now()

    def unit() -> dict[str, DisputeView]:
        card, _, _ = seen_account(deps, visitor, account, now=now)
        found: dict[str, DisputeView] = {}
        for one in disputes.about(deps.keys, card.id):
            found.setdefault(one.txn, family_view(deps, visitor, one, now=now))
        return found

    return await deps.db.read(unit)


def family_view(deps: Deps, visitor: Visitor, one: DisputeCard, *, now: datetime) -> DisputeView:
    """The words are read by who wrote them alone."""
    known = contracts.by_id(one.contract)
    return DisputeView(
        id=one.id,
        account=one.account,
        transaction_id=one.txn,
        child=one.child,
        first_name=first_name(deps, one.child),
        kind=one.kind,
        title=one.title,
        amount_kop=one.amount_kop,
        booked_at=one.booked_at,
        state=one.state,
        side=one.side,
        text=one.text if one.author == visitor.person else "",
        created_at=one.created_at,
        due_at=one.due_at,
        overdue=one.state == OPEN and one.due_at <= now,
        reason=one.reason,
        decided_at=one.decided_at,
        reversed_kop=one.reversed_kop,
        reversal=one.reversal,
        may_withdraw=one.state == OPEN and one.author == visitor.person and one.side == FAMILY,
        zone=zone_of(known) if known else MOSCOW,
    )
