"""What every record needs: the envelope opened, times in UTC, words of closed sets, texts of people."""

from __future__ import annotations

from datetime import MAXYEAR, UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from connectors.diaries.my_school.mapping import wire
from connectors.kit.answers import decode
from connectors.kit.errors import Drifted
from identity.claims import Level

Data = TypeVar("Data")
Word = TypeVar("Word", bound=StrEnum)


def opened(system: str, body: bytes, of: type[Data]) -> Data:
    """What stands in the envelope."""
    # A generic alias made at run time is no type for the checker.
    envelope: type[Any] = cast(Any, wire.Envelope)[of]
    found = decode(system, body, envelope)
    if not found.ok:
        raise Drifted(system, "$.ok", "false in a good answer")
    data: Data = found.data
    return data


def of_items(one: type[Data]) -> type[wire.Items[Data]]:
    made: type[wire.Items[Data]] = cast(Any, wire.Items)[one]
    return made


def word(text: str | None, words: type[Word]) -> Word:
    """A word that nobody documented is the set's own «unknown»."""
    return next((one for one in words if one.value == text), words("unknown"))


def level(text: str | None) -> Level:
    return word(text, Level)


def moment(system: str, at: datetime, where: str) -> datetime:
    if not 1 < at.year < MAXYEAR:
        raise Drifted(system, where, "a time at the end of the calendar, which UTC may not have")
    return at.astimezone(UTC)


def moment_or_none(system: str, at: datetime | None, where: str) -> datetime | None:
    return None if at is None else moment(system, at, where)
