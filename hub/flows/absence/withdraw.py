"""The family takes a notice back before the school has taken it; a teacher who has the letter hears that too."""

from __future__ import annotations

from connectors.kit.errors import ConnectorError
from hub.deps import Deps
from hub.flows.absence.letter import deliver, worded
from hub.flows.absence.plan import Plan, plan_of
from hub.flows.absence.register import Found, of_entry, put, remove
from hub.flows.absence.rules import require_teller, when
from hub.flows.absence.send import own_notice
from hub.flows.absence.shape import family_view, letter_state
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.absence import AbsenceView
from hub.store.sessions import Visitor
from hub.store.written import absences, entries
from hub.store.written.absences import Notice, NoticeState
from hub.store.written.entries import EntryState
from hub.store.written.letters import LetterState
from identity.model import ActorKind, PersonId
from identity.store import person, record_change

TAKEN = "Школа уже приняла это уведомление. Если планы изменились, позвоните классному руководителю."


async def withdraw(deps: Deps, visitor: Visitor, child: str, notice: str) -> AbsenceView:
    """Any guardian who may act; twice is harmless."""

    def unit() -> tuple[Notice, Plan, bool]:
        require_teller(deps, visitor, child)
        found, plan = own_notice(deps, child, notice), plan_of(deps, visitor.person, child)
        if found.state is NoticeState.WITHDRAWN:
            return found, plan, False
        if found.state not in (NoticeState.SENT, NoticeState.DRAFT):
            raise Refused(Reason.FORBIDDEN, TAKEN)
        if not absences.turn(found.id, before=found.state, after=NoticeState.WITHDRAWN):
            raise Refused(Reason.FORBIDDEN, TAKEN)
        if found.state is NoticeState.SENT:
            _tell(deps, visitor, plan, found)
        return own_notice(deps, child, notice), plan, True

    async with deps.memory.locks.of(("absence", child)):
        found, plan, new = await deps.db.write(unit)
        went = letter_state(found, deps.now()) in (LetterState.SENT, LetterState.UNKNOWN)
        if new and went and plan.boxes:
            author = await deps.db.read(lambda: person(deps.keys, PersonId(visitor.person)))
            await deliver(deps, plan, worded(plan, found, author, withdrawn=True), child)
        await take_out(deps, plan, found)
    return await deps.db.read(lambda: family_view(deps, found, who=visitor.person, may_act=True, sees_reason=True))


async def take_out(deps: Deps, plan: Plan, notice: Notice) -> None:
    """Out of the diary that took it; only through an account of who asks (RULES A15). Twice is harmless."""
    entry = await deps.db.read(lambda: entries.find(deps.keys, notice.id, now=deps.now()))
    if entry is None or entry.state is EntryState.REMOVED or not any(one.ours for one in entry.days):
        return
    register = of_entry(plan.registers, entry)
    if register is None:
        await deps.db.write(lambda: entries.settle(deps.keys, entry.id, EntryState.STAYS, days=entry.days))
        return
    try:
        gone = await remove(deps, register, notice, entry)
    except ConnectorError:
        # Whether it is out, the worker finds out and, if need be, tries again.
        gone = Found(state=EntryState.LEAVING, days=entry.days, looked=False)
    await deps.db.write(lambda: put(deps, entry, gone))


def _tell(deps: Deps, visitor: Visitor, plan: Plan, notice: Notice) -> None:
    now, child = deps.now(), PersonId(notice.child)
    days = when(notice.first_day, notice.last_day, notice.told.lessons)
    text = f"Уведомление об отсутствии отозвано: {first_name(plan.pupil)}, {days}."
    tell_family(deps, child, but=(visitor.person,), kind="absence_withdrawn", text=text, href=f"/children/{child}/absence")
    record_change(actor=PersonId(visitor.person), actor_kind=ActorKind.GUARDIAN, subject=child, action="absence.withdrawn", now=now)
