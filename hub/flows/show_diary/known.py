"""What the hub itself knows before any source is asked: the right, the child, the links and their copies; one read for all children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.ports import DiaryPort, Window
from hub.deps import Deps
from hub.flows.lent_diaries import lender, links_for
from hub.flows.show_diary.blocks import blocks
from hub.store.diaries import diary_copies, diary_links
from hub.store.diaries.diary_copies import Copy, Pair
from hub.store.diaries.diary_links import Link
from hub.store.sessions import Visitor
from identity.guardianship import Right
from identity.model import Person, PersonId, PersonState
from identity.store import children_of, person, view_right

Copies = Mapping[tuple[str, str], Mapping[Pair, Copy]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a page or a JSON list wants: `page` is its word in the access log.

    `hurry`: a source that never answered holds nobody longer than others do. `quiet`: the copies are shown at once, and what is not fresh
    is asked meanwhile. `unasked` kinds come from the copies alone."""

    data: AbstractSet[Datum]
    window: Window
    page: str
    child: str = ""
    forced: bool = False
    hurry: bool = False
    quiet: bool = False
    unasked: AbstractSet[Datum] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`copies` by link and child; None where the sources are asked in any case, and a copy is read only for the one that fails."""

    right: Right
    child: Person | None
    links: Sequence[Link] = ()
    copies: Copies | None = None
    pupils: Sequence[DiaryChild] = ()

    def of(self, link: Link, child: str) -> Mapping[Pair, Copy] | None:
        return None if self.copies is None else self.copies[link.id, child]


def known_child(deps: Deps, visitor: Visitor, wish: Wish, *, pupils: bool) -> Known:
    """Inside the caller's unit. `pupils`: the diaries' own records of the child as well."""
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(wish.child), now=deps.now())
    if not right.allowed:
        return Known(right=right, child=None)
    links = links_for(deps, visitor, wish.child, right)
    return Known(
        right=right,
        child=person(deps.keys, PersonId(wish.child)),
        links=links,
        copies=_copies(deps, {wish.child: links}, wish),
        pupils=[one for link in links if (one := diary_links.pupil(deps.keys, link.id, wish.child))] if pupils else (),
    )


def known_family(deps: Deps, visitor: Visitor, wish: Wish) -> Sequence[Known]:
    """The same of every child that the visitor sees now."""
    shown = children_of(deps.keys, PersonId(visitor.person), now=deps.now())
    seen = [one for one in shown if one.right.allowed and one.person.state is not PersonState.CLOSED]
    links = diary_links.of_children(visitor.person, [one.person.id for one in seen])
    for one in seen:
        if other := lender(deps, visitor, one.person.id, one.right):
            links[one.person.id].extend(diary_links.of_child(other, one.person.id))
    copies = _copies(deps, links, wish)
    return [Known(right=one.right, child=one.person, links=links[one.person.id], copies=copies) for one in seen]


def _copies(deps: Deps, links: Mapping[str, Sequence[Link]], wish: Wish) -> Copies | None:
    if wish.forced:
        return None
    return diary_copies.load_all(
        deps.keys, {(link.id, child): pairs_of(deps, link, wish) for child, mine in links.items() for link in mine}
    )


def pairs_of(deps: Deps, link: Link, wish: Wish) -> list[Pair]:
    """The blocks that the link's system offers of what is wished for; one that is switched off still has its copies."""
    port: DiaryPort | None = deps.diaries.get(link.system)
    offered = wish.data if port is None else wish.data & port.manifest.data
    return [(datum.value, block) for datum in sorted(offered) for block in blocks(datum, wish.window)]
