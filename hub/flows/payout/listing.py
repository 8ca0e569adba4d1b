"""The office's queue of payouts as lines, and as a table for whoever sends the money (RULES D9, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.outputs.cells import harmless, table
from hub.flows.payout.own_school import require_foreign
from hub.flows.payout.seen import REASONS, SAID, WAYS
from hub.flows.payout.telling import payer_of
from hub.flows.refusals import Refused
from hub.flows.views.outputs import Download
from hub.flows.views.school.payouts import EndingView, PayoutDesk, PayoutLine
from hub.ledger.agreements.payouts import PayoutState, Way, days_left, last_day_of
from hub.ledger.money import in_table
from hub.ledger.store import contracts
from hub.ledger.store.agreements import closing, endings, payouts
from hub.ledger.store.agreements.payouts import PayoutCard
from hub.store.sessions import Visitor
from identity.model import AuditKind, PersonId
from identity.store import person

PAGE = "office.payouts.file"
MOST_OPEN = 100_000
HEAD = ("Договор", "Вернуть до", "Осталось дней", "Сумма", "Состояние", "Куда", "Получатель", "БИК", "Счёт", "Назначение", "Причина")
NEEDS = {PayoutState.READY: "first", PayoutState.SIGNED: "second", PayoutState.SENDING: "bank", PayoutState.DONE: ""}


def desk_of(deps: Deps, officer: Officer, waiting: Sequence[PayoutCard], done: Sequence[PayoutCard], *, now: datetime) -> PayoutDesk:
    """In the caller's unit."""
    items = tuple(_line(deps, officer, one, now=now) for one in waiting)
    ending = endings.open_of(officer.school)
    left = len(closing.open_at(officer.school, limit=MOST_OPEN))
    return PayoutDesk(
        items=items,
        done=tuple(_line(deps, officer, one, now=now) for one in done),
        total_kop=sum(one.amount_kop for one in waiting),
        overdue=sum(one.days_left < 0 for one in items),
        open_contracts=left,
        ending=EndingView(
            id=ending.id,
            state=ending.state,
            document=endings.document(deps.keys, ending),
            proposed_at=ending.proposed_at,
            mine=ending.proposed_by == officer.person,
            left=left,
        )
        if ending
        else None,
        debts=closing.debts_at(officer.school),
    )


def _line(deps: Deps, officer: Officer, one: PayoutCard, *, now: datetime) -> PayoutLine:
    contract = contracts.by_id(one.contract)
    child = person(deps.keys, PersonId(one.child)) if one.child else None
    to = payouts.requisites(deps.keys, one) if one.way == Way.REQUISITES else None
    needs = NEEDS.get(one.state, "family")
    why = _why_not(officer, one, needs)
    return PayoutLine(
        id=one.id,
        number=contract.number if contract else "",
        child=f"{child.last_name} {child.first_name}".strip() if child else "",
        class_name=contract.class_name if contract else "",
        state=one.state.value,
        said=SAID[one.state],
        reason=REASONS.get(one.reason, ""),
        amount_kop=one.amount_kop,
        due_at=one.due_at,
        last_day=last_day_of(one.due_at, officer.zone),
        days_left=days_left(one.due_at, now, officer.zone),
        way=one.way,
        way_said=WAYS.get(one.way, ""),
        needs=needs,
        may=needs in ("first", "second") and not why,
        why_not=why,
        name=to.name if to else "",
        bik=to.bik if to else "",
        account=to.account if to else "",
        note=payouts.note(deps.keys, one),
        done_at=one.done_at,
    )


def _why_not(officer: Officer, one: PayoutCard, needs: str) -> str:
    try:
        require_foreign(officer, one.child, payer_of(one))
    except Refused:
        return "Это ваша семья: решает другой сотрудник."
    if needs == "second" and one.signed_by == officer.person:
        return "Первая подпись ваша: отправляет другой сотрудник."
    return ""


async def payouts_csv(deps: Deps, visitor: Visitor) -> Download:
    """What waits, with requisites: freshly signed in, and every family sees that it was taken."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> Download:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        waiting = payouts.of_school(officer.school, limit=10_000)
        children = sorted({PersonId(one.child) for one in waiting if one.child})
        note_reading(deps, officer, children, page=PAGE, now=now, kind=AuditKind.EXPORT)
        body = table(HEAD, (_row(_line(deps, officer, one, now=now)) for one in waiting))
        return Download(name=f"vyplaty-{now:%Y-%m-%d}.csv", content_type="text/csv; charset=utf-8", body=body)

    return await deps.db.write(unit)


def _row(line: PayoutLine) -> tuple[str, ...]:
    what = f"Возврат остатка по договору {line.number}"
    cells = (
        line.number, f"{line.last_day:%d.%m.%Y}", str(line.days_left).replace("-", "\u2212"), in_table(line.amount_kop), line.said,
        line.way_said, line.name, line.bik, line.account, what, line.reason,
    )  # fmt: skip
    return tuple(harmless(one) for one in cells)
