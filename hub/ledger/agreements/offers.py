"""The offer's text by day: which version is in force, and what an older one said (RULES D9; F121)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("offer.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`text` in paragraphs, apart by an empty line."""

    version: str
    since: date
    title: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())


@cache
def usual() -> Sequence[Offer]:
    """Those that come with the service, oldest first."""
    with FILE.open("rb") as file:
        return sorted((Offer(**row) for row in tomllib.load(file)["offer"]), key=lambda one: one.since)


def usual_on(day: date) -> Offer:
    found = [one for one in usual() if one.since <= day]
    return (found or usual())[-1]
