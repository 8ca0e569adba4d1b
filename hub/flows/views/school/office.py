"""What the office sees of pupils and codes, and what a guardian sees of a redeemed one."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class PupilEntered(View, frozen=True, kw_only=True):
    id: str


class InvitationCode(View, frozen=True, kw_only=True):
    """Shown this once; `shown_name` is what the slip carries of the name."""

    code: str
    expires_at: dt.datetime
    shown_name: str


class InvitationView(View, frozen=True, kw_only=True):
    """`state`: active, used, killed, expired."""

    id: str
    state: str
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None = None


class InvitationList(View, frozen=True, kw_only=True):
    items: tuple[InvitationView, ...]


class CodeRedeemed(View, frozen=True, kw_only=True):
    """`state`: active, or waiting until the account is a confirmed adult's; a waiting one names no child."""

    state: str
    child: str | None = None
