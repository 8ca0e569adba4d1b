"""Who is signed in, the children, and what is still missing."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from hub.flows.views.base import View


class DiaryState(StrEnum):
    ACTIVE = "active"
    NEEDS_LOGIN = "needs_login"
    NOT_LINKED = "not_linked"


class MissingCode(StrEnum):
    """What a person lacks; the page says how to get it (RULES A4)."""

    LEVEL_TOO_LOW = "level_too_low"
    SNILS = "snils"
    NO_CHILDREN = "no_children"
    CHILDREN_NOT_TOLD = "children_not_told"
    BIRTH_DATE = "birth_date"
    UNDER_18 = "under_18"
    TO_CONFIRM = "to_confirm"
    FROZEN = "frozen"


class PersonView(View, frozen=True, kw_only=True):
    """`snils` is masked; `level` is the word of Gosuslugi (simplified, standard, confirmed) or unknown."""

    id: str
    last_name: str
    first_name: str
    middle_name: str
    snils: str | None
    level: str


class ChildSchool(View, frozen=True, kw_only=True):
    """`class` in JSON."""

    ogrn: str | None
    class_name: str | None = msgspec.field(name="class")
    name: str = ""


class ChildDiary(View, frozen=True, kw_only=True):
    """One diary of a child. `link` is set where it is linked; `title` is the system's Russian name."""

    system: str
    state: DiaryState
    title: str = ""
    link: str | None = None


class ChildCard(View, frozen=True, kw_only=True):
    """A child of the signed-in person; `self` in JSON marks a pupil's own record. `may_view` is false while a level is missing.

    `lent`: somebody lent the view of the diary, until `lent_until` or until it is taken back (RULES A5b, A6).
    """

    id: str
    last_name: str
    first_name: str
    birth_date: dt.date | None
    school: ChildSchool | None
    diaries: tuple[ChildDiary, ...]
    is_self: bool = msgspec.field(name="self", default=False)
    may_view: bool = True
    reason: str | None = None
    lent: bool = False
    lent_until: dt.datetime | None = None


class Missing(View, frozen=True, kw_only=True):
    """A hint for the page: `need` is the level asked for, `how` the ways to get it, in words of `identity.model.How`."""

    code: MissingCode
    need: str | None = None
    how: tuple[str, ...] = ()


class MeView(View, frozen=True, kw_only=True):
    person: PersonView
    csrf_token: str
    children: tuple[ChildCard, ...]
    missing: tuple[Missing, ...] = ()


class ChildRow(View, frozen=True, kw_only=True):
    id: str
    last_name: str
    first_name: str
    systems: tuple[str, ...]
    lent: bool = False


class ChildList(View, frozen=True, kw_only=True):
    items: tuple[ChildRow, ...]
