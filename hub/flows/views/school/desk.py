"""What the office's desk shows: one queue of what waits for a signature or a decision, and who sees a pupil."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class PupilCardView(View, frozen=True, kw_only=True):
    id: str
    last_name: str
    first_name: str
    birth_date: dt.date | None
    class_name: str


class Proof(View, frozen=True, kw_only=True):
    """`kind` as in the list of links; `at` since when."""

    kind: str
    at: dt.datetime


class Difference(View, frozen=True, kw_only=True):
    """What the hub has and what the stopped sign-in said: `field` is last_name, first_name, birth_date or snils (masked)."""

    field: str
    known: str
    told: str


class ReviewView(View, frozen=True, kw_only=True):
    """One item of the queue.

    `kind`: card_guardian, card_unmatched, frozen, to_confirm, minor_parent, sign_in, profile, guardian, capacity, restriction,
    restriction_lift, recovery, proposal. `needs`: decision, second_officer or time (`works_from`). `may`: sign, refuse; `blocked` says
    why not sign: same_officer, own_family, level_too_low, not_correctable and the like.
    """

    id: str
    kind: str
    reason: str
    needs: str
    since: dt.datetime
    pupil: PupilCardView | None = None
    person: str = ""
    evidence: tuple[Proof, ...] = ()
    differences: tuple[Difference, ...] = ()
    document: str = ""
    first_by: str = ""
    works_from: dt.datetime | None = None
    may: tuple[str, ...] = ()
    blocked: str | None = None


class ReviewList(View, frozen=True, kw_only=True):
    """At most a hundred, oldest first; `total` says how many there are."""

    school: str
    zone: str
    items: tuple[ReviewView, ...]
    total: int


class Decided(View, frozen=True, kw_only=True):
    """`state`: second_officer, announced (`works_from`), checking, done or refused. `code` is shown this once."""

    id: str
    state: str
    works_from: dt.datetime | None = None
    code: str | None = None
    expires_at: dt.datetime | None = None


class Proposed(View, frozen=True, kw_only=True):
    """What was begun; it waits in the queue under this id for another officer."""

    id: str


class SeenBy(View, frozen=True, kw_only=True):
    person: str
    name: str
    state: str
    evidence: tuple[Proof, ...]


class RestrictionView(View, frozen=True, kw_only=True):
    """`state`: proposed, active, lift_proposed, lifted, refused, over."""

    id: str
    name: str
    state: str
    document: str
    since: dt.datetime
    until: dt.datetime | None = None


class SchoolBan(View, frozen=True, kw_only=True):
    pupil: PupilCardView | None
    ban: RestrictionView


class SchoolBans(View, frozen=True, kw_only=True):
    """Of the whole school, those in force or waiting first."""

    zone: str
    items: tuple[SchoolBan, ...]


class CardGuardianView(View, frozen=True, kw_only=True):
    """As the office typed it; `state`: second_officer, checking or attached."""

    id: str
    name: str
    snils: str
    state: str


class PupilDesk(View, frozen=True, kw_only=True):
    """Who sees the pupil, whom the card names, what restrains whom."""

    zone: str
    pupil: PupilCardView
    seen_by: tuple[SeenBy, ...]
    card: tuple[CardGuardianView, ...]
    restrictions: tuple[RestrictionView, ...]
    own_family: bool


class Recovered(View, frozen=True, kw_only=True):
    """`held_until`: money and guardianship acts wait until then."""

    held_until: dt.datetime
