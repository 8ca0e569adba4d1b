"""What an officer says of an item, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import Officer
from hub.flows.office.words import Document, reason_of
from hub.flows.refusals import Reason, Refused
from hub.store import notices
from identity.model import EdgeState, PersonId
from identity.store import edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`document` and `reason` as typed; which of them is asked for, the kind of the item says."""

    document: Document | None = None
    reason: str | None = None
    seed: str = ""
    """Makes the code that this word brings about once more, for a repeated request."""

    def why(self) -> str:
        return reason_of(self.reason)

    def proof(self, deps: Deps, officer: Officer) -> str:
        """The document in one line."""
        if self.document is None:
            raise Refused(Reason.NO_DOCUMENT)
        return self.document.line(today=deps.now().astimezone(ZoneInfo(officer.zone)).date())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`ended` are people whose sessions ended in the unit: after it the process forgets them too."""

    state: str
    works_from: datetime | None = None
    code: str | None = None
    expires_at: datetime | None = None
    ended: tuple[str, ...] = ()


Turn = Callable[[Deps, Officer, str, Word], Outcome]


def guardians_of(child: PersonId, *, but: PersonId | None = None) -> tuple[PersonId, ...]:
    """The active guardians, each once."""
    active = (edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE)
    return tuple(dict.fromkeys(one for one in active if one != but))


def tell(deps: Deps, people: Iterable[PersonId], kind: str, text: str) -> None:
    for one in dict.fromkeys(people):
        notices.tell(deps.keys, person=one, kind=kind, text=text, href="/family", now=deps.now())
