"""One live read of one link: ask the port, renew a dead access once, keep the good answer; no transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
from hub.store.diaries import diary_copies, diary_links, validators
from hub.store.diaries.diary_copies import Copy, Kept
from hub.store.diaries.diary_links import LinkState, Opened
from hub.store.diaries.validators import Known
from hub.store.outputs import feeds

Pair = tuple[str, str]


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
    known: Known | None = None
    """What the source called its last answer to this question; None when a copy of it is missing or newer."""


async def ask(deps: Deps, port: DiaryPort, question: Question) -> Answer:
    """Asks and stores. A failure is noted beside the copies, which stay, and raised as one of the eight."""
    FORCED.set(question.forced)
    asked_at = deps.now()
    start = await deps.db.read(lambda: _start(deps, question))
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
    stored = await deps.db.write(lambda: _store(deps, question, shaped, at, asked_at, told.validator, start.copies))
    if stored is None:
        raise NotFound(port.name, "the link was removed meanwhile")
    return stored


def is_fresh(copy: Copy | None, now: datetime, port: DiaryPort) -> bool:
    """The last try brought an answer, and it is younger than the manifest's `fresh_for_s`; one from a time to come is of another clock."""
    if copy is None or copy.error is not None or copy.fetched_at is None:
        return False
    return -diary_copies.AHEAD < now - copy.fetched_at < timedelta(seconds=port.manifest.fresh_for_s)


def _start(deps: Deps, question: Question) -> _Start:
    known = validators.find(deps.keys, link=question.link, child=question.child, pairs=question.pairs)
    # A forced question shows no copy; what it would open is only of use to a source that may say «unchanged».
    wanted = question.pairs if known is not None or not question.forced else ()
    copies = diary_copies.load(deps.keys, link=question.link, child=question.child, wanted=wanted)
    whole = known is not None and all((copy := copies.get(pair)) and copy.fetched_at == known.fetched_at for pair in question.pairs)
    return _Start(
        opened=diary_links.opened(deps.keys, question.link),
        pupil=diary_links.pupil(deps.keys, question.link, question.child),
        copies=copies,
        known=known if whole else None,
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
        await deps.db.write(lambda: diary_links.revive(question.link, version=version, now=now))
    return told


async def _ask_port(port: DiaryPort, opened: Opened, pupil: DiaryChild, question: Question, known: Known | None) -> Told:
    data, validator = {Datum(datum) for datum, _ in question.pairs}, known.validator if known else ""
    return await read_conditionally(port, opened.access, pupil, data, _window(question), validator=validator)


def _window(question: Question) -> Window:
    return spans(block for _, block in question.pairs)


def _store(
    deps: Deps,
    question: Question,
    shaped: Mapping[Datum, Sequence[View]],
    at: datetime,
    asked_at: datetime,
    validator: str,
    seen: Mapping[Pair, Copy],
) -> Answer | None:
    """Cuts the answer into blocks; a mark that changed keeps what it said before. None when the child was unlinked meanwhile."""
    if not diary_links.shows(question.link, question.child):
        return None
    came = question.pairs
    feeds.hold(question.link, question.child)
    former = diary_copies.latest(deps.keys, link=question.link, child=question.child, wanted=came, seen=seen)
    blocks: dict[Pair, list[Kept]] = {pair: [] for pair in came}
    for datum, items in shaped.items():
        mine = [pair for pair in came if pair[0] == datum.value]
        for item in _revised(items, [former[pair] for pair in mine if pair in former], at) if datum is Datum.MARKS else items:
            day = day_of(item)
            if pair := _home(datum, day, mine):
                blocks[pair].append(keep_on(item, day))
    copies: dict[Pair, Copy] = {}
    for (datum_name, block), kept in blocks.items():
        kept.sort(key=lambda one: one.order)
        where = {"link": question.link, "child": question.child, "datum": datum_name, "block": block}
        if diary_copies.store(deps.keys, **where, items=kept, fetched_at=at, asked_at=asked_at):
            copies[datum_name, block] = Copy(datum=datum_name, block=block, items=tuple(kept), fetched_at=at, tried_at=at, error=None)
            feeds.record(deps.keys, **where, former=_said(former.get((datum_name, block))), items={one.id: one.item for one in kept}, at=at)
    late = [pair for pair in came if pair not in copies]
    if not late:
        validators.keep(deps.keys, link=question.link, child=question.child, pairs=came, validator=validator, at=at)
    return Answer(copies={**copies, **diary_copies.load(deps.keys, link=question.link, child=question.child, wanted=late)})


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
