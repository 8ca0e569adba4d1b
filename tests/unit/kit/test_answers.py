"""An answer is read into its documented shape, or the path of the difference is named; nothing but the eight comes out."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from connectors.kit.answers import any_json, decode, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Unavailable


class Mark(msgspec.Struct):
    id: str
    value: str
    weight: int = 1


class Page(msgspec.Struct):
    marks: list[Mark]
    extra: object = None


def test_unknown_fields_are_ignored_and_numbers_may_come_as_text() -> None:
    page = decode("mes", b'{"marks":[{"id":"1","value":"5","weight":"2","new":[1]}],"more":{}}', Page)
    assert page.marks[0].weight == 2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"marks":[{"id":"1","value":"5"},{"id":"2"}]}', "$.marks[1]"),
        (b'{"marks":[{"id":1,"value":"5"}]}', "$.marks[0].id"),
        (b'{"marks":{}}', "$.marks"),
        (b"{}", "$"),
        (b"[]", "$"),
        (b"", "$"),
        (b"<html>502</html>", "$"),
        (b'{"marks":[', "$"),
        (b'{"marks":[],"extra":"\xff"}', "$"),
        (b'{"marks":[],"extra":' + b"[" * 100_000, "$"),
    ],
)
def test_a_difference_is_drifted_with_its_path(body: bytes, where: str) -> None:
    with pytest.raises(Drifted) as caught:
        decode("mes", body, Page)
    assert caught.value.where == where


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"a":'])
def test_an_envelope_that_is_no_json_is_none(body: bytes) -> None:
    assert any_json(body) is None


def test_an_envelope_is_any_json() -> None:
    assert any_json(b'{"type":"apiServerError"}') == {"type": "apiServerError"}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthExpired), (403, AccessDenied), (404, NotFound), (410, NotFound), (429, RateLimited), (433, RateLimited),
        (500, Unavailable), (502, Unavailable), (503, Unavailable), (400, Drifted), (418, Drifted),
    ],
)  # fmt: skip
def test_a_plain_status_is_one_of_the_eight(status: int, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        raise_for_status("mes", httpx.Response(status))


def test_success_raises_nothing() -> None:
    raise_for_status("mes", httpx.Response(204))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), (" 1.5 ", 1.5), ("0", 0.0), ("", None), ("-1", None), ("soon", None), ("1e9", None), ("99999999", None),
     ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_unknown(text: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": text})) == seconds
