"""Each switch spoils exactly what it names, so that a client's checks can be tried one by one."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.openid.wire.spoiling import HEADER, ID_TOKEN, KNOWN, OTHER, PRIVATE, SIGNATURE
from tests.sandbox.openid.conftest import CLIENT, ISSUER, NOW, SECRET, Op, claims, header

DISCOVERY = "/op/.well-known/openid-configuration"
MOMENT = int(NOW.timestamp())
Json = dict[str, Any]

CLAIMS: dict[str, Callable[[Json], bool]] = {
    "wrong_iss": lambda told: told["iss"] == OTHER,
    "slash_iss": lambda told: told["iss"] == ISSUER + "/",
    "no_iss": lambda told: "iss" not in told,
    "wrong_aud": lambda told: told["aud"] == "another-client",
    "no_aud": lambda told: "aud" not in told,
    "list_aud": lambda told: told["aud"] == [CLIENT],
    "extra_aud": lambda told: told["aud"] == [CLIENT, "another-client"] and "azp" not in told,
    "wrong_azp": lambda told: told["azp"] == "another-client" and told["aud"] == CLIENT,
    "expired": lambda told: told["exp"] == MOMENT - 3600,
    "just_expired": lambda told: told["exp"] == MOMENT - 5,
    "no_exp": lambda told: "exp" not in told,
    "text_exp": lambda told: isinstance(told["exp"], str),
    "long_life": lambda told: told["exp"] > MOMENT * 100,
    "future_iat": lambda told: told["iat"] == MOMENT + 7200,
    "old_iat": lambda told: told["iat"] == MOMENT - 86_400,
    "no_iat": lambda told: "iat" not in told,
    "not_yet": lambda told: told["nbf"] == MOMENT + 3600,
    "no_nonce": lambda told: "nonce" not in told,
    "wrong_nonce": lambda told: told["nonce"] == "another-nonce",
    "wrong_at_hash": lambda told: told["at_hash"] == "A" * 22,
    "no_at_hash": lambda told: "at_hash" not in told,
    "other_sub": lambda told: told["sub"] == "another-person",
    "no_sub": lambda told: "sub" not in told,
    "empty_sub": lambda told: told["sub"] == "",
    "number_sub": lambda told: isinstance(told["sub"], int),
    "long_sub": lambda told: len(told["sub"]) == 256,
    "no_auth_time": lambda told: "auth_time" not in told,
    "old_auth_time": lambda told: told["auth_time"] == MOMENT - 86_400,
    "future_auth_time": lambda told: told["auth_time"] == MOMENT + 86_400,
    "no_acr": lambda told: "acr" not in told,
    "unknown_acr": lambda told: told["acr"] == "urn:op:acr:unheard-of",
    "logout_token": lambda told: "events" in told,
}
HEADERS: dict[str, Callable[[Json], bool]] = {
    "unknown_kid": lambda told: told["kid"] == "never-published",
    "no_kid": lambda told: "kid" not in told,
    "path_kid": lambda told: told["kid"].startswith("../"),
    "alg_none": lambda told: told["alg"] == "none",
    "alg_hs256": lambda told: told["alg"] == "HS256",
    "alg_hs256_secret": lambda told: told["alg"] == "HS256",
    "unknown_alg": lambda told: told["alg"] == "RS257",
    "crit": lambda told: told["crit"] == ["urn:op:unheard-of"],
    "typ_at_jwt": lambda told: told["typ"] == "at+jwt",
    "typ_logout_jwt": lambda told: told["typ"] == "logout+jwt",
    "jku": lambda told: told["jku"].startswith(OTHER),
    "embedded_jwk": lambda told: told["jwk"]["kty"] == "RSA" and "d" not in told["jwk"],
}


def test_every_switch_of_the_id_token_is_looked_at() -> None:
    assert (CLAIMS.keys(), HEADERS.keys()) == (ID_TOKEN.keys(), HEADER.keys())
    assert KNOWN["id_token"] == {*ID_TOKEN, *HEADER, *SIGNATURE}


@pytest.mark.security("9")
@pytest.mark.parametrize("name", CLAIMS)
async def test_a_claim_is_spoilt_and_the_signature_is_good(op: Op, name: str) -> None:
    person = op.person()
    plain = await op.tokens(person)
    assert claims(plain["id_token"])["nonce"] == op.nonce
    await op.switch(id_token=[name])
    spoilt = await op.tokens(person)
    assert CLAIMS[name](claims(spoilt["id_token"]))
    assert header(spoilt["id_token"]) == header(plain["id_token"])


@pytest.mark.security("11")
@pytest.mark.parametrize("name", HEADERS)
async def test_a_header_is_spoilt_and_the_claims_are_good(op: Op, name: str) -> None:
    plain = claims((await op.tokens(op.person()))["id_token"])
    await op.switch(id_token=[name])
    spoilt = (await op.tokens(op.person()))["id_token"]
    assert HEADERS[name](header(spoilt))
    assert claims(spoilt).keys() == plain.keys()


@pytest.mark.security("10")
async def test_an_unsigned_token_has_an_empty_signature(op: Op) -> None:
    for name in ("alg_none", "no_signature"):
        await op.switch(id_token=[name])
        assert (await op.tokens(op.person()))["id_token"].endswith(".")


@pytest.mark.security("10")
async def test_an_hmac_is_made_with_the_public_key_or_with_the_secret(op: Op) -> None:
    pem = (await op.http.get("/_sandbox/op/keys")).json()["keys"][0]["pem"]
    for name, key in (("alg_hs256", pem), ("alg_hs256_secret", SECRET)):
        await op.switch(id_token=[name])
        body, _, signature = (await op.tokens(op.person()))["id_token"].rpartition(".")
        wanted = hmac.digest(key.encode(), body.encode(), hashlib.sha256)
        assert signature == base64.urlsafe_b64encode(wanted).rstrip(b"=").decode()


async def test_several_can_be_spoilt_at_once_and_a_delete_heals_all(op: Op) -> None:
    await op.switch(id_token=["wrong_iss", "no_nonce"])
    told = claims((await op.tokens(op.person()))["id_token"])
    assert told["iss"] == OTHER and "nonce" not in told
    await op.http.request("DELETE", "/_sandbox/op/switches")
    assert claims((await op.tokens(op.person()))["id_token"])["iss"] == ISSUER


@pytest.mark.security("5")
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("no_iss", lambda pairs: "iss" not in dict(pairs)),
        ("wrong_iss", lambda pairs: dict(pairs)["iss"] == OTHER),
        ("no_state", lambda pairs: "state" not in dict(pairs)),
        ("wrong_state", lambda pairs: dict(pairs)["state"] == "another-state"),
        ("double_code", lambda pairs: [name for name, _ in pairs].count("code") == 2),
        ("double_state", lambda pairs: [name for name, _ in pairs].count("state") == 2),
    ],
)
async def test_the_way_back_is_spoilt(op: Op, name: str, check: Callable[[list[tuple[str, str]]], bool]) -> None:
    op.sign_in_as(op.person())
    await op.switch(authorization=[name])
    pairs = parse_qsl(urlsplit((await op.authorize()).headers["location"]).query)
    assert check(pairs)
    if name.endswith("iss"):
        failed = parse_qsl(urlsplit((await op.authorize(scope="profile")).headers["location"]).query)
        assert "error" in dict(failed) and check(failed)


@pytest.mark.security("19")
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("wrong_issuer", lambda told: told["issuer"] == OTHER),
        ("slash_issuer", lambda told: told["issuer"] == ISSUER + "/"),
        ("no_issuer", lambda told: "issuer" not in told),
        ("none_advertised", lambda told: "none" in told["id_token_signing_alg_values_supported"]),
        ("no_jwks_uri", lambda told: "jwks_uri" not in told),
        ("private_jwks", lambda told: told["jwks_uri"].startswith(PRIVATE)),
        ("other_endpoints", lambda told: told["token_endpoint"].startswith(OTHER)),
        ("plain_endpoints", lambda told: told["token_endpoint"].startswith("http://other")),
        ("iss_not_announced", lambda told: "authorization_response_iss_parameter_supported" not in told),
        ("huge", lambda told: len(told["padding"]) == 5 * 2**20),
    ],
)
async def test_discovery_is_spoilt(op: Op, name: str, check: Callable[[Json], bool]) -> None:
    await op.switch(discovery=[name])
    assert check((await op.http.get(DISCOVERY)).json())


@pytest.mark.security("11")
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("empty", lambda keys: keys == []),
        ("no_kid", lambda keys: all("kid" not in key for key in keys)),
        ("same_kid", lambda keys: {key["kid"] for key in keys} == {"one"}),
        ("symmetric", lambda keys: keys[-1]["kty"] == "oct"),
        ("encryption_keys", lambda keys: {key["use"] for key in keys} == {"enc"}),
        ("unknown_keys", lambda keys: keys[0]["kty"] == "GOST" and len(keys) == 3),
    ],
)
async def test_the_keys_are_spoilt(op: Op, name: str, check: Callable[[list[Json]], bool]) -> None:
    await op.switch(jwks=[name])
    assert check(await op.keys())


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("no_id_token", lambda told: "id_token" not in told),
        ("empty_id_token", lambda told: told["id_token"] == ""),
        ("id_token_number", lambda told: told["id_token"] == 5),
        ("no_access_token", lambda told: "access_token" not in told),
        ("wrong_type", lambda told: told["token_type"] == "mac"),
        ("no_type", lambda told: "token_type" not in told),
        ("huge", lambda told: len(told["padding"]) == 1000),
    ],
)
async def test_the_token_answer_is_spoilt(op: Op, name: str, check: Callable[[Json], bool]) -> None:
    await op.switch(token=[name], huge_bytes=1000)
    assert check(await op.tokens(op.person()))


@pytest.mark.security("13")
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("other_sub", lambda told: told["sub"] == "another-person"),
        ("no_sub", lambda told: "sub" not in told and told["given_name"]),
        ("no_names", lambda told: set(told) == {"sub"}),
        ("list", lambda told: isinstance(told, list)),
        ("huge", lambda told: len(told["padding"]) == 1000),
    ],
)
async def test_userinfo_is_spoilt(op: Op, name: str, check: Callable[[Any], bool]) -> None:
    told = await op.tokens(op.person())
    await op.switch(userinfo=[name], huge_bytes=1000)
    assert check((await op.userinfo(told["access_token"])).json())


@pytest.mark.security("19")
async def test_redirects_lead_to_a_private_address_and_pages_are_no_json(op: Op) -> None:
    told = await op.tokens(op.person())
    await op.switch(discovery=["redirect"], jwks=["redirect"], userinfo=["redirect"])
    for answer in (await op.http.get(DISCOVERY), await op.http.get("/op/jwks"), await op.userinfo(told["access_token"])):
        assert answer.status_code == 302 and answer.headers["location"].startswith(PRIVATE)
    await op.switch(discovery=["html"], jwks=["html"], userinfo=["html"])
    for answer in (await op.http.get(DISCOVERY), await op.http.get("/op/jwks"), await op.userinfo(told["access_token"])):
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("part", ["discovery", "jwks"])
async def test_a_slow_answer_takes_as_long_as_asked(op: Op, part: str) -> None:
    await op.switch(slow_s=0.05, **{part: ["slow"]})
    started = time.perf_counter()
    await asyncio.gather(op.http.get(DISCOVERY), op.http.get("/op/jwks"))
    assert time.perf_counter() - started >= 0.05


async def test_the_clock_of_the_provider_can_be_wrong(op: Op) -> None:
    await op.switch(clock_offset_s=-90, id_token_life_s=30)
    told = claims((await op.tokens(op.person()))["id_token"])
    assert (told["iat"], told["exp"]) == (MOMENT - 90, MOMENT - 60)


async def test_an_unknown_switch_is_refused_and_the_known_ones_are_listed(op: Op) -> None:
    for body in ({"unheard_of": 1}, {"id_token": ["unheard_of"]}, {"jwks": ["wrong_iss"]}, {"slow_s": "long"}):
        assert (await op.http.post("/_sandbox/op/switches", json=body)).status_code == 422
    told = (await op.http.get("/_sandbox/op/switches")).json()
    assert told["known"] == {part: sorted(names) for part, names in KNOWN.items()}
    assert told["id_token"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client_id": "x"},
        {"client_id": "x", "redirect_uris": []},
        {"client_id": "", "redirect_uris": ["https://a.example/"]},
        {"client_id": "x", "redirect_uris": ["https://a.example/#f"]},
        {"client_id": "x", "redirect_uris": ["/relative"]},
        {"client_id": "x", "redirect_uris": ["https://a.example/"], "acr": {"unheard-of": "1"}},
        {"client_id": "x", "redirect_uris": ["https://a.example/"], "token_endpoint_auth_method": "client_secret_basic"},
        {"client_id": "x", "redirect_uris": ["https://a.example/", "https://b.example/"], "subject_type": "pairwise"},
        {"client_id": "x", "redirect_uris": ["https://a.example/"], "id_token_signed_response_alg": "none"},
    ],
)
async def test_a_client_that_makes_no_sense_is_not_registered(op: Op, body: Json) -> None:
    assert (await op.http.post("/_sandbox/op/clients", json=body)).status_code == 422
    assert (await op.http.delete("/_sandbox/op/clients/x")).status_code == 404


async def test_a_registered_client_is_shown_without_its_secret_and_can_be_removed(op: Op) -> None:
    answer = await op.http.get("/_sandbox/op/clients")
    assert SECRET not in answer.text and answer.json()["clients"][0]["client_id"] == CLIENT
    assert (await op.http.delete(f"/_sandbox/op/clients/{CLIENT}")).status_code == 200
    assert (await op.authorize()).status_code == 400
    assert (await op.http.post("/_sandbox/op/keys/rotate", json={"way": "sideways"})).status_code == 422
