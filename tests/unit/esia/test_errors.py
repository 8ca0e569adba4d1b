"""Every code of ESIA, wherever it appears, is one of the eight and says something to a parent in Russian."""

from __future__ import annotations

import re

import httpx
import pytest

from connectors.esia import errors
from connectors.kit.errors import ALL, AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from sandbox.esia.wire.errors import REST_ROWS, ROWS
from tests.unit.esia.material import STATE
from tests.unit.esia.stub import OID, Stub

EXPECTED: dict[str, type[ConnectorError]] = {
    "007004": AccessDenied,
    "007007": Unavailable,
    "007008": Unavailable,
    "007011": AuthExpired,
    "007019": AccessDenied,
    "007055": AccessDenied,
    "007194": AccessDenied,
    "005011": AuthExpired,
    "005013": AuthExpired,
    "005029": AccessDenied,
    "036700": AccessDenied,
    "036716": AccessDenied,
}
CODES = sorted(
    {
        "005011", "005013", "005029", "007002", "007003", "007004", "007005", "007006", "007007", "007008", "007009", "007011", "007012",
        "007013", "007014", "007015", "007019", "007023", "007038", "007039", "007040", "007046", "007053", "007055", "007060", "007061",
        "007062", "007194", "008010", "036700", "036716", "009999",
    }
)  # fmt: skip


@pytest.mark.parametrize("number", CODES)
def test_a_code_is_one_of_the_eight_with_a_russian_sentence(number: str) -> None:
    error = errors.of_code("esia", f"ESIA-{number}")
    assert type(error) is EXPECTED.get(number, Rejected)
    assert type(error) in ALL
    assert re.search(r"[а-яё]{3}", error.text)
    assert error.text.endswith(".")
    assert "ESIA" not in error.text
    if isinstance(error, Rejected):
        assert error.reason == f"ESIA-{number}"
    else:
        assert error.detail == f"ESIA-{number}"


def test_no_code_of_the_documents_or_the_sandbox_lacks_a_sentence() -> None:
    told = {f"ESIA-{number}" for number in {*ROWS, *REST_ROWS} if number != "005004" and not number.startswith("0367")}
    assert told <= set(errors.SENTENCES)


@pytest.mark.parametrize("number", CODES)
async def test_a_code_at_the_callback_is_told(number: str, stub: Stub) -> None:
    params = {"error": "access_denied", "error_description": f"ESIA-{number}: <b>hostile</b> text", "state": STATE}
    with pytest.raises(EXPECTED.get(number, Rejected)) as caught:
        await stub.finish(params)
    assert "hostile" not in caught.value.text
    assert "hostile" not in str(caught.value)


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_code_at_the_token_endpoint_is_told(number: str, status: int, stub: Stub) -> None:
    body = {"error": "invalid_request", "error_description": f"ESIA-{number}: text", "state": "x"}
    stub.replies["te"] = httpx.Response(status, json=body)
    with pytest.raises(EXPECTED.get(number, Rejected), match=number):
        await stub.finish()


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("number", "status"), [("005011", 401), ("005013", 401), ("005029", 403), ("007008", 503), ("009999", 400)])
async def test_a_code_of_rest_is_told_also_inside_a_list(number: str, status: int, wrapped: bool, stub: Stub) -> None:
    body = {"code": f"ESIA-{number}", "message": "SecurityErrorEnum.x"}
    stub.replies[f"/rs/prns/{OID}"] = httpx.Response(status, json=[body] if wrapped else body)
    with pytest.raises(EXPECTED.get(number, Rejected)) as caught:
        await stub.finish()
    assert caught.value.text


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("access_denied", AccessDenied),
        ("invalid_grant", AuthExpired),
        ("server_error", Unavailable),
        ("temporarily_unavailable", Unavailable),
        ("invalid_request", Rejected),
        ("unauthorized_client", Rejected),
        ("<script>alert(1)</script>", Rejected),
        ("", Rejected),
    ],
)
def test_an_oauth_error_without_a_code_is_one_of_the_eight(error: str, kind: type[ConnectorError]) -> None:
    told = errors.of_oauth("esia", error, "")
    assert type(told) is kind
    assert "<" not in str(told)
    assert told.text


def test_the_code_decides_over_the_oauth_error() -> None:
    assert type(errors.of_oauth("esia", "access_denied", "ESIA-007053: clientSecretWrong")) is Rejected


def test_a_refusal_by_the_person_is_friendly() -> None:
    text = errors.sentence("ESIA-007004")
    assert "ошибк" not in text.lower()
    assert "ещё раз" in text


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthExpired),
        (403, AccessDenied),
        (404, NotFound),
        (429, RateLimited),
        (500, Unavailable),
        (502, Unavailable),
        (400, Drifted),
        (418, Drifted),
        (302, Drifted),
    ],
)
@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff", b"[]", b"[1]", b"null", b'"x"', b'{"code":7}', b'{"error":{}}', b"[" * 5000])
def test_a_status_without_a_readable_envelope_is_one_of_the_eight(status: int, kind: type[ConnectorError], content: bytes) -> None:
    for read in (errors.raise_token_error, errors.raise_rest_error):
        with pytest.raises(kind) as caught:
            read("esia", httpx.Response(status, content=content))
        assert type(caught.value) is kind
        assert caught.value.text


def test_a_rate_limit_keeps_its_seconds() -> None:
    with pytest.raises(RateLimited) as caught:
        errors.raise_rest_error("esia", httpx.Response(429, headers={"Retry-After": "7"}, json={"code": "ESIA-007008"}))
    assert caught.value.after_s == 7


def test_success_raises_nothing() -> None:
    errors.raise_token_error("esia", httpx.Response(200))
    errors.raise_rest_error("esia", httpx.Response(200))
