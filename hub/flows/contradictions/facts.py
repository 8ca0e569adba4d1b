"""What is known of the last days of several children, read in few queries: doors, visits, debits, the family's and the diaries' words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.kit.diary import AttendanceKind
from connectors.kit.ports import Window
from device_ingest import store
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.intake import NEWEST
from device_ingest.model import EventType
from hub.deps import Deps
from hub.flows.contradictions.rules import Bought, Day, Diary, Doors, Word
from hub.flows.timeline.doors import Doors as Known
from hub.flows.timeline.doors import doors_of
from hub.flows.timeline.items.diary import Read, read_diaries
from hub.flows.timeline.passed import Carried, carried_by, events_of, visits_of
from hub.flows.timeline.visits import LONGEST
from hub.flows.views.items import LessonItem
from hub.ledger.debits.across import Moved, between
from hub.ledger.debits.reading import with_benefit
from hub.ledger.model import Kind, Purpose
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractState
from hub.store.diaries import diary_links
from hub.store.school import schools
from hub.store.written import absences
from hub.store.written.absences import Notice
from identity.model import MOSCOW

BACK = 2
"""So many days before today are looked at again: late passes and marks still come."""
MOST = 20_000
NO_DOORS = Known(zone=MOSCOW, each=())
AWAY = frozenset({AttendanceKind.ABSENT_UNEXCUSED, AttendanceKind.ILL, AttendanceKind.EXCUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A day of a child, and which school it was at."""

    child: str
    school: str
    day: Day


def facts_of(deps: Deps, children: Collection[str]) -> list[Facts]:
    """In the caller's unit: today and the days before it, of every child that a school's card names."""
    return list(_Known(deps, children).facts())


class _Known:
    """Everything of a batch of children, read once."""

    def __init__(self, deps: Deps, children: Collection[str]) -> None:
        self._now = deps.now()
        self._carried: Carried = carried_by(deps, children)
        self._zones = {school: schools.zone_of(school) or MOSCOW for school, _ in self._carried.classes.values()}
        self._doors = doors_of(self._zones)
        start, end = self._now - timedelta(days=BACK + 1), self._now + NEWEST
        passes = events_of(self._carried, start=start - LONGEST, end=end, limit=MOST, types=(EventType.PASS,))
        self._visits = {
            child: visits_of([row for row in passes if self._carried.child_of(row) == child]) for child in self._carried.classes
        }
        self._contracts = [one for one in contracts.of_children(list(self._carried.classes)) if one.state is ContractState.ACTIVE]
        self._accounts = {account.id: (one, account.purpose) for one in self._contracts for account in one.accounts}
        self._moved = between(self._accounts, start=start, end=end, limit=MOST, kinds=(Kind.MEAL,))
        self._away = absences.of_children(deps.keys, list(self._carried.classes), since=start.date(), limit=MOST)
        window = Window(start=start.date(), end=end.date() + timedelta(days=1))
        self._diaries = list(read_diaries(deps, diary_links.everyones(self._carried.classes), window))
        self._benefits: dict[date, frozenset[str]] = {}
        self._spoke: dict[tuple[str, date], bool] = {}

    def facts(self) -> Iterator[Facts]:
        for child, (school, _) in self._carried.classes.items():
            today = self._now.astimezone(ZoneInfo(self._zones[school])).date()
            for back in range(BACK + 1):
                day = today - timedelta(days=back)
                yield Facts(child=child, school=school, day=self._day(child, school, day))

    def _day(self, child: str, school: str, day: date) -> Day:
        zone = ZoneInfo(self._zones[school])
        start = datetime.combine(day, time(), zone)
        end = start + timedelta(days=1)
        mine = [one for one in self._moved if self._accounts[one.account][0].child == child and start <= one.at < end]
        return Day(
            date=day,
            zone=zone.key,
            now=self._now,
            carries=self._carries(child, end),
            visits=tuple(visit for visit in self._visits[child] if any(start <= one.at < end for one in visit.passes)),
            doors=self._of_doors(school, day, start, end),
            bought=tuple(self._bought(one) for one in mine if one.back_kop < -one.amount_kop),
            benefit=any(one.id in self._with_benefit(day) for one in self._contracts if one.child == child and one.school == school),
            benefit_used=any(self._accounts[one.account][1] is Purpose.MEAL_BENEFIT for one in mine),
            told_away=any(_covers(one, child, day) for one in self._away),
            diaries=tuple(_diary(one, day) for one in self._diaries if one.child == child),
        )

    def _carries(self, child: str, end: datetime) -> datetime | None:
        held = [one for one, whose in self._carried.of if whose == child and one.carrier != MANUAL]
        return min((one.since for one in held if one.until is None or one.until >= min(end, self._now)), default=None)

    def _of_doors(self, school: str, day: date, start: datetime, end: datetime) -> Doors:
        known = self._doors.get(school, NO_DOORS)
        if (school, day) not in self._spoke:
            self._spoke[school, day] = store.spoke([one.id for one in known.each], start=start, end=end)
        return Doors(spoke=self._spoke[school, day], told=known.told(before=end))

    def _bought(self, one: Moved) -> Bought:
        by_device = one.scope.startswith("device:")
        about = f"meal:{one.scope.removeprefix('device:')}/{one.key}" if by_device else f"meal:{one.txn}/{one.account}"
        return Bought(
            txn=one.txn,
            account=one.account,
            about=about,
            at=one.at,
            title=one.cause.item or "питание",
            left_kop=-one.amount_kop - one.back_kop,
            own=self._accounts[one.account][1] is Purpose.MEAL,
        )

    def _with_benefit(self, day: date) -> frozenset[str]:
        if day not in self._benefits:
            self._benefits[day] = with_benefit([one.id for one in self._contracts], day)
        return self._benefits[day]


def _covers(one: Notice, child: str, day: date) -> bool:
    return one.child == child and one.first_day <= day <= one.last_day and not one.told.lessons


def _diary(read: Read, day: date) -> Diary:
    lessons = {one.id: one for one in read.lessons.values() if one.date == day}
    marks = [
        _word(f"mark:{read.system}/{one.id}", one.subject, lessons.get(one.lesson or ""))
        for one in read.marks
        if one.date == day and one.value[:1].isdigit()
    ]
    attended = [
        (one, _word(f"attendance:{read.system}/{one.id}", one.subject, lessons.get(one.lesson or "")))
        for one in read.absences
        if one.date == day
    ]
    return Diary(
        person=read.person,
        there=(*marks, *(word for one, word in attended if one.kind == AttendanceKind.PRESENT)),
        away=tuple(word for one, word in attended if one.kind in AWAY),
        lessons=sum(one.status != "cancelled" for one in lessons.values()),
    )


def _word(about: str, subject: str, lesson: LessonItem | None) -> Word:
    return Word(about=about, subject=subject, start=lesson.start if lesson else None, end=lesson.end if lesson else None)
