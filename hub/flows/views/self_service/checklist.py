"""The steps to join, by child: what is done, what waits, what is missing and how to get it."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class HowView(View, frozen=True, kw_only=True):
    """One way to get what is missing; `href` is a page of ours, or an address outside (`outside`), or empty where only words help."""

    text: str
    href: str = ""
    outside: bool = False


class StepView(View, frozen=True, kw_only=True):
    """`kind`: gosuslugi, child, messenger, diary, my_school, in the order in which they are done.

    `state`: done, todo, waiting (for somebody else, since `since`, at the latest `until`), attention (it was there and stopped), blocked
    (by the step `after`), optional, aside (put aside by the person). `counts`: whether the list is finished without it.
    `missing` are stable words: level_too_low, snils, no_children, children_not_told, edge_waiting, edge_frozen, to_confirm, under_18 …"""

    kind: str
    state: str
    title: str
    text: str
    counts: bool = True
    how: tuple[HowView, ...] = ()
    missing: tuple[str, ...] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    after: str | None = None


class ChecklistChild(View, frozen=True, kw_only=True):
    """`self` in JSON would be the pupil's own record: `is_self`."""

    id: str
    first_name: str
    last_name: str
    is_self: bool


class ChildSteps(View, frozen=True, kw_only=True):
    """`child` is null while the person has none. `next` is the step to do now; none while everything waits or is done.

    `put_aside`: not shown on the first page, by the person's wish."""

    child: ChecklistChild | None
    steps: tuple[StepView, ...]
    done: int
    total: int
    finished: bool
    next: str | None
    put_aside: bool = False


class ChecklistView(View, frozen=True, kw_only=True):
    items: tuple[ChildSteps, ...]
    finished: bool
    level: str
