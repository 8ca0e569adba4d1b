"""Who belongs in a class's chat, and the words of what it takes to make the chat so (RULES A5a, A9, A14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from identity.model import PersonId


class Audience(StrEnum):
    """A class has a chat of each."""

    PUPILS = "pupils"
    PARENTS = "parents"


class Why(StrEnum):
    """Why somebody belongs, or does not; pages and the journal word it."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"
    STAFF = "staff"
    RESTRICTED = "restricted"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    TO_CONFIRM = "to_confirm"
    NO_PROFILE = "no_profile"
    NOT_OF_CLASS = "not_of_class"
    STRANGER = "stranger"
    BY_OFFICE = "by_office"


class Standing(StrEnum):
    """`STAYS`: whoever is inside stays, and is not asked in anew."""

    IN = "in"
    STAYS = "stays"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One way in which a person is of the class: as its pupil, by one child, by a post. `by` is that child.

    `held`: the edge waits for a confirmation, so it lets nobody in anew."""

    person: PersonId
    why: Why
    by: PersonId | None = None
    consents: bool = False
    opted_out: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one person stands; `subject` is the bound profile at the carrier, None where there is none."""

    person: PersonId
    standing: Standing
    why: Why
    by: PersonId | None = None
    subject: str | None = field(default=None, repr=False)


def places(claims: Iterable[Claim], *, restricted: Collection[PersonId], profiles: Mapping[PersonId, str]) -> tuple[Place, ...]:
    """One place a person, by the best of the claims. A restriction towards any pupil of the class beats them all: the chat shows that
    pupil's class (RULES A5a)."""
    best: dict[PersonId, Place] = {}
    for claim in claims:
        found = _place(claim, restricted=claim.person in restricted, subject=profiles.get(claim.person))
        before = best.get(claim.person)
        if before is None or _RANK[found.standing] < _RANK[before.standing]:
            best[claim.person] = found
    return tuple(best.values())


_RANK = {Standing.IN: 0, Standing.STAYS: 1, Standing.OUT: 2}


def _place(claim: Claim, *, restricted: bool, subject: str | None) -> Place:
    standing, why = Standing.OUT, claim.why
    if restricted:
        why = Why.RESTRICTED
    elif claim.opted_out:
        why = Why.OPTED_OUT
    elif not claim.consents:
        why = Why.NO_CONSENT
    elif claim.held:
        standing, why = Standing.STAYS, Why.TO_CONFIRM
    elif subject is None:
        why = Why.NO_PROFILE
    else:
        standing = Standing.IN
    return Place(person=claim.person, standing=standing, why=why, by=claim.by, subject=subject)


class MemberState(StrEnum):
    """What the hub remembers of one profile in one chat.

    `LEFT` by himself: not asked again until he asks. `UNKNOWN` is nobody of the class; the office made of it `KEPT`, or `DOOMED` until it
    is removed. `REMOVED` by us."""

    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    UNKNOWN = "unknown"
    KEPT = "kept"
    DOOMED = "doomed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`since` is when it became so; `by_link`: the carrier or the person lets nobody be added, the link is the only way."""

    subject: str = field(repr=False)
    state: MemberState
    since: datetime
    person: PersonId | None = None
    by_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A profile that is really in the chat now."""

    subject: str = field(repr=False)
    is_self: bool = False
    is_owner: bool = False
    is_admin: bool = False
    name: str = field(default="", repr=False)


class Strangers(StrEnum):
    """What a school chose for members whom it does not know."""

    TELL = "tell"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Can:
    """What the carrier lets the hub do in a chat."""

    add: bool = False
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """`back`: was removed before and came again, so that the link must not let him in once more."""

    subject: str = field(repr=False)
    why: Why
    person: PersonId | None = None
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done, and `records`: what is known by this look, before anything of it is done.

    `tell` are members seen for the first time whom nobody knows, and administrators whom the hub does not remove by itself. `held`: so
    many would go at once that somebody has to look first; they are in `held`, not in `remove`."""

    add: tuple[Place, ...] = ()
    invite: tuple[Place, ...] = ()
    remove: tuple[Removal, ...] = ()
    held: tuple[Removal, ...] = ()
    tell: tuple[Member, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.add or self.invite or self.remove or self.held or self.tell)
