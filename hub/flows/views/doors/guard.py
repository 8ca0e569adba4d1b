"""What the guard sees: photo, name, class, verdict and what to do; nothing of money, benefits or food (RULES B6, E8)."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class GuardRow(View, frozen=True, kw_only=True):
    """`verdict`: own, by_name, refused, closed, unknown. `photo` is the version of the photo, where the family agreed to one.

    `number` is the end of a closed or unknown carrier's.
    """

    id: str
    at: dt.datetime
    direction: str | None
    place: str
    verdict: str
    child: str | None
    name: str
    class_name: str = msgspec.field(name="class")
    photo: str | None
    number: str


class GuardList(View, frozen=True, kw_only=True):
    """Newest first; `last` is the place to ask from next. `form` names the next mark once. `doors`: how many devices the school has."""

    zone: str
    items: tuple[GuardRow, ...]
    last: str
    form: str
    doors: int


class GuardPupil(View, frozen=True, kw_only=True):
    child: str
    name: str
    class_name: str = msgspec.field(name="class")
    photo: str | None


class GuardFound(View, frozen=True, kw_only=True):
    """`more`: there are others, ask narrower."""

    q: str
    items: tuple[GuardPupil, ...]
    more: bool
    form: str


class GuardMark(View, frozen=True, kw_only=True):
    """`repeated`: the same mark was there before."""

    event_id: str
    child: str
    name: str
    direction: str
    at: dt.datetime
    repeated: bool
