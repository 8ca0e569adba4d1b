"""Who may do what in a school's office: roles by objects, as data (RULES B6); a role that is not here may do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Act(StrEnum):
    """The objects of the table as far as an office has them: cards and roster, codes, decisions of three kinds, full capacity, files,
    notices of absence."""

    CARDS = "cards"
    CODES = "codes"
    REVIEWS = "reviews"
    RESTRICTIONS = "restrictions"
    RECOVERY = "recovery"
    CAPACITY = "capacity"
    EXPORT = "export"
    ABSENCES = "absences"


_ALL, _NONE = frozenset(Act), frozenset[Act]()
RIGHTS: Mapping[str, frozenset[Act]] = MappingProxyType(
    {
        "head": _ALL,
        "school_admin": _ALL,
        "class_teacher": frozenset({Act.ABSENCES}),  # of the own class alone
        "tutor": _NONE,
        "teacher": _NONE,
        "meals_officer": _NONE,
        "guard": _NONE,
        "till": _NONE,
        "supplier": _NONE,
    }
)


def may(role: str, act: Act) -> bool:
    return act in RIGHTS.get(role, _NONE)


def roles_for(act: Act) -> frozenset[str]:
    return frozenset(role for role in RIGHTS if may(role, act))
