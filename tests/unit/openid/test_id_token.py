"""ID tokens that are nearly right: each lie is refused by its own name."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwt
from joserfc.jwk import ECKey

from connectors.kit.errors import Rejected
from tests.unit.kit.forge import at, b64, hmac_token, pair, part
from tests.unit.openid.stub import CLIENT, ISSUER, SECRET, Provider, at_hash, published, signed


async def why(op: Provider, **options: str) -> str:
    with pytest.raises(Rejected) as told:
        await op.finish(op.port(options=options))
    assert told.value.system == "mosru"
    assert told.value.text
    assert not op.asked("/userinfo"), "a refused token's access token was used"
    return told.value.reason


@pytest.mark.security("9")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://id.example.ru"}, "token_iss"),
        ({"iss": f"{ISSUER}/"}, "token_iss"),
        ({"iss": "https://evil.example/op"}, "token_iss"),
        ({"iss": None}, "token_iss"),
        ({"aud": "other"}, "token_aud"),
        ({"aud": [CLIENT, "other"], "azp": CLIENT}, "token_aud"),
        ({"aud": None}, "token_aud"),
        ({"aud": []}, "token_aud"),
        ({"azp": "other"}, "token_azp"),
        ({"sub": None}, "token_sub"),
        ({"sub": ""}, "token_sub"),
        ({"sub": 7}, "token_sub"),
        ({"exp": None}, "token_exp"),
        ({"exp": at(-61), "iat": at(-600)}, "token_expired"),
        ({"exp": 253402300799}, "token_life"),
        ({"iat": None}, "token_iat"),
        ({"iat": at(3600), "exp": at(7200)}, "token_iat"),
        ({"auth_time": at(3600)}, "token_auth_time"),
    ],
)
async def test_a_wrong_claim_is_named(op: Provider, changed: dict[str, Any], reason: str) -> None:
    op.claims |= changed
    assert await why(op) == reason


@pytest.mark.security("20")
@pytest.mark.parametrize(("ahead_s", "accepted"), [(8, True), (59, True), (61, False), (300, False)])
async def test_the_providers_clock_may_go_a_minute_wrong(op: Provider, ahead_s: int, accepted: bool) -> None:
    op.claims |= {"iat": at(ahead_s), "nbf": at(ahead_s), "exp": at(ahead_s + 600)}
    if accepted:
        assert await op.finish()
    else:
        assert await why(op) in {"token_iat", "token_nbf"}


@pytest.mark.security("8")
@pytest.mark.parametrize("nonce", [None, "", "another", 7, ["n"]])
async def test_a_nonce_that_is_not_the_flows_is_refused_and_so_is_none(op: Provider, nonce: object) -> None:
    op.claims["nonce"] = nonce
    assert await why(op) == "token_nonce"


@pytest.mark.security("9")
async def test_at_hash_binds_the_access_token(op: Provider) -> None:
    op.claims["at_hash"] = at_hash("another")
    assert await why(op) == "token_at_hash"


async def test_at_hash_may_be_absent_from_a_code_flow(op: Provider) -> None:
    op.claims["at_hash"] = None
    assert await op.finish()


@pytest.mark.security("12")
@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "application/at+jwt", "dpop+jwt", 7])
async def test_a_token_of_another_kind_is_no_id_token(op: Provider, typ: object) -> None:
    op.header["typ"] = typ
    assert await why(op) == "token_typ"


@pytest.mark.security("12")
async def test_a_logout_token_is_no_id_token(op: Provider) -> None:
    op.claims["events"] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert await why(op) == "token_typ"


@pytest.mark.security("12")
async def test_a_token_without_a_typ_is_accepted(op: Provider) -> None:
    op.header["typ"] = None
    assert await op.finish()


@pytest.mark.security("10")
@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
async def test_an_unsigned_token_is_refused_also_when_the_description_lists_none(op: Provider, alg: str) -> None:
    op.metadata["id_token_signing_alg_values_supported"] = ["none", "RS256"]
    op.departure = await op.leave(op.port())
    for signature in ("", "x"):
        op.id_token = f"{part({'alg': alg})}.{part(op.told())}.{signature}"
        assert await why(op) == "token_alg"


@pytest.mark.security("10")
@pytest.mark.parametrize("form", ["pem", "der", "secret"])
async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(op: Provider, form: str) -> None:
    op.metadata["id_token_signing_alg_values_supported"] = ["HS256"]
    key = {"pem": pair("op-1").public(), "der": pair("op-1").public(Encoding.DER), "secret": SECRET.encode()}[form]
    op.departure = await op.leave(op.port())
    op.id_token = hmac_token(key, op.told())
    assert await why(op) == "token_alg"


@pytest.mark.security("10")
async def test_an_algorithm_that_is_not_pinned_is_refused_although_its_key_is_published(op: Provider) -> None:
    key = ECKey.generate_key("P-256", parameters={"kid": "ec"})
    op.keys.append({**key.as_dict(private=False), "use": "sig", "alg": "ES256"})
    op.metadata["id_token_signing_alg_values_supported"] = ["ES256"]
    op.departure = await op.leave(op.port())
    claims = {**op.told(), "nonce": "n-1"}
    op.id_token = jwt.encode({"alg": "ES256", "kid": "ec"}, claims, key, algorithms=["ES256"])
    assert await why(op) == "token_alg"
    assert await why(op, ALGS="RS256 ES256") == "token_nonce", "pinned, it is verified"


@pytest.mark.security("10")
async def test_a_key_published_for_another_algorithm_or_use_verifies_nothing(op: Provider) -> None:
    for changed in ({"alg": "RS512"}, {"use": "enc"}, {"key_ops": ["encrypt"]}, {"kty": "oct"}, {"d": "AQAB"}):
        op.keys = [published("op-1", **changed)]
        assert await why(op) == "token_key"


@pytest.mark.security("9")
async def test_a_signature_of_another_key_is_refused(op: Provider) -> None:
    op.departure = await op.leave(op.port())
    op.id_token = signed(op.told(), key="op-2", header={"kid": "op-1"})
    assert await why(op) == "token_signature"


@pytest.mark.security("11")
@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c"])
async def test_a_key_that_the_token_itself_brings_is_not_used(op: Provider, name: str) -> None:
    brought = {"jku": f"{ISSUER}/evil", "jwk": published("op-2"), "x5u": f"{ISSUER}/evil", "x5c": ["AAAA"]}
    op.header |= {"kid": "op-1", name: brought[name]}
    op.key = "op-2"
    assert await why(op) in {"token_signature", "token_malformed"}
    assert not op.asked("/evil")


@pytest.mark.security("11")
async def test_a_header_that_changes_the_meaning_is_refused(op: Provider) -> None:
    for header in ({"crit": ["exp"], "exp": 1}, {"b64": False}, {"zip": "DEF"}):
        op.header = header
        assert await why(op) == "token_crit"


@pytest.mark.security("31")
async def test_a_huge_token_is_refused_unread(op: Provider) -> None:
    op.id_token = f"{b64(b'x' * 20_000)}.e30.x"
    assert await why(op) == "token_too_large"


@pytest.mark.security("31")
async def test_an_encrypted_token_is_refused_unread(op: Provider) -> None:
    op.id_token = f"{part({'alg': 'dir', 'enc': 'A256GCM'})}.a.b.c.d"
    assert await why(op) == "token_malformed"


@pytest.mark.security("13")
@pytest.mark.parametrize("sub", ["other", "anna-1 ", "ANNA-1", ""])
async def test_userinfo_of_another_person_is_refused(op: Provider, sub: str) -> None:
    op.userinfo["sub"] = sub
    with pytest.raises(Rejected) as told:
        await op.finish()
    assert told.value.reason == "subject_differs"


async def test_a_subject_that_cannot_be_printed_is_refused(op: Provider) -> None:
    op.claims["sub"] = op.userinfo["sub"] = "an\u202ena"
    with pytest.raises(Rejected) as told:
        await op.finish()
    assert told.value.reason == "token_sub"
