"""What is known of a person and a child, as far as the steps to join need it; read in the caller's unit, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.words import system_title, title_of
from hub.store.connecting import checklist
from hub.store.diaries import diary_links
from hub.store.joining import bundles
from hub.store.joining.records import Bundle
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.joining import OPEN, BundleState
from identity.model import GOSUSLUGI, EdgeState, LinkState, Person, PersonId
from identity.store import ChildView, children_of, edges, links_of, needs_of, person, school_of

MESSENGERS = ("vkid", "max")
CHECK, MESSENGER, HOME = "gosuslugi_check", "messenger", "home"
"""Marks: a check of the account that is under way elsewhere, a messenger that is not wanted, a list that the first page leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """`state` is active, needs_login, or what a new account waits for."""

    title: str
    state: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts:
    """`join` is the newest application that counts; `school` names where the pupil's card lies already."""

    view: ChildView
    edges: frozenset[EdgeState]
    diaries: Sequence[Diary]
    join: Bundle | None
    school: str
    messengers: Sequence[str]
    messenger_aside: bool
    home_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`check`: which check the person says is under way, and since when. `lacks` are the words of `identity.model.Missing`."""

    me: Person
    by_gosuslugi: bool
    check: tuple[str, datetime] | None
    lacks: Sequence[str]
    children: Sequence[ChildFacts]
    offered: Sequence[str]
    home_aside: bool


def read_facts(deps: Deps, visitor: Visitor) -> Facts | None:
    """None where the person is gone. Lent views and children of a diary alone are not theirs to join."""
    now, who = deps.now(), PersonId(visitor.person)
    me = person(deps.keys, who)
    if me is None:
        return None
    marks = checklist.of_person(who)
    mine = [one for one in children_of(deps.keys, who, now=now) if not one.right.delegated and not one.diary_only]
    active = [link for link in links_of(deps.keys, who, now=now) if link.state is LinkState.ACTIVE]
    linked = [(link, child) for link, child, _ in diary_links.of_person(deps.keys, who)]
    return Facts(
        me=me,
        by_gosuslugi=any(link.system == GOSUSLUGI and link.person == who for link in active),
        check=marks.get(("", CHECK)),
        lacks=tuple(need.missing.value for need in needs_of(deps.keys, who, now=now, told=visitor.children_told)),
        children=tuple(
            ChildFacts(
                view=one,
                edges=frozenset(edge.state for edge in edges.between(who, one.person.id)),
                diaries=tuple(_diary(deps, link) for link, child in linked if child == one.person.id),
                join=_join(deps, who, one.person.id),
                school=_school(one.person.id),
                messengers=tuple(
                    dict.fromkeys(system_title(deps, link.system) for link in active if link.system in MESSENGERS and link.person == who)
                ),
                messenger_aside=(one.person.id, MESSENGER) in marks,
                home_aside=(one.person.id, HOME) in marks,
            )
            for one in mine
        ),
        offered=tuple(name for name in MESSENGERS if name in deps.sign_ins),
        home_aside=("", HOME) in marks,
    )


def _diary(deps: Deps, link: diary_links.Link) -> Diary:
    return Diary(title=title_of(deps.diaries, link.system), state=link.state.value, link=link.id)


def _join(deps: Deps, who: PersonId, child: PersonId) -> Bundle | None:
    """A complete one of whoever applied; else the own that is open; else the own newest."""
    every = bundles.of_child(deps.keys, child)
    complete = next((one for one in every if one.state is BundleState.COMPLETE), None)
    own = [one for one in every if who in (one.applicant, child)]
    return complete or next((one for one in own if one.state in OPEN), None) or next(iter(own), None)


def _school(child: PersonId) -> str:
    ogrn = school_of(child)
    card = schools.school(ogrn) if ogrn else None
    return card.short_name if card else ""


LEVELS: Mapping[Level, str] = {
    Level.SIMPLIFIED: "упрощённая",
    Level.STANDARD: "стандартная",
    Level.CONFIRMED: "подтверждённая",
}
