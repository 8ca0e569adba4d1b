"""Log lines carry the request's id and neither tokens nor personal numbers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from hub import telemetry
from hub.telemetry import REQUEST_ID, redact


@pytest.fixture
def root() -> Iterator[None]:
    """The root logger as it was."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.mark.security("32")
@pytest.mark.parametrize(
    "text",
    [
        "GET /auth/esia/return?code=SECRETSECRET&x=1",
        "GET /auth/esia/return?x=1&state=SECRETSECRET",
        "Authorization: Bearer SECRETSECRET",
        "authorization='Basic SECRETSECRET'",
        "sent Bearer SECRETSECRET on",
        '{"access_token": "SECRETSECRET", "x": 1}',
        "{'refresh_token': 'SECRETSECRET'}",
        "client_secret=SECRETSECRET",
        "password: SECRETSECRET",
        "Cookie: SECRETSECRET",
        "eyJSECRETSECRET.eyJhIjoxfQ.abc",
        "postgresql://hub:SECRETSECRET@db/hub",
        '{"login": "SECRETSECRET"}',
    ],
)
def test_what_opens_accounts_is_masked(text: str) -> None:
    assert "SECRETSECRET" not in redact(text)
    assert "***" in redact(text)


@pytest.mark.security("32")
@pytest.mark.parametrize(
    "text", ["112-233-445 95", "11223344595", "112 233 445 95", "+79161234567", "8 (916) 123-45-67", "anna@example.ru"]
)
def test_personal_numbers_are_masked(text: str) -> None:
    assert redact(f"of {text}, it said") == "of ***, it said"


@pytest.mark.parametrize(
    "text",
    ["exit code: 1", "2026-11-18T09:00:00.123Z", "took 1234 ms", "state of the lease", "p1234567890", "127.0.0.1:8000", "audit head 17"],
)
def test_plain_words_and_numbers_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.usefixtures("root")
def test_every_line_has_the_requests_id_and_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up("text")
    token = REQUEST_ID.set("abc123")
    try:
        raise ZeroDivisionError("two\nlines")
    except ZeroDivisionError:
        logging.getLogger("hub.test").exception("it failed for %s", "anna@example.ru")
    finally:
        REQUEST_ID.reset(token)
    (line,) = capsys.readouterr().err.splitlines()
    assert " error hub.test [abc123] it failed for ***" in line
    assert "ZeroDivisionError" in line


@pytest.mark.usefixtures("root")
def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up("json")
    logging.getLogger("hub.test").warning('«кавычки» and "quotes" and a\nbreak')
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line) | {"at": ""} == {
        "at": "",
        "level": "warning",
        "logger": "hub.test",
        "request_id": "-",
        "message": '«кавычки» and "quotes" and a break',
    }


@pytest.mark.usefixtures("root")
def test_addresses_that_are_called_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up("text")
    logging.getLogger("httpx").info("HTTP Request: GET https://api.example.ru/users/1?access_token=x")
    assert capsys.readouterr().err == ""
