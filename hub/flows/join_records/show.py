"""What a merger would do, or did: which record stays, what comes over, what forbids it, until when it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hub.deps import Deps
from hub.flows.join_records.faults import EXITS, fault
from hub.flows.join_records.weak import unproven
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.joining import MergeList, MergeView, RecordView
from hub.flows.words import names_of, system_title
from hub.store.sessions import Visitor
from hub.store.wishes import mergers
from hub.store.wishes.mergers import Wish, WishState
from identity.linking.merging import MergeId, MergeState
from identity.model import LinkUse, Person, PersonId
from identity.store import Merge, Side, children_of, links, merge_of, person, preview_merge


async def list_mergers(deps: Deps, visitor: Visitor) -> MergeList:
    """What this person asked for and what was joined to this record, the latest first."""
    now = deps.now()

    def unit() -> MergeList:
        found = mergers.of_person(visitor.person, now=now)
        return MergeList(items=tuple(view_of(deps, visitor, wish, now=now) for wish in found))

    return await deps.db.read(unit)


async def show_merger(deps: Deps, visitor: Visitor, merger: str) -> MergeView:
    """One of them; another's does not exist."""
    now = deps.now()
    return await deps.db.read(lambda: view_of(deps, visitor, own_wish(visitor, merger, now=now), now=now))


def own_wish(visitor: Visitor, id_: str, *, now: datetime) -> Wish:
    """The wish of who began it, and once it is done of the other side too."""
    wish = mergers.find(id_, now=now)
    owners = {wish.initiator, wish.other if wish.state is WishState.MERGED else None} if wish else set()
    if wish is None or visitor.person not in owners:
        raise Refused(Reason.NOT_FOUND)
    return wish


def sides_of(visitor: Visitor, wish: Wish) -> tuple[Side, Side]:
    """Both records with the times at which their owner proved to be there."""
    mine = Side(person=PersonId(wish.initiator), auth_time=visitor.auth_time)
    return mine, Side(person=PersonId(wish.other or ""), auth_time=wish.other_at)


def view_of(deps: Deps, visitor: Visitor, wish: Wish, *, now: datetime) -> MergeView:
    if wish.state is WishState.MERGED and wish.merge is not None:
        return _done(deps, visitor, wish, merge_of(MergeId(wish.merge)), now=now)
    told: tuple[str, ...] = (wish.reason,) if wish.reason and wish.state is WishState.REFUSED else ()
    kept = gone = None
    waits: tuple[str, ...] = ()
    if wish.state is WishState.PROVEN and wish.other is not None:
        preview = preview_merge(deps.keys, *sides_of(visitor, wish), now=now)
        told = tuple(one.value for one in preview.faults)
        waits = _titles(deps, (link.system for link in unproven(visitor, wish, preview)))
        kept, gone = (_record(deps, visitor, one, now=now) for one in (preview.kept, preview.gone))
    return MergeView(
        id=wish.id,
        state=wish.state.value,
        system=wish.system,
        title=system_title(deps, wish.system),
        started_at=wish.created_at,
        reason=told[0] if told else None,
        faults=tuple(fault(code) for code in told),
        kept=kept,
        gone=gone,
        waits=waits,
        exits=EXITS if told or wish.state is WishState.EXPIRED else (),
    )


def _done(deps: Deps, visitor: Visitor, wish: Wish, merge: Merge, *, now: datetime) -> MergeView:
    open_ = merge.state is MergeState.MERGED
    may_undo = open_ and now < merge.undo_until
    kept = person(deps.keys, merge.kept)
    state = "final" if open_ and not may_undo else merge.state.value
    return MergeView(
        id=wish.id,
        state=state,
        system=wish.system,
        title=system_title(deps, wish.system),
        started_at=wish.created_at,
        kept=_record(deps, visitor, kept, now=now) if kept is not None and visitor.person == merge.kept else None,
        undo_until=merge.undo_until,
        may_undo=may_undo,
    )


def _record(deps: Deps, visitor: Visitor, one: Person, *, now: datetime) -> RecordView:
    own = [link for link in links.of_persons(deps.keys, one.id) if one.id in (link.person, link.opened_by)]
    return RecordView(
        name=names_of(one),
        mine=visitor.person == one.id,
        sign_ins=_titles(deps, (link.system for link in own if link.use is LinkUse.SIGN_IN)),
        diaries=_titles(deps, (link.system for link in own if link.use is not LinkUse.SIGN_IN)),
        children=tuple(names_of(child.person) for child in children_of(deps.keys, one.id, now=now) if not child.is_self),
        since=one.created_at,
    )


def _titles(deps: Deps, systems: Iterable[str]) -> tuple[str, ...]:
    return tuple(system_title(deps, system) for system in systems)
