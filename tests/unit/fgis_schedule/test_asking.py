"""How the federal service is asked: one token for all, a condition where the answer is remembered, refusals by their codes."""

from __future__ import annotations

import asyncio
import base64
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import httpx
import pytest

from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.kit.secret import Secret
from tests.unit.fgis_schedule.stub import ACCESS, PUPIL, Bench, Stub, lesson, outcome, schedule


async def test_the_token_is_asked_for_as_the_standard_says_and_once(bench: Bench) -> None:
    await asyncio.gather(*(bench.read() for _ in range(5)))
    (asked,) = [one for one in bench.stub.asked if one.url.path == "/fgis/token"]
    coded = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
    assert [unquote_plus(part) for part in coded.split(":")] == ["hub: one", "сек+рет"]
    assert asked.content == b"grant_type=client_credentials&scope=schedule"
    assert {one.headers["Authorization"] for one in bench.stub.schedules} == {"Bearer token-1"}
    assert {str(one.url) for one in bench.stub.schedules} == {f"http://stub/fgis/Schedule/{PUPIL}?start=2026-11-16&end=2026-11-22"}


async def test_a_token_near_its_end_is_replaced(bench: Bench) -> None:
    await bench.read()
    bench.clock.at += timedelta(minutes=59)
    await bench.read()
    assert bench.stub.tokens == 1
    bench.clock.at += timedelta(seconds=40)
    await bench.read()
    assert bench.stub.tokens == 2


async def test_a_token_that_is_taken_no_more_is_replaced_once(bench: Bench) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        old = request.headers["Authorization"] == "Bearer token-1"
        return Stub.say(outcome("expired"), 401) if old else Stub.say(schedule(lesson()))

    bench.stub.answer = answer
    pages = await asyncio.gather(*(bench.read() for _ in range(3)))
    assert all(len(page.lessons or ()) == 1 for page in pages)
    assert bench.stub.tokens == 2


async def test_a_pupil_whom_no_token_opens_is_asked_for_twice_and_no_more(bench: Bench) -> None:
    bench.stub.says(outcome("expired"), 401)
    with pytest.raises(AuthExpired):
        await bench.read()
    assert (len(bench.stub.schedules), bench.stub.tokens) == (2, 2)
    with pytest.raises(AuthExpired):
        await bench.port.refresh(ACCESS)


@pytest.mark.rule("C6")
async def test_a_registration_that_is_refused_is_no_parents_fault(bench: Bench) -> None:
    bench.stub.token_answer = lambda request: Stub.say({"error": "invalid_client"}, 401)
    with pytest.raises(AuthExpired):
        await bench.read()
    with pytest.raises(Unavailable) as told:
        await bench.port.refresh(ACCESS)
    assert "регистрация" in told.value.text
    with pytest.raises(Unavailable):
        await bench.port.sign_in({"esia_id": Secret(PUPIL)})


TOKENS: list[tuple[Any, int, type[ConnectorError]]] = [
    ({"access_token": "t", "token_type": "mac"}, 200, Drifted),
    ({"access_token": "t\r\nx", "token_type": "Bearer"}, 200, Drifted),
    ({"token_type": "Bearer"}, 200, Drifted),
    (b"<html>", 200, Unavailable),
    (b"", 200, Drifted),
    ({"error": "temporarily_unavailable"}, 429, RateLimited),
    ({"error": "invalid_scope"}, 400, Rejected),
    (b"", 503, Unavailable),
]


@pytest.mark.parametrize(("body", "status", "error"), TOKENS)
async def test_a_token_that_is_none_is_not_sent(bench: Bench, body: Any, status: int, error: type[ConnectorError]) -> None:
    bench.stub.token_answer = lambda request: Stub.say(body, status, Retry_After="0")
    with pytest.raises(ConnectorError) as told:
        await bench.read()
    assert type(told.value) is error
    assert bench.stub.schedules == []


async def test_what_has_not_changed_is_not_sent_again(bench: Bench) -> None:
    bench.stub.body, bench.stub.tag = schedule(lesson()), '"one"'
    first = await bench.read()
    bench.stub.answer = lambda request: httpx.Response(304 if request.headers.get("If-None-Match") == '"one"' else 500)
    again = await bench.read()
    assert [one.subject for one in again.lessons or ()] == [one.subject for one in first.lessons or ()] == ["Математика"]


@pytest.mark.rule("C2")
async def test_an_answer_that_could_not_be_read_is_not_remembered(bench: Bench) -> None:
    bench.stub.body, bench.stub.tag = {"id": PUPIL, "resourceType": "Schedule", "shkola": []}, '"one"'
    with pytest.raises(Drifted):
        await bench.read()
    bench.stub.body = schedule(lesson())
    assert [one.subject for one in (await bench.read()).lessons or ()] == ["Математика"]
    assert "If-None-Match" not in bench.stub.schedules[-1].headers


async def test_an_answer_without_a_condition_cannot_be_unchanged(bench: Bench) -> None:
    bench.stub.answer = lambda request: httpx.Response(304)
    with pytest.raises(Drifted):
        await bench.read()


@pytest.mark.rule("C8")
async def test_one_pupils_remembered_answer_is_nobody_elses(bench: Bench) -> None:
    bench.stub.body, bench.stub.tag = schedule(lesson()), '"one"'
    await bench.read()
    bench.stub.says(schedule(lesson(), id="999"))
    account = bench.port.account(type(ACCESS)(token=Secret("999")))
    assert (await account).subject == "999"
    assert "If-None-Match" not in bench.stub.schedules[-1].headers


CODES: list[tuple[int, str, type[ConnectorError]]] = [
    (400, "structure", Rejected),
    (401, "login", AuthExpired),
    (403, "forbidden", AccessDenied),
    (404, "not-found", NotFound),
    (406, "not-supported", Rejected),
    (429, "throttled", RateLimited),
    (500, "exception", Unavailable),
    (503, "transient", Unavailable),
    (400, "something-new", Rejected),
]


@pytest.mark.parametrize(("status", "code", "error"), CODES)
async def test_an_operation_outcome_is_its_error(bench: Bench, status: int, code: str, error: type[ConnectorError]) -> None:
    bench.stub.says(outcome(code), status, Retry_After="0")
    with pytest.raises(ConnectorError) as told:
        await bench.read()
    assert (type(told.value), told.value.text) == (error, "Причина")


@pytest.mark.parametrize(
    ("body", "status", "error"), [(b"", 404, NotFound), (b"<html>", 502, Unavailable), ({"issue": []}, 403, AccessDenied)]
)
async def test_an_answer_without_a_code_is_judged_by_its_status(bench: Bench, body: Any, status: int, error: type[ConnectorError]) -> None:
    bench.stub.says(body, status)
    with pytest.raises(ConnectorError) as told:
        await bench.read()
    assert type(told.value) is error


@pytest.mark.parametrize("given", ["", "abc", "1 2", "1" * 21, "1/../2", "1?x"])
async def test_what_is_no_id_is_sent_nowhere(bench: Bench, given: str) -> None:
    with pytest.raises(Rejected):
        await bench.port.sign_in({"esia_id": Secret(given)})
    assert bench.stub.asked == []


@pytest.mark.security("32")
async def test_neither_the_id_nor_a_secret_stands_in_a_log_line(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await bench.port.sign_in({"esia_id": Secret(PUPIL)})
        await bench.read()
    assert "/fgis/Schedule/" in caplog.text
    assert not [text for text in (PUPIL, "token-1", "сек", "Basic ") if text in caplog.text]
