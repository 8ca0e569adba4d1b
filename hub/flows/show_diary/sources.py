"""Each linked diary of a child, asked or shown from its copy, with the state that API.md names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.errors import AuthExpired, ConnectorError, TimedOut
from connectors.kit.ports import DiaryPort
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.ask import Answer, Question, ask, is_fresh
from hub.flows.show_diary.blocks import YEARLY
from hub.flows.show_diary.known import Known, Wish, known_child, known_family, pairs_of
from hub.flows.views.diary import Freshness, SourceState
from hub.flows.words import title_of
from hub.store.diaries import diary_copies
from hub.store.diaries.diary_copies import Copy, Kept, Pair
from hub.store.diaries.diary_links import Link, LinkState
from hub.store.process.memory import Throttle
from hub.store.sessions import Visitor
from identity.guardianship import Right
from identity.model import ActorKind, Missing, Person, PersonId
from identity.store import children_of, record_access, view_right

Copies = Mapping[Pair, Copy]
FORCED_S = 2.5
WITH_A_COPY_S = 2.5
WITHOUT_A_COPY_S = 10.0


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


async def look(deps: Deps, visitor: Visitor, wish: Wish, *, pupils: bool = False) -> Seen:
    """Checks the right, notes the reading, and gathers the sources side by side, each with its own deadline."""
    key = (visitor.person, visitor.system, wish.child, wish.data, wish.window.start, wish.window.end, wish.forced, pupils)
    known = await deps.memory.diaries.of(deps.db, key, lambda: known_child(deps, visitor, wish, pupils=pupils))
    if not known.right.allowed or known.child is None:
        raise refusal(known.right)
    # Only a source that is alone may take its time.
    (told,) = await _gather(deps, visitor, replace(wish, hurry=wish.hurry or len(known.links) > 1), [known])
    if any(one.waited for one in told):
        # While a source was awaited the school or a guardian may have ended the right (RULES A5a).
        right = await deps.db.read(lambda: view_right(deps.keys, PersonId(visitor.person), PersonId(wish.child), now=deps.now()))
        if not right.allowed:
            raise refusal(right)
    return Seen(child=known.child, told=told, pupils=known.pupils)


async def look_at_all(deps: Deps, visitor: Visitor, wish: Wish) -> Sequence[Seen]:
    """The same of every child that the visitor sees. A child whose right ended a moment ago is left out, the others are shown."""
    key = (visitor.person, visitor.system, wish.data, wish.window.start, wish.window.end, wish.forced)
    known = await deps.memory.diaries.of(deps.db, key, lambda: known_family(deps, visitor, wish))
    found = await _gather(deps, visitor, replace(wish, hurry=True), known)
    seen = [Seen(child=one.child, told=told, pupils=()) for one, told in zip(known, found, strict=True) if one.child is not None]
    if not any(told.waited for one in seen for told in one.told):
        return seen
    shown = await deps.db.read(lambda: children_of(deps.keys, PersonId(visitor.person), now=deps.now()))
    still = {one.person.id for one in shown if one.right.allowed}
    return [one for one in seen if one.child.id in still]


async def _gather(deps: Deps, visitor: Visitor, wish: Wish, known: Sequence[Known]) -> list[list[Told]]:
    """The reading is on disk before anything is shown; the sources are asked meanwhile, all at once."""
    children = [one.child.id for one in known if one.child is not None]
    asked = [_child(deps, replace(wish, child=one.child.id), one) for one in known if one.child is not None]
    _, told = await asyncio.gather(note_readings(deps, visitor, children, wish.page), asyncio.gather(*asked))
    return told


async def _child(deps: Deps, wish: Wish, known: Known) -> list[Told]:
    return await asyncio.gather(*(_source(deps, wish, link, known.of(link, wish.child)) for link in known.links))


def refusal(right: Right) -> Refused:
    """A foreign child and one that does not exist get the same answer; the own child's says what is missing."""
    if Missing.FOREIGN in right.missing or not right.missing:
        return Refused(Reason.NOT_FOUND)
    more = {"missing": [one.value for one in right.missing], "how": [one.value for one in right.how]}
    return Refused(Reason.LEVEL_TOO_LOW if Missing.LEVEL_TOO_LOW in right.missing else Reason.NOT_ALLOWED_YET, more=more)


async def note_reading(deps: Deps, visitor: Visitor, child: str, page: str) -> None:
    await note_readings(deps, visitor, (child,), page)


async def note_readings(deps: Deps, visitor: Visitor, children: Iterable[str], page: str) -> None:
    """The first reading is on disk before the answer; repeats are gathered for some seconds (RULES A13)."""
    others = [child for child in children if child != visitor.person]
    due = [(child, times) for child in others if (times := deps.memory.audited.due((visitor.person, child, page)))]

    def unit() -> None:
        for child, times in due:
            write_reading(deps, visitor.person, child, page, times, deps.now())

    if due:
        await deps.db.write(unit)


async def settle_readings(deps: Deps) -> None:
    """Writes the repeats that still wait, at shutdown."""
    for (reader, child, page), times in deps.memory.audited.drain():
        await deps.db.write(partial(write_reading, deps, reader, child, page, times, deps.now()))


def write_reading(deps: Deps, reader: str, child: str, page: str, times: int, now: datetime) -> None:
    record_access(
        deps.keys, actor=PersonId(reader), actor_kind=ActorKind.GUARDIAN, subject=PersonId(child), page=page, now=now, times=times
    )


async def _source(deps: Deps, wish: Wish, link: Link, copies: Copies | None) -> Told:
    """`copies` are None of a forced look: they are read once it is clear that the source itself is not asked or does not answer."""
    port, pairs = deps.diaries.get(link.system), pairs_of(deps, link, wish)
    if not pairs:
        return _told(deps, wish, link, {}, Freshness.UNAVAILABLE, None)
    forced = wish.forced and port is not None and deps.memory.forced_reads.take((link.person, link.id))
    asked = [pair for pair in pairs if Datum(pair[0]) not in wish.unasked]
    if forced and port is not None and len(asked) == len(pairs):
        return await _asked(deps, wish, link, None, port, asked, limit_s=FORCED_S)
    if copies is None:
        copies = await _copies(deps, link, wish.child, pairs)
    if port is None:
        return _told(deps, wish, link, copies, Freshness.SILENT, "unavailable")
    if forced:
        return await _asked(deps, wish, link, copies, port, asked, limit_s=FORCED_S)
    now = deps.now()
    complete = all((copy := copies.get(pair)) and copy.items is not None for pair in asked)
    asked = [pair for pair in asked if not is_fresh(copies.get(pair), now, port)]
    if link.state is LinkState.NEEDS_LOGIN:
        return _told(deps, wish, link, copies, Freshness.NEEDS_LOGIN, AuthExpired.code)
    if not asked:
        return _told(deps, wish, link, copies, Freshness.FRESH, None)
    waits = complete and (_is_to_wait(deps, port) or not _budget(deps, port).take(None))
    if wish.quiet and not waits:
        for question in _questions(wish, link, asked):
            deps.memory.reads.begin(question, partial(ask, deps, port, question))
    if wish.quiet or waits:
        error = next((copy.error for copy in copies.values() if copy.error), None)
        return _told(deps, wish, link, copies, Freshness.SILENT if error else Freshness.STALE, error)
    return await _asked(deps, wish, link, copies, port, asked, limit_s=WITH_A_COPY_S if complete or wish.hurry else WITHOUT_A_COPY_S)


async def _asked(
    deps: Deps, wish: Wish, link: Link, copies: Copies | None, port: DiaryPort, asked: Sequence[Pair], *, limit_s: float
) -> Told:
    """One question that fails leaves its copies as they are."""
    answers = await asyncio.gather(*(_within(deps, port, question, limit_s) for question in _questions(wish, link, asked)))
    came: dict[Pair, Copy] = {}
    error: str | None = None
    for answer in answers:
        if isinstance(answer, ConnectorError):
            error = answer.code
            continue
        came.update(answer.copies)
    if copies is None:
        copies = await _copies(deps, link, wish.child, asked) if error else {}
    state = Freshness.FRESH if error is None else Freshness.NEEDS_LOGIN if error == AuthExpired.code else Freshness.SILENT
    return replace(_told(deps, wish, link, {**copies, **came}, state, error), waited=True)


async def _copies(deps: Deps, link: Link, child: str, pairs: Sequence[Pair]) -> Copies:
    return await deps.db.read(lambda: diary_copies.load(deps.keys, link=link.id, child=child, wanted=pairs))


def _questions(wish: Wish, link: Link, asked: Sequence[Pair]) -> list[Question]:
    """Weeks and years are two questions, asked side by side."""
    halves = [tuple(pair for pair in asked if (Datum(pair[0]) in YEARLY) is yearly) for yearly in (False, True)]
    return [Question(link=link.id, child=wish.child, pairs=half, forced=wish.forced) for half in halves if half]


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


def _told(deps: Deps, wish: Wish, link: Link, copies: Copies, state: Freshness, error: str | None) -> Told:
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
