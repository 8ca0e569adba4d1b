"""Two records that become one, and profiles that change places."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.people.family import ExitView


class MergeStarted(View, frozen=True, kw_only=True):
    """The browser opens `authorize_url` and signs in there with the other account; `/auth/<system>/return` brings it back."""

    id: str
    authorize_url: str


class FaultView(View, frozen=True, kw_only=True):
    """Why it cannot be done: a stable word and a Russian sentence."""

    code: str
    text: str


class RecordView(View, frozen=True, kw_only=True):
    """One of the two records, as its owner knows it. `mine`: the one that this session is signed in to."""

    name: str
    mine: bool
    sign_ins: tuple[str, ...]
    diaries: tuple[str, ...]
    children: tuple[str, ...]
    since: dt.datetime | None = None


class MergeView(View, frozen=True, kw_only=True):
    """`state`: started, proven, refused, expired, merged, undone, final.

    Proven: `kept` stays and takes over what `gone` has; with `faults` it cannot be done. What `waits` comes over suspended and returns
    by a sign-in of its own. `undo_until` is told once it is done.
    """

    id: str
    state: str
    system: str
    title: str
    started_at: dt.datetime
    reason: str | None = None
    faults: tuple[FaultView, ...] = ()
    kept: RecordView | None = None
    gone: RecordView | None = None
    waits: tuple[str, ...] = ()
    undo_until: dt.datetime | None = None
    may_undo: bool = False
    exits: tuple[ExitView, ...] = ()


class MergeList(View, frozen=True, kw_only=True):
    items: tuple[MergeView, ...]


class SwapProfile(View, frozen=True, kw_only=True):
    """A profile with whose it is now."""

    link: str
    owner: str
    name: str


class SwapOffer(View, frozen=True, kw_only=True):
    """A parent's and a child's profile of one system, which may have been mixed up."""

    system: str
    title: str
    parent: SwapProfile
    child: SwapProfile


class SwapAsked(View, frozen=True, kw_only=True):
    id: str


class SwapView(View, frozen=True, kw_only=True):
    """`state`: waiting, done, withdrawn, expired. `needs`: who may still confirm (`parent`, `child`, `office`)."""

    id: str
    state: str
    system: str
    title: str
    parent: str
    child: str
    confirmed: tuple[str, ...]
    needs: tuple[str, ...]
    mine: bool
    may_confirm: bool
    until: dt.datetime


class SwapList(View, frozen=True, kw_only=True):
    """`offers` are pairs that may be exchanged, `items` exchanges that were asked for."""

    items: tuple[SwapView, ...]
    offers: tuple[SwapOffer, ...] = ()
