"""Whatever a client sends, the provider answers in its own words and never breaks."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest

from tests.sandbox.openid.conftest import CLIENT, SECRET, Op

AUTHORIZATION = (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
    "prompt", "max_age", "login_hint", "id_token_hint", "acr_values", "claims", "request", "request_uri", "registration", "ui_locales",
)  # fmt: skip
TOKEN = ("grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret", "refresh_token", "scope", "token")
NASTY = (
    "\0",
    "ё" * 500,
    "[" * 20_000,
    "%00%ff",
    "a.b.c",
    "....",
    "9" * 400,
    "-1",
    "1e9",
    "null",
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "\u202e",
)


def jwt(header: object, payload: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(payload)}.c2ln"


@pytest.mark.parametrize("name", AUTHORIZATION)
async def test_any_value_of_the_authorisation_request_is_answered(op: Op, name: str) -> None:
    op.sign_in_as(op.person())
    for value in NASTY:
        query = urlencode(op.asking(**{name: value}))
        for answer in (await op.http.get(f"/op/authorize?{query}"), await op.http.post("/op/authorize", data=op.asking(**{name: value}))):
            assert answer.status_code in {303, 400}, (value[:20], answer.text)
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/op/token", "/op/revoke", "/op/introspect", "/op/end_session", "/op/end_session/confirm", "/op/login", "/op/consent"]
)
@pytest.mark.parametrize("name", TOKEN)
async def test_any_value_of_a_form_is_answered(op: Op, path: str, name: str) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "client_id": CLIENT, "client_secret": SECRET}
    for value in NASTY:
        assert (await op.http.post(path, data=form | {name: value})).status_code < 500, value[:20]


@pytest.mark.parametrize(
    "claims",
    [
        {"id_token": {"acr": {"essential": True, "values": 5}}},
        {"id_token": {"acr": {"essential": True, "values": [[], {}]}}},
        {"id_token": {"acr": {"essential": True, "value": None}}},
        {"id_token": None},
        {"userinfo": {"": None, "sub": None, "unheard_of": {"essential": "yes"}}},
        {"id_token": {"iss": None, "aud": None, "exp": {"value": 1}}},
    ],
)
async def test_any_claims_request_is_answered_and_changes_no_protocol_claim(op: Op, claims: object) -> None:
    op.sign_in_as(op.person())
    answer = await op.authorize(claims=json.dumps(claims))
    assert answer.status_code == 303, answer.text


@pytest.mark.security("10")
@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ({"alg": "none"}, {"aud": CLIENT}),
        ({"alg": "HS256", "kid": ["x"]}, {"aud": [CLIENT]}),
        ([], {}),
        ({}, []),
        ("RS256", 5),
        ({"alg": {"a": 1}, "kid": None}, None),
        ("deep", "deep"),
    ],
)
async def test_a_forged_hint_is_refused(op: Op, header: object, payload: object) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    hint = f"{deep}.{deep}.c2ln" if header == "deep" else jwt(header, payload)
    assert "error=invalid_request" in (await op.authorize(id_token_hint=hint)).headers["location"]
    assert (await op.http.get("/op/end_session", params={"id_token_hint": hint})).status_code == 400


@pytest.mark.parametrize(
    "value", ["Basic", "Basic ", "Basic é", "Basic Og==", "Basic /////w==", "Digest x", "Bearer", "basic " + "A" * 9000]
)
async def test_any_authorization_header_is_answered(op: Op, value: str) -> None:
    headers = {"Authorization": value.encode()}
    for path in ("/op/token", "/op/revoke", "/op/introspect", "/op/userinfo"):
        answer = await op.http.post(path, data={"token": "x", "grant_type": "refresh_token"}, headers=headers)  # type: ignore[arg-type]  # bytes as they are
        assert answer.status_code in {400, 401}
