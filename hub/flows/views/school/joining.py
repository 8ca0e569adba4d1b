"""Applications to join a school: as the family sees its own, and as rows of the office's queue."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View
from hub.flows.views.school.desk import Proof


class JoinSchool(View, frozen=True, kw_only=True):
    """`legal_name` as it was when the application was submitted; `legal_name_now` as the school is called today."""

    ogrn: str
    legal_name: str
    inn: str
    legal_name_now: str
    short_name: str


class DeciderView(View, frozen=True, kw_only=True):
    """Who decided, by name and post."""

    name: str
    post: str


class JoinRequestView(View, frozen=True, kw_only=True):
    """`kind`: register_pupil or attach_representative; `state`: submitted, approved, rejected, withdrawn, expired.

    `waits_for` says why an approved one has no effect yet: register_pupil or confirmed_account. `announced_until`: both officers agreed,
    and the child's other guardians are told before it works.
    """

    id: str
    kind: str
    state: str
    reason: str | None = None
    decided_at: dt.datetime | None = None
    decided_by: DeciderView | None = None
    effective: bool = False
    waits_for: str | None = None
    announced_until: dt.datetime | None = None


class JoinStep(View, frozen=True, kw_only=True):
    """What happened when: submitted, resubmitted, first_signed, announced, approved, rejected, withdrawn, expired, enrolled.

    `side`: family, school, outside or time; `kind` of the request that it was about, none for the whole."""

    at: dt.datetime
    event: str
    side: str
    kind: str | None = None


class JoinView(View, frozen=True, kw_only=True):
    """`state`: submitted, partial, complete, rejected, withdrawn, expired; `previous` and `next` are of the same chain.

    `zone` is the school's. `outside` says whether «Моя школа» knows: none, waiting, told or refused (then `outside_reason` is its own
    code, and the school decides here)."""

    id: str
    state: str
    child: str
    role: str
    class_name: str = msgspec.field(name="class")
    school: JoinSchool
    school_year: str
    zone: str
    requests: tuple[JoinRequestView, ...]
    history: tuple[JoinStep, ...]
    submitted_at: dt.datetime
    expires_at: dt.datetime
    previous: str | None = None
    next: str | None = None
    outside: str = "none"
    outside_reason: str = ""
    may_withdraw: bool = False
    may_resubmit: bool = False


class SchoolNow(View, frozen=True, kw_only=True):
    """Where the child is on a school's roster."""

    name: str
    legal_name: str
    class_name: str


class JoinPage(View, frozen=True, kw_only=True):
    """What the page of a child's school shows. `role` is what this person applies as, none where `why_not` says why.

    `years` are those that one may apply for; `outside`: «Моя школа» is told too."""

    child: str
    first_name: str
    zone: str
    now: SchoolNow | None
    items: tuple[JoinView, ...]
    role: str | None
    why_not: str = ""
    years: tuple[str, ...] = ()
    outside: bool = False


class JoinList(View, frozen=True, kw_only=True):
    """Newest first."""

    items: tuple[JoinView, ...]


class JoinChild(View, frozen=True, kw_only=True):
    last_name: str
    first_name: str
    middle_name: str
    birth_date: dt.date | None


class JoinApplicant(View, frozen=True, kw_only=True):
    """`level` is the word of Gosuslugi."""

    last_name: str
    first_name: str
    middle_name: str
    level: str


class OtherRequest(View, frozen=True, kw_only=True):
    """The second request of the same bundle."""

    id: str
    kind: str
    state: str


class JoinRow(View, frozen=True, kw_only=True):
    """One request of the queue.

    `evidence`: esia_kid (the applicant's list at Gosuslugi), esia_confirmed or own_sign_in (the pupil's own account), invitation_code,
    snils_in_school_card, school_approval. `needs`: decision, second_officer, time (`works_from`) or nothing. `may`: approve, reject;
    `blocked` says why not: own_family, same_officer, restricted, frozen, person_closed. `in_roster`: the school has a pupil of the same
    name and birth date already, who is this one; `namesake`: another family sees such a pupil.
    `differs`: «Моя школа» says this state instead.
    """

    id: str
    bundle: str
    kind: str
    state: str
    child: JoinChild
    applicant: JoinApplicant
    role: str
    class_name: str = msgspec.field(name="class")
    school: str
    school_year: str
    evidence: tuple[Proof, ...]
    submitted_at: dt.datetime
    expires_at: dt.datetime
    other: OtherRequest | None = None
    needs: str = "nothing"
    may: tuple[str, ...] = ()
    blocked: str | None = None
    first_by: str = ""
    works_from: dt.datetime | None = None
    reason: str | None = None
    decided_at: dt.datetime | None = None
    decided_by: DeciderView | None = None
    in_roster: bool = False
    namesake: bool = False
    differs: str | None = None


class JoinRows(View, frozen=True, kw_only=True):
    """Oldest first; `next` is the cursor of the following page."""

    school: str
    zone: str
    items: tuple[JoinRow, ...]
    next: str | None = None


class JoinCase(JoinRow, frozen=True, kw_only=True):
    """One request with its history. `evidence_now` is what holds at this moment; `outside` says whether «Моя школа» knows: none, waiting,
    told or refused (then `outside_reason` is its own code)."""

    zone: str
    evidence_now: tuple[Proof, ...]
    history: tuple[JoinStep, ...]
    previous: str | None = None
    legal_name: str = ""
    outside: str = "none"
    outside_reason: str = ""


class JoinCounts(View, frozen=True, kw_only=True):
    """How many wait, and of which classes."""

    waiting: int
    classes: tuple[tuple[str, int], ...]
    four_eyes: bool


class JoinVerdict(View, frozen=True, kw_only=True):
    """What became of one of several: its state, or the problem's type and sentence."""

    id: str
    state: str | None = None
    needs: str | None = None
    problem: str | None = None
    detail: str | None = None


class JoinVerdicts(View, frozen=True, kw_only=True):
    items: tuple[JoinVerdict, ...]
