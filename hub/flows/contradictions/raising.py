"""The worker compares what devices, accounts and diaries say of the last days; what is new is told once (facts 4.2, 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.contradictions.facts import Facts, facts_of
from hub.flows.contradictions.rules import Raised, raised
from hub.flows.contradictions.words import title_of
from hub.flows.debits.words import first_name, tell_parents
from hub.ledger.store import contracts
from hub.store import notices
from hub.store.school import carriers
from hub.store.written import contradictions
from hub.store.written.contradictions import New, OddState, Said

BATCH = 50
KIND = "contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`gone` are ids that nothing speaks for any more; `last` is the child that the next batch goes on from, none after the last one."""

    new: Sequence[New]
    gone: Sequence[str]
    last: str | None


@dataclass(slots=True)
class Contradictions:
    """Goes through the children in the order of their ids, some at a time; after the last it begins anew."""

    deps: Deps
    _after: str = ""

    async def batch(self) -> bool:
        """True while more children wait. Nothing is written where nothing is new."""
        found = await self.deps.db.read(lambda: _compare(self.deps, self._after))
        if found.new or found.gone:
            await self.deps.db.write(lambda: _write(self.deps, found, now=self.deps.now()))
        self._after = found.last or ""
        return found.last is not None


def _compare(deps: Deps, after: str) -> Compared:
    children = sorted({*carriers.children_after(after, limit=BATCH), *contracts.children_after(after, limit=BATCH)})[:BATCH]
    facts = facts_of(deps, children)
    new = {made.id: made for one in facts for what in raised(one.day) if (made := _new(one, what))}
    days = [one.day.date for one in facts]
    was = contradictions.open_of(children, since=min(days), until=max(days)) if days else frozenset[str]()
    known = contradictions.known(new)
    return Compared(
        new=[made for id_, made in new.items() if known.get(id_) in (None, OddState.GONE)],
        gone=sorted(was - set(new)),
        last=children[-1] if len(children) == BATCH else None,
    )


def _new(one: Facts, what: Raised) -> New:
    return New(
        child=one.child,
        school=one.school,
        person=what.person,
        rule=what.rule,
        day=one.day.date,
        about=what.about,
        object=what.object,
        said=Said(text=what.text, txn=what.txn, account=what.account),
    )


def _write(deps: Deps, found: Compared, *, now: datetime) -> None:
    for new in found.new:
        id_ = contradictions.raise_(deps.keys, new, now=now)
        if id_ is not None:
            _tell(deps, new, id_, now=now)
    for id_ in found.gone:
        contradictions.turn(id_, before=(OddState.OPEN,), after=OddState.GONE, by=None, now=now)


def _tell(deps: Deps, new: New, id_: str, *, now: datetime) -> None:
    text = f"{first_name(deps, new.child)}: {title_of(new.rule).lower()}. Посмотрите и, если это не так, спросите школу одним нажатием."
    href = f"/children/{new.child}/contradictions/{id_}"
    if new.person is not None:
        notices.tell(deps.keys, person=new.person, kind=KIND, text=text, href=href, now=now)
    else:
        tell_parents(deps, new.child, but="", kind=KIND, text=text, href=href)
