"""A child's diary as a file: its cells, its provenance, who may take it (RULES C8, A13, A16)."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.errors import Unavailable
from hub.flows.outputs.cells import FORMULA, harmless, table
from hub.store.process.memory import Throttle
from tests.flows.family_kit import page, parents, relative, told
from tests.flows.kit import Browser, Hub, lesson, mark, origin

DAY = date(2026, 11, 18)
WEEK = "from=2026-11-16&to=2026-11-22"


def base(path: str) -> str:
    return f"/export/diary/{path.rsplit('/', 1)[1]}"


async def rows(browser: Browser, path: str, query: str, separator: str = ";") -> list[dict[str, str]]:
    answer = await browser.get(f"{base(path)}.csv?{query}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes)
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))


async def test_marks_stand_as_written_with_their_source(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.marks += [mark(DAY, "5-", id_="m1", comment="молодец; «так\nдержать»"), mark(DAY, "зач", id_="m2", subject="Труд")]
    answer = await browser.get(f"{base(path)}.csv?kind=marks&{WEEK}")
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes) and raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\r\n")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="school-hub-marks-2026-11-16-2026-11-22.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    one, other = sorted(await rows(browser, path, f"kind=marks&{WEEK}"), key=lambda row: row["Предмет"])
    assert (one["Дата"], one["Оценка"], one["Комментарий"]) == ("18.11.2026", "5-", "молодец; «так держать»")
    assert (one["Источник"], one["Номер в источнике"], one["Получено"]) == ("Дневник.ру", "m1", "18.11.2026 16:00")
    assert other["Оценка"] == "зач"


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("lessons", "Начало", "08:30"),
        ("homework", "Задание", "№ 5"),
        ("finals", "Оценка", "4"),
        ("attendance", "Причина", "болезнь"),
    ],
)
async def test_each_kind_has_its_table(hub: Hub, anna: tuple[Browser, str], kind: str, column: str, value: str) -> None:
    browser, path = anna
    start = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
    hub.diary.lessons.append(msgspec.structs.replace(lesson(DAY, 1), start=start, end=start + timedelta(minutes=45)))
    hub.diary.homework.append(diary.Homework(origin=origin("h"), subject="Алгебра", text="№ 5", due_date=DAY))
    period = diary.Period(id="q1", kind=diary.PeriodKind.QUARTER, name="1 четверть", start=date(2026, 9, 1), end=date(2026, 10, 30))
    hub.diary.finals.append(diary.Final(origin=origin("f"), subject="Алгебра", period=period, value="4"))
    hub.diary.attendance.append(diary.Attendance(origin=origin("a"), school_date=DAY, code="Б", kind=diary.AttendanceKind.ILL))
    found = await rows(browser, path, f"kind={kind}&{WEEK}")
    assert [row[column] for row in found] == [value]


@pytest.mark.rule("C8")
async def test_no_cell_begins_a_formula(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.marks.append(mark(DAY, "-", id_="=1+1", subject="@SUM(A1)", comment="\t=HYPERLINK(1)"))
    for row in await rows(browser, path, f"kind=marks&{WEEK}"):
        assert not [cell for cell in row.values() if cell.startswith((*FORMULA, "\t", "\r"))], row
        assert (row["Оценка"], row["Предмет"], row["Комментарий"]) == ("'-", "'@SUM(A1)", "'=HYPERLINK(1)")


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("=1", "'=1"),
        ("+7", "'+7"),
        ("-5", "'-5"),
        ("@a", "'@a"),
        ("\r\n=1", "'=1"),
        ("\x00=1", "'=1"),
        ("＝1", "'＝1"),
        ("5-", "5-"),
        ("", ""),
    ],
)
def test_a_harmless_cell(given: str, kept: str) -> None:
    assert harmless(given) == kept


def test_other_programs_get_commas_and_no_mark() -> None:
    assert table(("a", "b"), [("1,5", "x")], separator=",", bom=False) == b'a,b\r\n"1,5",x\r\n'


async def test_the_separator_is_asked_for_and_a_strange_one_refused(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.marks.append(mark(DAY, "4"))
    assert len(await rows(browser, path, f"kind=marks&{WEEK}&sep=comma&bom=0", ",")) == 1
    for query in ("kind=marks&sep=pipe", "kind=secrets", "", "kind=marks&from=18.11.2026", "kind=marks&from=2020-01-01&to=2026-01-01"):
        assert (await told(await browser.get(f"{base(path)}.csv?{query}"), 400))["type"].endswith("/malformed")


async def test_json_holds_the_records_of_the_lists_and_says_who_is_silent(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.marks.append(mark(DAY, "4", id_="m1"))
    listed = await told(await browser.get(f"{path}/marks?{WEEK}"))
    hub.clock.go(minutes=4)
    hub.diary.fails = Unavailable("dnevnik", "502")
    answer = await browser.get(f"{base(path)}.json?{WEEK}")
    found = json.loads(await answer.get_data())
    assert found["format"] == "school-hub.diary/1" and set(found["items"]) == {"lessons", "marks", "homework", "finals", "attendance"}
    assert found["items"]["marks"] == listed["items"]
    assert found["sources"][0]["error"] == "unavailable"


@pytest.mark.rule("A16")
async def test_a_file_needs_a_fresh_sign_in(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.clock.go(minutes=6)
    for ending in ("csv?kind=marks", "json"):
        assert (await told(await browser.get(f"{base(path)}.{ending}"), 403))["type"].endswith("/not_fresh")
    led = await browser.get(f"{base(path)}.csv?kind=marks", Accept="text/html")
    assert (led.status_code, led.headers["Location"]) == (303, f"/children/{path.rsplit('/', 1)[1]}/download")
    assert "Войти ещё раз" in await page(browser, led.headers["Location"])


async def test_a_link_on_a_foreign_page_starts_no_download(anna: tuple[Browser, str]) -> None:
    browser, path = anna
    answer = await browser.get(f"{base(path)}.csv?kind=marks", **{"Sec-Fetch-Site": "cross-site"})
    assert (await told(answer, 403))["type"].endswith("/cross_site")


async def test_a_foreign_child_is_not_there_and_a_lent_view_takes_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    for ending in ("csv?kind=marks", "json"):
        assert (await galina.get(f"/export/diary/{child}.{ending}")).status_code == 404
        assert (await galina.get(f"/export/diary/nobody.{ending}")).status_code == 404
        assert (await hub.browser().get(f"/export/diary/{child}.{ending}")).status_code == 401
    offer = await told(await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 30}), 201)
    await told(await galina.send("POST", "/api/v1/delegations/accept", json={"code": offer["code"]}))
    assert (await galina.get(f"/export/diary/{child}.json")).status_code == 403
    assert "Временный просмотр" in await page(galina, f"/children/{child}/download")


@pytest.mark.rule("A13")
async def test_the_other_parent_reads_that_a_file_was_taken(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    await anna.get(f"/export/diary/{child}.json")
    log: Any = await told(await boris.get(f"/api/v1/children/{child}/access-log"))
    assert "Дневник выгружен файлом" in str(log)


async def test_downloads_are_bounded(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.deps.memory.budgets["downloads"] = Throttle(limit=1, window_s=3600.0)
    statuses = [(await browser.get(f"{base(path)}.json")).status_code for _ in range(2)]
    assert statuses == [200, 429]


async def test_the_page_offers_the_school_year(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    text = await page(browser, f"/children/{path.rsplit('/', 1)[1]}/download")
    assert 'value="2026-09-01"' in text and 'value="2026-11-18"' in text and "Итоговые оценки" in text
