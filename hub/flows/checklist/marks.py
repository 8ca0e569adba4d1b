"""A person says what no record can tell: a check is under way, no messenger is wanted, the first page may leave the list out."""

from __future__ import annotations

from collections.abc import Mapping

from hub.deps import Deps
from hub.flows.checklist.facts import CHECK, HOME, MESSENGER
from hub.flows.checklist.ways import CHECKS
from hub.flows.refusals import Reason, Refused
from hub.store.connecting import checklist
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import children_of

ASIDE = "aside"
MARKS: Mapping[str, frozenset[str]] = {CHECK: frozenset(CHECKS), MESSENGER: frozenset({ASIDE}), HOME: frozenset({ASIDE})}
"""By mark the words that it takes; an empty word takes the mark away."""


async def set_mark(deps: Deps, visitor: Visitor, mark: str, value: str, *, child: str = "") -> None:
    """`child` is one of the person's own, or empty for a step of the person. A foreign child and none at all look the same."""
    if mark not in MARKS or (value and value not in MARKS[mark]):
        raise Refused(Reason.MALFORMED, "Такой отметки нет. Обновите страницу и попробуйте ещё раз.")
    if (mark == CHECK and child) or (mark == MESSENGER and not child):
        raise Refused(Reason.MALFORMED, "Эта отметка относится не к этому шагу.")
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> None:
        mine = {one.person.id for one in children_of(deps.keys, who, now=now) if not one.right.delegated and not one.diary_only}
        if child and child not in mine:
            raise Refused(Reason.NOT_FOUND)
        if value:
            checklist.put(who, child, mark, value, now=now)
        else:
            checklist.take(who, child, mark)

    await deps.db.write(unit)
