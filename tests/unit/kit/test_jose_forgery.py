"""Forged tokens: algorithms, keys, headers and types that an attacker chooses (rows 10-12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwt
from joserfc.jwk import RSAKey

from connectors.kit.errors import Rejected
from connectors.kit.jose import keys_from, verify
from tests.unit.kit.forge import CLIENT, ISSUER, NOW, RULES, at, b64, check, claims, hmac_token, pair, part, token, why


@pytest.mark.security("10")
@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
def test_an_unsigned_token_is_refused_however_it_is_spelled(alg: str) -> None:
    header = part({"alg": alg, "typ": "JWT", "sbt": "id"})
    assert why(f"{header}.{part(claims())}.") == "token_alg"
    assert why(f"{header}.{part(claims())}.{b64(b'x' * 256)}") == "token_alg"


FORMS = {
    "pem": (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "pem pkcs1": (Encoding.PEM, PublicFormat.PKCS1),
    "der": (Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "der pkcs1": (Encoding.DER, PublicFormat.PKCS1),
    "openssh": (Encoding.OpenSSH, PublicFormat.OpenSSH),
}


@pytest.mark.security("10")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("alg", ["HS256", "hs256", "HS512"])
def test_a_token_keyed_with_the_public_key_is_refused(form: str, alg: str) -> None:
    secret = pair("esia").public(*FORMS[form])
    assert why(hmac_token(secret, alg=alg)) == "token_alg"
    assert why(hmac_token(secret.strip(), alg=alg)) == "token_alg"


@pytest.mark.security("10")
def test_a_token_keyed_with_the_public_key_as_jwk_is_refused() -> None:
    jwk = json.dumps(RSAKey.import_key(pair("esia").public()).as_dict(private=False)).encode()
    assert why(hmac_token(jwk)) == "token_alg"


@pytest.mark.security("10")
def test_the_der_confusion_of_python_jose_is_still_there_so_it_must_not_stand_alone() -> None:
    der = pair("esia").public(Encoding.DER)
    forged = hmac_token(der, claims(sub="1", aud=None, nbf=None, exp=None, iat=None))
    assert jwt.decode(forged, der, algorithms=["HS256", "RS256"])["sub"] == "1"
    assert why(forged) == "token_alg"


@pytest.mark.security("10")
@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS256", "ES256", "GOST3410_2012_256"])
def test_only_the_pinned_algorithm_is_read(alg: str) -> None:
    body = token().split(".")
    assert why(f"{part({'alg': alg, 'typ': 'JWT', 'sbt': 'id'})}.{body[1]}.{body[2]}") == "token_alg"


@pytest.mark.security("11")
@pytest.mark.parametrize("crit", [["exp"], ["urn:esia:x"], [], "exp", ["b64"]])
def test_a_critical_header_is_refused_because_none_is_understood(crit: object) -> None:
    assert why(token(header={"crit": crit, "urn:esia:x": 1, "b64": True})) == "token_crit"


@pytest.mark.security("11")
@pytest.mark.parametrize("name", ["b64", "zip", "enc"])
def test_headers_that_change_the_meaning_of_the_body_are_refused(name: str) -> None:
    assert why(token(header={name: False if name == "b64" else "DEF"})) == "token_crit"


@pytest.mark.security("11")
@pytest.mark.parametrize("kid", ["../../../../dev/null", "/etc/passwd", "' OR 1=1 --", "http://evil.example/key", "", "x" * 300])
def test_a_kid_opens_nothing_whatever_it_says(kid: str) -> None:
    assert check(token(header={"kid": kid}))
    assert why(token(key="thief", header={"kid": kid})) == "token_signature"


@pytest.mark.security("11")
def test_keys_and_addresses_of_keys_in_the_header_are_never_used() -> None:
    thief = RSAKey.import_key(pair("thief").public()).as_dict(private=False)
    chain = [b64(pair("thief").certificate().public_bytes(Encoding.DER))]
    for header in ({"jwk": thief}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example/x"}, {"x5c": chain}):
        assert why(token(key="thief", header=header)) == "token_signature"
        assert check(token(header=header))


@pytest.mark.security("11")
def test_the_thumbprint_of_a_known_certificate_selects_its_key() -> None:
    keys = keys_from(pair("esia").certificate_pem() + pair("next").certificate_pem())
    thumbprint = keys[1].names["x5t"]
    assert verify("esia", token(key="next", header={"x5t": thumbprint}), keys, RULES, now=NOW)
    with pytest.raises(Rejected, match="token_signature"):
        verify("esia", token(key="esia", header={"x5t": thumbprint}), keys, RULES, now=NOW)


@pytest.mark.security("11")
def test_old_and_new_key_work_side_by_side() -> None:
    keys = keys_from(pair("esia").public() + pair("next").certificate_pem())
    for name in ("esia", "next"):
        assert verify("esia", token(key=name), keys, RULES, now=NOW)
    with pytest.raises(Rejected, match="token_signature"):
        verify("esia", token(key="thief"), keys, RULES, now=NOW)


def test_without_a_key_nothing_is_believed() -> None:
    with pytest.raises(Rejected, match="token_key"):
        verify("esia", token(), (), RULES, now=NOW)


@pytest.mark.security("12")
@pytest.mark.parametrize(
    "header", [{"sbt": "access"}, {"sbt": "authorization_code"}, {"sbt": None}, {"typ": "at+jwt"}, {"typ": "logout+jwt"}, {"typ": 1}]
)
def test_a_token_of_another_type_is_refused(header: Mapping[str, Any]) -> None:
    assert why(token(header=header)) == "token_typ"


@pytest.mark.security("12")
def test_an_access_token_in_the_place_of_an_id_token_is_refused() -> None:
    access = {
        "nbf": at(),
        "scope": "openid fullname?oid=1",
        "iss": ISSUER,
        "urn:esia:sbj_id": 1,
        "exp": at(3600),
        "iat": at(),
        "client_id": CLIENT,
    }
    assert why(token(access, header={"ver": 1, "sbt": "access"})) == "token_typ"
    assert why(token(access)) in {"token_aud", "token_sub"}
