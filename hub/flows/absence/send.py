"""A guardian tells the school: stored once, put into its own inbox, and sent to the class teacher where a diary carries letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from hub.deps import Deps
from hub.flows.absence.letter import Delivered, deliver, worded
from hub.flows.absence.plan import Plan, plan_of
from hub.flows.absence.register import enter
from hub.flows.absence.rules import check, require_teller, when
from hub.flows.absence.shape import AGAIN, family_view, letter_state
from hub.flows.absence.standing import days_of
from hub.flows.absence.watch import follow
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.absence import AbsenceView
from hub.store.sessions import Visitor
from hub.store.written import absences, entries
from hub.store.written.absences import Notice, NoticeState, Told
from hub.store.written.entries import Entry, EntryState
from hub.store.written.letters import LetterState
from identity.model import ActorKind, PersonId
from identity.store import person, record_change

MOST_FORM = 200
OTHER_NOTICE = "С этой страницы уже сообщали о другом отсутствии. Это ещё не ушло: проверьте его и нажмите «Отправить» ещё раз."
HELD = frozenset({EntryState.TAKEN, EntryState.UNKNOWN, EntryState.SENDING})
"""The diary has the whole notice, or may have it: nobody is written to beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAbsence:
    """As the family typed it. `form` names the form: the same one once more is the same notice."""

    form: str
    first_day: date
    last_day: date
    lessons: Sequence[int] = ()
    kind: str = ""
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`new` is False where the very same absence was told already, by this form or by the other parent."""

    notice: AbsenceView
    new: bool


async def send_absence(deps: Deps, visitor: Visitor, child: str, asked: NewAbsence) -> Sent:
    """The family's word is stored first; a diary that does not answer then loses nothing."""
    async with deps.memory.locks.of(("absence", child)):
        notice, plan, new = await deps.db.write(lambda: _write(deps, visitor, child, asked))
        if new and (plan.boxes or plan.registers):
            notice = await _carry(deps, visitor, plan, notice)
    return Sent(notice=await _view(deps, visitor, notice), new=new)


async def retry(deps: Deps, visitor: Visitor, child: str, notice: str) -> AbsenceView:
    """The author sends the letter again, after one that failed or that nobody knows of."""

    def unit() -> tuple[Notice, Plan]:
        require_teller(deps, visitor, child)
        found = own_notice(deps, child, notice)
        if found.state not in (NoticeState.DRAFT, NoticeState.SENT) or found.author != visitor.person:
            raise Refused(Reason.FORBIDDEN, "Это уведомление больше не отправляют: обновите страницу.")
        plan = plan_of(deps, visitor.person, child)
        if found.last_day < plan.today:
            raise Refused(Reason.FORBIDDEN, "Этот день уже прошёл.")
        if found.state is NoticeState.DRAFT and plan.school:
            absences.to_office(found.id, plan.school)
        return own_notice(deps, child, notice), plan

    async with deps.memory.locks.of(("absence", child)):
        found, plan = await deps.db.write(unit)
        state = letter_state(found, deps.now())
        entered = await deps.db.read(lambda: entries.find(deps.keys, notice, now=deps.now()))
        again = entered.state in entries.AGAIN if entered else bool(days_of(found))
        if (plan.boxes and (state in AGAIN or (state is None and (entered is None or again)))) or (plan.registers and again):
            found = await _carry(deps, visitor, plan, found)
        elif found.state is NoticeState.DRAFT and found.school:
            found = await _settled(deps, visitor, found, Delivered(state=None))
    return await _view(deps, visitor, found)


def own_notice(deps: Deps, child: str, id_: str) -> Notice:
    """Inside the caller's unit; another child's notice and none at all look the same."""
    found = absences.find(deps.keys, id_)
    if found is None or found.child != child:
        raise Refused(Reason.NOT_FOUND)
    return found


def _write(deps: Deps, visitor: Visitor, child: str, asked: NewAbsence) -> tuple[Notice, Plan, bool]:
    require_teller(deps, visitor, child)
    plan, lessons = plan_of(deps, visitor.person, child), tuple(sorted(set(asked.lessons)))
    if not asked.form or len(asked.form) > MOST_FORM:
        raise Refused(Reason.MALFORMED, "Обновите страницу и отправьте ещё раз.")
    id_ = absences.id_of(deps.keys, visitor.person, asked.form)
    reason = " ".join(asked.reason.split())
    known = absences.find(deps.keys, id_)
    if known is not None and not _is_same(known, child, asked, Told(lessons=lessons, kind=asked.kind, reason=reason)):
        # A step back in the browser, another day, and the button again: nobody was told of this one.
        raise Refused(Reason.REPEAT_OTHER, OTHER_NOTICE)
    known = known or absences.same(deps.keys, child, asked.first_day, asked.last_day, lessons)
    if known is not None:
        return known, plan, False
    check(asked.first_day, asked.last_day, lessons, asked.kind, reason, today=plan.today)
    now = deps.now()
    state = NoticeState.SENT if plan.school else NoticeState.DRAFT
    by_letter = bool(plan.boxes) and not (plan.registers and not lessons)
    made = absences.add(
        deps.keys,
        id_,
        child=child,
        author=visitor.person,
        school=plan.school,
        days=(asked.first_day, asked.last_day),
        told=Told(lessons=lessons, kind=asked.kind, reason=reason),
        state=state,
        letter=LetterState.SENDING.value if by_letter else None,
        system=plan.boxes[0].link.system if by_letter else None,
        now=now,
    )
    notice = own_notice(deps, child, id_) if made else absences.same(deps.keys, child, asked.first_day, asked.last_day, lessons)
    if notice is None:
        raise Refused(Reason.REPEAT_RUNNING, after_s=1)
    if made and state is NoticeState.SENT:
        tell_sent(deps, visitor, plan, notice)
    return notice, plan, made


def _is_same(known: Notice, child: str, asked: NewAbsence, told: Told) -> bool:
    return (known.child, known.first_day, known.last_day, known.told) == (child, asked.first_day, asked.last_day, told)


def tell_sent(deps: Deps, visitor: Visitor, plan: Plan, notice: Notice) -> None:
    """In the caller's unit: the other guardians and a grown pupil hear at once, without the reason; the child's log has it (RULES A5b)."""
    me, days = person(deps.keys, PersonId(visitor.person)), when(notice.first_day, notice.last_day, notice.told.lessons)
    text = f"{first_name(me)} сообщает школе об отсутствии: {first_name(plan.pupil)}, {days}."
    child = PersonId(notice.child)
    tell_family(deps, child, but=(visitor.person,), kind="absence_sent", text=text, href=f"/children/{child}/absence")
    record_change(actor=PersonId(visitor.person), actor_kind=ActorKind.GUARDIAN, subject=child, action="absence.sent", now=deps.now())


async def _carry(deps: Deps, visitor: Visitor, plan: Plan, notice: Notice) -> Notice:
    """The diary that takes notices itself first; a letter where there is none, or where days are left out of it."""
    entry = await enter(deps, plan.registers, notice)
    went = _as_before(notice, deps)
    if plan.boxes and went.state is not LetterState.SENT and (entry is None or entry.state not in HELD):
        author = await deps.db.read(lambda: person(deps.keys, PersonId(notice.author)))
        went = await deliver(deps, plan, worded(plan, notice, author), notice.child)
    return await _settled(deps, visitor, notice, went, entry)


def _as_before(notice: Notice, deps: Deps) -> Delivered:
    state = letter_state(notice, deps.now())
    return Delivered(state=None if state is LetterState.SENDING else state, system=notice.system)


async def _settled(deps: Deps, visitor: Visitor, notice: Notice, went: Delivered, entry: Entry | None = None) -> Notice:
    """A draft becomes sent as soon as anybody may have it."""
    now = deps.now()
    held = entry is not None and entry.state in (*HELD, EntryState.PARTLY)
    handed = bool(notice.school) or held or went.state in (LetterState.SENT, LetterState.UNKNOWN)

    def unit() -> Notice:
        absences.letter_went(notice.id, went.state.value if went.state else None, went.system)
        if handed and absences.hand_over(deps.keys, notice, now=now):
            tell_sent(deps, visitor, plan_of(deps, visitor.person, notice.child), notice)
        if entry is not None:
            follow(deps, own_notice(deps, notice.child, notice.id), entry)
        return own_notice(deps, notice.child, notice.id)

    return await deps.db.write(unit)


async def _view(deps: Deps, visitor: Visitor, notice: Notice) -> AbsenceView:
    return await deps.db.read(lambda: family_view(deps, notice, who=visitor.person, may_act=True, sees_reason=True))
