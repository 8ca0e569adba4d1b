"""A child's notices of absence, and what a new one needs: where it would go and the lessons of the chosen day."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.absence.plan import Plan, phones_of, plan_of
from hub.flows.absence.rules import may_tell
from hub.flows.absence.shape import family_view
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import blocks, week_of
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.items import LessonItem
from hub.flows.views.written.absence import AbsenceList, LessonPick, Ways
from hub.flows.who_sees import LENT
from hub.store.diaries import diary_copies, diary_links
from hub.store.sessions import Visitor
from hub.store.written import absences
from hub.store.written.absences import LIVE
from identity.model import PersonId
from identity.store import view_right

USUAL = range(1, 9)
LESSONS_OVER, SUNDAY = 18, 6
_LESSON = msgspec.json.Decoder(LessonItem)


async def show_absences(deps: Deps, visitor: Visitor, child: str, *, day: date | None = None) -> AbsenceList:
    """For guardians and the pupil; the reason is for guardians alone. Lessons come from the kept copy: nobody waits for a diary here."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> AbsenceList:
        why = may_tell(deps, visitor, child)
        right = view_right(deps.keys, who, whom, now=now)
        if right.delegated:
            raise Refused(Reason.FORBIDDEN, LENT)
        plan = plan_of(deps, visitor.person, child)
        meant = day or _next_day(plan, now)
        notices = absences.of_child(deps.keys, child) if not right.diary_only else ()
        guards = not right.is_self or not why
        return AbsenceList(
            items=tuple(family_view(deps, one, who=who, may_act=not why, sees_reason=guards or one.author == who) for one in notices),
            ways=_ways(plan),
            today=plan.today,
            day=meant,
            zone=plan.zone,
            form=secrets.token_urlsafe(16),
            may_send=not why,
            why_not=why,
            picks=_picks(deps, visitor, child, meant, plan.zone) if not why else (),
            told=any(one.state in LIVE and not one.told.lessons and one.first_day <= meant <= one.last_day for one in notices),
        )

    found = await deps.db.read(unit)
    await note_reading(deps, visitor, child, "absence")
    return found


def _next_day(plan: Plan, now: datetime) -> date:
    """Today, until its lessons are over; on Sundays there are none."""
    day = plan.today + timedelta(days=now.astimezone(ZoneInfo(plan.zone)).hour >= LESSONS_OVER)
    return day + timedelta(days=day.weekday() == SUNDAY)


def _ways(plan: Plan) -> Ways:
    letter = plan.boxes[0].title if plan.boxes else None
    systems = [*(box.link.system for box in plan.boxes), *(one.link.system for one in plan.registers)]
    diary = plan.registers[0].title if plan.registers else None
    return Ways(office=plan.school_name if plan.school else None, letter=letter, diary=diary, phones=phones_of(systems))


def _picks(deps: Deps, visitor: Visitor, child: str, day: date, zone: str) -> tuple[LessonPick, ...]:
    """The lessons of the day as a diary showed them; else the usual numbers."""
    wanted = [(Datum.LESSONS.value, block) for block in blocks(Datum.LESSONS, week_of(day))]
    found: dict[int, LessonPick] = {}
    for link in diary_links.of_child(visitor.person, child):
        copies = diary_copies.load(deps.keys, link=link.id, child=child, wanted=wanted)
        lessons: Sequence[LessonItem] = [
            _LESSON.decode(kept.item) for copy in copies.values() for kept in copy.items or () if kept.day == day.isoformat()
        ]
        for one in lessons:
            if one.number is not None and one.status != "cancelled":
                start = one.start.astimezone(ZoneInfo(zone)).strftime("%H:%M") if one.start else ""
                found.setdefault(one.number, LessonPick(number=one.number, subject=one.subject, time=start))
    return tuple(found[number] for number in sorted(found)) or tuple(LessonPick(number=number, subject="") for number in USUAL)
