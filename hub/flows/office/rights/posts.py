"""Questions to the table, and at which of several posts somebody works: rights of two posts never add up (RULES B6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from hub.flows.office.rights.matrix import MATRIX, Act, Reach, Role

FAMILY = frozenset({Role.GUARDIAN, Role.DELEGATE, Role.PUPIL, Role.OPERATOR})
STAFF = tuple(role.value for role in Role if role not in FAMILY)
"""The posts that a school gives."""


class Choice(Protocol):
    """A post, as far as choosing between posts needs it."""

    @property
    def role(self) -> str: ...


Post = TypeVar("Post", bound=Choice)


def reach(role: str, act: Act) -> Reach | None:
    """How far this role reaches the object; None where it does not."""
    return MATRIX[Role(role)].get(act) if role in set(Role) else None


def may(role: str, act: Act) -> bool:
    """Whether a post of this role reaches the object at all."""
    return role in STAFF and reach(role, act) is not None


def roles_for(act: Act) -> frozenset[str]:
    return frozenset(role for role in STAFF if may(role, act))


def widest(posts: Sequence[Post]) -> Post | None:
    """The post that can all that the others can; None where none does, and the person must choose."""
    for one in posts:
        if all(_covers(one.role, other.role) for other in posts):
            return one
    return None


def _covers(wide: str, narrow: str) -> bool:
    order = (None, Reach.CLASS, Reach.SCHOOL)
    return all(order.index(reach(wide, act)) >= order.index(far) for act, far in MATRIX[Role(narrow)].items())
