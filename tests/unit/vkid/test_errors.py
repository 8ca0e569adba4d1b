"""Every error of VK ID, wherever and with whatever status it appears, is one of the eight and says something in Russian."""

from __future__ import annotations

import re

import httpx
import pytest

from connectors.kit.errors import ALL, AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.vkid import errors
from connectors.vkid.manifest import MANIFEST
from tests.unit.vkid.stub import STATE, Stub, arrival, as_json

EXPECTED: dict[str, type[ConnectorError]] = {
    "access_denied": AccessDenied,
    "invalid_token": AuthExpired,
    "invalid_grant": AuthExpired,
    "login_required": AuthExpired,
    "interaction_required": AuthExpired,
    "consent_required": AuthExpired,
    "account_selection_required": AuthExpired,
    "server_error": Unavailable,
    "temporarily_unavailable": Unavailable,
    "slow_down": RateLimited,
}
WORDS = sorted({*errors.SENTENCES, "something_new"})
DESCRIPTIONS: dict[str, type[ConnectorError]] = {
    "device_id is invalid": AuthExpired,
    "device_id is missing or invalid": AuthExpired,
    "access_token is missing or invalid": AuthExpired,
    "refresh_token is missing or invalid": AuthExpired,
    "verifier is missing or invalid": AuthExpired,
    "code_verifier is missing or invalid": AuthExpired,
    "code is missing or invalid": AuthExpired,
    "Invalid code_challenge": Rejected,
    "redirect_uri is missing or invalid": Rejected,
    "client_id is missing or invalid": Rejected,
    "": Rejected,
}


def test_every_documented_word_has_a_sentence() -> None:
    documented = {
        "access_denied", "invalid_token", "server_error", "slow_down", "temporarily_unavailable", "invalid_client",
        "invalid_request", "invalid_scope", "login_required", "interaction_required",
    }  # fmt: skip
    assert documented <= set(errors.SENTENCES)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_one_of_the_eight_with_a_russian_sentence(word: str) -> None:
    error = errors.of_oauth("vkid", word, "<b>hostile</b> text")
    assert type(error) is EXPECTED.get(word, Rejected)
    assert type(error) in ALL
    assert re.search(r"[а-яё]{3}", error.text) and error.text.endswith(".")
    assert word not in error.text
    assert "hostile" not in error.text + str(error)


@pytest.mark.parametrize("word", WORDS)
async def test_a_word_at_the_callback_is_told(stub: Stub, word: str) -> None:
    with pytest.raises(EXPECTED.get(word, Rejected)):
        await stub.port().finish(arrival({"error": word, "error_description": "x", "state": STATE}))
    assert stub.seen == []


@pytest.mark.parametrize("where", ["/oauth2/auth", "/oauth2/user_info"])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500])
@pytest.mark.parametrize("word", WORDS)
async def test_a_word_in_an_answer_of_any_status_is_told(stub: Stub, word: str, status: int, where: str) -> None:
    stub.replies[where] = as_json({"error": word, "error_description": "x", "state": "s", "error_uri": "https://evil.example"}, status)
    with pytest.raises(EXPECTED.get(word, Rejected)) as caught:
        await stub.port().finish(arrival())
    assert caught.value.text
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("description", DESCRIPTIONS)
async def test_what_an_invalid_request_means_stands_in_its_description(stub: Stub, description: str, status: int) -> None:
    stub.replies["/oauth2/auth"] = as_json({"error": "invalid_request", "error_description": description}, status)
    with pytest.raises(DESCRIPTIONS[description]):
        await stub.port().finish(arrival())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthExpired),
        (403, AccessDenied),
        (404, NotFound),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
        (302, Drifted),
        (418, Drifted),
    ],
)
async def test_a_bare_status_is_read_as_http(stub: Stub, status: int, error: type[ConnectorError]) -> None:
    stub.replies["/oauth2/auth"] = httpx.Response(status, text="<html>Security Error</html>")
    with pytest.raises(error) as caught:
        await stub.port().finish(arrival())
    assert caught.value.text


async def test_slow_down_says_how_long(stub: Stub) -> None:
    stub.replies["/oauth2/auth"] = httpx.Response(200, headers={"Retry-After": "30"}, json={"error": "slow_down"})
    with pytest.raises(RateLimited) as caught:
        await stub.port().finish(arrival())
    assert caught.value.after_s == 30


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b'{"error": {"error_code": 5}}', b'"x"', b"null", b"\xff"])
async def test_an_answer_that_is_nothing_known_is_drifted(stub: Stub, body: bytes) -> None:
    for where in ("/oauth2/auth", "/oauth2/user_info"):
        stub.replies = {where: httpx.Response(200, content=body)}
        with pytest.raises(Drifted) as caught:
            await stub.port().finish(arrival())
        assert caught.value.text


def test_the_manifests_own_codes_mean_what_it_says() -> None:
    for code, word in MANIFEST.error_codes.items():
        assert errors.of_oauth("vkid", word, "").code == code
