"""«Мои входы»: each account by which somebody enters or which shows something, what it can do, and what can be done with it."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.people.family import ExitView


class SignInView(View, frozen=True, kw_only=True):
    """`use`: sign_in, diary, chat. `state`: active, needs_login, suspended, waits_…  `owner` is empty for the person's own account.

    `returns`: it works again after a sign-in there. `kept_because`: why it cannot be taken away now.
    """

    id: str
    system: str
    title: str
    use: str
    role: str
    state: str
    evidence: str
    strong: bool
    owner: str
    person: str
    since: dt.datetime
    last_seen_at: dt.datetime | None
    returns: bool
    lapses_at: dt.datetime | None = None
    kept_because: str | None = None


class ClosedView(View, frozen=True, kw_only=True):
    """A sign-in that opens nothing any more."""

    title: str
    closed_at: dt.datetime | None


class StoppedView(View, frozen=True, kw_only=True):
    """A profile that the rules did not let through; `state`: review or refused."""

    id: str
    title: str
    whose: str
    state: str
    reason: str
    exits: tuple[ExitView, ...]


class WayView(View, frozen=True, kw_only=True):
    """An account that can be connected: `person` and `role` are whose it would be."""

    system: str
    title: str
    person: str
    role: str
    owner: str = ""


class SignInsView(View, frozen=True, kw_only=True):
    """`strong`: the record is proven by Gosuslugi. `offered`: it looks as if this person had another record («это вы?»).

    `waits_until`: after a recovery money and acts for children wait until then (RULES A17).
    """

    items: tuple[SignInView, ...]
    closed: tuple[ClosedView, ...]
    stopped: tuple[StoppedView, ...]
    ways: tuple[WayView, ...]
    strong: bool
    offered: bool
    waits_until: dt.datetime | None = None
