"""Notices of absence: what the form needs, one notice with what became of it, and the school's own inbox."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class DiaryEntry(View, frozen=True, kw_only=True):
    """The notice in the family's own diary `title`, which takes notices itself.

    `state`: sending, taken, partly (without the days `missing`), refused, failed, unknown, gone; of a withdrawn notice leaving, stays,
    removed. `rejected`: days that the school did not accept; `says`: the diary's words; `checked_at`: when its list was seen last."""

    state: str
    system: str
    title: str
    missing: tuple[dt.date, ...] = ()
    rejected: tuple[dt.date, ...] = ()
    says: str = ""
    checked_at: dt.datetime | None = None
    may_check: bool = False


class AbsenceView(View, frozen=True, kw_only=True):
    """`lessons` empty: whole days. `reason` is null for who may not read it. `letter`: how the letter to the class teacher went.

    `channels` says who has it: `office` the school's own inbox here, `letter` the class teacher in the diary `title`,
    `diary` the diary itself, told in `diary`."""

    id: str
    first_day: dt.date
    last_day: dt.date
    lessons: tuple[int, ...]
    kind: str
    reason: str | None
    state: str
    channels: tuple[str, ...]
    author: str
    letter: str | None = None
    title: str = ""
    answer: str = ""
    sent_at: dt.datetime | None = None
    decided_at: dt.datetime | None = None
    may_withdraw: bool = False
    may_retry: bool = False
    diary: DiaryEntry | None = None


class Ways(View, frozen=True, kw_only=True):
    """Where a notice would go: the school's inbox here (its name), the class teacher by letter (the diary's title), the diary itself
    (its title), which takes whole days; all may be missing."""

    office: str | None
    letter: str | None
    diary: str | None = None
    phones: tuple[str, ...] = ()


class LessonPick(View, frozen=True, kw_only=True):
    """A lesson of the chosen day, to stay away from."""

    number: int
    subject: str
    time: str = ""


class AbsenceList(View, frozen=True, kw_only=True):
    """A child's notices, the newest absence first, and what a new one needs. `why_not`: why this person cannot send one.

    `today` and `zone` are the school's; `day` is the asked day or the next one with lessons ahead, `picks` are its lessons; `told` says
    that the whole of it was told already."""

    items: tuple[AbsenceView, ...]
    ways: Ways
    today: dt.date
    day: dt.date
    zone: str
    form: str
    may_send: bool
    why_not: str = ""
    picks: tuple[LessonPick, ...] = ()
    told: bool = False


class OfficeAbsence(View, frozen=True, kw_only=True):
    """One line of the school's inbox. `may`: what this officer may do with it; `blocked` is `own_family` for an own child."""

    id: str
    child: str
    last_name: str
    first_name: str
    class_name: str
    first_day: dt.date
    last_day: dt.date
    lessons: tuple[int, ...]
    kind: str
    reason: str
    author: str
    state: str
    sent_at: dt.datetime | None
    answer: str = ""
    may: tuple[str, ...] = ()
    blocked: str | None = None


class OfficeAbsences(View, frozen=True, kw_only=True):
    """`class_name` is set for a class teacher (`own_class`), who sees the own class alone; empty there when the school named none."""

    items: tuple[OfficeAbsence, ...]
    school: str
    zone: str
    today: dt.date
    class_name: str = ""
    own_class: bool = False
