"""How long the school has for a disputed debit, and what may be written with it; pure."""

from __future__ import annotations

from hub.flows.refusals import Reason, Refused
from hub.flows.support.masking import cover

DAYS = 3
"""Working days that the school has; to be confirmed by a lawyer."""
MOST_DAYS = 366
"""So old a debit may be disputed with one tap."""
LONGEST = 1000


def checked(text: str) -> str:
    """Numbers that nobody asked for are covered; nothing at all is fine."""
    found, _ = cover(text)
    if len(found) > LONGEST:
        raise Refused(Reason.MALFORMED, f"Пояснение — до {LONGEST} знаков.")
    return found
