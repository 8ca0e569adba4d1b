"""What ruobr says when it refuses: behind a 200, in words, on a page, or with nothing at all."""

from __future__ import annotations

import httpx
import pytest

from connectors.diaries.ruobr.errors import checked, of_words
from connectors.kit.calls import FORCED
from connectors.kit.diary import Datum
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from tests.unit.ruobr.stub import Bench


def told(response: httpx.Response) -> ConnectorError:
    with pytest.raises(ConnectorError) as error:
        checked("ruobr", response)
    return error.value


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        ({"success": False, "error_type": "auth"}, AuthExpired),
        ({"success": 0, "error_type": "auth"}, AuthExpired),
        ({"success": False, "error": "Неверный логин или пароль"}, AuthExpired),
        ({"success": False, "error": "Нет доступа к этому ребёнку"}, AccessDenied),
        ({"success": False, "error": "Ребёнок не найден"}, NotFound),
        ({"success": False, "error": "Слишком много запросов"}, RateLimited),
        ({"success": False, "error": "Технические работы"}, Unavailable),
        ({"success": False, "error": "Сервис временно недоступен"}, Unavailable),
        ({"success": False, "error": "Период закрыт"}, Rejected),
        ({"success": False, "error_type": "period"}, Rejected),
        ({"success": False}, Rejected),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_refusal_behind_any_status(envelope: dict[str, object], expected: type[ConnectorError], status: int) -> None:
    assert type(told(httpx.Response(status, json=envelope))) is expected


def test_a_refusal_without_meaning_keeps_its_words_without_their_tags() -> None:
    error = of_words("ruobr", "<b>Период</b> закрыт", "<b>Период</b> закрыт")
    assert isinstance(error, Rejected)
    assert error.text == "Период закрыт"


def test_a_good_object_may_say_success_too() -> None:
    assert checked("ruobr", httpx.Response(200, json={"success": True, "status": "child"}))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, AuthExpired),
        (403, Unavailable),
        (404, NotFound),
        (429, RateLimited),
        (433, RateLimited),
        (502, Unavailable),
        (200, Unavailable),
    ],
)
def test_a_page_in_place_of_data(status: int, expected: type[ConnectorError]) -> None:
    page = httpx.Response(status, html="<html><h1>Bad Gateway</h1></html>", headers={"Retry-After": "9"})
    error = told(page)
    assert type(error) is expected
    if isinstance(error, RateLimited):
        assert error.after_s == 9


def test_a_bare_403_is_a_refusal() -> None:
    assert type(told(httpx.Response(403))) is AccessDenied


@pytest.mark.parametrize("body", [b"", b"   ", b"\xff\xfe", b"Internal error", b"{", b"[" * 50_000])
async def test_silence_and_garbage_have_drifted(bench: Bench, body: bytes) -> None:
    bench.show(timetable2=body)
    with pytest.raises(Drifted):
        await bench.read(Datum.LESSONS)
    bench.show(user=body)
    with pytest.raises(Drifted):
        await bench.access()


async def test_a_dropped_connection_is_unavailable(bench: Bench) -> None:
    def drop(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("gone", request=request)

    forced = FORCED.set(True)
    bench.show(user=drop)
    with pytest.raises(Unavailable):
        await bench.access()
    FORCED.reset(forced)
