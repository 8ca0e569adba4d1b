"""Who of the school hears of a dispute: those who decide it."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.office.rights import Act, roles_for
from hub.store import notices
from hub.store.school import schools
from identity.snils import Snils
from identity.store.persons import by_snils


def tell_deciders(deps: Deps, school: str, *, but: str, kind: str, text: str, href: str) -> None:
    """In the caller's unit; without the child's name."""
    for number in schools.snils_of_posts(deps.keys, school, roles_for(Act.DISPUTES)):
        officer = by_snils(deps.keys, Snils(number))
        if officer is not None and officer.id != but:
            notices.tell(deps.keys, person=officer.id, kind=kind, text=text, href=href, now=deps.now())
