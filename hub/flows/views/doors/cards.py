"""What a child passes and pays with, as the family sees it; numbers show their end only."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class CardUse(View, frozen=True, kw_only=True):
    """`kind`: pass, meal or card; `place` is the door, the till or where the device stands."""

    at: dt.datetime
    kind: str
    place: str
    direction: str | None


class CardView(View, frozen=True, kw_only=True):
    """`state`: active, blocked, lost, ended. `used_after`: somebody showed it after it was closed. `may`: block, lose, found.

    `found_until` is how long the family itself may still say that a lost one was found.
    """

    id: str
    kind: str
    number: str
    state: str
    since: dt.datetime
    until: dt.datetime | None
    by_family: bool
    last_used: CardUse | None
    used_after: CardUse | None
    found_until: dt.datetime | None
    may: tuple[str, ...]


class ChildCards(View, frozen=True, kw_only=True):
    """`why_not`: why this person may close nothing, `why_not_add`: or add nothing. `services` is the account that pays a duplicate."""

    child: str
    first_name: str
    zone: str
    school: str
    items: tuple[CardView, ...]
    why_not: str
    why_not_add: str
    services: str | None
