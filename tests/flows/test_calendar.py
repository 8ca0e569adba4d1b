"""The timetable by a secret link: what is in the file, who gets one, and when it is dead (RULES C7)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar  # type: ignore[import-untyped]  # version 6 ships no types
import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.diary import LessonStatus
from connectors.kit.errors import Unavailable
from hub.flows.follow_edges import cut_off
from hub.flows.outputs.calendar import file as story
from hub.store.outputs import calendars
from hub.store.process.memory import Throttle
from tests.flows.family_kit import form, page, parents, relative, told
from tests.flows.kit import Browser, Hub, lesson, mark, origin
from tests.flows.vk import by_vk, plug_in

pytestmark = pytest.mark.rule("C7")
DAY = date(2026, 11, 18)
START = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)


def timed(id_: str, subject: str, hour: int = 0, **more: Any) -> diary.Lesson:
    start = START + timedelta(hours=hour)
    made = lesson(DAY, hour + 1, subject, id_)
    return msgspec.structs.replace(made, start=start, end=start + timedelta(minutes=45), **more)


async def make(browser: Browser, path: str) -> str:
    made = await told(await browser.send("POST", f"{path}/calendar"), 201)
    return str(made["url"]).removeprefix("http://localhost:8000")


async def fetch(hub: Hub, address: str) -> Any:
    """A calendar has no cookie."""
    answer = await hub.browser("Calendar/1").get(address)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return icalendar.Calendar.from_ical(await answer.get_data())


def events(calendar: Any) -> dict[str, Any]:
    return {str(one["summary"]): one for one in calendar.walk("VEVENT")}


async def test_the_file_holds_the_hours_in_the_schools_zone(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(timed("l1", "Алгебра; и начала, анализа", room="каб. 12"))
    address = await make(browser, path)
    answer = await hub.browser("Calendar/1").get(address)
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("private, no-cache", "no-referrer")
    assert b"DTSTART;TZID=Asia/Krasnoyarsk:20261118T083000\r\n" in raw and b"DTSTART:" not in raw.split(b"END:VTIMEZONE")[1]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in raw and b"X-PUBLISHED-TTL:PT4H\r\n" in raw
    assert b"TZID:Asia/Krasnoyarsk" in raw and b"TZOFFSETTO:+0700" in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75 and b"\n" not in raw.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    assert (str(event["summary"]), str(event["location"])) == ("Алгебра; и начала, анализа", "каб. 12")
    assert event.decoded("dtstart") == START and event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=45)
    assert str(calendar["x-wr-calname"]) == "Уроки: Пётр"


async def test_there_is_the_timetable_and_nothing_else(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(timed("l1", "Алгебра", topic="Тема урока", comment="Замечание", teachers=("Петрова М. И.",)))
    hub.diary.marks.append(mark(DAY, "2", lesson="l1", comment="плохо"))
    hub.diary.homework.append(diary.Homework(origin=origin("h"), subject="Алгебра", text="Упражнение 7", due_date=DAY))
    await browser.get(f"{path}/marks")
    answer = await hub.browser().get(await make(browser, path))
    text = (await answer.get_data(as_text=True)).replace("\r\n ", "")
    for secret in ("Тема", "Замечание", "Петрова", "Упражнение", "плохо", "Орлов", "Школа"):
        assert secret not in text
    assert {frozenset(asked) for asked, _ in hub.diary.reads[1:]} == {frozenset({diary.Datum.LESSONS})}


async def test_cancelled_replaced_and_moved_lessons_say_so(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons += [
        timed("l1", "Алгебра", 0, status=LessonStatus.CANCELLED),
        timed("l2", "Физика", 1, status=LessonStatus.REPLACED, replaces="Химия"),
        timed("l3", "Труд", 2, status=LessonStatus.MOVED, moved_from=date(2026, 11, 12)),
    ]
    found = events(await fetch(hub, await make(browser, path)))
    assert {name: str(one["status"]) for name, one in found.items()} == {
        "Алгебра (отменён)": "CANCELLED",
        "Физика (замена: было «Химия»)": "CONFIRMED",
        "Труд (перенесён)": "CONFIRMED",
    }
    assert str(found["Труд (перенесён)"]["description"]) == "Урок 3, перенесён с 12 ноября"


async def test_lessons_without_hours_stand_together_on_their_day(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons += [lesson(DAY, 1, "Алгебра"), lesson(DAY, 2, "Химия")]
    calendar = await fetch(hub, await make(browser, path))
    (event,) = calendar.walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (DAY, DAY + timedelta(days=1))
    assert str(event["description"]) == "1. Алгебра\n2. Химия"
    assert calendar.walk("VTIMEZONE") == []


async def test_terms_and_holidays_are_whole_days(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.manifest = replace(hub.diary.manifest, data=hub.diary.manifest.data | {diary.Datum.TERMS})
    days = ((date(2026, 10, 26), date(2026, 11, 1), "Осенние каникулы", True), (date(2026, 11, 2), date(2026, 12, 27), "2 четверть", False))
    hub.diary.terms += [diary.Term(origin=origin(name), name=name, start=a, end=b, is_holiday=free) for a, b, name, free in days]
    found = events(await fetch(hub, await make(browser, path)))
    assert set(found) == {"Осенние каникулы", "2 четверть"}
    assert (found["2 четверть"].decoded("dtstart"), found["2 четверть"].decoded("dtend")) == (date(2026, 11, 2), date(2026, 12, 28))


async def test_an_unchanged_file_is_the_same_and_a_change_counts(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons += [timed("l1", "Алгебра", 0), timed("l2", "Химия", 1)]
    address = await make(browser, path)
    first = await hub.browser().get(address)
    hub.clock.go(hours=5)
    again = await hub.browser().get(address, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    before = events(await fetch(hub, address))
    hub.diary.lessons[0] = timed("l1", "Алгебра", 0, room="7")
    hub.clock.go(hours=1)
    after = events(await fetch(hub, address))
    assert [int(one["Алгебра"]["sequence"]) for one in (before, after)] == [0, 1]
    assert before["Алгебра"]["uid"] == after["Алгебра"]["uid"]
    assert after["Алгебра"].decoded("last-modified") == hub.clock().replace(microsecond=0)
    assert before["Химия"].to_ical() == after["Химия"].to_ical()


async def test_the_secret_has_128_bits_and_only_its_hash_is_kept(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    secret = (await make(browser, path)).removeprefix("/export/calendar/").removesuffix(".ics")
    assert len(secret) == 22
    assert secret not in str(await hub.rows("SELECT * FROM calendar_link"))
    listed = await told(await browser.get(f"{path}/calendar"))
    assert secret not in str(listed) and [one["used_at"] for one in listed["items"]] == [None]


async def test_a_new_link_ends_the_former_one_and_it_can_be_ended(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    former, new = await make(browser, path), await make(browser, path)
    assert (await hub.browser().get(former)).status_code == 404
    await fetch(hub, new)
    listed = await told(await browser.get(f"{path}/calendar"))
    assert listed["items"][0]["used_at"] == "2026-11-18T09:00:00Z"
    for _ in range(2):
        assert (await browser.send("DELETE", f"{path}/calendar")).status_code == 204
    assert (await hub.browser().get(new)).status_code == 404


async def test_one_form_sent_in_parallel_makes_one_link(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    child = path.rsplit("/", 1)[1]
    answers = await asyncio.gather(*(form(browser, f"/children/{child}/calendar", run="one") for _ in range(5)))
    texts = [await answer.get_data(as_text=True) for answer in answers]
    addresses = {text.split('value="http://localhost:8000')[1].split('"')[0] for text in texts}
    assert len(addresses) == 1 and {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    await fetch(hub, addresses.pop())


@pytest.mark.rule("A16")
@pytest.mark.security("27")
async def test_only_our_page_and_a_fresh_sign_in_make_a_link(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    assert (await browser.send("POST", f"{path}/calendar", csrf="x")).status_code == 403
    assert (await browser.send("POST", f"{path}/calendar", origin="https://evil.test")).status_code == 403
    hub.clock.go(minutes=6)
    refused = await told(await browser.send("POST", f"{path}/calendar"), 403)
    assert refused["type"].endswith("/not_fresh")
    text = await page(browser, f"/children/{path.rsplit('/', 1)[1]}/calendar")
    assert "Войти ещё раз" in text and "<form method" not in text.split("Сделать ссылку")[1]


@pytest.mark.rule("A5a")
@pytest.mark.parametrize("what", ["ended", "frozen"])
async def test_the_link_is_dead_when_its_makers_edge_is(hub: Hub, what: str) -> None:
    anna, boris, child = await parents(hub)
    address = await make(anna, f"/api/v1/children/{child}")
    await fetch(hub, address)
    who = (await anna.me())["person"]["id"]
    if what == "frozen":
        answer = await boris.send("POST", f"/api/v1/children/{child}/guardians/{who}/freeze")
        assert answer.status_code == 204
    else:
        await hub.deps.db.write(lambda: cut_off(hub.deps, (who,), child))
        assert await hub.rows("SELECT 1 FROM calendar_link") == []
    dead = await hub.browser().get(address)
    never = await hub.browser().get("/export/calendar/AAAAAAAAAAAAAAAAAAAAAA.ics")
    known = {"instance", "request_id"}
    one, other = await told(dead, 404), await told(never, 404)
    assert {k: v for k, v in one.items() if k not in known} == {k: v for k, v in other.items() if k not in known}


async def test_who_leaves_takes_the_links_along(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    address = await make(browser, path)
    assert (await browser.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})).status_code == 204
    assert (await hub.browser().get(address)).status_code == 404
    assert await hub.rows("SELECT 1 FROM calendar_link") == []


async def test_a_foreign_child_and_a_lent_one_get_no_link(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    path = f"/api/v1/children/{child}"
    for method in ("POST", "GET", "DELETE"):
        assert (await galina.send(method, f"{path}/calendar")).status_code == 404
        assert (await galina.send(method, "/api/v1/children/nobody/calendar")).status_code == 404
    offer = await told(await anna.send("POST", f"{path}/delegations", json={"days": 30}), 201)
    await told(await galina.send("POST", "/api/v1/delegations/accept", json={"code": offer["code"]}), 200)
    assert (await told(await galina.send("POST", f"{path}/calendar"), 403))["type"].endswith("/forbidden")


async def test_each_guardians_link_shows_the_own_diary_only(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    hub.diary.lessons.append(timed("l1", "Алгебра"))
    path = f"/api/v1/children/{child}"
    assert len(events(await fetch(hub, await make(anna, path)))) == 1
    assert events(await fetch(hub, await make(boris, path))) == {}
    assert (await boris.send("DELETE", f"{path}/calendar")).status_code == 204
    assert (await told(await anna.get(f"{path}/calendar")))["items"], "one guardian ends the own link only"


@pytest.mark.rule("A13")
async def test_making_and_asking_stand_in_the_log_of_the_child(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    await fetch(hub, await make(anna, f"/api/v1/children/{child}"))
    log = await told(await boris.get(f"/api/v1/children/{child}/access-log"))
    assert {"Сделана ссылка на календарь", "Расписание в календаре по ссылке"} <= set(str(log).split("'"))


@pytest.mark.security("29")
async def test_wrong_secrets_are_counted_by_network_and_a_link_by_itself(
    hub: Hub, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, path = anna
    address = await make(browser, path)
    monkeypatch.setattr(story, "ASKED_A_MINUTE", 2)
    monkeypatch.setattr(story, "WRONG_A_MINUTE", 3)
    calendar = hub.browser("Calendar/1")
    assert [(await calendar.get(address)).status_code for _ in range(3)] == [200, 200, 429]
    wrong = [(await calendar.get(f"/export/calendar/{'B' * 22}.ics")).status_code for _ in range(4)]
    assert wrong == [404, 404, 404, 429]
    hub.deps.memory.budgets["calendars"] = Throttle(limit=100)
    last = await calendar.get(address)
    assert last.status_code == 429 and int(last.headers["Retry-After"]) > 0


async def test_the_pages_work_without_javascript(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    base = f"/children/{path.rsplit('/', 1)[1]}/calendar"
    assert "Сделать ссылку" in await page(browser, base)
    made = await form(browser, base, run="r1")
    assert 'href="webcal://localhost:8000/export/calendar/' in await made.get_data(as_text=True)
    shown = await page(browser, base)
    assert "Отключить ссылку" in shown and "/export/calendar/" not in shown
    ended = await form(browser, f"{base}/end")
    assert (ended.status_code, ended.headers["Location"]) == (303, base)
    assert "Отключить ссылку" not in await page(browser, base)


@pytest.mark.rule("A10")
@pytest.mark.security("22")
async def test_a_link_made_before_the_first_strong_sign_in_is_dead_after_it(hub: Hub) -> None:
    plug_in(hub)
    browser = hub.browser()
    weak = await by_vk(browser)
    now = hub.clock()
    await hub.deps.db.write(
        lambda: calendars.put(hub.deps.keys, person=weak["person"]["id"], child="of-the-diary-alone", secret="s" * 22, now=now)
    )
    assert (await browser.sign_in())["person"]["id"] == weak["person"]["id"]
    assert await hub.rows("SELECT 1 FROM calendar_link") == []


@pytest.mark.security("32")
async def test_no_log_line_carries_the_secret(hub: Hub, anna: tuple[Browser, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser, path = anna
    address = await make(browser, path)
    await fetch(hub, address)
    hub.diary.fails = Unavailable("dnevnik", "502")
    hub.clock.go(hours=1)
    await fetch(hub, address)
    await browser.send("DELETE", f"{path}/calendar")
    await hub.browser().get(address)
    assert address.removeprefix("/export/calendar/").removesuffix(".ics") not in caplog.text
