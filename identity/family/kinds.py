"""Kinds of guardians over the years: an опекун is one until 14 and a попечитель from then on (RULES A5), pure."""

from __future__ import annotations

from identity.ages import Phase
from identity.model import GuardianKind


def kind_at(kind: GuardianKind, where: Phase) -> GuardianKind:
    """The kind at this age; guardianship becomes curatorship at 14 by itself (Civil Code 40), and before 14 nobody is a curator."""
    if kind is GuardianKind.OPEKUN and where in (Phase.GRACE, Phase.TEEN):
        return GuardianKind.POPECHITEL
    if kind is GuardianKind.POPECHITEL and where.under_14:
        return GuardianKind.OPEKUN
    return kind
