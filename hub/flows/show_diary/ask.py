"""One live read of one link: ask the port, renew a dead access once, keep the good answer; no transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import msgspec

from connectors.kit.calls import FORCED
from connectors.kit.conditional import Told, Unchanged, read_conditionally
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound
from connectors.kit.ports import DiaryPort, Window
from hub.deps import Deps
from hub.flows.note_health import refused
from hub.flows.renew_access import lost, renew
from hub.flows.show_diary.blocks import YEARLY, span, spans
from hub.flows.show_diary.shape import Shaper, day_of, keep_on, with_revisions
from hub.flows.views.base import View
from hub.flows.views.items import MarkItem
from hub.store.diaries import diary_copies, diary_links, link_access, validators
from hub.store.diaries.diary_copies import Copy, Kept, Pair
from hub.store.diaries.diary_links import LinkState, Opened
from hub.store.diaries.validators import Known
from hub.store.outputs import feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of one link: the (datum, block) pairs of one child. Equal questions share one answer."""

    link: str
    child: str
    pairs: tuple[Pair, ...]
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The good answer as it was stored; of a block that a later question has answered meanwhile, that later copy."""

    copies: Mapping[Pair, Copy]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    opened: Opened | None
    pupil: DiaryChild | None
    copies: Mapping[Pair, Copy]
    named: bool
    """Whether the source has ever given an answer to this question a name."""
    known: Known | None = None
    """What it called its last answer; None when a copy of it is missing or newer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """A good answer, shaped, when it came, when it was asked for, and what the source called it."""

    shaped: Mapping[Datum, Sequence[View]]
    at: datetime
    asked_at: datetime
    validator: str


async def ask(deps: Deps, port: DiaryPort, question: Question) -> Answer:
    """Asks and stores. A failure is noted beside the copies, which stay, and raised as one of the eight."""
    FORCED.set(question.forced)
    asked_at = deps.now()
    start: _Start = await deps.memory.starts.of(question, partial(_starts, deps))
    if not question.forced and (just_now := _answered_just_now(deps, port, question, start.copies)):
        return just_now
    try:
        told = await _read(deps, port, question, start)
        shaped = {} if isinstance(told, Unchanged) else _shaped(port, question, told.page)
    except ConnectorError as error:
        refused(deps, error)
        word, at = error.code, deps.now()
        await deps.db.write(
            lambda: diary_copies.failed(
                link=question.link, child=question.child, blocks=question.pairs, error=word, at=at, asked_at=asked_at
            )
        )
        raise
    if isinstance(told, Unchanged):
        return await _still(deps, port, question, start)
    at = deps.now()
    came = _Came(shaped=shaped, at=at, asked_at=asked_at, validator=told.validator)
    stored = await deps.db.write(lambda: _store(deps, question, start, came))
    if stored is None:
        raise NotFound(port.name, "the link was removed meanwhile")
    return stored


def is_fresh(copy: Copy | None, now: datetime, port: DiaryPort) -> bool:
    """The last try brought an answer, and it is younger than the manifest's `fresh_for_s`; one from a time to come is of another clock."""
    if copy is None or copy.error is not None or copy.fetched_at is None:
        return False
    return -diary_copies.AHEAD < now - copy.fetched_at < timedelta(seconds=port.manifest.fresh_for_s)


async def _starts(deps: Deps, questions: Sequence[Question]) -> Mapping[Question, _Start]:
    return await deps.db.read(lambda: dict(zip(questions, _read_starts(deps, questions), strict=True)))


def _read_starts(deps: Deps, questions: Sequence[Question]) -> Iterator[_Start]:
    """Four queries for all of them. A question of half a page and one of the other half share link and child."""
    names = validators.find_all(deps.keys, [(one.link, one.child, one.pairs) for one in questions])
    wanted: dict[tuple[str, str], list[Pair]] = {}
    for one, named in zip(questions, names, strict=True):
        # A forced question shows no copy; what it would open is only of use to a source that may say «unchanged».
        if named is not None or not one.forced:
            wanted.setdefault((one.link, one.child), []).extend(one.pairs)
    copies = diary_copies.load_all(deps.keys, wanted)
    opened = diary_links.opened_all(deps.keys, {one.link for one in questions})
    pupils = diary_links.pupils_of(deps.keys, {(one.link, one.child) for one in questions})
    for one, named in zip(questions, names, strict=True):
        mine = copies.get((one.link, one.child), {})
        whole = named is not None and all((copy := mine.get(pair)) and copy.fetched_at == named.fetched_at for pair in one.pairs)
        yield _Start(
            opened=opened.get(one.link),
            pupil=pupils.get((one.link, one.child)),
            copies={pair: mine[pair] for pair in one.pairs if pair in mine},
            named=named is not None,
            known=named if whole else None,
        )


def _answered_just_now(deps: Deps, port: DiaryPort, question: Question, copies: Mapping[Pair, Copy]) -> Answer | None:
    """Another visitor's question was answered between our look at the copies and this one."""
    fresh = {pair: copy for pair in question.pairs if (copy := copies.get(pair)) is not None and is_fresh(copy, deps.now(), port)}
    return Answer(copies=fresh) if len(fresh) == len(question.pairs) else None


def _shaped(port: DiaryPort, question: Question, page: DiaryPage) -> Mapping[Datum, Sequence[View]]:
    shaped = Shaper(question.child, port.name).page(page)
    for datum, _ in question.pairs:
        if Datum(datum) not in shaped:
            raise Drifted(port.name, datum, "the asked kind did not come")
    return shaped


async def _still(deps: Deps, port: DiaryPort, question: Question, start: _Start) -> Answer:
    """The source said «unchanged»: the copies stay and are young again. What a later question replaced meanwhile is newer still."""
    known, at = start.known, deps.now()
    if known is None:
        raise Drifted(port.name, "status", "unchanged, though nothing was named")

    def unit() -> Answer | None:
        if not diary_links.shows(question.link, question.child):
            return None
        validators.unchanged(link=question.link, child=question.child, pairs=question.pairs, known=known, at=at)
        return Answer(copies=diary_copies.load(deps.keys, link=question.link, child=question.child, wanted=question.pairs))

    found = await deps.db.write(unit)
    if found is None:
        raise NotFound(port.name, "the link was removed meanwhile")
    return found


async def _read(deps: Deps, port: DiaryPort, question: Question, start: _Start) -> Told:
    opened, pupil = start.opened, start.pupil
    if opened is None or pupil is None:
        raise NotFound(port.name, "the link was removed")
    if opened.link.state is LinkState.NEEDS_LOGIN and not question.forced:
        # Another reader of the same dead access was refused since this question began.
        raise AuthExpired(port.name, "refused a moment ago")
    access = opened.access
    if (access.refresh or access.credentials) and access.expires_at and access.expires_at <= deps.now():
        opened = await renew(deps, port, opened)
    try:
        told = await _ask_port(port, opened, pupil, question, start.known)
    except AuthExpired:
        renewed = await renew(deps, port, opened)
        try:
            told = await _ask_port(port, renewed, pupil, question, start.known)
        except AuthExpired:
            await lost(deps, port, renewed)
            raise
        opened = renewed
    if opened.link.state is not LinkState.ACTIVE:
        version, now = opened.version, deps.now()
        await deps.db.write(lambda: link_access.revive(question.link, version=version, now=now))
    return told


async def _ask_port(port: DiaryPort, opened: Opened, pupil: DiaryChild, question: Question, known: Known | None) -> Told:
    data, validator = {Datum(datum) for datum, _ in question.pairs}, known.validator if known else ""
    return await read_conditionally(port, opened.access, pupil, data, _window(question), validator=validator)


def _window(question: Question) -> Window:
    return spans(block for _, block in question.pairs)


def _store(deps: Deps, question: Question, start: _Start, came: _Came) -> Answer | None:
    """Keeps the answer block by block; what a later question has answered meanwhile stays. None when the child was unlinked meanwhile."""
    if not diary_links.shows(question.link, question.child):
        return None
    mine = {"link": question.link, "child": question.child}
    feeds.hold(**mine)
    former = diary_copies.latest(deps.keys, **mine, wanted=question.pairs, seen=start.copies)
    blocks = _cut(question, came, former)
    stored = diary_copies.store_all(deps.keys, **mine, blocks=blocks, fetched_at=came.at, asked_at=came.asked_at)
    for pair in sorted(stored):
        items = {one.id: one.item for one in blocks[pair]}
        feeds.record(deps.keys, **mine, datum=pair[0], block=pair[1], former=_said(former.get(pair)), items=items, at=came.at)
    late = [pair for pair in question.pairs if pair not in stored]
    if not late and (came.validator or start.named):
        validators.keep(deps.keys, **mine, pairs=question.pairs, validator=came.validator, at=came.at)
    copies = {pair: _copy(pair, blocks[pair], came.at) for pair in stored}
    return Answer(copies={**copies, **(diary_copies.load(deps.keys, **mine, wanted=late) if late else {})})


def _cut(question: Question, came: _Came, former: Mapping[Pair, Copy]) -> Mapping[Pair, Sequence[Kept]]:
    """The answer by blocks, each in order; a mark that changed keeps what it said before."""
    blocks: dict[Pair, list[Kept]] = {pair: [] for pair in question.pairs}
    for datum, items in came.shaped.items():
        mine = [pair for pair in question.pairs if pair[0] == datum.value]
        for item in _revised(items, [former[pair] for pair in mine if pair in former], came.at) if datum is Datum.MARKS else items:
            day = day_of(item)
            if pair := _home(datum, day, mine):
                blocks[pair].append(keep_on(item, day))
    for kept in blocks.values():
        kept.sort(key=lambda one: one.order)
    return blocks


def _copy(pair: Pair, kept: Sequence[Kept], at: datetime) -> Copy:
    return Copy(datum=pair[0], block=pair[1], items=tuple(kept), fetched_at=at, tried_at=at, error=None)


def _said(copy: Copy | None) -> Mapping[str, msgspec.Raw] | None:
    return None if copy is None or copy.items is None else {one.id: one.item for one in copy.items}


def _revised(items: Sequence[View], former: Iterable[Copy], at: datetime) -> Sequence[View]:
    marks = [item for item in items if isinstance(item, MarkItem)]
    for copy in former:
        marks = with_revisions(marks, copy.items or (), copy.fetched_at or at)
    return marks


def _home(datum: Datum, day: date | None, pairs: Sequence[Pair]) -> Pair | None:
    """The block of the item's day. What has no day, and results without dates, go to the block asked for, if it is one."""
    for pair in pairs:
        window = span(pair[1])
        if day is not None and window.start <= day <= window.end:
            return pair
    return pairs[0] if len(pairs) == 1 and (day is None or datum in YEARLY) else None
