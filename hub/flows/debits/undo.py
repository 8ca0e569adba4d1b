"""Who debited by mistake takes it back the same day without asking; on a later day it is a request (RULES D8; F097)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.desk import teaches
from hub.flows.debits.words import first_name, tell_parents
from hub.flows.office.officers import Officer, note_change, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.debits import PutRight
from hub.ledger.debits.putting_right import Row, put_right, row_of
from hub.ledger.errors import OverReversed
from hub.ledger.model import Kind
from hub.ledger.money import shown
from hub.store.school import services
from hub.store.sessions import Visitor
from hub.store.written import disputes
from identity.model import PersonId
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

ACTS = {Kind.MEAL: Act.DEBITS, Kind.LESSON: Act.LESSONS}
NOTHING_LEFT = "Это списание уже отменено."


def debit_for_staff(deps: Deps, visitor: Visitor, txn: str) -> tuple[Officer, Row]:
    """In the caller's unit: a debit of this school that this post may put right; everything else looks like nothing."""
    row = row_of(txn)
    act = ACTS.get(row.kind) if row else None
    if row is None or act is None:
        officer_of(deps, visitor, act=Act.DEBITS)
        raise Refused(Reason.NOT_FOUND)
    officer = officer_of(deps, visitor, school=row.contract.school, act=act)
    if not _mine(deps, officer, row):
        raise Refused(Reason.NOT_FOUND)
    if own_family(officer.person, PersonId(row.contract.child) if row.contract.child else None):
        raise Refused(Reason.OWN_FAMILY)
    return officer, row


def _mine(deps: Deps, officer: Officer, row: Row) -> bool:
    """Of the own class, or made by this very person; a teacher's are those of the own services."""
    if row.actor == officer.person:
        return True
    if row.kind is Kind.LESSON and officer.role not in ("head", "school_admin"):
        service = services.get(row.cause.event)
        return service is not None and teaches(deps, officer, service)
    child = PersonId(row.contract.child or "")
    school, klass = classes_of((child,)).get(child, ("", ""))
    return officer.covers(klass if school == officer.school else "")


async def undo_debit(deps: Deps, visitor: Visitor, txn: str, reason: str | None) -> PutRight:
    """Whole, on the debit's own day by the school's clock; the family is told of both."""
    said, now = reason_of(reason), deps.now()

    def unit() -> PutRight:
        officer, row = debit_for_staff(deps, visitor, txn)
        here = ZoneInfo(officer.zone)
        if row.booked_at.astimezone(here).date() != now.astimezone(here).date():
            raise Refused(Reason.UNDO_BY_REQUEST)
        try:
            done, kop = put_right(row.txn, scope="undo", key=f"{row.txn}", actor=officer.person, rule="undo.same_day", now=now)
        except OverReversed:
            raise Refused(Reason.ALREADY_DECIDED, NOTHING_LEFT) from None
        waiting = disputes.waiting_on(deps.keys, row.txn)
        if waiting is not None:
            disputes.decide(
                deps.keys, waiting.id, state=disputes.REVERSED, by=officer.person, reason=said, now=now, reversal=done.txn, reversed_kop=kop
            )
        child = row.contract.child
        if child:
            note_change(deps, officer, PersonId(child), action="debit.undone", now=now)
            text = f"{first_name(deps, child)}: списание отменено, {shown(kop)} вернулись на счёт. Причина: {said}"
            tell_parents(
                deps, child, but=officer.person, kind="debit_undone", text=text, href=f"/money/{row.account.id}", also=row.contract.payer
            )
        return PutRight(transaction_id=done.txn, reverses=row.txn, amount_kop=kop)

    return await deps.db.write(unit)
