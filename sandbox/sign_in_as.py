"""Who is signed in without a page: the next authorisation requests of a system are approved for a chosen person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.world.model import Person


@dataclass(slots=True, kw_only=True)
class Choice:
    person: str
    times: int | None


def family(name: str) -> str:
    """The system that a prefix belongs to: `dnevnik-login` and `mes-mo-auth` are parts of `dnevnik` and `mes-mo`."""
    return name.removesuffix("-login").removesuffix("-auth")


class SignInAs:
    """Choices by system; sign-in pages of systems call `take` before they show anything."""

    def __init__(self, find: Callable[[str], Person | None]) -> None:
        self._find = find
        self._choices: dict[str, Choice] = {}

    def choose(self, system: str, person: str, times: int | None = None) -> None:
        """Without `times` the choice holds until `clear`."""
        self._choices[family(system)] = Choice(person=person, times=times)

    def clear(self, system: str | None = None) -> None:
        if system is None:
            self._choices.clear()
        else:
            self._choices.pop(family(system), None)

    def chosen(self, system: str) -> Choice | None:
        return self._choices.get(family(system))

    def take(self, system: str) -> Person | None:
        """The person to sign in now, or None for the page; counts down `times`. Takes a prefix or a system id."""
        choice = self._choices.get(family(system))
        if choice is None:
            return None
        if choice.times is not None:
            choice.times -= 1
            if choice.times <= 0:
                del self._choices[family(system)]
        return self._find(choice.person)
