"""A child's diary as the API and the week show it: kinds, dates, pages, revisions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connectors.kit import diary
from hub.flows.show_diary.week import show_week
from tests.flows.asking import MONDAY, WEEK, ask, state_of, visitor_of
from tests.flows.kit import Browser, Hub, lesson, mark, origin


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
    lessons = await ask(browser, f"{child}/lessons?{WEEK}")
    body = await ask(browser, f"{child}/marks?{WEEK}")
    marks = {one["source"]["id"]: one for one in body["items"]}
    assert [marks[id_]["value"] for id_ in ("m1", "m2", "m3")] == ["5-", "4/5", "зач"]
    first = marks["m1"]
    assert first["lesson"] == lessons["items"][0]["id"]
    assert first["child"] == child.rsplit("/", 1)[-1]
    assert (first["date"], first["subject"], first["weight"], first["comment"]) == ("2026-11-16", "Алгебра", 1.5, "Хорошо")
    assert first["revisions"] == []
    assert first["source"] == {"system": "dnevnik", "id": "m1", "fetched_at": "2026-11-18T09:00:00Z"}
    assert lessons["items"][0]["source"]["id"] == "90071992547409931"
    assert state_of(body) == ("fresh", None)


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
        body = await ask(browser, f"{child}/{kind}?{WEEK}")
        assert len(body["items"]) == 1, kind
        assert common | fields <= set(body["items"][0]), kind
        assert set(body["items"][0]["source"]) == {"system", "id", "fetched_at"}
        assert {"system", "state", "fetched_at", "error"} <= set(body["sources"][0])
    assert (await ask(browser, f"{child}/finals"))["items"][0]["period"] == "1 четверть"


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_what_it_said_before(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, "2", id_="m1")]
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    hub.diary.marks = [mark(MONDAY, "3", id_="m1")]
    await ask(browser, f"{child}/marks?{WEEK}")
    hub.clock.go(minutes=20)
    hub.diary.marks = [mark(MONDAY, "4", id_="m1")]
    (item,) = (await ask(browser, f"{child}/marks?{WEEK}"))["items"]
    assert item["value"] == "4"
    assert item["revisions"] == [
        {"value": "2", "seen_at": "2026-11-18T09:00:00Z"},
        {"value": "3", "seen_at": "2026-11-18T09:20:00Z"},
    ]


async def test_pages_of_a_list_follow_the_cursor(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.diary.marks = [mark(MONDAY, str(number % 5 + 1), id_=f"m{number}") for number in range(25)]
    seen: list[str] = []
    path = f"{child}/marks?{WEEK}&limit=10"
    body = await ask(browser, path)
    while True:
        seen += [one["id"] for one in body["items"]]
        if not body["next"]:
            break
        body = await ask(browser, f"{path}&cursor={body['next']}")
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
    body = await ask(browser, f"{child}/marks?from=2026-11-01&to=2026-11-30")
    assert [one["date"] for one in body["items"]] == ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]
    assert len(hub.diary.reads) == 1
    assert (await ask(browser, f"{child}/marks?{WEEK}"))["items"][0]["date"] == "2026-11-16"
    assert len(hub.diary.reads) == 1


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
    visitor = await visitor_of(hub, browser)
    view = await show_week(hub.deps, visitor, child.rsplit("/", 1)[-1], day=MONDAY)
    day = view.days[0]
    assert [[one.value for one in slot.marks] for slot in day.lessons] == [[], ["5"], ["3"]]
    assert [[one.text for one in slot.homework] for slot in day.lessons] == [[], ["№ 7"], ["§ 5"]]
    assert [len(slot.attendance) for slot in day.lessons] == [1, 0, 0]
    assert [one.value for one in day.marks] == ["4"], "a double lesson: nobody knows which of the two it was"
    assert [one.text for one in day.homework] == ["Спеть"]
    assert (view.zone, view.previous, view.following) == ("Asia/Krasnoyarsk", date(2026, 11, 9), date(2026, 11, 23))
    assert len(hub.diary.reads) == 1


async def test_without_dates_it_is_the_week_of_the_school(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    hub.clock.at = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # Monday already in Krasnoyarsk, Sunday still in Moscow
    await browser.sign_in()
    hub.diary.lessons = [lesson(date(2026, 11, 20), 1), lesson(date(2026, 11, 23), 1)]
    assert [one["date"] for one in (await ask(browser, f"{child}/lessons"))["items"]] == ["2026-11-23"]
