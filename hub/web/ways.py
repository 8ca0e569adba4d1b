"""The ways to sign in, as the pages offer them: the big one and those below it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.deps import Deps

MAIN = "esia"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another way to sign in: `name` is its `system`, `title` completes «Войти через …»."""

    name: str
    title: str


def other_ways(deps: Deps) -> tuple[Way, ...]:
    """The configured ways below the big button of Gosuslugi."""
    manifests = {name: port.manifest for name, port in deps.sign_ins.items() if name != MAIN}
    titles = {name: {one.name: one.title for one in manifest.instances} for name, manifest in manifests.items()}
    return tuple(Way(name=name, title=titles[name].get(name, manifest.title)) for name, manifest in manifests.items())
