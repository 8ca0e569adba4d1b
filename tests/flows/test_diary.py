"""A child's diary: asked live, shown from the last good copy, with the state of each source."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit import diary
from connectors.kit.calls import FORCED
from connectors.kit.diary import Datum
from connectors.kit.errors import AuthExpired, Drifted, RateLimited, TimedOut, Unavailable
from hub.deps import Memory
from hub.flows import renew_access
from hub.flows.recognise import recognise
from hub.flows.show_diary import sources
from hub.flows.show_diary.week import show_week
from hub.store.memory import Throttle
from hub.store.sessions import Visitor
from identity.claims import Level
from tests.flows.kit import Browser, Hub, kid, lesson, mark, origin, parent

MONDAY = date(2026, 11, 16)
WEEK = "from=2026-11-16&to=2026-11-22"
NOW = {"Cache-Control": "no-cache"}


@pytest.fixture
async def anna(hub: Hub) -> tuple[Browser, str]:
    """A parent with a linked diary, and the child's path in the API."""
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    return browser, f"/api/v1/children/{(await browser.me())['children'][0]['id']}"


async def _ask(browser: Browser, path: str, **headers: str) -> dict[str, Any]:
    answer = await browser.get(path, **headers)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


def _state(body: dict[str, Any]) -> tuple[str, str | None]:
    (source,) = body["sources"]
    return source["state"], source["error"]


@pytest.mark.rule("C1")
@pytest.mark.rule("C2")
async def test_marks_are_shown_as_written_with_their_provenance(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.lessons = [lesson(MONDAY, 1, id_="90071992547409931")]
    hub.diary.marks = [
        mark(MONDAY, "5-", id_="m1", lesson="90071992547409931", weight=Decimal("1.5"), comment="Хорошо"),
        mark(MONDAY, "4/5", id_="m2"),
        mark(MONDAY, "зач", id_="m3"),
    ]
    lessons = await _ask(browser, f"{child}/lessons?{WEEK}")
    body = await _ask(browser, f"{child}/marks?{WEEK}")
    marks = {one["source"]["id"]: one for one in body["items"]}
    assert [marks[id_]["value"] for id_ in ("m1", "m2", "m3")] == ["5-", "4/5", "зач"]
    first = marks["m1"]
    assert first["lesson"] == lessons["items"][0]["id"]
    assert first["child"] == child.rsplit("/", 1)[-1]
    assert (first["date"], first["subject"], first["weight"], first["comment"]) == ("2026-11-16", "Алгебра", 1.5, "Хорошо")
    assert first["revisions"] == []
    assert first["source"] == {"system": "dnevnik", "id": "m1", "fetched_at": "2026-11-18T09:00:00Z"}
    assert lessons["items"][0]["source"]["id"] == "90071992547409931"
    assert _state(body) == ("fresh", None)


async def test_every_kind_has_the_fields_that_the_api_names(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    period = diary.Period(id="p1", kind=diary.PeriodKind.QUARTER, name="1 четверть", number=1)
    hub.diary.lessons = [lesson(MONDAY, 0)]
    hub.diary.marks = [mark(MONDAY, "5")]
    hub.diary.homework = [
        diary.Homework(origin=origin("h"), subject="Алгебра", text="№ 5", due_date=MONDAY, assigned_date=date(2026, 11, 13))
    ]
    hub.diary.attendance = [
        diary.Attendance(origin=origin("a"), school_date=MONDAY, code="н", kind=diary.AttendanceKind.ABSENT_UNEXCUSED, subject="Алгебра")
    ]
    hub.diary.finals = [diary.Final(origin=origin("f"), subject="Алгебра", period=period, value="4")]
    common = {"id", "child", "source"}
    wanted = {
        "lessons": {"date", "number", "subject", "status", "replaces"},
        "marks": {"date", "subject", "lesson", "value", "weight", "comment", "revisions"},
        "homework": {"subject", "text", "assigned_date", "due_date", "due_lesson"},
        "finals": {"subject", "period", "value"},
        "attendance": {"date", "subject", "lesson", "code", "kind"},
    }
    for kind, fields in wanted.items():
        body = await _ask(browser, f"{child}/{kind}?{WEEK}")
        assert len(body["items"]) == 1, kind
        assert common | fields <= set(body["items"][0]), kind
        assert set(body["items"][0]["source"]) == {"system", "id", "fetched_at"}
        assert {"system", "state", "fetched_at", "error"} <= set(body["sources"][0])
    assert (await _ask(browser, f"{child}/finals"))["items"][0]["period"] == "1 четверть"


@pytest.mark.rule("C2")
async def test_a_fresh_copy_is_not_asked_again(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5", id_="m1")]
    first = await _ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=14)
    second = await _ask(browser, f"{child}/marks?from=2026-11-16&to=2026-11-16")
    assert len(hub.diary.reads) == 1
    assert second["items"] == first["items"]
    hub.clock.go(minutes=2)
    assert (await _ask(browser, f"{child}/marks?{WEEK}"))["sources"][0]["fetched_at"] == "2026-11-18T09:16:00Z"
    assert len(hub.diary.reads) == 2


async def test_no_cache_asks_now(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    seen: list[bool] = []

    async def note() -> None:
        seen.append(FORCED.get())

    hub.diary.before_read = note
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.marks = [mark(MONDAY, "5")]
    body = await _ask(browser, f"{child}/marks?{WEEK}", **NOW)
    assert len(body["items"]) == 1
    assert seen == [False, True]


async def test_no_cache_is_heeded_sixty_times_a_minute(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for _ in range(61):
        await _ask(browser, f"{child}/marks?{WEEK}", **NOW)
    assert len(hub.diary.reads) == 60


@pytest.mark.rule("C2")
@pytest.mark.parametrize(
    "error", [Unavailable("dnevnik"), TimedOut("dnevnik"), RateLimited("dnevnik"), Drifted("dnevnik", "$.marks")], ids=lambda e: e.code
)
async def test_a_silent_source_shows_its_last_good_copy(hub: Hub, anna: tuple[Browser, str], error: Exception) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5", id_="m1")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.marks, hub.diary.fails = [], error
    hub.clock.go(minutes=20)
    body = await _ask(browser, f"{child}/marks?{WEEK}")
    assert _state(body) == ("silent", error.code)  # type: ignore[attr-defined]  # one of the eight
    assert body["sources"][0]["fetched_at"] == "2026-11-18T09:00:00Z"
    assert [one["value"] for one in body["items"]] == ["5"]


async def test_a_source_that_never_answered_is_silent_without_a_time(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.fails = Unavailable("dnevnik")
    body = await _ask(browser, f"{child}/marks?{WEEK}")
    assert (body["items"], body["sources"][0]["fetched_at"], _state(body)) == ([], None, ("silent", "unavailable"))


async def test_a_failed_try_is_remembered_and_the_next_visit_tries_again(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.fails = Unavailable("dnevnik")
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("silent", "unavailable")
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}")) == ("silent", "unavailable")
    hub.diary.fails = None
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)


async def test_a_kind_that_the_system_does_not_offer_is_unavailable(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.manifest = replace(hub.diary.manifest, data=frozenset({Datum.LESSONS}))
    body = await _ask(browser, f"{child}/finals")
    assert (_state(body), body["items"]) == (("unavailable", None), [])


async def test_beyond_the_systems_budget_the_copy_is_stale(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    budget = hub.deps.memory.budgets.setdefault("dnevnik", Throttle(limit=1))
    budget.note(None)
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}")) == ("stale", None)


async def test_a_slow_source_does_not_hold_the_page(hub: Hub, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    gate = asyncio.Event()
    hub.diary.before_read = gate.wait
    hub.diary.marks = [mark(MONDAY, "5"), mark(MONDAY, "3")]
    monkeypatch.setattr(sources, "FORCED_S", 0.05)
    body = await _ask(browser, f"{child}/marks?{WEEK}", **NOW)
    assert (_state(body), len(body["items"])) == (("silent", "timed_out"), 1)
    gate.set()
    await hub.deps.memory.reads.landed()
    assert len((await _ask(browser, f"{child}/marks?{WEEK}"))["items"]) == 2, "the late answer was kept"
    assert len(hub.diary.reads) == 2


async def test_visitors_of_one_moment_share_one_question(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await asyncio.gather(*(_ask(browser, f"{child}/marks?{WEEK}") for _ in range(8)))
    assert len(hub.diary.reads) == 1


@pytest.mark.rule("A15")
async def test_an_answer_that_comes_after_the_unlinking_is_not_kept(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    link = (await browser.me())["children"][0]["diaries"][0]["link"]
    hub.diary.marks = [mark(MONDAY, "5")]
    asked, gate = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        asked.set()
        await gate.wait()

    hub.diary.before_read = wait
    reading = asyncio.ensure_future(_ask(browser, f"{child}/marks?{WEEK}"))
    await asked.wait()
    assert (await browser.send("DELETE", f"/api/v1/links/{link}")).status_code == 204
    gate.set()
    assert (await reading)["items"] == []
    assert [one for one in await hub.rows("SELECT body FROM diary_copy") if one[0]] == []


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_what_it_said_before(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "2", id_="m1")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    hub.diary.marks = [mark(MONDAY, "3", id_="m1")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    hub.diary.marks = [mark(MONDAY, "4", id_="m1")]
    (item,) = (await _ask(browser, f"{child}/marks?{WEEK}"))["items"]
    assert item["value"] == "4"
    assert item["revisions"] == [
        {"value": "2", "seen_at": "2026-11-18T09:00:00Z"},
        {"value": "3", "seen_at": "2026-11-18T09:20:00Z"},
    ]


@pytest.mark.rule("C6")
async def test_a_dead_token_is_refreshed_once_for_all_who_ask(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.dead_tokens = {"t1"}
    kinds = ("lessons", "marks", "homework", "attendance")
    bodies = await asyncio.gather(*(_ask(browser, f"{child}/{kind}?{WEEK}") for kind in kinds))
    assert [_state(body) for body in bodies] == [("fresh", None)] * 4
    assert hub.diary.refreshes == 1


@pytest.mark.rule("C6")
async def test_a_refused_refresh_asks_for_a_login_and_tells_the_parent_once(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.dead_tokens, hub.diary.refresh_fails = {"t1"}, AuthExpired("dnevnik", "refused")
    hub.clock.go(minutes=20)
    bodies = [await _ask(browser, f"{child}/{kind}?{WEEK}") for kind in ("marks", "lessons", "marks")]
    assert [_state(body) for body in bodies] == [("needs_login", "auth_expired")] * 3
    assert len(bodies[0]["items"]) == 1
    assert hub.diary.refreshes == 1
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "needs_login"
    kinds = [one["kind"] for one in (await _ask(browser, "/api/v1/me/notices"))["items"]]
    assert kinds.count("diary_needs_login") == 1
    hub.diary.dead_tokens = set()
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("fresh", None)
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "active"


@pytest.mark.rule("C6")
async def test_a_refresh_that_the_system_cannot_do_now_is_no_needed_login(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.dead_tokens, hub.diary.refresh_fails = {"t1"}, Unavailable("dnevnik", "503")
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}")) == ("silent", "unavailable")
    hub.diary.refresh_fails = None
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)


@pytest.mark.rule("C6")
async def test_an_access_that_is_known_to_be_over_is_refreshed_before_the_first_try(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    found = hub.diary.accounts["anna"]
    hub.diary.accounts["anna"] = replace(found, access=replace(found.access, expires_at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC)))
    await browser.link()
    hub.clock.go(minutes=31)
    assert _state(await _ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)
    assert (hub.diary.refreshes, len(hub.diary.reads)) == (1, 1)


async def test_a_foreign_child_looks_like_no_child(hub: Hub, anna: tuple[Browser, str]) -> None:
    _, child = anna
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    other = hub.browser()
    await other.sign_in("boris")
    for kind in ("lessons", "marks", "homework", "finals", "attendance", "access-log"):
        foreign, missing = await other.get(f"{child}/{kind}"), await other.get(f"/api/v1/children/nobody/{kind}")
        assert foreign.status_code == missing.status_code == 404
        ours, theirs = await foreign.get_json(), await missing.get_json()
        for body in (ours, theirs):
            body.pop("instance"), body.pop("request_id")
        assert ours == theirs


@pytest.mark.rule("A15")
async def test_a_diary_opened_by_one_parent_is_not_shown_to_the_other(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    boris_snils = kid(3, "Борис").snils
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=boris_snils, children=(kid(1, "Пётр"),))
    other = hub.browser()
    me = await other.sign_in("boris")
    assert me["children"][0]["id"] == child.rsplit("/", 1)[-1]
    body = await _ask(other, f"{child}/marks?{WEEK}")
    assert (body["items"], body["sources"]) == ([], [])


async def test_pages_of_a_list_follow_the_cursor(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, str(number % 5 + 1), id_=f"m{number}") for number in range(25)]
    seen: list[str] = []
    path = f"{child}/marks?{WEEK}&limit=10"
    body = await _ask(browser, path)
    while True:
        seen += [one["id"] for one in body["items"]]
        if not body["next"]:
            break
        body = await _ask(browser, f"{path}&cursor={body['next']}")
    assert (len(seen), len(set(seen))) == (25, 25)


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-11-20&to=2026-11-10", "from=2020-01-01&to=2026-01-01", "limit=0", "limit=x", "cursor=%21%21"]
)
async def test_a_wrong_span_is_refused_clearly(hub: Hub, anna: tuple[Browser, str], query: str) -> None:
    browser, child = anna
    answer = await browser.get(f"{child}/marks?{query}")
    assert answer.status_code == 400
    assert (await answer.get_json())["type"] == "/problems/malformed"


async def test_a_month_is_read_in_one_question_and_kept_by_weeks(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(date(2026, 11, day), "5") for day in (2, 9, 16, 23)]
    body = await _ask(browser, f"{child}/marks?from=2026-11-01&to=2026-11-30")
    assert [one["date"] for one in body["items"]] == ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]
    assert len(hub.diary.reads) == 1
    assert (await _ask(browser, f"{child}/marks?{WEEK}"))["items"][0]["date"] == "2026-11-16"
    assert len(hub.diary.reads) == 1


async def test_copies_are_sealed(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5", comment="Мама, зайдите")]
    await _ask(browser, f"{child}/marks?{WEEK}")
    dump = str(await hub.rows("SELECT * FROM diary_copy"))
    assert "Алгебра" not in dump and "зайдите" not in dump


@pytest.mark.rule("A13")
async def test_each_reading_is_in_the_access_log_once(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for _ in range(3):
        await _ask(browser, f"{child}/marks?{WEEK}")
    await sources.settle_readings(hub.deps)
    items = (await _ask(browser, f"{child}/access-log"))["items"]
    reading = [one for one in items if one["action"] == "diary.marks"]
    assert [(one["who"], one["what"], one["count"], one["is_me"]) for one in reading] == [("Орлова Анна Игоревна", "Оценки", 3, True)]


@pytest.mark.rule("A4")
async def test_a_parent_whose_level_fell_is_told_what_is_missing(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.esia.claims["anna"] = parent(level=Level.STANDARD)
    await browser.sign_in()
    answer = await browser.get(f"{child}/marks?{WEEK}")
    body = await answer.get_json()
    assert (answer.status_code, body["type"]) == (403, "/problems/level_too_low")
    assert "confirm_gosuslugi_account" in body["how"]


async def test_a_week_hangs_everything_on_its_lesson(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.lessons = [lesson(MONDAY, 1, id_="l1"), lesson(MONDAY, 2, id_="l2"), lesson(MONDAY, 3, "История", id_="l3")]
    hub.diary.marks = [mark(MONDAY, "5", lesson="l2"), mark(MONDAY, "4"), mark(MONDAY, "3", subject="История")]
    hub.diary.homework = [
        diary.Homework(origin=origin("h1"), subject="История", text="§ 5", due_date=MONDAY),
        diary.Homework(origin=origin("h2"), subject="Музыка", text="Спеть", due_date=MONDAY),
        diary.Homework(origin=origin("h3"), subject="Алгебра", text="№ 7", due_lesson="l2", due_date=MONDAY),
    ]
    hub.diary.attendance = [
        diary.Attendance(origin=origin("a"), school_date=MONDAY, code="н", kind=diary.AttendanceKind.ABSENT_UNEXCUSED, lesson="l1")
    ]
    await browser.me()
    visitor = await _visitor(hub, browser)
    view = await show_week(hub.deps, visitor, child.rsplit("/", 1)[-1], day=MONDAY)
    day = view.days[0]
    assert [[one.value for one in slot.marks] for slot in day.lessons] == [[], ["5"], ["3"]]
    assert [[one.text for one in slot.homework] for slot in day.lessons] == [[], ["№ 7"], ["§ 5"]]
    assert [len(slot.attendance) for slot in day.lessons] == [1, 0, 0]
    assert [one.value for one in day.marks] == ["4"], "a double lesson: nobody knows which of the two it was"
    assert [one.text for one in day.homework] == ["Спеть"]
    assert (view.zone, view.previous, view.following) == ("Asia/Krasnoyarsk", date(2026, 11, 9), date(2026, 11, 23))
    assert len(hub.diary.reads) == 1


async def _visitor(hub: Hub, browser: Browser) -> Visitor:
    visitor = await recognise(hub.deps, browser.cookie("hub"))
    assert visitor is not None
    return visitor


@pytest.mark.rule("C6")
async def test_two_processes_refresh_one_access_once(hub: Hub, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process has its own memory; the row's claim is what they share."""
    browser, child = anna
    other = replace(hub.deps, memory=Memory())
    monkeypatch.setattr(renew_access, "OTHERS_POLL_S", 0.01)
    hub.diary.dead_tokens = {"t1"}
    claimed, gate = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        claimed.set()
        await gate.wait()

    hub.diary.before_refresh = hold
    visitor = await _visitor(hub, browser)
    id_ = child.rsplit("/", 1)[-1]
    first = asyncio.ensure_future(show_week(hub.deps, visitor, id_, day=MONDAY))
    await claimed.wait()
    asked = asyncio.Event()

    async def note() -> None:
        asked.set()

    hub.diary.before_read = note
    second = asyncio.ensure_future(show_week(other, visitor, id_, day=date(2026, 11, 9)))
    await asked.wait()
    gate.set()
    views = await asyncio.gather(first, second)
    assert [view.sources[0].state for view in views] == ["fresh", "fresh"]
    assert hub.diary.refreshes == 1


async def test_without_dates_it_is_the_week_of_the_school(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.clock.at = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # Monday already in Krasnoyarsk, Sunday still in Moscow
    await browser.sign_in()
    hub.diary.lessons = [lesson(date(2026, 11, 20), 1), lesson(date(2026, 11, 23), 1)]
    assert [one["date"] for one in (await _ask(browser, f"{child}/lessons"))["items"]] == ["2026-11-23"]
