"""The texts that people agree to when something paid is switched on, read from dated data (RULES A14, D6)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("texts.toml")
TARIFF, SMS = "tariff", "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """`body` has places for what it is agreed to and for how much."""

    what: str
    version: str
    since: date
    body: str


@cache
def every() -> Sequence[Text]:
    with FILE.open("rb") as file:
        return sorted((Text(**row) for row in tomllib.load(file)["text"]), key=lambda text: text.since)


def in_force(what: str, day: date) -> Text:
    """The text of that day; before the first one, the first."""
    of_kind = [text for text in every() if text.what == what]
    return next((text for text in reversed(of_kind) if text.since <= day), of_kind[0])
