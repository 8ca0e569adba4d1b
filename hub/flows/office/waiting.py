"""What waits at the desk beside the joins, as numbers that open their lists; no pupil is read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import officer_of
from hub.flows.office.queue import count_lines
from hub.flows.office.rights import Act
from hub.flows.views.school.staff import WaitingView
from hub.store.school import staff_codes
from hub.store.sessions import Visitor
from hub.store.written import absences, appeals, tickets
from hub.store.written.absences import NoticeState


async def count_waiting(deps: Deps, visitor: Visitor) -> WaitingView:
    def unit() -> WaitingView:
        officer = officer_of(deps, visitor, act=Act.REVIEWS)
        today = deps.now().astimezone(ZoneInfo(officer.zone)).date()
        return WaitingView(
            reviews=count_lines(deps, officer),
            absences=absences.count(officer.school, state=NoticeState.SENT, since=today),
            appeals=appeals.count_owed(officer.school),
            questions=tickets.count_waiting(officer.school),
            staff_codes=staff_codes.count_waiting(officer.school, now=deps.now()),
        )

    return await deps.memory.people.of(deps.db, ("office.waiting", visitor.session), unit)
