"""What the office sees of its own people: posts, codes that make somebody an officer, what the school chose."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class PostView(View, frozen=True, kw_only=True):
    """`chosen`: this session works at it and at no other; `acts` are the objects that it reaches, by name."""

    school_ogrn: str
    school: str
    role: str
    title: str
    class_name: str = msgspec.field(name="class")
    chosen: bool
    acts: tuple[str, ...]


class PostList(View, frozen=True, kw_only=True):
    """`here` is the post that this session works at; None where it has to be chosen first, or there is none."""

    items: tuple[PostView, ...]
    here: PostView | None


class StaffView(View, frozen=True, kw_only=True):
    """`may_end`: the reader may take this post away."""

    id: str
    name: str
    role: str
    title: str
    class_name: str = msgspec.field(name="class")
    may_end: bool


class StaffCodeView(View, frozen=True, kw_only=True):
    """A code that waits, without the code."""

    id: str
    name: str
    role: str
    title: str
    class_name: str = msgspec.field(name="class")
    created_at: dt.datetime
    expires_at: dt.datetime


class RoleView(View, frozen=True, kw_only=True):
    role: str
    title: str


class StaffList(View, frozen=True, kw_only=True):
    """`gives`: the roles for which the reader may give a code. `four_eyes`: two officers for every approval of a join."""

    school_ogrn: str
    school: str
    zone: str
    items: tuple[StaffView, ...]
    codes: tuple[StaffCodeView, ...]
    gives: tuple[RoleView, ...]
    four_eyes: bool
    may_choose: bool


class WaitingView(View, frozen=True, kw_only=True):
    """How much waits at the desk beside the joins."""

    reviews: int
    absences: int
    appeals: int
    questions: int
    staff_codes: int


class MealClass(View, frozen=True, kw_only=True):
    """`away`: pupils whose families told that they stay away all day."""

    name: str
    pupils: int
    away: int


class MealCounts(View, frozen=True, kw_only=True):
    zone: str
    day: dt.date
    today: dt.date
    pupils: int
    away: int
    items: tuple[MealClass, ...]


class StaffCodeGiven(View, frozen=True, kw_only=True):
    """Shown this once."""

    id: str
    code: str
    role: str
    title: str
    expires_at: dt.datetime
    address: str
