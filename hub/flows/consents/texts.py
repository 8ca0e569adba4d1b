"""The texts that people agree to, read from dated data; the latest of a purpose is the one that is shown (RULES A14)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from identity.consent import ConsentText, Purpose

FILE = Path(__file__).with_name("texts.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """`body` is agreed to, `without` says what happens otherwise; the word holds `days` days."""

    purpose: Purpose
    version: str
    since: date
    title: str
    body: str
    without: str
    operator: str
    processors: tuple[str, ...]
    days: int

    def shown(self, now: datetime) -> ConsentText:
        """As identity keeps it: never with an offer, never ticked beforehand."""
        return ConsentText(
            purpose=self.purpose,
            version=self.version,
            operator=self.operator,
            processors=self.processors,
            valid_until=now + timedelta(days=self.days),
        )


@cache
def every() -> Sequence[Text]:
    """All texts there ever were, oldest first."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file)["text"]
    texts = [Text(**{**row, "purpose": Purpose(row["purpose"]), "processors": tuple(row["processors"])}) for row in rows]
    return sorted(texts, key=lambda text: text.since)


def in_force(on: date) -> Mapping[Purpose, Text]:
    """By purpose, the text of that day."""
    return {text.purpose: text for text in every() if text.since <= on}


def titled(version: str) -> str:
    """The title of a text that somebody saw."""
    return next((text.title for text in every() if text.version == version), version)
