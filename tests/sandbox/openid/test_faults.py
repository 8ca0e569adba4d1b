"""Faults in the provider's own words, and the documents that everyone may read."""

from __future__ import annotations

import pytest

from tests.sandbox.openid.conftest import ISSUER, Op, sent_back

DISCOVERY = "/op/.well-known/openid-configuration"


async def test_discovery_names_what_there_is(op: Op) -> None:
    told = (await op.http.get(DISCOVERY)).json()
    assert told["issuer"] == ISSUER
    assert all(value.startswith(f"{ISSUER}/") for name, value in told.items() if name.endswith(("_endpoint", "_uri")))
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["request_parameter_supported"] is told["request_uri_parameter_supported"] is False
    assert "none" not in told["id_token_signing_alg_values_supported"]


async def test_the_issuer_is_the_address_that_was_asked_unless_it_is_fixed(op: Op) -> None:
    told = (await op.http.get(f"http://127.0.0.1:9000{DISCOVERY}")).json()
    assert told["issuer"] == "http://127.0.0.1:9000/op"
    await op.switch(issuer="https://login.example/op")
    assert (await op.http.get(DISCOVERY)).json()["issuer"] == "https://login.example/op"
    op.sign_in_as(op.person())
    assert sent_back(await op.authorize())["iss"] == "https://login.example/op"


@pytest.mark.parametrize("path", ["/op/token", "/op/revoke", "/op/introspect"])
@pytest.mark.parametrize(
    ("kind", "value", "status", "error"),
    [
        ("auth_expired", None, 400, "invalid_grant"),
        ("error", "invalid_client", 401, "invalid_client"),
        ("error", "unheard_of", 500, "server_error"),
        ("error", None, 500, "server_error"),
        ("rate_limit", 7, 429, "temporarily_unavailable"),
    ],
)
async def test_the_back_channel_words_its_faults(op: Op, path: str, kind: str, value: object, status: int, error: str) -> None:
    await op.fault(kind, value)
    answer = await op.http.post(path, data={})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers.get("retry-after") == ("7" if kind == "rate_limit" else None)


@pytest.mark.parametrize(
    ("kind", "value", "status", "error"),
    [
        ("auth_expired", None, 401, "invalid_token"),
        ("error", "insufficient_scope", 403, "insufficient_scope"),
        ("error", None, 401, "invalid_token"),
        ("rate_limit", 7, 429, "temporarily_unavailable"),
    ],
)
async def test_userinfo_words_its_faults(op: Op, kind: str, value: object, status: int, error: str) -> None:
    told = await op.tokens(op.person())
    await op.fault(kind, value)
    answer = await op.userinfo(told["access_token"])
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert (f'error="{error}"' in answer.headers.get("www-authenticate", "")) == (status != 429)


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("error", "access_denied", "access_denied"),
        ("error", "login_required", "login_required"),
        ("error", None, "server_error"),
        ("rate_limit", None, "temporarily_unavailable"),
    ],
)
async def test_the_browser_carries_the_fault_back_with_the_issuer(op: Op, kind: str, value: object, error: str) -> None:
    await op.fault(kind, value)
    back = sent_back(await op.authorize())
    assert (back["error"], back["iss"], back["state"]) == (error, ISSUER, op.state)


async def test_the_browser_is_sent_to_no_strange_address_by_a_fault(op: Op) -> None:
    await op.fault("error", "access_denied")
    assert (await op.authorize(redirect_uri="https://evil.example/")).status_code == 400


async def test_the_published_documents_can_fail_too(op: Op) -> None:
    await op.fault("error", path="/op/jwks")
    assert (await op.http.get("/op/jwks")).status_code == 500
    assert (await op.http.get(DISCOVERY)).status_code == 200
    await op.http.delete("/_sandbox/faults")
    await op.fault("rate_limit", 3, path=DISCOVERY)
    answer = await op.http.get(DISCOVERY)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    await op.http.delete("/_sandbox/faults")
    await op.fault("auth_expired")
    assert (await op.http.get(DISCOVERY)).status_code == 200


@pytest.mark.parametrize(("path", "field"), [(DISCOVERY, "issuer"), ("/op/jwks", "keys")])
async def test_drift_renames_what_a_client_needs(op: Op, path: str, field: str) -> None:
    await op.fault("drift")
    assert field not in (await op.http.get(path)).json()
