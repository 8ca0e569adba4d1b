"""One day of all children: every datum with whose it is, where it comes from, how old it is and how far it is believed."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.people.timeline import Provenance


class JointSource(View, frozen=True, kw_only=True):
    """`system` is `device`, `ledger`, `hub`, `school` or a diary; `fetched_at` is when the hub got it."""

    system: str
    title: str
    id: str
    fetched_at: dt.datetime


class LineView(View, frozen=True, kw_only=True):
    """One line of a receipt as the till sent it; a price may be missing."""

    title: str
    count: int
    price_kop: int | None


class PaidView(View, frozen=True, kw_only=True):
    """From which account, and the row of its statement; `why` says how it came to that (RULES D7)."""

    account: str
    purpose: str
    title: str
    transaction_id: str
    amount_kop: int
    back_kop: int
    why: str
    price_list: str


class VisitView(View, frozen=True, kw_only=True):
    """`came` or `left` is null where no reader saw it; `guessed`: a reader without direction; `passes` are the events of it."""

    came: dt.datetime | None
    left: dt.datetime | None
    minutes: int | None
    guessed: bool
    passes: tuple[str, ...]


class Contradiction(View, frozen=True, kw_only=True):
    """What two sources say differently about one day; `about` is the item's id; `appeal` and `dispute` were sent to the school."""

    id: str
    child: str
    rule: str
    day: dt.date
    title: str
    text: str
    about: str
    state: str
    raised_at: dt.datetime
    appeal: str | None
    dispute: str | None
    answer: str = ""


class ContradictionList(View, frozen=True, kw_only=True):
    items: tuple[Contradiction, ...]


class OfficeContradiction(View, frozen=True, kw_only=True):
    """As the school reads it; `appeal` and `dispute` are what the family sent about it."""

    id: str
    child: str
    last_name: str
    first_name: str
    class_name: str
    rule: str
    day: dt.date
    title: str
    text: str
    state: str
    answer: str
    appeal: str | None
    dispute: str | None
    raised_at: dt.datetime


class OfficeContradictions(View, frozen=True, kw_only=True):
    school: str
    zone: str
    state: str
    items: tuple[OfficeContradiction, ...]


class JointItem(View, frozen=True, kw_only=True):
    """`precision` is `instant`, or `lesson` and `day` where the source tells no time; `zone` is the school's.

    `child` is null of what concerns no child alone. `decision` is how a notice went; `href` the page that says more.
    """

    id: str
    kind: str
    child: str | None
    first_name: str
    at: dt.datetime
    precision: str
    zone: str
    title: str
    text: str
    source: JointSource
    direction: str | None = None
    door: str | None = None
    place: str = ""
    repeats: int = 0
    received_at: dt.datetime | None = None
    received_late: bool = False
    suspect: bool = False
    provenance: Provenance | None = None
    visit: VisitView | None = None
    amount_kop: int | None = None
    lines: tuple[LineView, ...] = ()
    paid: PaidView | None = None
    decision: str | None = None
    href: str | None = None
    contradictions: tuple[Contradiction, ...] = ()


class JointChild(View, frozen=True, kw_only=True):
    """Whose the timeline is; `number` gives the colour of the child's page."""

    id: str
    first_name: str
    number: int
    zone: str


class Joint(View, frozen=True, kw_only=True):
    """Newest first; `next` is the place to go on from; `zone` is the reader's own."""

    zone: str
    start: dt.datetime
    end: dt.datetime
    children: tuple[JointChild, ...]
    items: tuple[JointItem, ...]
    next: str | None
