"""Which words about one day cannot both be true: a table of rules over what is known, pure (facts 4.2, 10; RULES D7, E7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.flows.timeline.visits import Visit
from hub.ledger.money import shown

GRACE = timedelta(minutes=15)
"""A pass may come so late and still be on time (RULES E4)."""
OVER = time(18)
"""By then a school day is over, where no lesson says its own time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """`spoke`: some door of the school saw anybody that day; `told`: up to when every door told all it knew, none while one is silent."""

    spoke: bool
    told: datetime | None

    def know(self, moment: datetime) -> bool:
        return self.spoke and self.told is not None and self.told >= moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A debit of which something is left; `own`: from the family's money and not from the benefit."""

    txn: str
    account: str
    about: str
    at: datetime
    title: str
    left_kop: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a diary says of a lesson; `start` and `end` where it tells them."""

    about: str
    subject: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """One person's diary of the day: what it says was there (marks, presence) and was not; `lessons` is how many it has."""

    person: str
    there: tuple[Word, ...] = ()
    away: tuple[Word, ...] = ()
    lessons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`carries`: since when the child had a carrier that the doors know, none without. `told_away`: the family's notice of whole days."""

    date: date
    zone: str
    now: datetime
    carries: datetime | None
    visits: tuple[Visit, ...]
    doors: Doors
    bought: tuple[Bought, ...] = ()
    benefit: bool = False
    benefit_used: bool = False
    told_away: bool = False
    diaries: tuple[Diary, ...] = ()

    def nobody_saw(self, moment: datetime) -> bool:
        """The child has what to pass with, no door saw it all day, and all of them would have told by now. A silent door says nothing."""
        known = self.carries is not None and self.carries <= moment
        return known and not self.visits and self.doors.know(moment) and self.now - moment >= GRACE

    @property
    def evening(self) -> datetime:
        return datetime.combine(self.date, OVER, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """`object` makes it the same one when it is found again; `person` is set where a diary said a part of it."""

    rule: str
    object: str
    about: str
    text: str
    person: str | None = None
    txn: str = ""
    account: str = ""


def raised(day: Day) -> list[Raised]:
    """Every rule once, each with its own words."""
    return [one for rule in RULES.values() for one in rule.find(day)]


def _debit_without_pass(day: Day) -> Iterator[Raised]:
    for one in day.bought:
        if day.nobody_saw(one.at):
            text = f"{_meal(one, day)}, а прохода в школу в этот день не было."
            yield Raised(rule="debit_without_pass", object=one.txn, about=one.about, text=text, txn=one.txn, account=one.account)


def _debit_while_away(day: Day) -> Iterator[Raised]:
    for one in day.bought:
        if day.told_away and not day.nobody_saw(one.at):
            text = f"{_meal(one, day)}, а вы сообщали, что ребёнка в этот день не будет."
            yield Raised(rule="debit_while_away", object=one.txn, about=one.about, text=text, txn=one.txn, account=one.account)


def _benefit_unused(day: Day) -> Iterator[Raised]:
    if not day.benefit or day.benefit_used:
        return
    for one in day.bought:
        if one.own and day.now - one.at >= GRACE:
            text = f"{_meal(one, day)} со счёта «Питание», а школа дала льготу на этот день."
            yield Raised(rule="benefit_unused", object=one.txn, about=one.about, text=text, txn=one.txn, account=one.account)
            return


def _there_without_pass(day: Day) -> Iterator[Raised]:
    for diary in day.diaries:
        seen = [one for one in diary.there if day.nobody_saw(one.end or day.evening)]
        if seen:
            text = f"Дневник говорит, что ребёнок был на уроке ({_subjects(seen)}), а прохода в школу в этот день не было."
            yield Raised(rule="there_without_pass", object=day.date.isoformat(), about=seen[0].about, text=text, person=diary.person)


def _away_with_pass(day: Day) -> Iterator[Raised]:
    """Where the diary tells no times, only a child that was missing at every lesson is contradicted by having come."""
    came = any(visit.came for visit in day.visits)
    for diary in day.diaries:
        timed = [one for one in diary.away if one.start and any(visit.inside(one.start + _half(one)) for visit in day.visits)]
        whole = came and len(diary.away) >= max(diary.lessons, 1) and not any(one.start for one in diary.away)
        seen = timed or (list(diary.away) if whole else [])
        if seen:
            text = f"Дневник говорит, что ребёнка не было на уроке ({_subjects(seen)}), а по турникету он был в школе."
            yield Raised(rule="away_with_pass", object=day.date.isoformat(), about=seen[0].about, text=text, person=diary.person)


def _told_away_with_pass(day: Day) -> Iterator[Raised]:
    came = next((visit.came for visit in day.visits if visit.came), None)
    if day.told_away and came is not None:
        text = f"Вы сообщали, что ребёнка в этот день не будет, а турникет записал вход в {came.at.astimezone(ZoneInfo(day.zone)):%H:%M}."
        yield Raised(rule="told_away_with_pass", object=day.date.isoformat(), about=f"pass:{came.id}", text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`appeal` is the kind of an appeal that asks about it; a debit is disputed instead."""

    title: str
    appeal: str
    find: Callable[[Day], Iterator[Raised]]


RULES: dict[str, Rule] = {
    "debit_without_pass": Rule(title="Списание без прохода", appeal="debit", find=_debit_without_pass),
    "debit_while_away": Rule(title="Списание в день отсутствия", appeal="debit", find=_debit_while_away),
    "benefit_unused": Rule(title="Льгота не использована", appeal="meal", find=_benefit_unused),
    "there_without_pass": Rule(title="Отметка без прохода", appeal="mark", find=_there_without_pass),
    "away_with_pass": Rule(title="Отсутствие, хотя проход был", appeal="mark", find=_away_with_pass),
    "told_away_with_pass": Rule(title="Проход в день отсутствия", appeal="pass", find=_told_away_with_pass),
}


def _meal(one: Bought, day: Day) -> str:
    return f"{one.at.astimezone(ZoneInfo(day.zone)):%d.%m в %H:%M} списано {shown(one.left_kop)} («{one.title}»)"


def _subjects(words: list[Word]) -> str:
    named = list(dict.fromkeys(one.subject for one in words if one.subject))
    return ", ".join(named[:3]) + (f" и ещё {len(named) - 3}" if len(named) > 3 else "") if named else "предмет не назван"


def _half(one: Word) -> timedelta:
    return (one.end - one.start) / 2 if one.start and one.end else timedelta(minutes=20)
