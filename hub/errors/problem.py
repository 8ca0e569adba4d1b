"""A problem of RFC 9457, before it becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TYPES = "/problems/"
"""Problem types are addresses below the hub's own: each opens a page that explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`slug` is the last segment of the type; `retry_after_s` becomes the header."""

    status: int
    slug: str
    title: str
    detail: str
    retry_after_s: int | None = None
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return TYPES + self.slug


INTERNAL = Problem(
    status=500, slug="internal", title="У нас неполадка", detail="Мы уже видим её. Попробуйте ещё раз через минуту; введённое не потеряно."
)


def busy(after_s: int) -> Problem:
    return Problem(status=503, slug="busy", title="Сервис перегружен", detail="Повторите через несколько секунд.", retry_after_s=after_s)


def no_space(after_s: int) -> Problem:
    return Problem(
        status=503,
        slug="no_space",
        title="На сервере кончилось место",
        detail="Ничего не записано. Мы уже видим это; повторите позже то же самое.",
        retry_after_s=after_s,
    )
