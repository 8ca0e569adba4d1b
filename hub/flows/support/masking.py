"""Numbers that nobody asked for are covered before a text is stored: SNILS (RULES A8) and bank cards (RULES D12); pure."""

from __future__ import annotations

import re
import unicodedata

from identity.snils import InvalidSnils, Snils

_BY_ITS_SIGNS = re.compile(r"(?<!\d)\d{3}-\d{3}-\d{3}[ -]?(\d{2})(?!\d)")
"""Written as on the card it is meant as a SNILS, whatever its control digits say."""
_ELEVEN = re.compile(r"(?<![\d+])\d(?:[\s\u00a0\u2010-\u2015-]?\d){10}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d(?:[ \u00a0-]?\d){12,18}(?!\d)")
CARD = "[номер карты скрыт]"


def cover(text: str) -> tuple[str, bool]:
    """The text without such numbers, and whether there was any; signs that nobody sees, which could hide one, are gone."""
    seen = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf")).strip()
    covered = _CARD.sub(_card, _ELEVEN.sub(_snils, _BY_ITS_SIGNS.sub(r"***-***-*** \1", seen)))
    return covered, covered != seen


def _snils(found: re.Match[str]) -> str:
    """Eleven digits whose control digits fit; one phone in a hundred does so too, and has a field of its own."""
    try:
        return Snils(found[0]).masked
    except InvalidSnils:
        return found[0]


def _card(found: re.Match[str]) -> str:
    digits = [int(one) for one in found[0] if one.isdigit()]
    doubled = [digit if n % 2 == 0 else digit * 2 - 9 * (digit > 4) for n, digit in enumerate(reversed(digits))]
    return CARD if sum(doubled) % 10 == 0 and len(set(digits)) > 1 else found[0]
