"""Who of the school hears of its devices: those who keep them."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.office.rights import Act, roles_for
from hub.store import notices
from hub.store.school import schools
from identity.snils import Snils
from identity.store.persons import by_snils


def tell_keepers(deps: Deps, school: str, *, kind: str, text: str) -> None:
    """In the caller's unit."""
    for number in schools.snils_of_posts(deps.keys, school, roles_for(Act.DEVICES)):
        officer = by_snils(deps.keys, Snils(number))
        if officer is not None:
            notices.tell(deps.keys, person=officer.id, kind=kind, text=text, href="/office/devices", now=deps.now())
