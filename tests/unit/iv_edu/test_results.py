"""Marks of periods, averages against the class, the wall, and what the cabinet says when it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from connectors.diaries.iv_edu.errors import checked
from connectors.kit.diary import Datum, PeriodKind
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.ports import Window
from tests.unit.iv_edu.stub import LATER, QUARTER, YEAR, Bench, compared, final, finals, refusal


async def test_a_final_mark_comes_with_its_period(bench: Bench) -> None:
    bench.show(diary_finals=finals(final(), final(id=2, value="")))
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (found.subject, found.value, found.origin.updated_at) == ("Русский язык", "4", datetime(2026, 10, 23, 12, 0, tzinfo=UTC))
    period = found.period
    assert (period.kind, period.number, period.start, period.school_year) == (PeriodKind.QUARTER, 1, date(2026, 9, 1), "2026/2027")


async def test_an_unlisted_period_has_drifted(bench: Bench) -> None:
    bench.show(diary_finals=finals(final(period=7)))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.FINALS)
    assert told.value.where == "$.items[0].period"


async def test_a_kind_of_period_that_nobody_knows_is_kept_by_its_name(bench: Bench) -> None:
    bench.show(diary_finals=finals(final(), periods=[QUARTER | {"kind": "decade"}]))
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (found.period.kind, found.period.name) == (PeriodKind.UNKNOWN, "1 четверть")


async def test_averages_are_asked_for_periods_that_have_begun(bench: Bench) -> None:
    bench.show(diary_finals=finals(periods=[QUARTER, LATER, YEAR]))
    await bench.read(Datum.AVERAGES)
    asked = [request.url.params["period"] for request in bench.stub.asked if "period" in request.url.params]
    assert sorted(asked) == ["1011", "1041"]


@pytest.mark.rule("C5")
@pytest.mark.parametrize(
    ("size", "whole", "shown"), [(5, "4.05", ("4.33", "4.05", 5)), (4, "4.05", ("4.33", None, None)), (9, None, ("4.33", None, None))]
)
async def test_the_class_is_hidden_below_five(bench: Bench, size: int, whole: str | None, shown: tuple[Any, ...]) -> None:
    bench.show(diary_finals=finals(periods=[QUARTER]), diary_monitoring=compared(size, **{"class": whole}))
    (found,) = (await bench.read(Datum.AVERAGES)).averages or ()
    assert (found.average, found.class_average, found.class_size) == shown


async def test_a_subject_that_has_no_average_is_left_out(bench: Bench) -> None:
    bench.show(diary_finals=finals(periods=[QUARTER]), diary_monitoring=compared(4, child=None))
    assert (await bench.read(Datum.AVERAGES)).averages == ()


async def test_an_average_of_a_period_that_was_not_asked_for_has_drifted(bench: Bench) -> None:
    bench.show(diary_finals=finals(periods=[QUARTER]), diary_monitoring=compared() | {"period": 1012})
    with pytest.raises(Drifted):
        await bench.read(Datum.AVERAGES)


@pytest.mark.rule("C8")
async def test_the_wall_is_plain_text_of_the_windows_days(bench: Bench) -> None:
    posts = [
        {"id": 2, "published_at": "2026-11-17T00:30:00", "title": "<b>Собрание</b>", "text": "В 18:00<script>x</script>"},
        {"id": 1, "published_at": "2026-11-15T23:59:00", "title": "Старое", "text": ""},
    ]
    bench.show(announcements={"items": posts})
    window = Window(start=date(2026, 11, 16), end=date(2026, 11, 17))
    (found,) = (await bench.read(Datum.ANNOUNCEMENTS, window=window)).announcements or ()
    assert (found.title, found.body, found.published_at) == ("Собрание", "В 18:00", datetime(2026, 11, 16, 21, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("bad_request", 400, Rejected),
        ("wrong_pair", 401, AuthExpired),
        ("session_required", 401, AuthExpired),
        ("session_ended", 401, AuthExpired),
        ("closed", 403, AccessDenied),
        ("unknown_week", 404, NotFound),
        ("unknown_month", 404, NotFound),
        ("not_found", 404, NotFound),
        ("method", 405, Rejected),
        ("conflict", 409, Rejected),
        ("locked", 423, RateLimited),
        ("too_many", 429, RateLimited),
        ("failure", 500, Unavailable),
        ("maintenance", 503, Unavailable),
        ("school_closed_forever", 410, Rejected),
    ],
)
def test_each_documented_code_is_one_of_the_eight(code: str, status: int, expected: type[ConnectorError]) -> None:
    answer = refusal(code, status, headers={"Retry-After": "7"})(httpx.Request("GET", "http://x"))
    with pytest.raises(ConnectorError) as told:
        checked("iv-edu", answer)
    assert (type(told.value), told.value.text) == (expected, "Почему")
    if isinstance(told.value, RateLimited):
        assert told.value.after_s == 7


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), Unavailable),
        (httpx.Response(200, html="<form>"), Unavailable),
        (httpx.Response(403, html="<h1>Blocked</h1>"), Unavailable),
        (httpx.Response(401), AuthExpired),
        (httpx.Response(433), RateLimited),
        (httpx.Response(418, json={"tea": 1}), Drifted),
        (httpx.Response(500, content=b"\xff"), Unavailable),
        (httpx.Response(400, json={"error": "text"}), Drifted),
    ],
)
def test_an_answer_without_the_envelope_is_read_by_its_status(response: httpx.Response, expected: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as told:
        checked("iv-edu", response)
    assert type(told.value) is expected


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"{", b"\xff\xfe", b"[" * 50_000])
async def test_silence_and_garbage_have_drifted(bench: Bench, body: bytes) -> None:
    for path, datum in (("diary", Datum.LESSONS), ("diary/finals", Datum.FINALS), ("announcements", Datum.ANNOUNCEMENTS)):
        answers: dict[str, Any] = {path.replace("/", "_"): body}
        bench.show(**answers)
        with pytest.raises(Drifted):
            await bench.read(datum)
