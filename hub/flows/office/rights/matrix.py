"""The table of rights: who reaches which object, and how far (RULES B6)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """Everybody whom the rules name; the values are those that `school_officer` keeps."""

    HEAD = "head"
    ADMINISTRATOR = "school_admin"
    CLASS_TEACHER = "class_teacher"
    TUTOR = "tutor"
    TEACHER = "teacher"
    MEALS_OFFICER = "meals_officer"
    GUARD = "guard"
    TILL = "till"
    SUPPLIER = "supplier"
    OPERATOR = "operator"
    GUARDIAN = "guardian"
    DELEGATE = "delegate"
    PUPIL = "pupil"


class Act(StrEnum):
    """The objects. `CARDS` are the pupils' personal cards, to be written; `ROSTER` is the look at them; `CARRIERS` are cards to pass with.

    What the rules call documents are `REVIEWS`, `RESTRICTIONS`, `RECOVERY` and `CAPACITY`: each rests on one. `DIET` is what is eaten.
    `MENU` is what is cooked. `CONTRACTS` are the families' contracts, benefits and payouts: the school's to decide, no supplier's.
    `DEBITS` are meals taken from families' accounts, `LESSONS` paid lessons, `DISPUTES` what families do not recognise, `PRICES` what is
    sold and what is done without money.
    """

    MARKS = "marks"
    PASSES = "passes"
    MONEY = "money"
    CONTRACTS = "contracts"
    DIET = "diet"
    MENU = "menu"
    DEBITS = "debits"
    LESSONS = "lessons"
    DISPUTES = "disputes"
    PRICES = "prices"
    CODES = "codes"
    AUDIT = "audit"
    ROSTER = "roster"
    CARDS = "cards"
    JOINS = "joins"
    REVIEWS = "reviews"
    RESTRICTIONS = "restrictions"
    RECOVERY = "recovery"
    CAPACITY = "capacity"
    EXPORT = "export"
    ABSENCES = "absences"
    ANNOUNCEMENTS = "announcements"
    APPEALS = "appeals"
    CHATS = "chats"
    CARRIERS = "carriers"
    DEVICES = "devices"
    STAFF = "staff"
    SETTINGS = "settings"


class Reach(StrEnum):
    """`OWN`: the own child, or oneself. `WHERE_ASKED`: one child with a written reason, for half an hour (RULES A13)."""

    OWN = "own"
    CLASS = "class"
    SCHOOL = "school"
    WHERE_ASKED = "where_asked"


def _each(reach: Reach, *acts: Act) -> Mapping[Act, Reach]:
    return MappingProxyType(dict.fromkeys(acts, reach))


_OFFICE = _each(Reach.SCHOOL, *(act for act in Act if act is not Act.SETTINGS))
MATRIX: Mapping[Role, Mapping[Act, Reach]] = MappingProxyType(
    {
        Role.HEAD: _each(Reach.SCHOOL, *Act),
        Role.ADMINISTRATOR: _OFFICE,
        Role.CLASS_TEACHER: _each(
            Reach.CLASS, Act.MARKS, Act.ROSTER, Act.ABSENCES, Act.ANNOUNCEMENTS, Act.APPEALS, Act.CHATS, Act.PASSES, Act.DIET, Act.DEBITS,
            Act.LESSONS,
        ),
        Role.TUTOR: _each(Reach.CLASS, Act.ROSTER, Act.ABSENCES, Act.PASSES, Act.DIET, Act.DEBITS, Act.LESSONS),
        Role.TEACHER: _each(Reach.CLASS, Act.MARKS, Act.LESSONS),
        # How many eat; no name with a diet, no purse.
        Role.MEALS_OFFICER: _each(Reach.SCHOOL, Act.DIET, Act.MENU, Act.DEBITS),
        # The guard sees photo, name and verdict, the till what is allowed to be served: neither opens a list.
        Role.GUARD: _each(Reach.SCHOOL, Act.PASSES),
        Role.TILL: _each(Reach.SCHOOL, Act.DIET, Act.DEBITS),
        Role.SUPPLIER: _each(Reach.SCHOOL, Act.MONEY),
        Role.OPERATOR: _each(Reach.WHERE_ASKED, Act.AUDIT, Act.DEVICES),
        Role.GUARDIAN: _each(
            Reach.OWN, Act.MARKS, Act.PASSES, Act.MONEY, Act.DIET, Act.AUDIT, Act.JOINS, Act.ABSENCES, Act.ANNOUNCEMENTS, Act.APPEALS,
            Act.CHATS, Act.CARRIERS,
        ),
        Role.DELEGATE: _each(Reach.OWN, Act.MARKS, Act.ANNOUNCEMENTS),
        Role.PUPIL: _each(
            Reach.OWN, Act.MARKS, Act.PASSES, Act.MONEY, Act.DIET, Act.AUDIT, Act.JOINS, Act.ANNOUNCEMENTS, Act.APPEALS, Act.CHATS
        ),
    }
)  # fmt: skip
