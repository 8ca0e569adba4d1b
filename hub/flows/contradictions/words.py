"""A contradiction as people read it, and which of a child's items each one stands at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from hub.deps import Deps
from hub.flows.contradictions.rules import RULES
from hub.flows.views.people.joint import Contradiction
from hub.store.written import contradictions
from hub.store.written.contradictions import Odd

UNKNOWN = "Расхождение"


def title_of(rule: str) -> str:
    """A rule that was dropped since is still named."""
    return RULES[rule].title if rule in RULES else UNKNOWN


def view_of(odd: Odd) -> Contradiction:
    return Contradiction(
        id=odd.id,
        child=odd.child,
        rule=odd.rule,
        day=odd.day,
        title=title_of(odd.rule),
        text=odd.said.text,
        about=odd.about,
        state=odd.state.value,
        raised_at=odd.raised_at,
        appeal=odd.appeal,
        dispute=odd.dispute,
        answer=odd.said.answer,
    )


def seen_by(deps: Deps, person: str, children: Collection[str], *, since: date) -> Sequence[Contradiction]:
    """In the caller's unit, which has checked the right: what a person's own diary says is this person's alone (RULES A15)."""
    return [view_of(one) for one in contradictions.of_children(deps.keys, children, since=since, person=person)]


def by_item(found: Sequence[Contradiction]) -> Mapping[str, tuple[Contradiction, ...]]:
    made: dict[str, tuple[Contradiction, ...]] = {}
    for one in found:
        made[one.about] = (*made.get(one.about, ()), one)
    return made
