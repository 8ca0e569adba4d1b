"""Tokens, rights and secrecy around a diary: refresh, needed logins, foreign children, the access log (RULES C6, A13, A15)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.kit.errors import AuthExpired, Unavailable
from hub.deps import Memory
from hub.flows import renew_access, who_looked
from hub.flows.show_diary import sources
from hub.flows.show_diary.week import show_week
from identity.claims import Level
from tests.flows.asking import MONDAY, NOW, WEEK, ask, state_of, visitor_of
from tests.flows.kit import Browser, Hub, kid, mark, parent


async def test_visitors_of_one_moment_share_one_question(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    await asyncio.gather(*(ask(browser, f"{child}/marks?{WEEK}") for _ in range(8)))
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
    reading = asyncio.ensure_future(ask(browser, f"{child}/marks?{WEEK}"))
    await asked.wait()
    assert (await browser.send("DELETE", f"/api/v1/links/{link}")).status_code == 204
    gate.set()
    assert (await reading)["items"] == []
    assert [one for one in await hub.rows("SELECT body FROM diary_copy") if one[0]] == []


@pytest.mark.rule("C6")
async def test_a_dead_token_is_refreshed_once_for_all_whoask(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.dead_tokens = {"t1"}
    kinds = ("lessons", "marks", "homework", "attendance")
    bodies = await asyncio.gather(*(ask(browser, f"{child}/{kind}?{WEEK}") for kind in kinds))
    assert [state_of(body) for body in bodies] == [("fresh", None)] * 4
    assert hub.diary.refreshes == 1


@pytest.mark.rule("C6")
async def test_a_refused_refresh_asks_for_a_login_and_tells_the_parent_once(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5")]
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.diary.dead_tokens, hub.diary.refresh_fails = {"t1"}, AuthExpired("dnevnik", "refused")
    hub.clock.go(minutes=20)
    bodies = [await ask(browser, f"{child}/{kind}?{WEEK}") for kind in ("marks", "lessons", "marks")]
    assert [state_of(body) for body in bodies] == [("needs_login", "auth_expired")] * 3
    assert len(bodies[0]["items"]) == 1
    assert hub.diary.refreshes == 1
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "needs_login"
    kinds = [one["kind"] for one in (await ask(browser, "/api/v1/me/notices"))["items"]]
    assert kinds.count("diary_needs_login") == 1
    hub.diary.dead_tokens = set()
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}", **NOW)) == ("fresh", None)
    assert (await browser.me())["children"][0]["diaries"][0]["state"] == "active"


@pytest.mark.rule("C6")
async def test_a_refresh_that_the_system_cannot_do_now_is_no_needed_login(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.dead_tokens, hub.diary.refresh_fails = {"t1"}, Unavailable("dnevnik", "503")
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("silent", "unavailable")
    hub.diary.refresh_fails = None
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)


@pytest.mark.rule("C6")
async def test_an_access_that_is_known_to_be_over_is_refreshed_before_the_first_try(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    found = hub.diary.accounts["anna"]
    hub.diary.accounts["anna"] = replace(found, access=replace(found.access, expires_at=datetime(2026, 11, 18, 9, 30, tzinfo=UTC)))
    await browser.link()
    hub.clock.go(minutes=31)
    assert state_of(await ask(browser, f"{child}/marks?{WEEK}")) == ("fresh", None)
    assert (hub.diary.refreshes, len(hub.diary.reads)) == (1, 1)


async def test_a_foreign_child_looks_like_no_child(hub: Hub, anna: tuple[Browser, str]) -> None:
    _, child = anna
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    other = hub.browser()
    await other.sign_in("boris")
    for kind in ("lessons", "marks", "homework", "finals", "attendance", "statistics", "access-log"):
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
    await ask(browser, f"{child}/marks?{WEEK}")
    boris_snils = kid(3, "Борис").snils
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=boris_snils, children=(kid(1, "Пётр"),))
    other = hub.browser()
    me = await other.sign_in("boris")
    assert me["children"][0]["id"] == child.rsplit("/", 1)[-1]
    body = await ask(other, f"{child}/marks?{WEEK}")
    assert (body["items"], body["sources"]) == ([], [])


async def test_copies_are_sealed(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "5", comment="Мама, зайдите")]
    await ask(browser, f"{child}/marks?{WEEK}")
    dump = str(await hub.rows("SELECT * FROM diary_copy"))
    assert "Алгебра" not in dump and "зайдите" not in dump


@pytest.mark.rule("A13")
async def test_each_reading_is_in_the_access_log_once(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for _ in range(3):
        await ask(browser, f"{child}/marks?{WEEK}")
    await sources.settle_readings(hub.deps)
    items = (await ask(browser, f"{child}/access-log"))["items"]
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
    visitor = await visitor_of(hub, browser)
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


@pytest.mark.rule("A13")
async def test_of_another_guardian_the_log_tells_the_day_and_no_moment_to_come(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.esia.claims["boris"] = parent(
        "3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=(kid(1, "Пётр"),)
    )
    other = hub.browser()
    await other.sign_in("boris")
    assert (await other.get(f"{child}/marks?{WEEK}")).status_code == 200
    items = (await ask(browser, f"{child}/access-log"))["items"]
    (theirs,) = [one for one in items if one["who"].startswith("Орлов Борис") and one["action"] == "diary.marks"]
    told, now = datetime.fromisoformat(theirs["at"]), hub.clock()
    assert told <= now < told + timedelta(days=1)
    assert told != now.replace(microsecond=0)


@pytest.mark.rule("A13")
async def test_a_long_access_log_goes_on_at_next(hub: Hub, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch) -> None:
    browser, child = anna
    for kind in ("marks", "lessons", "homework"):
        await ask(browser, f"{child}/{kind}?{WEEK}")
    whole = await ask(browser, f"{child}/access-log")
    assert whole["next"] is None
    monkeypatch.setattr(who_looked, "PAGE", 2)
    seen: list[str] = []
    page = await ask(browser, f"{child}/access-log")
    seen += [one["id"] for one in page["items"]]
    while page["next"]:
        page = await ask(browser, f"{child}/access-log?cursor={page['next']}")
        seen += [one["id"] for one in page["items"]]
    assert seen == [one["id"] for one in whole["items"]]
    assert (await browser.get(f"{child}/access-log?cursor=%FF")).status_code == 400
