"""The school takes note of an absence, or says why it does not; never of the officer's own child (RULES B4-B6)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.absence.inbox import in_reach
from hub.flows.absence.rules import when
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.office.officers import Officer, note_change, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.desk import Decided
from hub.store.sessions import Visitor
from hub.store.written import absences
from hub.store.written.absences import Notice, NoticeState
from identity.model import PersonId
from identity.store import person
from identity.store.school.reviews import own_family


async def accept(deps: Deps, visitor: Visitor, notice: str) -> Decided:
    return await _decide(deps, visitor, notice, NoticeState.ACCEPTED, "")


async def reject(deps: Deps, visitor: Visitor, notice: str, reason: str | None) -> Decided:
    """With a reason that the family reads."""
    return await _decide(deps, visitor, notice, NoticeState.REJECTED, reason_of(reason))


async def _decide(deps: Deps, visitor: Visitor, notice: str, after: NoticeState, answer: str) -> Decided:
    now = deps.now()

    def unit() -> Decided:
        found = absences.find(deps.keys, notice)
        officer = officer_of(deps, visitor, school=(found.school if found else None) or "none", act=Act.ABSENCES)
        if found is None or not in_reach(officer, [found]):
            raise Refused(Reason.NOT_FOUND)
        if own_family(officer.person, PersonId(found.child), PersonId(found.author)):
            raise Refused(Reason.OWN_FAMILY)
        if not absences.turn(found.id, before=NoticeState.SENT, after=after):
            raise Refused(Reason.ALREADY_DECIDED)
        absences.decided(deps.keys, found.id, by=officer.person, answer=answer, now=now)
        _tell(deps, officer, found, after)
        return Decided(id=found.id, state=after.value)

    return await deps.db.write(unit)


def _tell(deps: Deps, officer: Officer, notice: Notice, after: NoticeState) -> None:
    child = PersonId(notice.child)
    taken = after is NoticeState.ACCEPTED
    whom = f"{first_name(person(deps.keys, child))}, {when(notice.first_day, notice.last_day, notice.told.lessons)}"
    text = (
        f"Школа приняла уведомление об отсутствии: {whom}."
        if taken
        else f"Школа не приняла уведомление: {whom}. Почему, написано на странице."
    )
    tell_family(deps, child, but=(), kind=f"absence_{after.value}", text=text, href=f"/children/{child}/absence")
    note_change(deps, officer, child, action=f"absence.{after.value}", now=deps.now())
