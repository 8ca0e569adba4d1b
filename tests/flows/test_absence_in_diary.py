"""A notice of absence in the family's own diary: told once, followed, taken back, and honest about what nobody knows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from connectors.kit.absences import AbsenceReason, AbsentDay, DayState
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, AuthExpired, Rejected, TimedOut, Unavailable
from connectors.kit.ports import Access
from hub.app import create_app
from hub.store.written import entries
from hub.worker.jobs import jobs
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.family_kit import form, kinds, page, parents, relative, told
from tests.flows.kit import Browser, FakeDiary, Hub
from tests.flows.written_kit import FakeMail

DAY, NEXT = date(2026, 11, 18), date(2026, 11, 19)
TWO = {"first_day": "2026-11-18", "last_day": "2026-11-19", "kind": "ill", "reason": "Температура 39"}
ONE = {"first_day": "2026-11-18"}
AT_SCHOOL = "Температура"


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


@pytest.fixture
def register(hub: Hub) -> FakeRegister:
    return put(hub, FakeRegister(hub.clock, accounts=hub.diary.accounts))


def put(hub: Hub, made: FakeRegister) -> FakeRegister:
    hub.diary = made
    hub.deps = replace(hub.deps, diaries={"dnevnik": made}, settings=replace(hub.deps.settings, polls=True))
    hub.app = create_app(hub.deps)
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


@pytest.mark.feature("F176")
async def test_days_go_into_the_diary_that_takes_them_and_the_family_hears(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    ways = (await told(await anna.get(path(child))))["ways"]
    assert (ways["diary"], ways["letter"], ways["office"]) == ("Дневник.ру", None, None)
    made = await sent(anna, child, TWO)
    assert (made["state"], made["channels"], made["diary"]["state"], made["diary"]["may_check"]) == ("sent", ["diary"], "taken", True)
    assert register.changes() == ["announce"] and sorted(register.there) == [DAY, NEXT]
    assert register.words == [(AbsenceReason.ILL, "Температура 39")]
    assert "absence_sent" in await kinds(boris)
    text = await page(anna, f"/children/{child}/absence")
    assert "Дневник.ру: записано" in text and "Проверить" in text
    log = (await told(await anna.get(f"/api/v1/children/{child}/access-log")))["items"]
    assert "absence.sent" in {one["action"] for one in log}


@pytest.mark.rule("A12")
async def test_the_same_form_pressed_together_is_told_once(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    body = ONE | {"form": "f1"}
    answers = await asyncio.gather(*(anna.send("POST", path(child), json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert register.changes() == ["announce"]


async def test_a_day_that_stands_there_already_is_not_told_over_and_not_taken_out(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    register.there[DAY] = AbsentDay(day=DAY, comment="От папы", is_own=False)
    made = await sent(anna, child, TWO)
    assert made["diary"]["state"] == "taken"
    assert register.asked[-1] == ("announce", (NEXT,))
    await turned(anna, child, made, "withdraw")
    assert register.asked[-1] == ("withdraw", (NEXT,)) and list(register.there) == [DAY]
    assert (await seen(anna, child))["diary"]["state"] == "removed"


async def test_days_that_the_diary_did_not_take_are_named(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    register.refuses = {NEXT}
    made = await sent(anna, child, TWO)
    assert (made["state"], made["diary"]["state"], made["diary"]["missing"]) == ("sent", "partly", ["2026-11-19"])
    assert made["may_retry"]
    text = await page(anna, f"/children/{child}/absence")
    assert "записаны не все дни" in text and "чт, 19 ноября" in text
    register.refuses = set()
    again = await turned(anna, child, made, "retry")
    assert again["diary"]["state"] == "taken" and register.asked[-1] == ("announce", (NEXT,))


@pytest.mark.parametrize(
    ("error", "state"), [(Rejected("dnevnik", "bad_request", "День не подходит"), "refused"), (AccessDenied("dnevnik", "pupil"), "refused")]
)
async def test_what_the_diary_refuses_stays_a_draft_with_its_words(hub: Hub, register: FakeRegister, error: Exception, state: str) -> None:
    anna, boris, child = await parents(hub)
    register.changes_fail = error
    made = await sent(anna, child, ONE)
    assert (made["state"], made["diary"]["state"], made["channels"], made["may_retry"]) == ("draft", state, [], True)
    assert "absence_sent" not in await kinds(boris)
    assert "не принято" in await page(anna, f"/children/{child}/absence")
    assert AT_SCHOOL not in str(await hub.rows("SELECT * FROM absence_entry")) + "".join(await kinds(boris))
    assert "не подходит" not in str(await hub.rows("SELECT * FROM absence_entry"))


@pytest.mark.parametrize("error", [TimedOut("dnevnik", "30 s"), Unavailable("dnevnik", "502")])
async def test_after_a_lost_answer_the_list_says_that_it_arrived(hub: Hub, register: FakeRegister, error: Exception) -> None:
    anna, _, child = await parents(hub)
    register.loses = error
    made = await sent(anna, child, TWO)
    assert (made["state"], made["diary"]["state"]) == ("sent", "taken")
    assert [name for name, _ in register.asked] == ["list", "announce", "list"]


async def test_after_a_lost_sending_the_list_says_that_it_did_not_arrive(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    register.changes_fail = TimedOut("dnevnik", "30 s")
    made = await sent(anna, child, ONE)
    assert (made["state"], made["diary"]["state"], made["may_retry"]) == ("draft", "failed", True)
    register.well()
    register.there[DAY] = AbsentDay(day=DAY, is_own=True)  # it was only late
    await worker(hub, minutes=6)
    found = await seen(anna, child)
    assert (found["state"], found["diary"]["state"]) == ("sent", "taken")
    assert "absence_sent" in await kinds(boris)
    assert register.changes() == ["announce"]


async def test_where_nobody_knows_it_is_never_told_twice_and_looked_at_later(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    register.loses = TimedOut("dnevnik", "30 s")
    first = FakeRegister.absent_days

    async def once(self: FakeRegister, access: Access, pupil: DiaryChild) -> tuple[AbsentDay, ...]:
        if self.changes():
            raise Unavailable("dnevnik", "down")
        return await first(self, access, pupil)

    register.absent_days = once.__get__(register)  # type: ignore[method-assign]  # the list fails from the sending on
    made = await sent(anna, child, ONE)
    assert (made["state"], made["diary"]["state"]) == ("sent", "unknown")
    assert "ответ не пришёл" in await page(anna, f"/children/{child}/absence")
    again = await turned(anna, child, made, "retry")
    assert again["diary"]["state"] == "unknown" and register.changes() == ["announce"]
    failed = await anna.send("POST", f"{path(child)}/{made['id']}/check")
    assert failed.status_code >= 500
    del register.absent_days  # well again
    register.well()
    assert (await turned(anna, child, made, "check"))["diary"]["state"] == "taken"
    assert register.changes() == ["announce"]


@pytest.mark.parametrize(("word", "state"), [(DayState.ACCEPTED, "accepted"), (DayState.REJECTED, "rejected")])
@pytest.mark.parametrize("by", ["button", "worker"])
async def test_the_schools_word_in_the_diary_becomes_the_notices(
    hub: Hub, register: FakeRegister, word: DayState, state: str, by: str
) -> None:
    anna, boris, child = await parents(hub)
    made = await sent(anna, child, TWO)
    register.there[DAY] = AbsentDay(day=DAY, state=word, answer="Контрольная")
    await turned(anna, child, made, "check")
    assert (await seen(anna, child))["state"] == "sent", "of one day alone"
    register.there[NEXT] = AbsentDay(day=NEXT, state=word, answer="Контрольная")
    if by == "button":
        await turned(anna, child, made, "check")
    else:
        await hub.deps.db.write(lambda: entries.later(made["id"], hub.clock()))
        await worker(hub, minutes=1)
    found = await seen(anna, child)
    assert (found["state"], found["answer"], found["may_withdraw"]) == (state, "Контрольная", False)
    assert f"absence_{state}" in await kinds(boris)
    texts = [one["text"] for one in (await told(await boris.get("/api/v1/me/notices")))["items"]]
    assert not any("Контрольная" in text or "Орлов" in text for text in texts)


async def test_a_notice_that_was_taken_out_in_the_diary_counts_no_more(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    made = await sent(anna, child, ONE)
    register.there.clear()
    after = await turned(anna, child, made, "check")
    assert (after["state"], after["diary"]["state"]) == ("withdrawn", "gone")
    assert "absence_withdrawn" in await kinds(boris)
    await sent(anna, child, ONE)


async def test_a_withdrawal_reaches_the_diary_and_a_failed_one_is_tried_again(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    made = await sent(anna, child, TWO)
    register.changes_fail = Unavailable("dnevnik", "down")
    gone = await turned(anna, child, made, "withdraw")
    assert (gone["state"], gone["diary"]["state"]) == ("withdrawn", "leaving")
    assert "запись ещё стоит" in await page(anna, f"/children/{child}/absence")
    register.well()
    await worker(hub, minutes=6)
    assert register.there == {} and (await seen(anna, child))["diary"]["state"] == "removed"


@pytest.mark.rule("A15")
async def test_another_guardian_without_that_diary_leaves_its_entry_to_its_owner(hub: Hub, register: FakeRegister) -> None:
    anna, boris, child = await parents(hub)
    made = await sent(anna, child, ONE)
    assert (await boris.send("POST", f"{path(child)}/{made['id']}/check")).status_code == 403
    gone = await turned(boris, child, made, "withdraw")
    assert (gone["state"], gone["diary"]["state"], gone["diary"]["may_check"]) == ("withdrawn", "stays", False)
    assert register.changes() == ["announce"]
    assert "Убрать из дневника" in await page(anna, f"/children/{child}/absence")
    done = await form(anna, f"/children/{child}/absence/{made['id']}/check")
    assert done.headers["Location"].endswith("?done=checked")
    assert register.there == {} and (await seen(anna, child))["diary"]["state"] == "removed"


async def test_single_lessons_go_another_way(hub: Hub) -> None:
    both = put(hub, FakeBoth(hub.clock, accounts=hub.diary.accounts))
    assert isinstance(both, FakeBoth)
    anna, _, child = await parents(hub)
    made = await sent(anna, child, ONE | {"lessons": [5]})
    assert (made["channels"], made["diary"]) == (["letter"], None) and both.changes() == []
    whole = await sent(anna, child, ONE)
    assert (whole["channels"], whole["letter"]) == (["diary"], None) and len(both.sent) == 1
    both.refuses = {NEXT}
    rest = await sent(anna, child, {"first_day": "2026-11-19"})
    assert (rest["channels"], rest["diary"]["state"], len(both.sent)) == (["letter"], "refused", 2)


async def test_beside_the_schools_own_inbox_the_diary_is_told_and_the_school_decides_here(hub: Hub, register: FakeRegister) -> None:
    desk: Desk = await open_desk(hub)
    await desk.anna.link()
    made = await sent(desk.anna, desk.petya, ONE)
    assert made["channels"] == ["office", "diary"]
    register.there[DAY] = AbsentDay(day=DAY, state=DayState.ACCEPTED)
    assert (await turned(desk.anna, desk.petya, made, "check"))["state"] == "sent"


async def test_the_worker_lets_a_dead_account_and_the_night_alone(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    await sent(anna, child, TWO)
    before = len(register.asked)
    await worker(hub, minutes=30)
    assert len(register.asked) == before, "not due"
    await worker(hub, hours=9)
    assert len(register.asked) == before, "night at school"
    await worker(hub, hours=9)
    assert len(register.asked) == before + 1
    register.fails = AuthExpired("dnevnik", "invalidToken")
    await worker(hub, hours=7)
    await worker(hub, hours=1)
    assert (await seen(anna, child))["diary"]["state"] == "taken"


@pytest.mark.rule("A5b")
@pytest.mark.security("3")
async def test_who_may_not_look(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    made = await sent(anna, child, ONE)
    check = f"{path(child)}/{made['id']}/check"
    assert [(await galina.send("POST", one)).status_code for one in (check, f"{path(child)}/nothing/check")] == [404, 404]
    assert (await anna.send("POST", f"{path(child)}/nothing/check")).status_code == 404
    assert (await anna.send("POST", check, csrf="wrong")).status_code == 403
    assert (await anna.send("POST", check, origin="https://evil.test")).status_code == 403
    assert (await hub.browser().send("POST", check)).status_code in (401, 403)
    assert register.changes() == ["announce"]


@pytest.mark.rule("A18")
async def test_an_entry_goes_with_its_notice(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    await sent(anna, child, ONE)
    hub.clock.go(days=367)
    (job,) = [one for one in jobs(hub.deps) if one.name == "absence_notices"]
    await job.batch()
    assert await hub.rows("SELECT 1 FROM absence_entry") == []


async def test_the_page_says_what_did_not_go_and_stays_when_the_diary_is_silent(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    own = f"/children/{child}/absence"
    register.list_fails = Unavailable("dnevnik", "down")
    went = await form(anna, own, form="f1", first_day="2026-11-18")
    assert went.headers["Location"] == f"{own}?done=draft" and register.changes() == []
    after = await page(anna, went.headers["Location"])
    assert "школе пока не передано" in after and "записать не получилось" in after and "Проверить" not in after
    register.well()
    made = await seen(anna, child)
    again = await form(anna, f"{own}/{made['id']}/retry")
    assert again.headers["Location"] == f"{own}?done=sent"
    register.list_fails = TimedOut("dnevnik", "2 s")
    silent = await form(anna, f"{own}/{made['id']}/check")
    text = str(await silent.get_data(as_text=True))
    assert silent.status_code >= 500 and "Дневник.ру" in text and "записано" in text and "Отозвать" in text


@pytest.mark.rule("A12")
async def test_the_same_key_looks_once(hub: Hub, register: FakeRegister) -> None:
    anna, _, child = await parents(hub)
    made = await sent(anna, child, ONE)
    before = len(register.asked)
    check = f"{path(child)}/{made['id']}/check"
    answers = [await told(await anna.send("POST", check, **{"Idempotency-Key": "k1"})) for _ in range(2)]
    assert answers[0] == answers[1] and len(register.asked) == before + 1
