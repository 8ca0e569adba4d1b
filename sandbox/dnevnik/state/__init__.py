"""What the platform knows: the ids of the town, a pupil's journal, and the sign-ins that it granted."""

from __future__ import annotations

from sandbox.dnevnik.state.directory import ID, Directory, Group
from sandbox.dnevnik.state.grants import Client, Grant, Grants
from sandbox.dnevnik.state.journal import Journal
from sandbox.world.town import Town

__all__ = ["ID", "Client", "Directory", "Grant", "Grants", "Group", "Journal", "State"]


class State:
    """The platform's memory; the directory follows the town, which a reset replaces."""

    def __init__(self) -> None:
        self.grants = Grants()
        self._directory: Directory | None = None

    def directory(self, town: Town) -> Directory:
        if self._directory is None or self._directory.town is not town:
            self._directory = Directory(town)
        return self._directory

    def reset(self) -> None:
        self.grants.forget()
        self._directory = None
