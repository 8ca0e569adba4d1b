"""Records of `/api/v1/me/contacts` and `/api/v1/me/push-subscriptions`."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class CodeView(View, frozen=True, kw_only=True):
    """A code is on its way to `masked`; another may be asked for after `again_after_s` seconds."""

    id: str
    kind: str
    masked: str
    expires_at: dt.datetime
    again_after_s: int


class ContactView(View, frozen=True, kw_only=True):
    """`state`: `used`, `off` by the person's own wish, `none`, or `dead`: nobody is reached there any more.

    `source` says who vouches for it, empty where it was confirmed here. Until `secrets_from` a phone gets no codes and PINs by SMS."""

    kind: str
    state: str
    masked: str
    source: str
    secrets_from: dt.datetime | None = None
    may_return: bool = False


class TalkView(View, frozen=True, kw_only=True):
    """A messenger. `state`: `on`, `off`, `not_linked`, `dead`: it says that the person wants nothing there, `unavailable` here.

    `opens_at` is where the talk with it begins; empty where that is not known."""

    channel: str
    title: str
    state: str
    opens_at: str = ""


class BrowserView(View, frozen=True, kw_only=True):
    id: str
    label: str
    created_at: dt.datetime


class BrowserList(View, frozen=True, kw_only=True):
    items: tuple[BrowserView, ...]


class WaitingView(View, frozen=True, kw_only=True):
    """A contact of this session that waits for its code."""

    id: str
    kind: str
    masked: str
    expires_at: dt.datetime


class ContactsView(View, frozen=True, kw_only=True):
    """`push_key` is what a browser subscribes with, empty where pushes are not configured; `channels` are the ways that work now."""

    phone: ContactView
    email: ContactView
    talks: tuple[TalkView, ...]
    browsers: tuple[BrowserView, ...]
    waiting: tuple[WaitingView, ...]
    push_key: str
    channels: tuple[str, ...]


class TriedView(View, frozen=True, kw_only=True):
    """A test message by `channel` left; `state` is how far it had come."""

    channel: str
    state: str
