"""Pages of absences and announcements, marks of periods, and what the cabinet says when it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from connectors.diaries.digital_school.errors import checked
from connectors.kit.diary import AttendanceKind, Datum, PeriodKind
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.ports import Window
from tests.unit.digital_school.stub import NOTHING, Bench, absence, child, envelope, final, finals, refusal


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("НУП", AttendanceKind.ABSENT_UNEXCUSED),
        ("УП", AttendanceKind.EXCUSED),
        ("Б", AttendanceKind.ILL),
        ("оп", AttendanceKind.LATE),
        ("ЭКЗ", AttendanceKind.UNKNOWN),
    ],
)
async def test_an_absence_keeps_its_code(bench: Bench, code: str, kind: AttendanceKind) -> None:
    bench.show(attendance=[absence(code=code)])
    (found,) = (await bench.read(Datum.ATTENDANCE)).attendance or ()
    assert (found.code, found.kind, found.lesson, found.minutes_late, found.comment) == (code, kind, "1607612", None, "")


@pytest.mark.parametrize(("minutes", "late"), [("7", 7), (7, 7), (NOTHING, None)])
async def test_how_late(bench: Bench, minutes: Any, late: int | None) -> None:
    bench.show(attendance=[absence(code="ОП", minutes=minutes)])
    (found,) = (await bench.read(Datum.ATTENDANCE)).attendance or ()
    assert found.minutes_late == late


def paged(*pages: list[Any]) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        return httpx.Response(200, json=envelope(pages[page - 1], page=page, pages=len(pages), total=99))

    return answer


@pytest.mark.feature("F201")
async def test_all_pages_of_absences_are_turned_and_none_counts_twice(bench: Bench) -> None:
    bench.show(attendance=paged([absence(), absence(id=2)], [absence(id=2), absence(id=3)], []))
    assert len((await bench.read(Datum.ATTENDANCE)).attendance or ()) == 3
    assert [one["page"] for one in bench.stub.params("attendance")] == ["1", "2", "3"]


async def test_pages_without_end_have_drifted(bench: Bench) -> None:
    bench.show(attendance=lambda request: httpx.Response(200, json=envelope([absence()], page=1, pages=10_000)))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.ATTENDANCE)
    assert told.value.where == "$.pages"


async def test_announcements_are_turned_back_to_the_windows_first_day(bench: Bench) -> None:
    def post(id_: int, day: str) -> dict[str, Any]:
        return {"id": id_, "at": f"{day} 00:30:00", "text": "<b>Собрание</b> в 18:00"}

    bench.show(announcements=paged([post(4, "20.11.2026"), post(3, "17.11.2026")], [post(2, "12.11.2026")], [post(1, "01.09.2026")]))
    window = Window(start=date(2026, 11, 16), end=date(2026, 11, 17))
    (found,) = (await bench.read(Datum.ANNOUNCEMENTS, window=window)).announcements or ()
    assert (found.origin.id, found.title, found.body) == ("3", "", "Собрание в 18:00")
    assert found.published_at == datetime(2026, 11, 16, 14, 30, tzinfo=UTC)
    assert [one["page"] for one in bench.stub.params("announcements")] == ["1", "2"]


@pytest.mark.rule("C1")
async def test_a_final_mark_comes_with_the_cabinets_own_average(bench: Bench) -> None:
    bench.show(finals=finals(final(), final(id=2, average=NOTHING), final(id=3, value=NOTHING)))
    one, other = (await bench.read(Datum.FINALS)).finals or ()
    assert (one.value, one.average, other.average) == ("4", "4,33", None)
    period = one.period
    assert (period.kind, period.number, period.start, period.school_year) == (PeriodKind.QUARTER, 1, date(2026, 9, 1), "2026/2027")


@pytest.mark.parametrize(
    ("word", "kind"),
    [("триместр", PeriodKind.TRIMESTER), ("Полугодие", PeriodKind.SEMESTER), ("год", PeriodKind.YEAR), ("декада", PeriodKind.UNKNOWN)],
)
async def test_kinds_of_periods(bench: Bench, word: str, kind: PeriodKind) -> None:
    bench.show(finals=finals(final(), kind=word, begins=NOTHING, ends=NOTHING, number=NOTHING))
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (found.period.kind, found.period.start, found.period.number) == (kind, None, None)


async def test_an_unlisted_period_has_drifted(bench: Bench) -> None:
    bench.show(finals=finals(final(period=7)))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.FINALS)
    assert told.value.where == "$.data.items[0].period"


@pytest.mark.rule("A15")
async def test_a_code_of_another_account_is_not_found(bench: Bench) -> None:
    bench.show(diary=refusal("E-404", 404))
    with pytest.raises(NotFound):
        await bench.port.read(await bench.access(), child("FOREIGN"), frozenset({Datum.LESSONS}), Window(start=date.min, end=date.min))


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("E-400", 400, Rejected),
        ("E-101", 401, AuthExpired),
        ("E-102", 403, Rejected),
        ("E-103", 409, Rejected),
        ("E-104", 422, Rejected),
        ("E-105", 423, RateLimited),
        ("E-110", 401, AuthExpired),
        ("E-120", 403, AccessDenied),
        ("E-404", 404, NotFound),
        ("E-405", 405, Rejected),
        ("E-422", 422, Rejected),
        ("E-429", 429, RateLimited),
        ("E-500", 500, Unavailable),
        ("E-503", 503, Unavailable),
        ("E-777", 400, Rejected),
        ("E-110", 200, AuthExpired),
    ],
)
def test_each_documented_code_is_one_of_the_eight(code: str, status: int, expected: type[ConnectorError]) -> None:
    answer = refusal(code, status, headers={"Retry-After": "7"})(httpx.Request("GET", "http://x"))
    with pytest.raises(ConnectorError) as told:
        checked("digital-school", answer)
    assert (type(told.value), told.value.text) == (expected, "Почему")
    if isinstance(told.value, RateLimited):
        assert told.value.after_s == 7


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), Unavailable),
        (httpx.Response(200, html="<form>"), Unavailable),
        (httpx.Response(200, json={"ok": False}), Rejected),
        (httpx.Response(401), AuthExpired),
        (httpx.Response(433), RateLimited),
        (httpx.Response(418, json={"tea": 1}), Drifted),
    ],
)
def test_an_answer_without_the_envelope_is_read_by_its_status(response: httpx.Response, expected: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as told:
        checked("digital-school", response)
    assert type(told.value) is expected


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"{", b'{"ok":true}', b"\xff\xfe", b"[" * 50_000])
@pytest.mark.parametrize("datum", [Datum.LESSONS, Datum.ATTENDANCE, Datum.FINALS, Datum.ANNOUNCEMENTS])
async def test_silence_and_garbage_have_drifted(bench: Bench, body: bytes, datum: Datum) -> None:
    bench.show(diary=body, attendance=body, finals=body, announcements=body)
    with pytest.raises(Drifted):
        await bench.read(datum)
