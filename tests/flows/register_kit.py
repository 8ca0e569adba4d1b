"""A diary that takes notices of absence itself, played in memory, and how a guardian and the worker turn to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from connectors.kit.absences import AbsenceReason, AbsentDay
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import Rejected
from connectors.kit.ports import Access
from hub.worker.jobs import jobs
from tests.flows.family_kit import told
from tests.flows.kit import Browser, FakeDiary, Hub
from tests.flows.written_kit import FakeMail

DAY, NEXT = date(2026, 11, 18), date(2026, 11, 19)
TWO = {"first_day": "2026-11-18", "last_day": "2026-11-19", "kind": "ill", "reason": "Температура 39"}
ONE = {"first_day": "2026-11-18"}


@dataclass
class FakeRegister(FakeDiary):
    """A diary with a list of told days. `loses`: the answer to a change is lost after it was done; `changes_fail`: before."""

    there: dict[date, AbsentDay] = field(default_factory=dict)
    refuses: set[date] = field(default_factory=set)
    asked: list[tuple[str, tuple[date, ...]]] = field(default_factory=list)
    words: list[tuple[AbsenceReason, str]] = field(default_factory=list)
    loses: Exception | None = None
    changes_fail: Exception | None = None
    list_fails: Exception | None = None

    async def absent_days(self, access: Access, child: DiaryChild) -> tuple[AbsentDay, ...]:
        self._check(access)
        self.asked.append(("list", ()))
        if self.list_fails:
            raise self.list_fails
        return tuple(self.there.values())

    async def announce(
        self, access: Access, child: DiaryChild, days: tuple[date, ...], *, reason: AbsenceReason, comment: str = ""
    ) -> tuple[AbsentDay, ...]:
        self._check(access)
        self.asked.append(("announce", days))
        self.words.append((reason, comment))
        taken = [day for day in days if day not in self.refuses]
        if self.changes_fail or not taken:
            raise self.changes_fail or Rejected(self.name, "bad_request", "День не подходит")
        self.there |= {day: AbsentDay(day=day, is_own=True) for day in taken}
        return self._answer()

    async def withdraw(self, access: Access, child: DiaryChild, days: tuple[date, ...]) -> tuple[AbsentDay, ...]:
        self._check(access)
        self.asked.append(("withdraw", days))
        if self.changes_fail:
            raise self.changes_fail
        for day in days:
            self.there.pop(day, None)
        return self._answer()

    def _answer(self) -> tuple[AbsentDay, ...]:
        if self.loses:
            raise self.loses
        return tuple(self.there.values())

    def changes(self) -> list[str]:
        return [name for name, _ in self.asked if name != "list"]

    def well(self) -> None:
        self.loses = self.changes_fail = self.list_fails = None


@dataclass
class FakeBoth(FakeRegister, FakeMail):
    """A diary with both."""


def put(hub: Hub, made: FakeRegister) -> FakeRegister:
    hub.diary = made
    hub.change(diaries={"dnevnik": made}, settings=replace(hub.deps.settings, polls=True))
    return made


def path(child: str) -> str:
    return f"/api/v1/children/{child}/absences"


async def sent(browser: Browser, child: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    found: dict[str, Any] = await told(await browser.send("POST", path(child), json=body), status)
    return found


async def turned(browser: Browser, child: str, made: dict[str, Any], turn: str) -> dict[str, Any]:
    found: dict[str, Any] = await told(await browser.send("POST", f"{path(child)}/{made['id']}/{turn}"))
    return found


async def worker(hub: Hub, **span: float) -> None:
    hub.clock.go(**span)
    (job,) = [one for one in jobs(hub.deps) if one.name == "absences_in_diaries"]
    await job.batch()


async def seen(browser: Browser, child: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = (await told(await browser.get(path(child))))["items"]
    return items[0]
