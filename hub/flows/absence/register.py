"""A notice put into the family's own diary, where that takes notices itself: its list is looked at first, and told once (RULES A15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from connectors.kit.absences import AbsencePort, AbsentDay
from connectors.kit.calls.breaker import Paused
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, Rejected, TimedOut, Unavailable
from hub.deps import Deps
from hub.flows.absence.standing import asked, days_of, missing, next_look, reason_of, seen, state_of, with_asked
from hub.flows.reach_diary import live, reach
from hub.flows.show_diary.week import zone_of
from hub.flows.words import title_of
from hub.store.diaries import diary_links
from hub.store.diaries.diary_links import Link
from hub.store.written import entries
from hub.store.written.absences import Notice
from hub.store.written.entries import Entry, EntryDay, EntryState
from identity.model import Person, PersonId
from identity.store import person

NOBODY_KNOWS = (TimedOut, Unavailable, Drifted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A linked account whose diary takes notices of absence."""

    link: Link
    port: AbsencePort
    title: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known after asking. `looked`: the diary's list was seen; `is_open`: a lost sending may still arrive."""

    state: EntryState
    days: tuple[EntryDay, ...]
    says: str = ""
    looked: bool = True
    is_open: bool = False


def own_registers(deps: Deps, owner: str, child: str) -> Sequence[Register]:
    """In the caller's unit: accounts that this person opened and that show this child."""
    pupil = person(deps.keys, PersonId(child))
    found = [register_of(deps, link, pupil) for link in diary_links.of_child(owner, child)] if pupil else ()
    return [one for one in found if one is not None]


def register_of(deps: Deps, link: Link, pupil: Person) -> Register | None:
    """In the caller's unit; None where the diary takes no notices."""
    ports: Mapping[str, object] = deps.diaries
    port = ports.get(link.system)
    if not isinstance(port, AbsencePort):
        return None
    seen_there = diary_links.pupil(deps.keys, link.id, pupil.id)
    zone = zone_of(pupil, [seen_there] if seen_there else [])
    return Register(link=link, port=port, title=title_of(deps.diaries, link.system), zone=zone)


def of_entry(registers: Sequence[Register], entry: Entry) -> Register | None:
    """The account that it was told through, else another own account of the same diary."""
    same = [one for one in registers if one.link.system == entry.system]
    return next((one for one in same if one.link.id == entry.link), same[0] if same else None)


async def enter(deps: Deps, registers: Sequence[Register], notice: Notice) -> Entry | None:
    """Tells the first diary that takes it. None: there is none, or it takes no single lessons."""
    entry: Entry | None = None
    for register in registers if days_of(notice) else ():
        entry = await _enter_one(deps, register, notice)
        if entry is None or entry.state not in (EntryState.FAILED, EntryState.REFUSED):
            break
    return entry


async def _enter_one(deps: Deps, register: Register, notice: Notice) -> Entry | None:
    claimed, entry = await deps.db.write(lambda: _claim(deps, register, notice))
    if not claimed or entry is None:
        return entry
    found = await _told(deps, register, notice, entry, days_of(notice))
    return await deps.db.write(lambda: put(deps, entry, found))


async def look(deps: Deps, register: Register, notice: Notice, entry: Entry) -> Found:
    """What stands there now; raises one of the eight."""
    wanted = days_of(notice)
    listed = await live(_listed(deps, register, notice.child))
    days = seen(wanted, entry.days, listed)
    never = EntryState.REFUSED if entry.state is EntryState.REFUSED else EntryState.FAILED
    state = state_of(wanted, days, entry, otherwise=never)
    answers = "; ".join(dict.fromkeys(one.answer for one in listed if one.day in wanted and one.answer))
    return Found(state=state, days=with_asked(days, entry.days), says=answers or ("" if days else entry.says))


async def remove(deps: Deps, register: Register, notice: Notice, entry: Entry) -> Found:
    """Takes out what this notice put there, and nothing that another account told. Repeating it is harmless; raises one of the eight."""
    wanted = days_of(notice)
    days = seen(wanted, entry.days, await live(_listed(deps, register, notice.child)))
    ours = tuple(one.day for one in days if one.ours)
    if ours:
        left = await reach(
            deps, register.port, register.link.id, notice.child, lambda access, pupil: register.port.withdraw(access, pupil, ours)
        )
        days = seen(wanted, days, left)
    state = EntryState.LEAVING if any(one.ours for one in days) else EntryState.REMOVED
    # A sending of which nobody knew may arrive after we looked.
    return Found(state=state, days=days or entry.days, is_open=entry.state is EntryState.UNKNOWN)


def put(deps: Deps, entry: Entry, found: Found) -> Entry:
    """In the caller's unit."""
    now = deps.now()
    look_at = next_look(found.state, entry.last_day, now=now, open_question=found.is_open)
    checked = now if found.looked else None
    entries.settle(deps.keys, entry.id, found.state, days=found.days, says=found.says, checked_at=checked, look_at=look_at)
    return replace(entry, state=found.state, days=found.days, says=found.says, checked_at=checked or entry.checked_at)


def _claim(deps: Deps, register: Register, notice: Notice) -> tuple[bool, Entry | None]:
    now = deps.now()
    claimed = entries.claim(notice.id, link=register.link.id, system=register.link.system, last_day=notice.last_day, now=now)
    return claimed, entries.find(deps.keys, notice.id, now=now)


async def _listed(deps: Deps, register: Register, child: str) -> tuple[AbsentDay, ...]:
    return await reach(deps, register.port, register.link.id, child, register.port.absent_days)


async def _told(deps: Deps, register: Register, notice: Notice, entry: Entry, wanted: tuple[date, ...]) -> Found:
    try:
        before = seen(wanted, entry.days, await live(_listed(deps, register, notice.child)))
    except ConnectorError as error:
        # Nothing was told. Of days that were asked for earlier nobody knows more than before.
        open_still = any(one.state == entries.ASKED for one in entry.days)
        return Found(state=EntryState.UNKNOWN if open_still else EntryState.FAILED, days=entry.days, says=error.text, looked=False)
    to_tell = missing(wanted, before)
    if not to_tell:
        return Found(state=EntryState.TAKEN, days=before)
    known = asked(before, to_tell)
    await deps.db.write(lambda: entries.settle(deps.keys, entry.id, EntryState.SENDING, days=known))
    reason, comment = reason_of(notice), notice.told.reason
    try:
        listed = await reach(
            deps,
            register.port,
            register.link.id,
            notice.child,
            lambda access, pupil: register.port.announce(access, pupil, to_tell, reason=reason, comment=comment),
        )
    except Paused as error:
        return _without(before, entry, error)
    except ConnectorError as error:
        return await _after_error(deps, register, notice, known, error)
    days = seen(wanted, known, listed)
    return Found(state=state_of(wanted, days, None, otherwise=EntryState.REFUSED), days=days)


async def _after_error(deps: Deps, register: Register, notice: Notice, known: tuple[EntryDay, ...], error: ConnectorError) -> Found:
    """The list says what came of it: nothing is told a second time on a guess."""
    wanted, lost = days_of(notice), isinstance(error, NOBODY_KNOWS)
    refused = EntryState.REFUSED if isinstance(error, Rejected | AccessDenied) else EntryState.FAILED
    try:
        days = seen(wanted, known, await live(_listed(deps, register, notice.child)))
    except ConnectorError:
        if lost:
            return Found(state=EntryState.UNKNOWN, days=known, looked=False)
        return Found(state=refused, days=(), says=error.text, looked=False)
    state = state_of(wanted, days, None, otherwise=refused)
    if lost and state in (EntryState.FAILED, EntryState.PARTLY):
        # Not there yet: the days stay ours, for a sending that arrives late.
        return Found(state=state, days=with_asked(days, known), is_open=True)
    return Found(state=state, days=days, says="" if days else error.text)


def _without(before: tuple[EntryDay, ...], entry: Entry, error: ConnectorError) -> Found:
    """Nothing was asked: the diary had failed so often that it is left alone for a while."""
    state = EntryState.PARTLY if before else EntryState.FAILED
    return Found(state=state, days=before or entry.days, says=error.text)
