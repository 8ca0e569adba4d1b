"""The notice as a letter to the class teacher, through the author's own diary; sent once, and an unknown outcome stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.kit.calls.breaker import Paused
from connectors.kit.correspondence import Letter, Recipient
from connectors.kit.errors import ConnectorError
from hub.deps import Deps
from hub.flows.absence.plan import Plan
from hub.flows.absence.rules import KINDS, when
from hub.flows.correspondence.boxes import Box
from hub.flows.correspondence.write import NOBODY_KNOWS
from hub.flows.reach_diary import live, reach
from hub.flows.words import names_of
from hub.store.written.absences import Notice
from hub.store.written.letters import LetterState
from identity.model import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """`system` is the diary that carried it or failed to; None where no diary of the author's names a class teacher."""

    state: LetterState | None
    system: str | None = None


async def deliver(deps: Deps, plan: Plan, letter: Letter, child: str) -> Delivered:
    """To the first class teacher that one of the boxes names. A box that fails before anything went leaves the next one to try."""
    failed: Delivered | None = None
    for box in plan.boxes:
        try:
            teacher = await _teacher(deps, box, child)
        except ConnectorError:
            failed = Delivered(state=LetterState.FAILED, system=box.link.system)
            continue
        if teacher is None:
            continue
        state = await _send(deps, box, child, letter, teacher)
        if state is not LetterState.FAILED:
            return Delivered(state=state, system=box.link.system)
        failed = Delivered(state=state, system=box.link.system)
    return failed or Delivered(state=None)


async def _teacher(deps: Deps, box: Box, child: str) -> Recipient | None:
    found: Sequence[Recipient] = await live(reach(deps, box.port, box.link.id, child, box.port.recipients))
    return next((one for one in found if one.is_class_teacher), None)


async def _send(deps: Deps, box: Box, child: str, letter: Letter, teacher: Recipient) -> LetterState:
    addressed = Letter(subject=letter.subject, text=letter.text, recipients=(teacher.key,))
    try:
        await reach(deps, box.port, box.link.id, child, lambda access, pupil: box.port.send(access, pupil, addressed))
    except Paused:
        return LetterState.FAILED
    except NOBODY_KNOWS:
        return LetterState.UNKNOWN
    except ConnectorError:
        return LetterState.FAILED
    return LetterState.SENT


def worded(plan: Plan, notice: Notice, author: Person | None, *, withdrawn: bool = False) -> Letter:
    """Plain words for a teacher; the reason only if the family wrote one."""
    whom = names_of(plan.pupil) + (f", {plan.class_name}" if plan.class_name else "")
    days = when(notice.first_day, notice.last_day, notice.told.lessons)
    if withdrawn:
        subject, said = f"Отмена: отсутствие {days}", f"Уведомление об отсутствии ({whom}, {days}) отменено: ученик будет на занятиях."
    else:
        why = ". ".join(part for part in (KINDS.get(notice.told.kind, ""), notice.told.reason) if part)
        subject = f"Отсутствие {days}"
        said = f"{whom}: не будет на занятиях {days}." + (f"\nПричина: {why}." if why else "")
    return Letter(subject=subject, text=f"Здравствуйте!\n{said}\n{names_of(author)}")
