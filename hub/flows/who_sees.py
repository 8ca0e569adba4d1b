"""Who sees a child, and «Я не знаю этого человека»: one tap stops a new guardian until the school decides (RULES A5)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.views.family import GuardianList, GuardianView
from hub.flows.words import names_of
from hub.store import notices
from hub.store.sessions import Visitor
from identity.guardianship import Right
from identity.model import EdgeState, Missing, PersonId
from identity.store import edges, freeze_edges, person, persons_by_id, view_right
from identity.store.rights import may_freeze


async def who_sees(deps: Deps, visitor: Visitor, child: str) -> GuardianList:
    """The child's guardians by name, each once, the strongest edge first."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> tuple[Right, Sequence[GuardianView], bool]:
        right = view_right(deps.keys, who, whom, now=now)
        if not right.allowed or right.diary_only:
            return right, (), False
        found = {edge.guardian: edge for edge in sorted(edges.of_child(whom), key=lambda edge: edge.state is EdgeState.ACTIVE)}
        known = persons_by_id(deps.keys, found)
        views = [
            GuardianView(
                person=guardian,
                name=names_of(known.get(guardian)),
                kind=edge.kind.value,
                state=edge.state.value,
                evidence=edge.evidence.kind.value,
                since=edge.created_at,
                is_me=guardian == who,
            )
            for guardian, edge in found.items()
        ]
        return right, views, may_freeze(deps.keys, who, whom, now)

    right, views, may = await deps.db.read(unit)
    if not right.allowed:
        raise Refused(Reason.NOT_FOUND if Missing.FOREIGN in right.missing else Reason.NOT_ALLOWED_YET)
    return GuardianList(items=tuple(views), may_freeze=may)


async def freeze_guardian(deps: Deps, visitor: Visitor, child: str, guardian: str) -> None:
    """Said by an active guardian or by the pupil who acts alone; the stopped person is told, and sees the way: the school."""
    now, by, whom, stopped = deps.now(), PersonId(visitor.person), PersonId(child), PersonId(guardian)

    def unit() -> None:
        if not freeze_edges(deps.keys, by, stopped, whom, now=now):
            raise Refused(Reason.NOT_FOUND)
        name = names_of(person(deps.keys, whom))
        text = f"Доступ к записям ({name}) остановлен: другой родитель или ученик вас не узнал. Решит школа, обратитесь туда с документом."
        notices.tell(deps.keys, person=stopped, kind="guardian_frozen", text=text, href="/help#school", now=now)

    await deps.db.write(unit)
