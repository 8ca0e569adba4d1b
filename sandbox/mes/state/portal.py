"""Sign-ins of the region in progress: codes for an application, and the older one-time token of a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.mes.state.tokens import keep
from sandbox.mes.state.tries import Tries

CODE_LIFE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """`state` is what the application sent along, None for the older way."""

    person: str
    state: str | None
    ends_at: datetime


class Portal:
    def __init__(self) -> None:
        self.tries = Tries()
        self._codes: dict[str, Code] = {}

    def issue(self, person: str, state: str | None, now: datetime) -> str:
        text = secrets.token_urlsafe(24)
        keep(self._codes, text, Code(person=person, state=state, ends_at=now + CODE_LIFE))
        return text

    def spend(self, text: str, state: str | None, now: datetime) -> str | None:
        """The person, once; a code of the other way or with another state stays good for its owner."""
        found = self._codes.get(text)
        if found is None or found.state != state:
            return None
        del self._codes[text]
        return found.person if now < found.ends_at else None

    def reset(self) -> None:
        self.tries.clear()
        self._codes.clear()
