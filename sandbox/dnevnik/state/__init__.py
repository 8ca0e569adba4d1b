"""What the platform knows: the ids of the town, a pupil's journal, and the sign-ins that it granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.dnevnik.state.directory import ID, Directory, Group
from sandbox.dnevnik.state.grants import Client, Grant, Grants
from sandbox.dnevnik.state.journal import Journal
from sandbox.world.town import Town

__all__ = ["ID", "Client", "Directory", "Grant", "Grants", "Group", "Invitation", "Journal", "State"]


@dataclass(slots=True, kw_only=True)
class Invitation:
    """A school's e-invitation to add a pupil to an account; `state` is Sent, Accepted or Declined."""

    number: int
    person: str
    pupil: str
    sent_at: datetime
    state: str = "Sent"


class State:
    """The platform's memory; the directory follows the town, which a reset replaces."""

    def __init__(self) -> None:
        self.grants = Grants()
        self.invitations: dict[int, Invitation] = {}
        self._directory: Directory | None = None

    def directory(self, town: Town) -> Directory:
        if self._directory is None or self._directory.town is not town:
            self._directory = Directory(town)
        return self._directory

    def forget_directory(self) -> None:
        """Somebody's ids changed."""
        self._directory = None

    def invite(self, person: str, pupil: str, now: datetime) -> Invitation:
        made = Invitation(number=len(self.invitations) + 1, person=person, pupil=pupil, sent_at=now)
        self.invitations[made.number] = made
        return made

    def open_invitations(self, person: str) -> list[Invitation]:
        """Newest first."""
        return [it for it in reversed(self.invitations.values()) if (it.person, it.state) == (person, "Sent")]

    def reset(self) -> None:
        self.grants.forget()
        self.invitations.clear()
        self._directory = None
