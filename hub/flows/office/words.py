"""Documents as the office types them, in one line, and whom the desk names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hub.flows.refusals import Reason, Refused

LONGEST = 60
OLDEST = date(1990, 1, 1)
MOST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A court's decision, a passport, a certificate: its kind, number and day."""

    kind: str
    number: str = field(repr=False)
    day: date

    def line(self, *, today: date) -> str:
        """In words, refused where something is missing or cannot be."""
        kind, number = " ".join(self.kind.split()), " ".join(self.number.split())
        if not kind or not number:
            raise Refused(Reason.NO_DOCUMENT)
        if max(len(kind), len(number)) > LONGEST:
            raise Refused(Reason.MALFORMED, f"Вид и номер документа не длиннее {LONGEST} знаков.")
        if not OLDEST <= self.day <= today:
            raise Refused(Reason.MALFORMED, "Дата документа записана неверно.")
        return f"{kind} № {number} от {self.day:%d.%m.%Y}"


def reason_of(text: str | None) -> str:
    """A reason in the officer's words; a decision without one, or with signs that nobody sees, is none."""
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())
    if not found:
        raise Refused(Reason.MALFORMED, "Напишите причину решения.")
    if len(found) > MOST_REASON:
        raise Refused(Reason.MALFORMED, f"Причина не длиннее {MOST_REASON} знаков.")
    return found
