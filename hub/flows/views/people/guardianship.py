"""Who sees a child and how that changes: guardians, lent views, the school's posts, the child's own login, proposals."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class GuardianView(View, frozen=True, kw_only=True):
    """Who guards the child, and on what evidence; `evidences` are all of them, the strongest first.

    A frozen one sees nothing until the school decides. `until`: when the evidence runs out.
    """

    person: str
    name: str
    kind: str
    state: str
    evidence: str
    since: dt.datetime | None
    is_me: bool = False
    until: dt.datetime | None = None
    evidences: tuple[str, ...] = ()


class LentView(View, frozen=True, kw_only=True):
    """A view that somebody lent for a while, or that a grown pupil granted; `state`: offered, active. The code is told once, elsewhere."""

    id: str
    child: str
    child_name: str
    giver: str
    giver_name: str
    delegate_name: str | None
    state: str
    since: dt.datetime
    until: dt.datetime | None
    is_grant: bool = False
    is_mine: bool = False


class OpenedDiary(View, frozen=True, kw_only=True):
    """A diary account that shows this child, and whose sign-in opened it (RULES A15)."""

    system: str
    title: str
    owner: str
    is_mine: bool = False


class StaffPost(View, frozen=True, kw_only=True):
    """A post at the child's school and what it sees; no person is named."""

    role: str
    title: str
    sees: str


class FormerGuardian(View, frozen=True, kw_only=True):
    """Somebody whom a grown pupil may grant the view."""

    person: str
    name: str


class AgeNote(View, frozen=True, kw_only=True):
    """Where the child stands: `phase` is the word of `identity.ages.Phase`; the dates are those on which something changes (RULES A6)."""

    phase: str
    fourteen: dt.date | None = None
    grace_until: dt.date | None = None
    adult: dt.date | None = None


class GuardianList(View, frozen=True, kw_only=True):
    """Everybody who sees the child. `may_freeze`: the asker may stop a guardian; `may_lend`: may lend the view; `may_manage`: the login."""

    items: tuple[GuardianView, ...]
    may_freeze: bool = False
    delegations: tuple[LentView, ...] = ()
    diaries: tuple[OpenedDiary, ...] = ()
    staff: tuple[StaffPost, ...] = ()
    school: str | None = None
    class_name: str | None = None
    name: str = ""
    zone: str = "Europe/Moscow"
    age: AgeNote | None = None
    is_self: bool = False
    may_lend: bool = False
    may_leave: bool = False
    former: tuple[FormerGuardian, ...] = ()


class LentList(View, frozen=True, kw_only=True):
    items: tuple[LentView, ...]


class LentOffer(View, frozen=True, kw_only=True):
    """The code is shown once; `link` carries it in the fragment, which no server sees."""

    id: str
    code: str
    link: str
    until: dt.datetime | None
    offered_until: dt.datetime


class LoginView(View, frozen=True, kw_only=True):
    """The child's own login, never its password. `may_make` and `may_reset` are what the asking guardian may do at this age."""

    exists: bool
    login: str | None = None
    must_change: bool = False
    changed_at: dt.datetime | None = None
    may_make: bool = False
    may_reset: bool = False
    child_name: str = ""
    age: AgeNote | None = None


class LoginMade(View, frozen=True, kw_only=True):
    """The password is shown once."""

    login: str
    password: str
    must_change: bool = True


class ProposalView(View, frozen=True, kw_only=True):
    """An act that waits for the others: `state` is waiting, objected, allowed, agreed, refused, done or withdrawn.

    `until`: the end of the silence.
    """

    id: str
    act: str
    child: str
    child_name: str
    by: str
    state: str
    asked_at: dt.datetime
    until: dt.datetime | None
    is_mine: bool = False
    may_object: bool = False


class ProposalList(View, frozen=True, kw_only=True):
    items: tuple[ProposalView, ...]
