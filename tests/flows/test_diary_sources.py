"""Live answers and last good copies: what state each source is in (RULES C2)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from connectors.kit.calls import FORCED
from connectors.kit.diary import Datum
from connectors.kit.errors import Drifted, RateLimited, TimedOut, Unavailable
from hub.store.process.memory import Throttle
from tests.flows.asking import MONDAY, NOW, WEEK, ask, state_of
from tests.flows.kit import Browser, Hub, mark
from tests.flows.silence import short_of


@pytest.mark.rule("C2")
async def test_a_fresh_copy_is_not_asked_again(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5", id_="m1")]
    first = await ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=14)
    second = await ask(browser, f"{child}/marks?from=2026-11-16&to=2026-11-16")
    assert len(hub.diary.reads) == 1
    assert second["items"] == first["items"]
    hub.clock.go(minutes=2)
    assert (await ask(browser, f"{child}/marks?{WEEK}"))["sources"][0]["fetched_at"] == "2026-11-18T09:16:00Z"
    assert len(hub.diary.reads) == 2


async def test_no_cache_asks_now(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    seen: list[bool] = []

    async def note() -> None:
        seen.append(FORCED.get())

    hub.diary.before_read = note
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.marks = [mark(MONDAY, "5")]
    body = await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    assert len(body["items"]) == 1
    assert seen == [False, True]


async def test_no_cache_is_heeded_sixty_times_a_minute(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for _ in range(61):
        await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    assert len(hub.diary.reads) == 60


@pytest.mark.rule("C2")
@pytest.mark.parametrize(
    "error", [Unavailable("dnevnik"), TimedOut("dnevnik"), RateLimited("dnevnik"), Drifted("dnevnik", "$.marks")], ids=lambda e: e.code
)
async def test_a_silent_source_shows_its_last_good_copy(hub: Hub, anna: tuple[Browser, str], error: Exception) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5", id_="m1")]
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.marks, hub.diary.fails = [], error
    hub.clock.go(minutes=20)
    body = await ask(browser, f"{child}/marks?{WEEK}")
    assert state_of(body) == ("silent", error.code)  # type: ignore[attr-defined]  # one of the eight
    assert body["sources"][0]["fetched_at"] == "2026-11-18T09:00:00Z"
    assert [one["value"] for one in body["items"]] == ["5"]


async def test_a_source_that_never_answered_is_silent_without_a_time(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.fails = Unavailable("dnevnik")
    body = await ask(browser, f"{child}/marks?{WEEK}")
    assert (body["items"], body["sources"][0]["fetched_at"], state_of(body)) == ([], None, ("silent", "unavailable"))


async def test_a_failed_try_is_remembered_and_the_next_visit_tries_again(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.fails = Unavailable("dnevnik")
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("silent", "unavailable")
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("silent", "unavailable")
    hub.diary.fails = None
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)


@pytest.mark.feature("F177")
async def test_a_kind_that_the_system_does_not_offer_is_unavailable(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.manifest = replace(hub.diary.manifest, data=frozenset({Datum.LESSONS}))
    body = await ask(browser, f"{child}/finals")
    assert (state_of(body), body["items"]) == (("unavailable", None), [])


async def test_beyond_the_systems_budget_the_copy_is_stale(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    budget = hub.deps.memory.budgets.setdefault("dnevnik", Throttle(limit=1))
    budget.note(None)
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("stale", None)


@pytest.mark.rule("C2")
async def test_a_system_that_named_a_time_to_wait_is_not_asked_before_it_unless_a_person_insists(
    hub: Hub, anna: tuple[Browser, str]
) -> None:
    browser, child = anna
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    hub.diary.fails = RateLimited("dnevnik", "429", after_s=90)
    for _ in range(3):
        assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("silent", "rate_limited")
    assert len(hub.diary.reads) == 2
    hub.diary.fails = None
    hub.clock.go(seconds=89)
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("silent", "rate_limited")
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("fresh", None)
    hub.diary.fails = RateLimited("dnevnik", "433", after_s=10**6)
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("silent", "rate_limited")
    hub.diary.fails = None
    hub.clock.go(minutes=15)
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None), "within reason"


async def test_a_slow_source_does_not_hold_the_page(hub: Hub, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5")]
    await ask(browser, f"{child}/marks?{WEEK}")
    gate = asyncio.Event()
    hub.diary.before_read = gate.wait
    hub.diary.marks = [mark(MONDAY, "5"), mark(MONDAY, "3")]
    short_of(monkeypatch, "dnevnik")
    body = await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    assert (state_of(body), len(body["items"])) == (("silent", "timed_out"), 1)
    gate.set()
    await hub.deps.memory.reads.landed()
    assert len((await ask(browser, f"{child}/marks?{WEEK}"))["items"]) == 2, "the late answer was kept"
    assert len(hub.diary.reads) == 2


async def test_a_clock_that_was_set_back_leaves_no_copy_that_stays_fresh_for_ever(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.clock.go(minutes=20)
    hub.diary.marks = [mark(MONDAY, "4")]
    await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    hub.clock.go(minutes=-20)
    hub.diary.marks = [mark(MONDAY, "5")]
    for headers in ({}, NOW, {}):
        body = await ask(browser, f"{child}/marks?{WEEK}", **headers)
        assert [one["value"] for one in body["items"]] == ["5"]
        assert state_of(body) == ("fresh", None)
        assert datetime.fromisoformat(body["sources"][0]["fetched_at"]) == hub.clock()
    hub.clock.go(minutes=20)
    hub.diary.fails = Unavailable("dnevnik", "503")
    await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    hub.clock.go(minutes=-18)
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("silent", "unavailable")
    hub.diary.fails = None
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)


@pytest.mark.rule("C2")
@pytest.mark.parametrize("late", ["answer", "failure"])
async def test_what_comes_late_changes_no_newer_copy(hub: Hub, anna: tuple[Browser, str], late: str) -> None:
    browser, child = anna
    hub.deps.memory.reads.again_after_s = -1.0
    asked, gate = asyncio.Event(), asyncio.Event()

    async def hang_once() -> None:
        if not asked.is_set():
            asked.set()
            await gate.wait()
            hub.diary.marks = [mark(MONDAY, "2", id_="m1")]
            hub.diary.fails = Unavailable("dnevnik", "502") if late == "failure" else None

    hub.diary.before_read = hang_once
    first = asyncio.ensure_future(ask(browser, f"{child}/marks?{WEEK}"))
    await asked.wait()
    hub.clock.go(seconds=5)
    hub.diary.marks = [mark(MONDAY, "5", id_="m1")]
    assert [one["value"] for one in (await ask(browser, f"{child}/marks?{WEEK}"))["items"]] == ["5"]
    hub.clock.go(seconds=20)
    gate.set()
    told = await first
    hub.diary.fails = None
    body = await ask(browser, f"{child}/marks?{WEEK}")
    assert ([one["value"] for one in body["items"]], body["items"][0]["revisions"]) == (["5"], [])
    assert (state_of(body), body["sources"][0]["fetched_at"]) == (("fresh", None), "2026-11-18T09:00:05Z")
    if late == "answer":
        assert [one["value"] for one in told["items"]] == ["5"], "who waited longest sees the newer copy too"


async def test_nobody_waits_for_a_question_that_hangs_since_long(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    gate, asked = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        asked.set()
        await gate.wait()

    hub.diary.before_read = hang
    first = asyncio.ensure_future(ask(browser, f"{child}/marks?{WEEK}"))
    await asked.wait()
    hub.diary.before_read = None
    hub.diary.marks = [mark(MONDAY, "5")]
    hub.deps.memory.reads.again_after_s = 0.0
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)
    gate.set()
    await first
