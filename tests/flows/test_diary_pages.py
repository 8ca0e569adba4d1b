"""The diary's further pages: homework by date, the year's calendar, attendance, announcements, a subject, times, a report, a mark."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.diary import AttendanceKind, Datum
from connectors.kit.errors import Unavailable
from tests.flows.asking import MONDAY
from tests.flows.kit import Browser, Hub, kid, lesson, mark, origin, parent

TODAY = date(2026, 11, 18)
PAGES = ("homework", "terms", "attendance", "announcements", "subject", "times", "report")
ODD = {
    "homework?from=yesterday": 400,
    "report?from=1999-01-01&to=2026-01-01": 400,
    "attendance?from=2026-11-20&to=2026-11-01": 200,
    "terms?day=2026-13-01": 400,
    "terms?day=0001-01-01": 400,
    "times?week=9999-12-31": 400,
    "diary?week=0001-01-01": 400,
    "subject?subject=%3Cscript%3E": 200,
    "subject.svg?subject=nothing": 404,
    "marks/2026-11-16/unknown": 404,
    "marks/0001-01-01/unknown": 400,
    "marks/today/unknown": 400,
    "news?since=9999-99": 400,
}
QUARTER = diary.Period(id="q2", kind=diary.PeriodKind.QUARTER, name="2 четверть", number=2, start=date(2026, 11, 2), end=date(2026, 12, 29))


def work(day: date | None, text: str, *, done: bool | None = None, subject: str = "Алгебра") -> diary.Homework:
    return diary.Homework(origin=origin(f"h {day} {text}"), subject=subject, text=text, due_date=day, done=done)


def absence(day: date, kind: AttendanceKind, subject: str = "Алгебра") -> diary.Attendance:
    return diary.Attendance(origin=origin(f"a {day} {kind} {subject}"), school_date=day, code="н", kind=kind, subject=subject)


def play(hub: Hub) -> None:
    at = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
    hub.diary.manifest = replace(hub.diary.manifest, data=frozenset(Datum))
    hub.diary.lessons = [
        msgspec.structs.replace(
            lesson(MONDAY, 1, "Алгебра", "l1"), start=at, end=at + timedelta(minutes=45), topic="Дроби", teachers=("Ольга Ивановна",)
        ),
        msgspec.structs.replace(lesson(TODAY + timedelta(days=2), 1, "Алгебра"), status=diary.LessonStatus.PLANNED),
        msgspec.structs.replace(
            lesson(MONDAY, 8, "Шахматы"), kind="extra", start=at + timedelta(hours=6), end=at + timedelta(hours=7), room="12"
        ),
    ]
    hub.diary.marks = [
        mark(MONDAY, "4-", id_="m1", lesson="l1", weight=Decimal("1.5"), comment="Не дописан ответ", number=Decimal(4)),
        mark(MONDAY, "5", id_="m2", subject="Физика", number=Decimal(5)),
    ]
    hub.diary.homework = [
        work(TODAY, "На сегодня"),
        work(TODAY + timedelta(days=1), "На завтра"),
        work(TODAY + timedelta(days=3), "Позже", done=True),
    ]
    hub.diary.attendance = [
        absence(MONDAY, AttendanceKind.ILL),
        absence(MONDAY, AttendanceKind.ILL, "Физика"),
        absence(date(2026, 10, 5), AttendanceKind.LATE),
        absence(date(2026, 10, 6), AttendanceKind.PRESENT),
    ]
    hub.diary.finals = [diary.Final(origin=origin("f"), subject="Алгебра", period=QUARTER, value="4", average="4,10")]
    hub.diary.averages = [
        diary.SubjectAverage(origin=origin("v"), subject="Алгебра", period=QUARTER, average="4,10", class_average="3,90", class_size=25)
    ]
    hub.diary.terms = [
        diary.Term(origin=origin("t2"), name="2 четверть", start=date(2026, 11, 2), end=date(2026, 12, 29), period=QUARTER),
        diary.Term(origin=origin("t3"), name="Зимние каникулы", start=date(2026, 12, 30), end=date(2027, 1, 10), is_holiday=True),
    ]
    hub.diary.announcements = [
        diary.Announcement(
            origin=origin("n"),
            title="Собрание",
            body="В четверг\nв 18:00",
            author="Директор",
            published_at=datetime(2026, 11, 17, tzinfo=UTC),
        )
    ]


async def text_of(browser: Browser, child: str, page: str, status: int = 200) -> str:
    answer = await browser.get(quote(f"{child.removeprefix('/api/v1')}/{page}", safe="/?=&%:"), Accept="text/html")
    text: str = await answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


@pytest.fixture
async def opened(hub: Hub, anna: tuple[Browser, str]) -> tuple[Browser, str]:
    play(hub)
    return anna


@pytest.mark.feature("F173")
async def test_homework_of_tomorrow_stands_first_and_what_is_done_says_so(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "homework")
    places = [text.index(words) for words in ("На завтра", "Позже", "На сегодня")]
    assert places == sorted(places)
    assert "Впереди 2 задания, сделано 1" in text
    assert text.count("сделано</span>") == 1


@pytest.mark.feature("F173")
async def test_homework_of_a_chosen_period(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "homework?from=2026-11-20&to=2026-11-25")
    assert "Позже" in text and "На завтра" not in text


@pytest.mark.feature("F174")
async def test_the_years_calendar_says_what_is_now_and_when_holidays_begin(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "terms")
    assert "Сейчас: 2 четверть" in text
    assert "Зимние каникулы: 30 декабря – 10 января, через 42 дня" in re.sub(r"\s+", " ", text)
    assert text.count('class="holiday"') == 12
    assert text.count('class="study now"') == 1


async def test_attendance_is_counted_by_kind_month_and_subject(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "attendance")
    assert re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", text) == [
        ("Отметок", "3"),
        ("Дней с отметками", "2"),
        ("болезнь", "2"),
        ("опоздание", "1"),
    ]
    assert "октябрь 2026" in text and "ноябрь 2026" in text
    assert "2 четверть" in text, "periods of the school are offered as links"
    picture = await opened[0].get(f"{opened[1].removeprefix('/api/v1')}/attendance.svg")
    body = await picture.get_data(as_text=True)
    assert picture.content_type == "image/svg+xml"
    assert "<script" not in body and "опоздание" in body


@pytest.mark.feature("F203")
@pytest.mark.feature("F111")
@pytest.mark.rule("C8")
async def test_announcements_are_plain_text(hub: Hub, opened: tuple[Browser, str]) -> None:
    hub.diary.announcements = [msgspec.structs.replace(hub.diary.announcements[0], body="<b>В четверг</b>\nв 18:00")]
    text = await text_of(*opened, "announcements")
    assert "&lt;b&gt;В четверг&lt;/b&gt;\nв 18:00" in text
    assert "Директор" in text
    assert "вт, 17 ноября, 07:00" in text, "when, by the clock of the school"


@pytest.mark.feature("F225")
@pytest.mark.feature("F224")
async def test_a_subject_shows_every_mark_its_weight_comment_results_and_the_class_average(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "subject?subject=Алгебра")
    for words in ("4-", "1,5", "Не дописан ответ", "4,10", "3,90", "2 четверть", "На завтра"):
        assert words in text, words
    assert "полоса среднего по классу" in text
    assert "Физика" in text, "other subjects are one click away"
    svg = await opened[0].get(f"{opened[1].removeprefix('/api/v1')}/subject.svg")
    assert "Средний по классу" in await svg.get_data(as_text=True)


@pytest.mark.feature("F175")
async def test_times_of_lessons_and_electives(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "times")
    assert "09:00–09:45" in text, "the clock of the school, Krasnoyarsk"
    assert "Шахматы" in text and "15:00–16:00" in text
    assert re.search(r"<th scope=\"row\">1</th><td>09:00</td><td>09:45</td>", text)


@pytest.mark.feature("F205")
@pytest.mark.feature("F228")
async def test_a_report_of_a_chosen_period_with_the_share_of_the_programme(opened: tuple[Browser, str]) -> None:
    text = await text_of(*opened, "report?from=2026-11-16&to=2026-11-22")
    assert "Пётр Орлов: отчёт" in text
    assert re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", text) == [
        ("Оценок", "2"),
        ("Пропусков и опозданий", "2"),
        ("Пройдено уроков", "2 из 3"),
        ("Доля программы", "67 %"),
    ]
    assert "data-print" in text


async def test_a_marks_card_tells_lesson_weight_history_source_and_age(hub: Hub, opened: tuple[Browser, str]) -> None:
    await text_of(*opened, "diary?week=2026-11-16")
    hub.clock.go(minutes=20)
    hub.diary.marks = [mark(MONDAY, "5-", id_="m1", lesson="l1", weight=Decimal("1.5"), comment="Дописал", number=Decimal(5))]
    week = await text_of(*opened, "diary?week=2026-11-16")
    (href,) = re.findall(r'class="mark changed" href="/children/[^/]+/(marks/2026-11-16/[^"]+)"', week)
    card = await text_of(*opened, href)
    for words in ("5-", "1-й урок, 09:00", "1,5", "Дописал", "Дроби", "Ольга Ивановна", "Раньше было", "4-", "Дневник.ру"):
        assert words in card, words
    hub.clock.go(minutes=20)
    hub.diary.marks = []
    assert "больше нет" in await text_of(*opened, href, 404)


async def test_each_page_is_light_and_has_one_heading(opened: tuple[Browser, str]) -> None:
    for page in PAGES:
        text = await text_of(*opened, page)
        assert len(text.encode()) < 60_000, page
        assert text.count("<h1") == 1, page


@pytest.mark.rule("C2")
async def test_a_silent_diary_shows_its_copy_and_says_so(hub: Hub, opened: tuple[Browser, str]) -> None:
    before = {page: await text_of(*opened, page) for page in PAGES}
    hub.clock.go(minutes=20)
    hub.diary.fails = Unavailable("dnevnik")
    for page in PAGES:
        after = await text_of(*opened, page)
        assert "Дневник.ру не отвечает" in after, page
        for words in ("Алгебра", "2 четверть", "Собрание"):
            assert (words in before[page]) == (words in after), (page, words)


async def test_an_empty_diary_leaves_no_page_blank(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.manifest = replace(hub.diary.manifest, data=frozenset(Datum))
    for page in PAGES:
        assert 'class="card empty"' in await text_of(*anna, page), page


@pytest.mark.rule("C8")
async def test_a_foreign_child_is_not_found(hub: Hub, opened: tuple[Browser, str]) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Волков", first_name="Борис", snils=kid(3, "").snils, children=())
    other = hub.browser()
    await other.sign_in("boris")
    for page in (*PAGES, "attendance.svg", "subject.svg", "news", "marks/2026-11-16/x"):
        await text_of(other, opened[1], page, 404)
        await text_of(other, "/api/v1/children/nobody", page, 404)


async def test_odd_addresses_are_answered_clearly(opened: tuple[Browser, str]) -> None:
    for page, status in ODD.items():
        assert "<script>" not in await text_of(*opened, page, status), page
