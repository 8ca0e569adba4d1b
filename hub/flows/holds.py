"""After a recovery money and guardianship acts wait 72 hours; every such act asks here first (RULES A17)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from identity.guardianship import held_after_recovery
from identity.model import PersonId
from identity.store import person


def require_no_hold(deps: Deps, who: str) -> None:
    """Inside the caller's unit: refuses while the person's recovery is younger than 72 hours; the answer names the end."""
    known = person(deps.keys, PersonId(who))
    until = held_after_recovery(known, deps.now()) if known else None
    if until is not None:
        raise Refused(Reason.RECENT_RECOVERY, more={"until": until.isoformat()})
