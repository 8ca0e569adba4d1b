"""Several requests decided at once: each for itself, so that one that was withdrawn meanwhile holds up nobody (RULES B4)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.deps import Deps
from hub.flows.join_school.outside import look_outside
from hub.flows.office.joining.deciding import approve_here, reject_here
from hub.flows.office.words import reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinVerdict, JoinVerdicts
from hub.store.sessions import Visitor

MOST = 100


async def decide_many(deps: Deps, visitor: Visitor, requests: Sequence[str], *, approve: bool, reason: str | None = None) -> JoinVerdicts:
    """In the given order, each once. Whoever has no office is refused whole."""
    asked = tuple(dict.fromkeys(requests))
    if not asked or len(asked) > MOST:
        raise Refused(Reason.MALFORMED, f"Отметьте заявления: от одного до {MOST}.")
    why = "" if approve else reason_of(reason)
    await look_outside(deps)
    return JoinVerdicts(items=tuple([await _one(deps, visitor, one, approve=approve, why=why) for one in asked]))


async def _one(deps: Deps, visitor: Visitor, request: str, *, approve: bool, why: str) -> JoinVerdict:
    try:
        row = await deps.db.write(lambda: approve_here(deps, visitor, request) if approve else reject_here(deps, visitor, request, why))
    except Refused as error:
        if error.reason in (Reason.NOT_OFFICE, Reason.LEVEL_TOO_LOW):
            raise
        return JoinVerdict(id=request, problem=error.reason.value, detail=error.detail, state=_state(error))
    return JoinVerdict(id=request, state=row.state, needs=row.needs)


def _state(error: Refused) -> str | None:
    found = error.more.get("state")
    return found if isinstance(found, str) else None
