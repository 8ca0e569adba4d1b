"""What the family's diary says of a notice later: asked by a button or by the worker, and followed by the notice's own state."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.kit.errors import AuthExpired, ConnectorError, RateLimited
from hub.deps import Deps
from hub.flows.absence.plan import plan_of
from hub.flows.absence.register import Register, look, of_entry, put, register_of, remove
from hub.flows.absence.rules import require_teller, when
from hub.flows.absence.shape import family_view
from hub.flows.absence.standing import days_of, verdict
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.poll_diaries import pace
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.absence import AbsenceView
from hub.store.diaries import diary_links, polls
from hub.store.sessions import Visitor
from hub.store.written import absences, entries
from hub.store.written.absences import Notice, NoticeState
from hub.store.written.entries import STANDING, Entry, EntryState
from identity.model import ActorKind, PersonId
from identity.store import person, record_change, view_right

log = logging.getLogger("hub.absence")

AT_ONCE = 3
"""So few of a batch: nobody waits for these answers."""
LATER, MUCH_LATER = timedelta(minutes=30), timedelta(days=1)
NOT_THERE = "Этого уведомления в вашем дневнике нет: проверять нечего."


async def check(deps: Deps, visitor: Visitor, child: str, notice: str) -> AbsenceView:
    """A guardian looks now, through an own account. A diary that does not answer is an error of the eight, and nothing changes."""

    def start() -> tuple[Notice, Entry, Register]:
        require_teller(deps, visitor, child)
        found = absences.find(deps.keys, notice)
        if found is None or found.child != child:
            raise Refused(Reason.NOT_FOUND)
        entry, plan = entries.find(deps.keys, notice, now=deps.now()), plan_of(deps, visitor.person, child)
        register = of_entry(plan.registers, entry) if entry else None
        if entry is None or register is None:
            raise Refused(Reason.FORBIDDEN, NOT_THERE)
        return found, entry, register

    async with deps.memory.locks.of(("absence", child)):
        found, entry, register = await deps.db.read(start)
        after = await _asked(deps, register, found, entry, actor=visitor.person, kind=ActorKind.GUARDIAN)
    return await deps.db.read(lambda: family_view(deps, after, who=visitor.person, may_act=True, sees_reason=True))


async def look_again(deps: Deps) -> bool:
    """The worker's part: a few that are due, one after another; by day, and never where a diary asked to be left alone."""
    if not deps.settings.polls:
        return False
    now = deps.now()
    waiting = await deps.db.read(lambda: entries.due(deps.keys, now=now, limit=AT_ONCE))
    for entry in waiting:
        await _look_at(deps, entry)
    return False


async def _look_at(deps: Deps, entry: Entry) -> None:
    found = await deps.db.read(lambda: _still(deps, entry))
    until = found if isinstance(found, datetime) or found is None else await _look_one(deps, *found, entry)
    if found is None or until is not None:
        await deps.db.write(lambda: entries.later(entry.id, until))


def _still(deps: Deps, entry: Entry) -> tuple[Register, Notice] | datetime | None:
    """Whom to ask of what; when to come back; None: never again, because the account or its right is gone."""
    now = deps.now()
    notice, link = absences.find(deps.keys, entry.id), diary_links.find(entry.link)
    pupil = person(deps.keys, PersonId(notice.child)) if notice else None
    if notice is None or link is None or pupil is None or not view_right(deps.keys, PersonId(link.person), pupil.id, now=now).allowed:
        return None
    register = register_of(deps, link, pupil)
    if register is None or entry.last_day < now.astimezone(ZoneInfo(register.zone)).date():
        return None
    if link.system in polls.pauses(now=now):
        return now + LATER
    if pace.is_night(now, register.zone):
        return pace.after_night(now, register.zone, chance=0.5)
    return register, notice


async def _look_one(deps: Deps, register: Register, notice: Notice, entry: Entry) -> datetime | None:
    """None where it went well: the next look is planned then."""
    try:
        async with deps.memory.locks.of(("absence", notice.child)):
            await _asked(deps, register, notice, entry, actor="worker", kind=ActorKind.COMMAND)
    except AuthExpired:
        return deps.now() + MUCH_LATER
    except RateLimited as error:
        return deps.now() + max(pace.wait_for(error.after_s), LATER)
    except ConnectorError as error:
        log.info("%s did not tell what became of a notice: %s", register.link.system, error.code)
        return deps.now() + LATER
    return None


async def _asked(deps: Deps, register: Register, notice: Notice, entry: Entry, *, actor: str, kind: ActorKind) -> Notice:
    leaving = notice.state is NoticeState.WITHDRAWN
    found = await (remove if leaving else look)(deps, register, notice, entry)

    def unit() -> Notice:
        after = put(deps, entry, found)
        if after.state is not entry.state:
            record_change(actor=actor, actor_kind=kind, subject=PersonId(notice.child), action="absence.checked", now=deps.now())
        current = absences.find(deps.keys, notice.id)
        if current is None:
            raise Refused(Reason.NOT_FOUND)
        follow(deps, current, after)
        return absences.find(deps.keys, notice.id) or current

    return await deps.db.write(unit)


def follow(deps: Deps, notice: Notice, entry: Entry) -> None:
    """In the caller's unit: the notice's own state after what its diary says. Where the school decides here, its word alone counts."""
    if notice.state is NoticeState.DRAFT and entry.state in STANDING and absences.hand_over(deps.keys, notice, now=deps.now()):
        _tell(deps, notice, "absence_sent", "Дневник принял уведомление об отсутствии")
        notice = absences.find(deps.keys, notice.id) or notice
    if notice.state is not NoticeState.SENT or notice.school:
        return
    after = verdict(days_of(notice), entry.days)
    if entry.state is EntryState.GONE and notice.letter is None:
        after = NoticeState.WITHDRAWN
    if after is None or not absences.turn(notice.id, before=NoticeState.SENT, after=after):
        return
    absences.decided(deps.keys, notice.id, by=f"diary {entry.system}", answer=entry.says, now=deps.now())
    words = {
        NoticeState.ACCEPTED: "Школа приняла уведомление об отсутствии",
        NoticeState.REJECTED: "Школа не приняла уведомление",
        NoticeState.WITHDRAWN: "Уведомления об отсутствии больше нет в дневнике",
    }
    _tell(deps, notice, f"absence_{after.value}", words[after])


def _tell(deps: Deps, notice: Notice, kind: str, said: str) -> None:
    child = PersonId(notice.child)
    whom = f"{first_name(person(deps.keys, child))}, {when(notice.first_day, notice.last_day, notice.told.lessons)}"
    tell_family(deps, child, but=(), kind=kind, text=f"{said}: {whom}.", href=f"/children/{child}/absence")
