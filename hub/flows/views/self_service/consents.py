"""Consents: for whom, for what, whose word is there and whose is wanted."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class ConsentSubject(View, frozen=True, kw_only=True):
    """Whom a consent is about; `self` in the list is the person alone."""

    id: str
    first_name: str
    is_self: bool


class ConsentTextView(View, frozen=True, kw_only=True):
    """The text in force: who processes what, through whom, for how long."""

    version: str
    title: str
    body: str
    without: str
    operator: str
    processors: tuple[str, ...]
    days: int


class OwnWord(View, frozen=True, kw_only=True):
    """What the signed-in person said last; `id` withdraws it. `current`: it was said to the text in force."""

    id: str
    word: str
    at: dt.datetime
    until: dt.datetime | None
    withdrawn_at: dt.datetime | None
    version: str
    current: bool


class ConsentView(View, frozen=True, kw_only=True):
    """`state`: holds, wanted, refused. `whose`: guardian, pupil or both; `may_say`: whether this person's word counts.

    `missing` is whose word is still wanted; `disagree`: guardians contradict each other, so the narrower holds.
    """

    subject: ConsentSubject
    purpose: str
    state: str
    whose: str
    may_say: bool
    missing: tuple[str, ...]
    disagree: bool
    until: dt.datetime | None
    text: ConsentTextView
    mine: OwnWord | None = None


class ConsentList(View, frozen=True, kw_only=True):
    items: tuple[ConsentView, ...]


class ConsentSaid(View, frozen=True, kw_only=True):
    """`disagree` is told at once: the narrower word holds, and the school knows."""

    id: str
    word: str
    holds: bool
    disagree: bool
