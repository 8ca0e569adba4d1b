"""Reads a mark's text without losing it: what it counts as, its parts, its scale, or the absence that it stands for (RULES C1)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from connectors.kit.diary import AttendanceKind, Scale

_NUMBER = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?([+-]{0,2})")
_LETTER = re.compile(r"[A-FА-Е][+-]?")
LONGEST_KNOWN = 16
_POINT = re.compile("[•●∙·]")
_MINUSES = str.maketrans({"−": "-", "–": "-", "—": "-", "‑": "-"})

PASS = frozenset({"зач", "зачет", "зачтено", "незач", "незачет", "не зачтено", "не зачет", "нз", "н/з"})
_ABSENCES = {
    "н": AttendanceKind.ABSENT_UNEXCUSED,
    "нп": AttendanceKind.ABSENT_UNEXCUSED,
    "нб": AttendanceKind.ABSENT_UNEXCUSED,
    "н/б": AttendanceKind.ABSENT_UNEXCUSED,
    "от": AttendanceKind.UNKNOWN,
    "отс": AttendanceKind.UNKNOWN,
    "б": AttendanceKind.ILL,
    "бол": AttendanceKind.ILL,
    "у": AttendanceKind.EXCUSED,
    "уп": AttendanceKind.EXCUSED,
    "п": AttendanceKind.EXCUSED,
    "оп": AttendanceKind.LATE,
    "о": AttendanceKind.LATE,
    "осв": AttendanceKind.EXEMPT,
}
# Texts that mean something to a reader but count as nothing: not certified, a remark, not assessed yet.
_KNOWN_WORDS = frozenset({"н/а", "на", "замечание", "•", "б/о"})
# A Latin letter that looks like a Russian one in a journal filled in by hand.
_LOOKALIKES = str.maketrans("abehkmoptxyc", "авенкмортхус")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkReading:
    """What a mark's text says. `text` is as written, outer blanks aside; the rest is derived and may be absent.

    `parts` are the single marks of a double one («4/5»), which then has no number of its own.
    `attendance` is set where the text is an absence and no mark. `flagged`: nobody knows this text, show it as it is.
    """

    text: str
    number: Decimal | None = None
    parts: tuple[str, ...] = ()
    scale: Scale = Scale.UNKNOWN
    attendance: AttendanceKind | None = None
    flagged: bool = False

    @property
    def empty(self) -> bool:
        return not self.text


def read_mark(text: str | None, *, scale: Scale | None = None) -> MarkReading:
    """Reads any text; `scale` is what the source says of it and wins over a guess. Never raises."""
    written = (text or "").strip()
    # The marks of a school are few texts, written thousands of times.
    return _known(written, scale) if len(written) <= LONGEST_KNOWN else _read(written, scale)


def _read(written: str, scale: Scale | None) -> MarkReading:
    if not written:
        return MarkReading(text="", scale=scale or Scale.UNKNOWN)
    plain = _plain(written)
    if plain in _KNOWN_WORDS or _POINT.fullmatch(written):
        return MarkReading(text=written, scale=scale or Scale.UNKNOWN)
    if (kind := attendance(written)) is not None:
        return MarkReading(text=written, attendance=kind)
    if plain in PASS:
        return MarkReading(text=written, scale=Scale.PASS)
    if "/" in plain:
        return _double(written, scale)
    return _single(written, plain, scale)


_known = lru_cache(maxsize=2048)(_read)


def attendance(text: str) -> AttendanceKind | None:
    """The absence that a journal text stands for, in any case, with or without a dot, also in look-alike Latin letters."""
    plain = _plain(text).rstrip(".")
    return _ABSENCES.get(plain) or _ABSENCES.get(plain.translate(_LOOKALIKES))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().replace("ё", "е").translate(_MINUSES)
    return " ".join(folded.split())


def _single(written: str, plain: str, scale: Scale | None) -> MarkReading:
    if match := _NUMBER.fullmatch(plain):
        number = Decimal(f"{match[1]}.{match[2]}" if match[2] else match[1])
        if scale is None:
            scale = _scale_of(number)
        return MarkReading(text=written, number=number if number else None, scale=scale, flagged=number == 0)
    if _LETTER.fullmatch(plain.upper()):
        return MarkReading(text=written, scale=scale or Scale.LETTER)
    known = scale in (Scale.PASS, Scale.CRITERIA)
    return MarkReading(text=written, scale=scale or Scale.UNKNOWN, flagged=not known)


def _double(written: str, scale: Scale | None) -> MarkReading:
    parts = tuple(part.strip() for part in written.split("/"))
    readings = [_single(part, _plain(part), scale) for part in parts if part]
    good = len(readings) == len(parts) and all(reading.number is not None for reading in readings)
    if not good:
        return MarkReading(text=written, scale=scale or Scale.UNKNOWN, flagged=True)
    scales = {reading.scale for reading in readings}
    return MarkReading(text=written, parts=parts, scale=scales.pop() if len(scales) == 1 else Scale.UNKNOWN)


def _scale_of(number: Decimal) -> Scale:
    if 1 <= number <= 5:
        return Scale.FIVE
    return Scale.HUNDRED if 12 < number <= 100 else Scale.UNKNOWN
