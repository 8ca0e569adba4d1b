"""What the tokens look like, in ESIA's own claims and in the strict ones, with either algorithm."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import gostcrypto
import pytest
from asn1crypto import pem
from authlib.oidc.core import CodeIDToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc.errors import JoseError

from tests.sandbox.esia.conftest import Esia, claims, header
from tests.sandbox.esia.signers import CURVES, streebog

GOST = "GOST3410_2012_256"


async def public_key(esia: Esia, alg: str = "RS256") -> str:
    return (await esia.http.get("/_sandbox/esia/key.pem", params={"alg": alg})).text


def rsa_verified(token: str, key: str) -> bool:
    signed, _, signature = token.rpartition(".")
    public = serialization.load_pem_public_key(key.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(base64.urlsafe_b64decode(signature + "=="), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return True


def gost_verified(token: str, key: str) -> bool:
    """Reads the point at the end of the SubjectPublicKeyInfo, and swaps the halves, as facts of the gost engine say."""
    signed, _, text = token.rpartition(".")
    signature = base64.urlsafe_b64decode(text + "==")
    _, _, der = pem.unarmor(key.encode())
    point = der[-64:-32][::-1] + der[-32:][::-1]
    engine = gostcrypto.gostsignature.new(gostcrypto.gostsignature.MODE_256, CURVES["id-tc26-gost-3410-2012-256-paramSetB"])
    digest = bytearray(streebog(signed.encode())[::-1])
    return bool(engine.verify(bytearray(point), digest, bytearray(signature[32:] + signature[:32])))


async def test_the_access_token_has_the_real_shape(esia: Esia) -> None:
    person = esia.person()
    assert person.esia is not None
    told = await esia.tokens(person, scope="openid fullname snils")
    oid = person.esia.oid
    assert header(told["access_token"]) == {"ver": 1, "typ": "JWT", "sbt": "access", "alg": "RS256"}
    payload = claims(told["access_token"])
    assert payload["scope"] == f"openid fullname?oid={oid} snils?oid={oid}"
    assert payload["urn:esia:sbj_id"] == oid
    assert payload["iss"] == "http://esia.gosuslugi.ru/"
    assert payload["exp"] == payload["iat"] + 3600
    assert payload["client_id"] == esia.mnemonic
    assert rsa_verified(told["access_token"], await public_key(esia))


async def test_the_id_token_has_the_real_shape(esia: Esia) -> None:
    person = esia.person()
    assert person.esia is not None
    told = await esia.tokens(person, nonce="n-1")
    assert header(told["id_token"]) == {"ver": 0, "typ": "JWT", "sbt": "id", "alg": "RS256"}
    oid, moment = person.esia.oid, int(esia.now().timestamp())
    sid = claims(told["access_token"])["urn:esia:sid"]
    assert claims(told["id_token"]) == {
        "aud": esia.mnemonic,
        "sub": oid,
        "nbf": moment,
        "amr": "PWD",
        "urn:esia:amd": "PWD",
        "auth_time": moment,
        "iss": "http://esia.gosuslugi.ru/",
        "urn:esia:sid": sid,
        "urn:esia:sbj": {
            "urn:esia:sbj:typ": "P",
            "urn:esia:sbj:lvl": "PR",
            "urn:esia:sbj:is_tru": True,
            "urn:esia:sbj:oid": oid,
            "urn:esia:sbj:nam": f"OID.{oid}",
        },
        "exp": moment + 10800,
        "iat": moment,
    }
    assert rsa_verified(told["id_token"], await public_key(esia))


@pytest.mark.parametrize("level", ["simplified", "standard"])
async def test_an_unconfirmed_person_has_no_mark_of_trust(esia: Esia, level: str) -> None:
    told = await esia.tokens(esia.person(level))
    inner = claims(told["id_token"])["urn:esia:sbj"]
    assert set(inner) == {"urn:esia:sbj:typ", "urn:esia:sbj:oid", "urn:esia:sbj:nam"}


async def test_the_nonce_is_echoed_with_the_switch_only(esia: Esia) -> None:
    assert "nonce" not in claims((await esia.tokens(esia.person(), nonce="n-1"))["id_token"])
    await esia.switch(nonce="echo")
    assert claims((await esia.tokens(esia.person(), nonce="n-1"))["id_token"])["nonce"] == "n-1"


def id_token_error(payload: dict[str, Any], nonce: str | None = None) -> str:
    """What a public OpenID library says to these claims."""
    params = {"nonce": nonce} if nonce else {}
    token = CodeIDToken(payload, {"alg": "RS256"}, {"iss": {"value": "http://esia.gosuslugi.ru/"}}, params)
    try:
        token.validate(now=payload["iat"], leeway=0)
    except JoseError as error:
        return type(error).__name__
    return ""


async def test_strict_claims_satisfy_a_strict_library(esia: Esia) -> None:
    await esia.register(claims="strict")
    told = await esia.tokens(esia.person(), nonce="n-1")
    payload = claims(told["id_token"])
    assert isinstance(payload["sub"], str)
    assert payload["nonce"] == "n-1"
    assert payload["amr"] == ["pwd"]
    half = base64.urlsafe_b64encode(hashlib.sha256(told["access_token"].encode()).digest()[:16]).rstrip(b"=").decode()
    assert payload["at_hash"] == half
    assert id_token_error(payload, "n-1") == ""


async def test_esias_own_integer_sub_does_not(esia: Esia) -> None:
    told = await esia.tokens(esia.person(), nonce="n-1")
    assert id_token_error(claims(told["id_token"]), "n-1") == "InvalidClaimError"


async def test_tokens_are_signed_with_gost_where_the_system_chose_it(esia: Esia) -> None:
    await esia.register(token_alg=GOST)
    told = await esia.tokens(esia.person())
    key = await public_key(esia, GOST)
    for name in ("access_token", "id_token"):
        assert header(told[name])["alg"] == GOST
        assert gost_verified(told[name], key)
    assert (await esia.read(told["access_token"], f"/prns/{claims(told['access_token'])['urn:esia:sbj_id']}")).status_code == 200


@pytest.mark.parametrize("alg", ["RS256", GOST])
async def test_a_key_is_renewed_with_an_overlap(esia: Esia, alg: str) -> None:
    await esia.register(token_alg=alg)
    verified = rsa_verified if alg == "RS256" else gost_verified
    old = await public_key(esia, alg)
    announced = (await esia.http.post("/_sandbox/esia/keys/rotate", json={"alg": alg, "announce": True})).json()
    assert announced["pem"] != old
    assert not announced["active"]
    assert await public_key(esia, alg) == old
    assert verified((await esia.tokens(esia.person()))["id_token"], old)
    used = (await esia.http.post("/_sandbox/esia/keys/rotate", json={"alg": alg})).json()
    assert (used["pem"], used["active"]) == (announced["pem"], True)
    assert await public_key(esia, alg) == announced["pem"]
    assert verified((await esia.tokens(esia.person()))["id_token"], announced["pem"])
    keys = (await esia.http.get("/_sandbox/esia/keys")).json()["keys"]
    assert [key["active"] for key in keys if key["alg"] == alg] == [False, True]


async def test_a_renewal_without_announcement_is_abrupt(esia: Esia) -> None:
    old = await public_key(esia)
    used = (await esia.http.post("/_sandbox/esia/keys/rotate")).json()
    assert used["active"]
    assert await public_key(esia) == used["pem"] != old


async def test_the_issuer_and_esias_own_clock_are_switches(esia: Esia) -> None:
    await esia.switch(issuer="http://esia-portal1.test.gosuslugi.ru/", clock_offset_s=120)
    told = claims((await esia.tokens(esia.person()))["id_token"])
    assert told["iss"] == "http://esia-portal1.test.gosuslugi.ru/"
    assert told["iat"] == int(esia.now().timestamp()) + 120
