"""Every error that dnevnik.ru documents, in JSON, on a page, or behind a 200, becomes one of the eight."""

from __future__ import annotations

import httpx
import pytest

from connectors.diaries.dnevnik.errors import checked
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
from tests.unit.dnevnik.stub import ACCESS, Bench, page

TYPES: list[tuple[str, type[ConnectorError]]] = [
    ("parameterInvalid", Rejected),
    ("invalidRequest", Rejected),
    ("apiMethodNotSupported", Rejected),
    ("methodNotSupported", Rejected),
    ("apiHttpsRequired", Rejected),
    ("httpsRequired", Rejected),
    ("authorizationFailed", AuthExpired),
    ("invalidToken", AuthExpired),
    ("authorizationInvalidToken", AuthExpired),
    ("authorizationTokenRequired", AuthExpired),
    ("tokenRequired", AuthExpired),
    ("authorizationOutOfScope", AccessDenied),
    ("outOfScope", AccessDenied),
    ("authorizationNotOwner", AccessDenied),
    ("notOwner", AccessDenied),
    ("authorizationOwnerForbidden", AccessDenied),
    ("authorizationSystemForbidden", AccessDenied),
    ("apiRequestLimit", RateLimited),
    ("requestLimit", RateLimited),
    ("apiServerError", Unavailable),
    ("serverError", Unavailable),
    ("apiUnknownError", Unavailable),
    ("unknownError", Unavailable),
    ("apiResourceUnavailable", NotFound),
    ("resourceUnavailable", NotFound),
]


def told(response: httpx.Response) -> ConnectorError:
    with pytest.raises(ConnectorError) as error:
        checked("dnevnik", response)
    return error.value


@pytest.mark.parametrize(("name", "expected"), TYPES)
@pytest.mark.parametrize("status", [200, 400, 403])
def test_a_documented_type_is_an_error_whatever_the_status(name: str, expected: type[ConnectorError], status: int) -> None:
    error = told(httpx.Response(status, json={"type": name, "description": "Почему"}))
    assert type(error) is expected
    if isinstance(error, Rejected):
        assert (error.reason, error.text) == (name, "Почему")


def test_a_type_that_nobody_documented_is_a_refusal_with_its_own_name() -> None:
    error = told(httpx.Response(400, json={"type": "schoolClosed", "description": "Школа закрыта"}))
    assert isinstance(error, Rejected)
    assert (error.reason, error.text) == ("schoolClosed", "Школа закрыта")


@pytest.mark.parametrize("body", [{"type": "Group", "name": "7А"}, {"type": "Quarter"}, {"type": "apiNews", "description": "x"}])
def test_data_with_a_type_is_no_error(body: dict[str, str]) -> None:
    assert checked("dnevnik", httpx.Response(200, json=body))


@pytest.mark.parametrize("status", [429, 433])
def test_both_limits_say_how_long_to_wait(status: int) -> None:
    error = told(httpx.Response(status, json={"type": "apiRequestLimit", "description": ""}, headers={"Retry-After": "7"}))
    assert isinstance(error, RateLimited)
    assert error.after_s == 7


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Unavailable),
        (401, AuthExpired),
        (403, Unavailable),
        (404, NotFound),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=utf-8"])
def test_a_page_instead_of_data_is_maintenance_or_a_gateway(status: int, expected: type[ConnectorError], kind: str) -> None:
    html = '<html><div class="error__description"><p>Ведутся  работы</p></div></html>'
    error = told(httpx.Response(status, content=html.encode(), headers={"Content-Type": kind}))
    assert type(error) is expected
    assert "Ведутся работы" in error.detail or isinstance(error, RateLimited)


def test_a_page_that_calls_itself_json_is_a_page() -> None:
    error = told(httpx.Response(200, content=b"\n <!DOCTYPE html><html>", headers={"Content-Type": "application/json"}))
    assert isinstance(error, Unavailable)


@pytest.mark.parametrize("body", [b"", b"{", b'{"type": 1}', b"[]", b"null"])
def test_an_error_without_an_envelope_is_read_by_its_status(body: bytes) -> None:
    assert isinstance(told(httpx.Response(404, content=body)), NotFound)
    assert isinstance(told(httpx.Response(418, content=body)), Drifted)


@pytest.mark.rule("C8")
def test_hostile_words_are_cut_and_plain() -> None:
    error = told(httpx.Response(400, json={"type": "x" * 500, "description": "<script>a</script>" + "б" * 5000}))
    assert isinstance(error, Rejected)
    assert len(error.reason) <= 64
    assert len(error.text) <= 300
    assert "<" not in error.text


async def test_a_page_with_exactly_text_html_is_understood_on_the_wire(bench: Bench) -> None:
    bench.stub.answers = {"/users/me": page("Доступ временно ограничен"), "/users/me/context": {}}
    with pytest.raises(Unavailable, match="Доступ временно ограничен"):
        await bench.port.account(ACCESS)
