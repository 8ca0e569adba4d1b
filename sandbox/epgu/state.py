"""What the service remembers: withdrawn consents, the calls of each sender, its switches."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from sandbox.epgu.wire.errors import Refusal, SoapFault
from sandbox.world.model import Person
from sandbox.world.town import Town

ID: Final = "epgu"
PREFIX: Final = "epgu"
CALLS_A_MINUTE: Final = 6000
SENDERS_KEPT: Final = 200
MINUTE: Final = timedelta(minutes=1)
SWITCHES: Final = {"applicant_required": False}


class State:
    """As at the start after a reset."""

    def __init__(self) -> None:
        self.switches: dict[str, bool] = dict(SWITCHES)
        self.withdrawn: set[str] = set()
        self._calls: dict[str, deque[datetime]] = {}

    def reset(self) -> None:
        self.switches = dict(SWITCHES)
        self.withdrawn.clear()
        self._calls.clear()

    def count(self, sender: str, now: datetime) -> None:
        """Counts a call of this sender's last minute."""
        while len(self._calls) >= SENDERS_KEPT and sender not in self._calls:
            del self._calls[next(iter(self._calls))]
        calls = self._calls.setdefault(sender, deque())
        while calls and not timedelta() <= now - calls[0] < MINUTE:
            calls.popleft()
        if len(calls) >= CALLS_A_MINUTE:
            raise SoapFault("RATE_LIMIT", retry_after_s=60)
        calls.append(now)

    # Who may see whom
    def students(self, town: Town, snils: str) -> list[Person]:
        applicant = self._applicant(town, snils)
        found = (town.people[child] for child in dict.fromkeys((*applicant.children, *applicant.cares_for)))
        return [child for child in found if PREFIX in child.accounts]

    def student(self, town: Town, number: str, snils: str | None) -> Person:
        """One refusal for a pupil who is not there and one of another applicant."""
        applicant = self._applicant(town, snils) if snils else None
        pupil = town.person_by_account(PREFIX, "student_id", number)
        if pupil is None or pupil.class_id is None:
            raise Refusal("STUDENT_NOT_FOUND")
        guardians = town.guardians_of(pupil.id)
        if applicant is not None:
            if applicant.id not in {it.id for it in guardians}:
                raise Refusal("STUDENT_NOT_FOUND")
        elif guardians and self.withdrawn.issuperset(it.id for it in guardians):
            raise Refusal("CONSENT_ENDED")
        return pupil

    def _applicant(self, town: Town, snils: str) -> Person:
        found = town.person_by_snils(snils)
        if found is None or found.role == "pupil":
            raise Refusal("APPLICANT_NOT_FOUND")
        if found.id in self.withdrawn:
            raise Refusal("CONSENT_ENDED")
        return found
