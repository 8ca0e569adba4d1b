"""The calls of one read: which are asked in the first round, and what their answers leave to ask in the second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from connectors.diaries.dnevnik.client.api import Api
from connectors.diaries.dnevnik.mapping import wire, wire_family
from connectors.diaries.dnevnik.mapping.account import pupils
from connectors.diaries.dnevnik.mapping.frame import Frame, both, ident
from connectors.diaries.dnevnik.mapping.page import (
    Answers,
    Seen,
    kinds_of_work,
    missing,
    sections_by_place,
    unlisted_marks,
)
from connectors.diaries.dnevnik.mapping.results import OneAverage, periods, plain_averages, weighted_averages
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, Period
from connectors.kit.errors import AccessDenied
from connectors.kit.ports import Access, Window

Ask = Callable[[], Awaitable[None]]

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
# The web diary asks for a fortnight at a time and bots for three weeks; a month is where answers stay under a second.
MAX_DAYS = 28
# Homework that is due in the window may have been set the week before, and the list goes by either date.
LOOK_BACK = timedelta(days=7)
MAX_IDS = 100
MAX_RECENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The ids under which the platform keeps one pupil's diary."""

    person: str
    school: str
    group: str


class Rounds:
    """Collects the answers of one read."""

    def __init__(self, api: Api, access: Access, deadline: Deadline, frame: Frame, keys: Keys, *, weighted: bool) -> None:
        self.answers = Answers()
        self._api = api
        self._access = access
        self._deadline = deadline
        self._frame = frame
        self._keys = keys
        self._weighted = weighted
        self._types_kept = False
        self._averages_asked = False

    def first_round(self, data: Set[Datum]) -> Iterator[Ask]:
        if data & DAYS:
            for part in parts(self._frame.window):
                yield from self._days(data, part)
        if Datum.MARKS in data:
            yield from self._types()
            yield lambda: self._recent(self._limit())
        if data & {Datum.MARKS, Datum.FINALS, Datum.AVERAGES}:
            yield from self._periods()
        if Datum.FINALS in data:
            yield self._finals
        if Datum.TERMS in data:
            yield self._year
        if data & {Datum.AVERAGES, Datum.TERMS}:
            yield self._own_child
        if Datum.AVERAGES in data:
            yield self._subjects
            if self.answers.periods:
                yield from self._averages()

    def _days(self, data: Set[Datum], part: Window) -> Iterator[Ask]:
        async def schedule() -> None:
            path = f"/persons/{self._keys.person}/groups/{self._keys.group}/schedules"
            self.answers.schedules.append(both(self._api.system, await self._get(path, _span(part)), wire.Schedule))

        async def homeworks() -> None:
            path = f"/persons/{self._keys.person}/school/{self._keys.school}/homeworks"
            span = _span(Window(start=part.start - LOOK_BACK, end=part.end))
            self.answers.homeworks.append(both(self._api.system, await self._get(path, span), wire.Homeworks))

        async def marks() -> None:
            span = _span(part)
            path = f"/persons/{self._keys.person}/schools/{self._keys.school}/marks/{span['startDate']}/{span['endDate']}"
            self.answers.marks.append(both(self._api.system, await self._get(path), list[wire.Mark]))

        yield schedule
        if Datum.HOMEWORK in data:
            yield homeworks
        if data & {Datum.MARKS, Datum.ATTENDANCE}:
            yield marks

    def second_round(self, data: Set[Datum], seen: Seen) -> Iterator[Ask]:
        if data & {Datum.MARKS, Datum.ATTENDANCE}:
            works, places = missing(seen)
            for ids in _batches(works):
                yield partial(self._works, ids)
            for ids in _batches(places):
                yield partial(self._lessons, ids)
        if Datum.MARKS in data:
            yield from self._sections(seen)
            if self._types_kept and kinds_of_work(seen) - {str(type_.id) for type_ in self.answers.types}:
                yield self._ask_types
            if self._limit() < MAX_RECENT and unlisted_marks(self._frame, seen, self.answers):
                yield lambda: self._recent(MAX_RECENT)
        if Datum.AVERAGES in data and not self._averages_asked:
            yield from self._averages()

    def _averages(self) -> Iterator[Ask]:
        """Of every period that has begun."""
        self._averages_asked = True
        today = self._frame.fetched_at.astimezone(self._frame.zone).date()
        for period in periods(self._frame, self.answers.periods):
            if period.start and period.end and period.start <= today:
                yield partial(self._ask_averages, period)

    def _sections(self, seen: Seen) -> Iterator[Ask]:
        """What the criteria of these marks are called: asked once for a class, a subject and a period, then remembered."""
        known = periods(self._frame, self.answers.periods)
        wanted: dict[tuple[str, str], None] = {}
        for (subject, day), sections in sections_by_place(seen).items():
            explained = {section: self._explained(section) for section in sections}
            if all(explained.values()):
                continue
            wanted.update(
                {(subject, period.id): None for period in known if period.start and period.end and period.start <= day <= period.end}
            )

        async def ask(subject: str, period: str) -> None:
            body = await self._get(f"/edu-group/{self._keys.group}/subject/{subject}/period/{period}/criteria-marks-sections")
            for section in decode(self._api.system, body, list[wire.Section]):
                self._api.words.sections.put(str(section.id), section)
                self.answers.sections.append(section)

        for subject, period in wanted:
            yield partial(ask, subject, period)

    def _explained(self, section: str) -> bool:
        """Whether this criterion's name is known; what is known is taken along."""
        known = self._api.words.sections.get(section)
        if known is not None:
            self.answers.sections.append(known)
        return known is not None

    def _types(self) -> Iterator[Ask]:
        kept = self._api.words.types.get(self._keys.school)
        if kept is None:
            yield self._ask_types
        else:
            self._types_kept = True
            self.answers.types = list(kept)

    async def _ask_types(self) -> None:
        self.answers.types = decode(self._api.system, await self._get(f"/work-types/{self._keys.school}"), list[wire.WorkType])
        self._api.words.types.put(self._keys.school, self.answers.types)

    async def _subjects(self) -> None:
        self.answers.subjects = decode(self._api.system, await self._get(f"/edu-groups/{self._keys.group}/subjects"), list[wire.Subject])

    async def _own_child(self) -> None:
        """Averages and terms are asked for a class, which the platform shows to every family in it: here we look whose child this is."""
        context = decode(self._api.system, await self._get("/users/me/context"), wire_family.Context)
        if self._keys.person not in pupils(context):
            raise AccessDenied(self._api.system, "not a child of this account")

    def _periods(self) -> Iterator[Ask]:
        kept = self._api.words.periods.get(self._keys.group)

        async def ask() -> None:
            body = await self._get(f"/edu-groups/{self._keys.group}/reporting-periods")
            self.answers.periods = decode(self._api.system, body, list[wire.Period])
            self._api.words.periods.put(self._keys.group, self.answers.periods)

        if kept is None:
            yield ask
        else:
            self.answers.periods = list(kept)

    async def _year(self) -> None:
        body = await self._get(f"/edu-groups/{self._keys.group}/reporting-period-group")
        self.answers.year = decode(self._api.system, body, wire.PeriodGroup)

    async def _finals(self) -> None:
        path = f"/persons/{self._keys.person}/edu-groups/{self._keys.group}/allfinalmarks"
        self.answers.finals = both(self._api.system, await self._get(path), wire.AllFinalMarks)

    def _limit(self) -> int:
        """The list of latest marks runs backwards from its date, so many of each subject: about one in two days."""
        return min(MAX_RECENT, max(3, (self._frame.window.end - self._frame.window.start).days // 2))

    async def _recent(self, limit: int) -> None:
        path = f"/persons/{self._keys.person}/group/{self._keys.group}/recentmarks"
        query = {"fromDate": self._frame.window.end.isoformat(), "limit": str(limit)}
        recent = decode(self._api.system, await self._get(path, query), wire.RecentMarks)
        self.answers.criteria = recent.criteriabasedmarks or []
        self.answers.listed = {ident(mark.id, mark.id_str) for mark in recent.marks or ()}

    async def _works(self, ids: list[int]) -> None:
        body = await self._api.ask_many("/works/many", self._access.token, self._deadline, ids)
        self.answers.works += decode(self._api.system, body, list[wire.Work])

    async def _lessons(self, ids: list[int]) -> None:
        body = await self._api.ask_many("/lessons/many", self._access.token, self._deadline, ids)
        self.answers.places += decode(self._api.system, body, list[wire.FullLesson])

    async def _ask_averages(self, period: Period) -> None:
        kind = "wa-marks" if self._weighted else "avg-marks"
        body = await self._get(f"/edu-groups/{self._keys.group}/{kind}/{period.start}/{period.end}")
        found: list[OneAverage]
        if self._weighted:
            found = weighted_averages(decode(self._api.system, body, wire.WeightedMarks))
        else:
            found = plain_averages(decode(self._api.system, body, list[wire.PersonAverages]))
        self.answers.averages.append((period, found))

    async def _get(self, path: str, params: dict[str, str] | None = None) -> bytes:
        return await self._api.get(path, self._access.token, self._deadline, params)


def parts(window: Window) -> Iterator[Window]:
    """The window in pieces that the platform answers in one go."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=MAX_DAYS - 1), window.end)
        yield Window(start=start, end=end)
        start = end + timedelta(days=1)


def _span(window: Window) -> dict[str, str]:
    """From the first moment to the last: an end at midnight would leave its own day out where times are compared."""
    return {"startDate": f"{window.start.isoformat()}T00:00:00", "endDate": f"{window.end.isoformat()}T23:59:59"}


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(ids), MAX_IDS):
        yield ids[first : first + MAX_IDS]
