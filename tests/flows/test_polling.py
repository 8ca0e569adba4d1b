"""The worker reads before anybody asks: for people who were here lately, within the budget, fairly, by day, and it marks nothing read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest

from connectors.kit.calls import Breaker, Caller
from connectors.kit.diary import Datum, Term
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, RateLimited, TimedOut, Unavailable
from connectors.kit.health import SystemHealth
from hub.deps import Memory
from hub.flows import renew_access
from hub.flows.poll_diaries import Polling, settle_polls
from hub.flows.poll_diaries.poll import POLLS, READ
from hub.store import notices
from hub.store.diaries import diary_links, polls
from hub.store.process import console
from hub.store.process.console import NowBody
from hub.worker.jobs import jobs
from tests.flows.asking import MONDAY, WEEK, ask, state_of
from tests.flows.kit import START, Browser, Hub, account, kid, mark, origin, parent, pupil


@dataclass
class Poll:
    """`hub` with background reading on; `round` is one batch of the job, and its reads to their end."""

    hub: Hub
    job: Polling

    async def round(self) -> int:
        before = len(self.hub.diary.reads)
        assert await self.job.batch() is False
        await asyncio.gather(*self.hub.deps.memory.polled.values())
        return len(self.hub.diary.reads) - before

    async def next_at(self) -> list[int]:
        return [row[0] for row in await self.hub.rows("SELECT next_at FROM diary_poll ORDER BY next_at")]


@pytest.fixture
async def poll(hub: Hub, anna: tuple[Browser, str]) -> AsyncIterator[Poll]:
    assert anna
    hub.deps = replace(hub.deps, settings=replace(hub.deps.settings, polls=True))
    yield Poll(hub, Polling(hub.deps, chance=lambda: 0.0))
    await settle_polls(hub.deps)


async def test_a_read_that_nobody_asked_for_fills_the_copies(poll: Poll, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    poll.hub.diary.marks = [mark(MONDAY, "5", id_="m1")]
    assert await poll.round() == 1
    data, window = poll.hub.diary.reads[0]
    assert (data, window.start, window.end) == (READ, MONDAY, MONDAY + timedelta(days=6))
    body = await ask(browser, f"{child}/marks?{WEEK}")
    assert ([one["value"] for one in body["items"]], state_of(body), len(poll.hub.diary.reads)) == (["5"], ("fresh", None), 1)


async def test_what_a_system_might_count_as_seen_is_never_read_in_the_background(poll: Poll) -> None:
    every = frozenset(Datum)
    poll.hub.diary.manifest = replace(poll.hub.diary.manifest, data=every)
    await poll.round()
    assert all(not data & {Datum.ANNOUNCEMENTS, Datum.TERMS} for data, _ in poll.hub.diary.reads)


async def test_it_comes_again_when_the_copy_is_old_and_not_before(poll: Poll) -> None:
    assert [await poll.round() for _ in range(3)] == [1, 0, 0]
    poll.hub.clock.go(minutes=14, seconds=59)
    assert await poll.round() == 0
    poll.hub.clock.go(seconds=1)
    assert await poll.round() == 1


async def test_what_a_person_has_just_read_is_not_read_again(poll: Poll, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for kind in ("lessons", "marks", "homework", "attendance"):
        await ask(browser, f"{child}/{kind}?{WEEK}")
    assert await poll.round() == 0
    assert len(await poll.next_at()) == 1, "but it is planned"


async def test_who_was_not_here_for_three_days_is_left_alone(poll: Poll) -> None:
    poll.hub.clock.go(days=3, minutes=1)
    assert await poll.round() == 0


async def test_nothing_is_read_where_the_setting_is_off(poll: Poll) -> None:
    off = replace(poll.hub.deps, settings=replace(poll.hub.deps.settings, polls=False))
    await Polling(off).batch()
    assert not off.memory.polled and not poll.hub.diary.reads


@pytest.mark.parametrize(("holiday", "minutes"), [(True, 120), (False, 15)])
async def test_the_calendar_of_terms_that_somebody_looked_at_sets_the_pace(
    poll: Poll, anna: tuple[Browser, str], holiday: bool, minutes: int
) -> None:
    browser, child = anna
    poll.hub.diary.manifest = replace(poll.hub.diary.manifest, data=poll.hub.diary.manifest.data | {Datum.TERMS})
    sunday = MONDAY + timedelta(days=6)
    poll.hub.diary.terms = [Term(origin=origin("t"), name="Карантин", is_holiday=holiday, start=MONDAY, end=sunday)]
    await ask(browser, f"{child}/terms")
    await poll.round()
    poll.hub.clock.go(minutes=minutes, seconds=-1)
    assert await poll.round() == 0
    poll.hub.clock.go(seconds=1)
    assert await poll.round() == 1


async def test_at_night_nothing_is_read(poll: Poll, anna: tuple[Browser, str]) -> None:
    # Petya's school is in Krasnoyarsk: 22:30, 05:59 and 06:00 there.
    poll.hub.clock.at = START.replace(hour=15, minute=30)
    await anna[0].get("/api/v1/me")
    assert await poll.round() == 0
    poll.hub.clock.at = START.replace(hour=22, minute=59)
    assert await poll.round() == 0
    poll.hub.clock.go(minutes=1)
    assert await poll.round() == 1


@pytest.mark.parametrize("error", [RateLimited("dnevnik", "429", after_s=90), RateLimited("dnevnik", "433", after_s=90)])
async def test_a_system_that_says_too_many_is_left_alone_by_every_process(poll: Poll, error: ConnectorError) -> None:
    poll.hub.diary.fails = error
    await poll.round()
    other = Polling(poll.hub.deps, chance=lambda: 0.0)
    await poll.hub.deps.db.write(lambda: polls.put(link="x", child="y", next_at=poll.hub.clock(), failures=0))
    assert (await poll.hub.deps.db.read(lambda: polls.pauses(now=poll.hub.clock())))["dnevnik"] == START + timedelta(seconds=90)
    poll.hub.diary.fails = None
    poll.hub.clock.go(minutes=1, seconds=29)
    await other.batch()
    assert not poll.hub.deps.memory.polled
    poll.hub.clock.go(minutes=5)
    assert await poll.round() == 1


@pytest.mark.parametrize("error", [Unavailable("dnevnik"), TimedOut("dnevnik"), Drifted("dnevnik", "$.marks")], ids=lambda e: e.code)
async def test_failures_make_it_come_more_seldom_and_leave_the_copy(poll: Poll, anna: tuple[Browser, str], error: ConnectorError) -> None:
    browser, child = anna
    poll.hub.diary.marks = [mark(MONDAY, "5")]
    await poll.round()
    poll.hub.diary.marks, poll.hub.diary.fails = [], error
    poll.hub.clock.go(minutes=15)
    assert await poll.round() == 1
    poll.hub.clock.go(minutes=4)
    assert await poll.round() == 0
    poll.hub.clock.go(minutes=1)
    assert await poll.round() == 1
    poll.hub.clock.go(minutes=9)
    assert await poll.round() == 0
    body = await ask(browser, f"{child}/marks?{WEEK}")
    assert [one["value"] for one in body["items"]] == ["5"]


@pytest.mark.rule("C6")
async def test_needs_login_is_told_once_whoever_notices_it_first(poll: Poll, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    poll.hub.diary.dead_tokens = {"t1"}
    poll.hub.diary.refresh_fails = AuthExpired("dnevnik", "refused")
    kinds = ("lessons", "marks", "homework", "finals", "attendance")
    await poll.job.batch()
    await asyncio.gather(*(ask(browser, f"{child}/{kind}?{WEEK}") for kind in kinds), *poll.hub.deps.memory.polled.values())
    person = (await browser.me())["person"]["id"]
    told = await poll.hub.deps.db.read(lambda: notices.newest(poll.hub.deps.keys, person))
    assert [one.kind for one in told].count("diary_needs_login") == 1
    poll.hub.clock.go(hours=2)
    assert await poll.round() == 0, "until somebody signs in"


@pytest.mark.rule("C6")
async def test_of_two_processes_one_tries_the_refresh_and_the_parent_is_told_once(
    poll: Poll, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, child = anna
    monkeypatch.setattr(renew_access, "OTHERS_POLL_S", 0.01)
    poll.hub.diary.dead_tokens = {"t1"}
    poll.hub.diary.refresh_fails = AuthExpired("dnevnik", "refused")
    worker = replace(poll.hub.deps, memory=Memory())
    await Polling(worker, chance=lambda: 0.0).batch()
    await asyncio.gather(ask(browser, f"{child}/marks?{WEEK}"), ask(browser, f"{child}/finals"), *worker.memory.polled.values())
    assert poll.hub.diary.refreshes == 1
    person = (await browser.me())["person"]["id"]
    told = await poll.hub.deps.db.read(lambda: notices.newest(poll.hub.deps.keys, person))
    assert [one.kind for one in told].count("diary_needs_login") == 1


async def test_a_restriction_or_an_ended_edge_ends_the_reading(poll: Poll) -> None:
    ((person, child),) = await poll.hub.rows("SELECT l.person, p.child FROM diary_link l JOIN diary_pupil p ON p.link = l.id")
    await poll.hub.deps.db.write(lambda: diary_links.unbind(person, child))
    assert await poll.round() == 0


async def test_the_budget_is_shared_with_people_and_other_processes(poll: Poll) -> None:
    poll.hub.diary.manifest = replace(poll.hub.diary.manifest, calls_per_minute=20)
    at = int(time.time())
    await poll.hub.deps.db.write(lambda: console.note_now("other", [("dnevnik", NowBody(minute=18))], at=at))
    assert await poll.round() == 0
    await poll.hub.deps.db.write(lambda: console.note_now("other", [("dnevnik", NowBody(minute=18))], at=at - 61))
    assert await poll.round() == 1, "a process that fell silent uses nothing"


async def test_an_open_breaker_stops_background_reads_and_a_half_open_one_lets_one_try(poll: Poll) -> None:
    timer = [0.0]
    breaker = Breaker("dnevnik", threshold=1, pause_s=30, timer=lambda: timer[0])
    client = httpx.AsyncClient()
    deps = replace(poll.hub.deps, callers={"dnevnik": Caller("dnevnik", "http://x", client, breaker, health=SystemHealth("dnevnik"))})
    job = Polling(deps, chance=lambda: 0.0)
    breaker.failure()
    await job.batch()
    assert not deps.memory.polled
    timer[0] = 31.0
    await job.batch()
    assert len(deps.memory.polled) == 1
    await asyncio.gather(*deps.memory.polled.values())
    await client.aclose()


async def test_links_have_turns_and_none_waits_while_another_is_read_twice(poll: Poll) -> None:
    for number in range(4):
        child = replace(kid(1, "Пётр", last=f"Сорокин{'а' * number}"), source_id=f"k{number}", snils=None)
        poll.hub.esia.claims[f"p{number}"] = parent(f"20{number}", last_name="Сорокина", snils=None, children=(child,))
        shown = pupil(f"9{number}", "Пётр", child.last_name)
        poll.hub.diary.accounts[f"p{number}"] = account(f"o{number}", f"tok{number}", (shown,))
        browser = poll.hub.browser()
        await browser.sign_in(f"p{number}")
        await browser.link(f"p{number}")
    # Four calls a read are guessed at first: a budget of eight lets one read begin a round.
    poll.hub.diary.manifest = replace(poll.hub.diary.manifest, calls_per_minute=8, parallel_calls=2)
    links: list[str] = []
    for _ in range(5):
        job = Polling(poll.hub.deps, chance=lambda: 0.0)
        poll.hub.clock.go(seconds=1)
        await job.batch()
        links += [one.link for one in poll.hub.deps.memory.polled]  # type: ignore[attr-defined]  # what is due
        await asyncio.gather(*poll.hub.deps.memory.polled.values())
    assert len(links) == len(set(links)) == 5


async def test_a_batch_only_begins_reads_so_a_slow_system_holds_nobody_up(poll: Poll) -> None:
    gate = asyncio.Event()
    poll.hub.diary.before_read = gate.wait
    await asyncio.wait_for(poll.job.batch(), 2)
    await poll.job.batch()
    assert len(poll.hub.deps.memory.polled) == 1, "one read of a link at a time"
    gate.set()
    await asyncio.gather(*poll.hub.deps.memory.polled.values())


async def test_a_stop_ends_what_is_under_way(poll: Poll) -> None:
    poll.hub.diary.before_read = asyncio.Event().wait
    await poll.job.batch()
    await asyncio.wait_for(settle_polls(poll.hub.deps), 2)
    assert not poll.hub.deps.memory.polled


async def test_it_is_counted_by_result(poll: Poll) -> None:
    good, bad = POLLS.labels("dnevnik", "ok"), POLLS.labels("dnevnik", "unavailable")
    before = good._value.get(), bad._value.get()
    await poll.round()
    poll.hub.clock.go(minutes=20)
    poll.hub.diary.fails = Unavailable("dnevnik")
    await poll.round()
    assert (good._value.get(), bad._value.get()) == (before[0] + 1, before[1] + 1)


async def test_it_is_one_of_the_workers_jobs(poll: Poll) -> None:
    names = [job.name for job in jobs(poll.hub.deps)]
    assert "poll_diaries" in names and names[-1] == "note_health"
