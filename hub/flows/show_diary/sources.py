"""Each linked diary of a child, asked or shown from its copy, with the state that API.md names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.errors import AuthExpired, ConnectorError, TimedOut
from connectors.kit.ports import DiaryPort, Window
from hub.deps import Deps
from hub.flows.lent_diaries import links_for
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.ask import Answer, Pair, Question, ask, is_fresh
from hub.flows.show_diary.blocks import YEARLY, blocks
from hub.flows.views.diary import Freshness, SourceState
from hub.flows.words import title_of
from hub.store.diaries import diary_copies, diary_links
from hub.store.diaries.diary_copies import Copy, Kept
from hub.store.diaries.diary_links import Link, LinkState
from hub.store.process.memory import Throttle
from hub.store.sessions import Visitor
from identity.guardianship import Right
from identity.model import ActorKind, Missing, Person, PersonId
from identity.store import person, record_access, view_right

FORCED_S = 2.5
WITH_A_COPY_S = 2.5
WITHOUT_A_COPY_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a page or a JSON list wants: `page` is its word in the access log.

    `hurry`: a source that never answered holds nobody longer than others do. `quiet`: the copies are shown at once, and what is not fresh
    is asked meanwhile. `unasked` kinds come from the copies alone."""

    child: str
    data: AbstractSet[Datum]
    window: Window
    page: str
    forced: bool = False
    hurry: bool = False
    quiet: bool = False
    unasked: AbstractSet[Datum] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one link has to say: its state and, by kind, its items in order. `waited`: its system was asked just now."""

    state: SourceState
    kept: Mapping[Datum, Sequence[Kept]]
    waited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The child, and every link's answer. `pupils` are the diaries' own records of the child."""

    child: Person
    told: Sequence[Told]
    pupils: Sequence[DiaryChild]

    @property
    def states(self) -> tuple[SourceState, ...]:
        return tuple(one.state for one in self.told)

    def of(self, datum: Datum) -> list[Kept]:
        """All links' items of one kind in order; the same record through two accounts is one."""
        found = {kept.order: kept for told in self.told for kept in told.kept.get(datum, ())}
        return [found[order] for order in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    right: Right
    child: Person | None
    links: Sequence[Link]
    copies: Mapping[str, Mapping[Pair, Copy]]
    pupils: Sequence[DiaryChild]


async def look(deps: Deps, visitor: Visitor, wish: Wish, *, pupils: bool = False) -> Seen:
    """Checks the right, notes the reading, and gathers the sources side by side, each with its own deadline."""
    key = (visitor.person, visitor.system, wish.child, wish.data, wish.window.start, wish.window.end, pupils)
    known = await deps.memory.diaries.of(deps.db, key, lambda: _known(deps, visitor, wish, pupils=pupils))
    if not known.right.allowed or known.child is None:
        raise refusal(known.right)
    # Only a source that is alone may take its time.
    hurried = replace(wish, hurry=wish.hurry or len(known.links) > 1)
    # The reading is on disk before anything is shown; the sources are asked meanwhile.
    _, told = await asyncio.gather(
        note_reading(deps, visitor, wish.child, wish.page),
        asyncio.gather(*(_source(deps, hurried, link, known.copies[link.id]) for link in known.links)),
    )
    if any(one.waited for one in told):
        # While a source was awaited the school or a guardian may have ended the right (RULES A5a).
        right = await deps.db.read(lambda: view_right(deps.keys, PersonId(visitor.person), PersonId(wish.child), now=deps.now()))
        if not right.allowed:
            raise refusal(right)
    return Seen(child=known.child, told=told, pupils=known.pupils)


def refusal(right: Right) -> Refused:
    """A foreign child and one that does not exist get the same answer; the own child's says what is missing."""
    if Missing.FOREIGN in right.missing or not right.missing:
        return Refused(Reason.NOT_FOUND)
    more = {"missing": [one.value for one in right.missing], "how": [one.value for one in right.how]}
    return Refused(Reason.LEVEL_TOO_LOW if Missing.LEVEL_TOO_LOW in right.missing else Reason.NOT_ALLOWED_YET, more=more)


async def note_reading(deps: Deps, visitor: Visitor, child: str, page: str) -> None:
    """The first reading is on disk before the answer; repeats are gathered for some seconds (RULES A13)."""
    if visitor.person == child:
        return
    times = deps.memory.audited.due((visitor.person, child, page))
    if times:
        await deps.db.write(lambda: write_reading(deps, visitor.person, child, page, times, deps.now()))


async def settle_readings(deps: Deps) -> None:
    """Writes the repeats that still wait, at shutdown."""
    for (reader, child, page), times in deps.memory.audited.drain():
        await deps.db.write(partial(write_reading, deps, reader, child, page, times, deps.now()))


def write_reading(deps: Deps, reader: str, child: str, page: str, times: int, now: datetime) -> None:
    record_access(
        deps.keys, actor=PersonId(reader), actor_kind=ActorKind.GUARDIAN, subject=PersonId(child), page=page, now=now, times=times
    )


def _known(deps: Deps, visitor: Visitor, wish: Wish, *, pupils: bool) -> _Known:
    viewer, child = PersonId(visitor.person), PersonId(wish.child)
    right = view_right(deps.keys, viewer, child, now=deps.now())
    if not right.allowed:
        return _Known(right=right, child=None, links=(), copies={}, pupils=())
    links = links_for(deps, visitor, wish.child, right)
    return _Known(
        right=right,
        child=person(deps.keys, child),
        links=links,
        copies={link.id: diary_copies.load(deps.keys, link=link.id, child=wish.child, wanted=_pairs(deps, link, wish)) for link in links},
        pupils=[one for link in links if (one := diary_links.pupil(deps.keys, link.id, wish.child))] if pupils else (),
    )


def _offered(port: DiaryPort | None, wish: Wish) -> AbstractSet[Datum]:
    """A connector that is switched off still has its copies."""
    return wish.data if port is None else wish.data & port.manifest.data


def _pairs(deps: Deps, link: Link, wish: Wish) -> list[Pair]:
    offered = _offered(deps.diaries.get(link.system), wish)
    return [(datum.value, block) for datum in sorted(offered) for block in blocks(datum, wish.window)]


async def _source(deps: Deps, wish: Wish, link: Link, copies: Mapping[Pair, Copy]) -> Told:
    port, pairs = deps.diaries.get(link.system), _pairs(deps, link, wish)
    if not pairs:
        return _told(deps, wish, link, copies, Freshness.UNAVAILABLE, None)
    if port is None:
        return _told(deps, wish, link, copies, Freshness.SILENT, "unavailable")
    now = deps.now()
    pairs = [pair for pair in pairs if Datum(pair[0]) not in wish.unasked]
    asked = [pair for pair in pairs if not is_fresh(copies.get(pair), now, port)]
    forced = wish.forced and deps.memory.forced_reads.take((link.person, link.id))
    if link.state is LinkState.NEEDS_LOGIN and not forced:
        return _told(deps, wish, link, copies, Freshness.NEEDS_LOGIN, AuthExpired.code)
    if not asked and not forced:
        return _told(deps, wish, link, copies, Freshness.FRESH, None)
    complete = all((copy := copies.get(pair)) and copy.items is not None for pair in pairs)
    if complete and not forced and (_is_to_wait(deps, port) or not _budget(deps, port).take(None)):
        error = next((copy.error for copy in copies.values() if copy.error), None)
        return _told(deps, wish, link, copies, Freshness.SILENT if error else Freshness.STALE, error)
    if wish.quiet:
        for question in _questions(wish, link, asked, forced=False):
            deps.memory.reads.begin(question, partial(ask, deps, port, question))
        error = next((copy.error for copy in copies.values() if copy.error), None)
        return _told(deps, wish, link, copies, Freshness.SILENT if error else Freshness.STALE, error)
    limit_s = FORCED_S if forced else WITH_A_COPY_S if complete or wish.hurry else WITHOUT_A_COPY_S
    return await _asked(deps, wish, link, copies, port, pairs if forced else asked, forced=forced, limit_s=limit_s)


async def _asked(
    deps: Deps,
    wish: Wish,
    link: Link,
    copies: Mapping[Pair, Copy],
    port: DiaryPort,
    asked: Sequence[Pair],
    *,
    forced: bool,
    limit_s: float,
) -> Told:
    """One question that fails leaves its copies as they are."""
    questions = _questions(wish, link, asked, forced=forced)
    answers = await asyncio.gather(*(_within(deps, port, question, limit_s) for question in questions))
    now = dict(copies)
    error: str | None = None
    for answer in answers:
        if isinstance(answer, ConnectorError):
            error = answer.code
            continue
        now.update(answer.copies)
    state = Freshness.FRESH if error is None else Freshness.NEEDS_LOGIN if error == AuthExpired.code else Freshness.SILENT
    return replace(_told(deps, wish, link, now, state, error), waited=True)


def _questions(wish: Wish, link: Link, asked: Sequence[Pair], *, forced: bool) -> list[Question]:
    """Weeks and years are two questions, asked side by side."""
    halves = [tuple(pair for pair in asked if (Datum(pair[0]) in YEARLY) is yearly) for yearly in (False, True)]
    return [Question(link=link.id, child=wish.child, pairs=half, forced=forced) for half in halves if half]


async def _within(deps: Deps, port: DiaryPort, question: Question, limit_s: float) -> Answer | ConnectorError:
    """The answer, or the error of the eight. A question that takes too long goes on and fills the copy for the next visit."""
    try:
        async with asyncio.timeout(limit_s):
            answer: Answer = await deps.memory.reads.join(question, lambda: ask(deps, port, question))
            return answer
    except TimeoutError:
        return TimedOut(port.name, "no answer in time")
    except ConnectorError as error:
        return error


def _is_to_wait(deps: Deps, port: DiaryPort) -> bool:
    """The system itself named a time before which it wants no more questions."""
    until = deps.memory.waits.get(port.name)
    return until is not None and deps.now() < until


def _budget(deps: Deps, port: DiaryPort) -> Throttle:
    """Live reads a minute that the system allows us (its manifest); beyond it the copy is shown as stale."""
    return deps.memory.budgets.setdefault(port.name, Throttle(limit=max(1, port.manifest.calls_per_minute)))


def _told(deps: Deps, wish: Wish, link: Link, copies: Mapping[Pair, Copy], state: Freshness, error: str | None) -> Told:
    fetched = [copy.fetched_at for copy in copies.values() if copy.fetched_at is not None and Datum(copy.datum) not in wish.unasked]
    return Told(
        state=SourceState(
            system=link.system,
            state=state,
            fetched_at=min(fetched) if fetched else None,
            error=error,
            title=title_of(deps.diaries, link.system),
            link=link.id,
        ),
        kept=_within_window(wish, copies.values()),
    )


def _within_window(wish: Wish, copies: Iterable[Copy]) -> Mapping[Datum, list[Kept]]:
    first, last = wish.window.start.isoformat(), wish.window.end.isoformat()
    found: dict[Datum, list[Kept]] = {}
    for copy in copies:
        datum = Datum(copy.datum)
        inside = found.setdefault(datum, [])
        if datum in YEARLY and datum is not Datum.ANNOUNCEMENTS:
            inside.extend(copy.items or ())
        else:
            inside.extend(kept for kept in copy.items or () if not kept.day or first <= kept.day <= last)
    return found
