"""The change feed: what an app has not seen yet, and nobody else's."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.errors import Unavailable
from hub.flows.outputs.changes import changes_since
from hub.flows.recognise import recognise
from hub.store.outputs import feeds
from tests.flows.family_kit import parents
from tests.flows.kit import Browser, Hub, account, lesson, mark, origin

DAY = date(2026, 11, 18)
LATER = {"minutes": 16}


async def ask(browser: Browser, path: str, status: int = 200, **query: Any) -> Any:
    answer = await browser.get(f"{path}/changes?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert answer.status_code == status, await answer.get_data(as_text=True)
    return await answer.get_json()


def told(found: Any) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["action"], one["item"]["subject"] if one["item"] else "") for one in found["items"]]


async def test_the_first_answer_is_everything_and_the_next_one_says_that_nothing_changed(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1))
    hub.diary.marks.append(mark(DAY, "5", id_="m1"))
    first = await ask(browser, path)
    assert (first["data_status"], first["more"]) == ("snapshot", False)
    assert told(first) == [("lessons", "created", "Алгебра"), ("marks", "created", "Алгебра")]
    assert [source["state"] for source in first["sources"]] == ["fresh"]
    hub.clock.go(**LATER)
    again = await ask(browser, path, cursor=first["cursor"])
    assert (again["data_status"], again["items"]) == ("actual", [])
    assert len(hub.diary.reads) > 2, "the diary was asked anew; when something was read is no change"


async def test_what_changed_is_told_once_as_it_is_now(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.marks += [mark(DAY, "4", id_="m1"), mark(DAY, "3", id_="m2")]
    hub.diary.lessons.append(lesson(DAY, 1))
    cursor = (await ask(browser, path))["cursor"]
    hub.diary.marks[:] = [mark(DAY, "5", id_="m1"), mark(DAY, "2", id_="m3", subject="Химия")]
    hub.clock.go(**LATER)
    found = await ask(browser, path, cursor=cursor)
    assert found["data_status"] == "delta"
    assert sorted(told(found)) == [("marks", "created", "Химия"), ("marks", "removed", ""), ("marks", "updated", "Алгебра")]
    (updated,) = [one["item"] for one in found["items"] if one["action"] == "updated"]
    assert (updated["value"], [old["value"] for old in updated["revisions"]]) == ("5", ["4"])
    assert (await ask(browser, path, cursor=found["cursor"]))["data_status"] == "actual"
    assert (await ask(browser, path, cursor=cursor))["items"] == found["items"], "an answer that was lost is told again"


async def test_a_lesson_that_moved_to_another_week_is_there_and_not_removed(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1, id_="l1"))
    cursor = (await ask(browser, path))["cursor"]
    hub.diary.lessons[:] = [lesson(DAY + timedelta(days=7), 1, id_="l1")]
    hub.clock.go(**LATER)
    found = await ask(browser, path, cursor=cursor)
    assert [(one["action"], one["item"]["date"]) for one in found["items"]] != []
    assert {one["item"]["date"] for one in found["items"]} == {"2026-11-25"}


async def test_kinds_choose_and_other_kinds_begin_anew(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1))
    hub.diary.marks.append(mark(DAY, "5", id_="m1"))
    marks = await ask(browser, path, kinds="marks")
    assert told(marks) == [("marks", "created", "Алгебра")]
    hub.diary.lessons.append(lesson(DAY, 2))
    hub.clock.go(**LATER)
    assert (await ask(browser, path, kinds="marks", cursor=marks["cursor"]))["data_status"] == "actual"
    assert (await ask(browser, path, kinds="lessons,marks", cursor=marks["cursor"]))["data_status"] == "snapshot"
    assert (await ask(browser, path, status=400, kinds="secrets"))["type"].endswith("/malformed")


async def test_a_snapshot_comes_in_parts_and_then_what_changed_meanwhile(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons += [lesson(DAY, number, id_=f"l{number}") for number in range(1, 6)]
    part = await ask(browser, path, limit=2, kinds="lessons")
    numbers = [one["item"]["number"] for one in part["items"]]
    hub.diary.lessons[0] = msgspec.structs.replace(hub.diary.lessons[0], room="12")
    hub.clock.go(**LATER)
    while part["more"]:
        assert part["data_status"] == "snapshot"
        part = await ask(browser, path, limit=2, kinds="lessons", cursor=part["cursor"])
        numbers += [one["item"]["number"] for one in part["items"]]
    assert numbers == [1, 2, 3, 4, 5]
    after = await ask(browser, path, limit=2, kinds="lessons", cursor=part["cursor"])
    assert [(one["action"], one["item"]["room"]) for one in after["items"]] == [("updated", "12")]


async def test_an_old_cursor_gets_a_snapshot(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1))
    cursor = (await ask(browser, path))["cursor"]
    for room in ("1", "2"):
        hub.diary.lessons[0] = msgspec.structs.replace(hub.diary.lessons[0], room=room)
        hub.clock.go(**LATER)
        await ask(browser, path)
    later = hub.clock() + feeds.KEPT - timedelta(minutes=10)
    assert await hub.deps.db.write(lambda: feeds.remove_old(now=later)) == 2
    assert (await ask(browser, path, cursor=cursor))["data_status"] == "snapshot"


async def test_a_diary_that_was_opened_anew_begins_anew(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1))
    first = await ask(browser, path)
    links = (await (await browser.get("/api/v1/links")).get_json())["items"]
    link = next(one["id"] for one in links if one["system"] == "dnevnik")
    assert (await browser.send("DELETE", f"/api/v1/links/{link}")).status_code == 204
    assert await hub.rows("SELECT 1 FROM diary_change UNION SELECT 1 FROM diary_feed") == []
    gone = await ask(browser, path, cursor=first["cursor"])
    assert (gone["data_status"], gone["items"], gone["sources"]) == ("snapshot", [], [])
    await browser.link()
    back = await ask(browser, path, cursor=gone["cursor"])
    assert (back["data_status"], len(back["items"])) == ("snapshot", 1)


@pytest.mark.rule("C2")
async def test_a_silent_diary_removes_nothing(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1))
    cursor = (await ask(browser, path))["cursor"]
    hub.diary.fails = Unavailable("dnevnik", "502")
    hub.clock.go(**LATER)
    found = await ask(browser, path, cursor=cursor)
    assert (found["data_status"], found["sources"][0]["state"]) == ("actual", "silent")


@pytest.mark.rule("A15")
async def test_a_guardian_sees_no_change_of_the_other_ones_diary(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    path = f"/api/v1/children/{child}"
    hub.diary.lessons.append(lesson(DAY, 1))
    mine = await ask(anna, path)
    theirs = await ask(boris, path)
    assert (theirs["items"], theirs["sources"]) == ([], [])
    assert (await ask(boris, path, status=400, cursor=mine["cursor"]))["type"].endswith("/malformed")
    hub.diary.accounts["boris"] = account("owner-2", token="t2")
    await boris.back(await boris.leave("dnevnik"), "boris", "dnevnik")
    hub.diary.lessons[0] = msgspec.structs.replace(hub.diary.lessons[0], room="7")
    hub.clock.go(**LATER)
    assert len((await ask(anna, path, cursor=mine["cursor"]))["items"]) == 1
    assert [one["action"] for one in (await ask(boris, path))["items"]] == ["created"]


@pytest.mark.rule("A13")
async def test_a_foreign_child_is_not_there_and_an_own_one_is_noted(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    foreign = await ask(browser, "/api/v1/children/nobody", status=404)
    assert foreign["type"].endswith("/not_found")
    stranger = hub.browser()
    assert (await stranger.get(f"{path}/changes")).status_code == 401
    await ask(browser, path)
    ((action,),) = await hub.rows("SELECT DISTINCT action FROM audit_event WHERE action = 'diary.changes'")
    assert action == "diary.changes"


@pytest.mark.parametrize("cursor", ["x", "v1.k.AAAA", "a" * 9000])
async def test_a_cursor_that_is_not_ours_is_refused(anna: tuple[Browser, str], cursor: str) -> None:
    await ask(*anna, status=400, cursor=cursor)


async def test_the_news_of_a_page_leave_out_what_was_opened_for_the_first_time(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    child = path.rsplit("/", 1)[1]
    visitor = await recognise(hub.deps, browser.cookie("hub"))
    assert visitor is not None
    hub.diary.marks.append(mark(DAY, "4", id_="m1"))
    hub.diary.homework.append(
        diary.Homework(origin=origin("h1"), subject="Алгебра", text="№ 5", assigned_date=DAY, due_date=DAY + timedelta(days=1))
    )
    await browser.get(f"{path}/marks?from=2026-11-16&to=2026-11-22")
    await browser.get(f"{path}/homework?from=2026-11-16&to=2026-11-22")
    seen = hub.clock()
    assert await changes_since(hub.deps, visitor, child, seen - timedelta(days=1)) == ()
    hub.diary.marks[:] = [mark(DAY, "5", id_="m1")]
    hub.diary.homework.clear()
    hub.clock.go(**LATER)
    await browser.get(f"{path}/marks?from=2026-11-16&to=2026-11-22")
    await browser.get(f"{path}/homework?from=2026-11-16&to=2026-11-22")
    news = await changes_since(hub.deps, visitor, child, seen)
    assert sorted((one.kind, one.action) for one in news) == [("homework", "removed"), ("marks", "updated")]
    (gone,) = [one for one in news if one.kind == "homework"]
    assert gone.item is None and gone.before is not None and "№ 5".encode() in bytes(gone.before)
    assert await changes_since(hub.deps, visitor, child, hub.clock()) == ()


async def test_nothing_of_a_change_lies_open_in_the_database(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(DAY, 1, subject="Астрономия"))
    await ask(browser, path)
    hub.diary.lessons.clear()
    hub.clock.go(**LATER)
    await ask(browser, path)
    kept = await hub.rows("SELECT * FROM diary_change")
    assert len(kept) == 2 and "Астрономия" not in str(kept)


def test_differences_know_created_updated_and_removed() -> None:
    def raw(text: str, read: str) -> msgspec.Raw:
        return msgspec.Raw(f'{{"source":{{"fetched_at":"{read}"}},"text":"{text}"}}'.encode())

    former = {"a": raw("1", "x"), "b": raw("1", "x"), "c": raw("1", "x")}
    found = feeds.differences(former, {"a": raw("1", "y"), "b": raw("2", "y"), "d": raw("1", "y")})
    assert [(one.id, one.action, one.before != feeds.NOTHING) for one in found] == [
        ("c", "removed", True),
        ("b", "updated", True),
        ("d", "created", False),
    ]


async def test_ten_writers_of_one_feed_take_ten_numbers(hub: Hub) -> None:
    def write(number: int) -> None:
        items = {str(number): msgspec.Raw(b"{}")}
        feeds.hold("l", "c")
        feeds.record(hub.deps.keys, link="l", child="c", datum="marks", block="W1", former={}, items=items, at=hub.clock())

    await asyncio.gather(*(hub.deps.db.write(partial(write, number)) for number in range(10)))
    head = (await hub.deps.db.read(lambda: feeds.heads(["l"], "c")))["l"]
    assert (head.seq, head.oldest) == (10, 1)
