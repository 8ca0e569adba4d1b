"""The ways to sign in, as the pages offer them: the big one and those below it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.words import title_of

MAIN = "esia"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another way to sign in: `name` is its `system`, `title` completes «Войти через …»."""

    name: str
    title: str


def other_ways(deps: Deps) -> tuple[Way, ...]:
    """The configured ways below the big button of Gosuslugi."""
    return tuple(Way(name=name, title=title_of(deps.sign_ins, name)) for name in deps.sign_ins if name != MAIN)
