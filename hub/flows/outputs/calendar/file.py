"""A calendar asks for its file by the secret: the right is asked anew each time, and whatever is wrong is one 404 (RULES A5a, C7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.outputs.calendar.entries import lesson_entries, term_entries
from hub.flows.outputs.calendar.ical import write
from hub.flows.outputs.calendar.links import SECRET_LENGTH
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import blocks, week_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import look
from hub.flows.show_diary.week import decoded, zone_of
from hub.flows.views.items import LessonItem, TermItem
from hub.flows.words import today_of
from hub.store import preferences
from hub.store.diaries import diary_links
from hub.store.outputs import calendars, feeds
from hub.store.outputs.feeds import Change
from hub.store.process.memory import Throttle
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import view_right

PAGE = "export.calendar"
WRONG_A_MINUTE = 60
ASKED_A_MINUTE = 30
KINDS = frozenset({Datum.LESSONS, Datum.TERMS})
BACK, AHEAD = timedelta(weeks=1), timedelta(weeks=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    link: calendars.Kept
    nickname: str


async def calendar_file(deps: Deps, secret: str, *, address: str) -> bytes:
    """Last week and the three after this one. Wrong secrets are counted by network: too many, and nothing is looked up from there."""
    wrong = deps.memory.budgets.setdefault("wrong calendars", Throttle(limit=WRONG_A_MINUTE))
    if wait := wrong.wait_s(address):
        raise Refused(Reason.TOO_MANY, after_s=wait)
    known = await deps.db.read(lambda: _known(deps, secret)) if len(secret) == SECRET_LENGTH else None
    if known is None:
        wrong.note(address)
        raise Refused(Reason.NOT_FOUND)
    link = known.link
    budget = deps.memory.budgets.setdefault("calendars", Throttle(limit=ASKED_A_MINUTE))
    if not budget.take(link.id):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(link.id))
    try:
        made = await _file(deps, known)
    except Refused as refused:
        # The right ended while the diary was asked.
        raise Refused(Reason.NOT_FOUND) from refused
    now = deps.now()
    if link.used_at is None or now - link.used_at > calendars.NOTED_EVERY:
        await deps.db.write(lambda: calendars.used(link.id, now=now))
    return made


def _known(deps: Deps, secret: str) -> _Known | None:
    link = calendars.find(deps.keys, secret)
    if link is None:
        return None
    right = view_right(deps.keys, PersonId(link.person), PersonId(link.child), now=deps.now())
    if not right.allowed or right.delegated:
        return None
    return _Known(link=link, nickname=preferences.of_person(deps.keys, link.person).nicknames.get(link.child, ""))


async def _file(deps: Deps, known: _Known) -> bytes:
    link, now = known.link, deps.now()
    week = week_of(await today_of(deps, link.child))
    window = Window(start=week.start - BACK, end=week.end + AHEAD)
    # No session stands behind a calendar: its maker asks, with what the maker may see now.
    maker = Visitor(session="", person=link.person, system="", csrf="", seen_at=now, expires_at=now)
    seen = await look(deps, maker, Wish(child=link.child, data=KINDS, window=window, page=PAGE), pupils=True)
    lessons = decoded(seen.of(Datum.LESSONS), LessonItem)
    terms = [one for one in decoded(seen.of(Datum.TERMS), TermItem) if one.start <= one.end]
    history = await deps.db.read(lambda: {datum: _history(deps, link, datum, blocks(datum, window)) for datum in KINDS})
    zone = zone_of(seen.child, seen.pupils)
    name = f"Уроки: {known.nickname or seen.child.first_name or 'ученик'}"
    entries = [
        *lesson_entries(lessons, zone, link.child, history[Datum.LESSONS]),
        *term_entries(terms, history[Datum.TERMS]),
    ]
    return write(entries, name=name, zone=zone, first=window.start, last=window.end)


def _history(deps: Deps, link: calendars.Kept, datum: Datum, names: Sequence[str]) -> list[Change]:
    mine = diary_links.of_child(link.person, link.child)
    return [one for own in mine for one in feeds.of_blocks(deps.keys, link=own.id, child=link.child, datum=datum.value, blocks=names)]
