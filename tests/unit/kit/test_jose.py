"""Tokens are believed only when both libraries and our own rules agree; forged with python-jose (rows 8-12, 20, 31)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwe, jwt
from joserfc import jws
from joserfc.jwk import RSAKey

from connectors.kit.errors import Rejected
from connectors.kit.jose import Rules, keys_from, verify
from tests.unit.kit.forge import CLIENT, ISSUER, NOW, at, b64, claims, hmac_token, pair, part, token

RULES = Rules(issuers=frozenset({ISSUER}), audience=CLIENT, header={"sbt": "id"}, integer_sub=True, nonce_may_be_absent=True)
STRICT = Rules(issuers=frozenset({ISSUER}), audience=CLIENT)


def check(text: str, *, rules: Rules = RULES, key: str = "esia", now: datetime = NOW, **more: Any) -> dict[str, Any]:
    return verify("esia", text, keys_from(pair(key).public()), rules, now=now, **more)


def why(text: str, **more: Any) -> str:
    with pytest.raises(Rejected) as caught:
        check(text, **more)
    assert caught.value.system == "esia"
    assert caught.value.text
    return caught.value.reason


def test_a_good_token_gives_its_claims_with_an_integer_sub() -> None:
    assert check(token())["sub"] == 1000299654


@pytest.mark.security("9")
def test_an_integer_sub_is_refused_where_the_issuer_is_not_known_for_it() -> None:
    assert why(token(), rules=STRICT) == "token_sub"
    assert check(token(claims(sub="1000299654")), rules=STRICT)["sub"] == "1000299654"


@pytest.mark.security("9")
@pytest.mark.parametrize("sub", [True, 0, -1, 1.5, "", "  ", ["1"], "9" * 256, None])
def test_a_sub_that_names_nobody_is_refused(sub: object) -> None:
    assert why(token(claims(sub=sub))) == "token_sub"


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


@pytest.mark.security("9")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "http://esia.gosuslugi.ru"}, "token_iss"),
        ({"iss": "http://evil.example/"}, "token_iss"),
        ({"iss": None}, "token_iss"),
        ({"iss": [ISSUER]}, "token_iss"),
        ({"aud": "OTHER"}, "token_aud"),
        ({"aud": None}, "token_aud"),
        ({"aud": []}, "token_aud"),
        ({"aud": [CLIENT, "OTHER"]}, "token_aud"),
        ({"aud": {"x": CLIENT}}, "token_aud"),
        ({"azp": "OTHER"}, "token_azp"),
        ({"exp": None}, "token_exp"),
        ({"exp": at(-61)}, "token_expired"),
        ({"exp": "tomorrow"}, "token_exp"),
        ({"exp": True}, "token_exp"),
        ({"iat": None}, "token_iat"),
        ({"iat": at(61)}, "token_iat"),
        ({"iat": at(86400 * 365)}, "token_iat"),
        ({"nbf": at(61)}, "token_nbf"),
        ({"exp": at(86401)}, "token_life"),
        ({"exp": 253402300799}, "token_life"),
        ({"exp": 10**400}, "token_life"),
        ({"iat": at(30), "exp": at(20)}, "token_life"),
        ({"auth_time": at(61)}, "token_auth_time"),
        ({"auth_time": "now"}, "token_malformed"),
        ({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}, "token_typ"),
    ],
)
def test_a_wrong_claim_is_named(changed: Mapping[str, Any], reason: str) -> None:
    assert why(token(claims(**changed))) == reason


@pytest.mark.security("20")
@pytest.mark.parametrize("changed", [{"exp": at(-59), "iat": at(-600), "nbf": at(-600)}, {"iat": at(59)}, {"nbf": at(59)}])
def test_clocks_may_differ_by_a_minute(changed: Mapping[str, Any]) -> None:
    assert check(token(claims(**{**changed, "auth_time": at(-600)})))


@pytest.mark.security("20")
def test_the_clock_is_the_hubs_and_not_the_machines() -> None:
    for days in (-3000, 3000):
        moment = NOW + timedelta(days=days)
        shifted = {name: int(moment.timestamp()) + extra for name, extra in {"iat": 0, "nbf": 0, "auth_time": 0, "exp": 3600}.items()}
        assert check(token(claims(**shifted)), now=moment)
        assert why(token(claims(**shifted)), now=moment + timedelta(hours=2)) == "token_expired"


@pytest.mark.security("9")
def test_an_audience_of_one_in_a_list_is_the_same_audience() -> None:
    assert check(token(claims(aud=[CLIENT])))


@pytest.mark.security("8")
def test_a_wrong_nonce_is_refused_and_an_absent_one_only_where_it_is_allowed() -> None:
    assert check(token(claims(nonce="n-1")), nonce="n-1")
    assert why(token(claims(nonce="n-2")), nonce="n-1") == "token_nonce"
    assert why(token(claims(nonce=1)), nonce="1") == "token_nonce"
    assert check(token(), nonce="n-1")
    assert why(token(claims(sub="1")), nonce="n-1", rules=STRICT) == "token_nonce"


@pytest.mark.security("9")
def test_at_hash_must_be_of_the_access_token_that_came_along() -> None:
    bound = jwt.encode(claims(), pair("esia").key_pem, algorithm="RS256", access_token="a-token", headers={"sbt": "id"})
    assert check(bound, access_token="a-token")
    assert why(bound, access_token="another") == "token_at_hash"
    assert why(bound) == "token_at_hash"


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


@pytest.mark.security("31")
def test_a_huge_token_is_refused_before_it_is_read() -> None:
    assert why(token(claims(padding="x" * 20_000))) == "token_too_large"
    assert why(token(header={"padding": "x" * 5_000})) == "token_too_large"
    assert check(token(header={"padding": "x" * 2_000}))


@pytest.mark.security("31")
def test_an_encrypted_token_is_refused_unread() -> None:
    bomb = jwe.encrypt(b"0" * 200_000, "k" * 32, algorithm="dir", encryption="A256GCM", zip="DEF").decode()
    assert why(bomb) == "token_malformed"


NONSENSE = [
    "",
    ".",
    "..",
    "a.b",
    "a.b.c.d",
    "a b.c.d",
    "é.b.c",
    " a.b.c",
    "a.b.c\n",
    f"{part([1])}.{part({})}.x",
    f"{b64(b'{')}.{part({})}.x",
    f"{b64(b'[' * 2000)}.e30.x",
    f"{b64(bytes([255, 254]))}.e30.x",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused_as_malformed(text: str) -> None:
    assert why(text) == "token_malformed"


def test_padding_inside_the_compact_form_is_refused() -> None:
    header, body, signature = token().split(".")
    assert why(f"{header}=.{body}.{signature}") == "token_malformed"


def signed_text(payload: bytes, header: bytes = b'{"alg":"RS256","typ":"JWT","sbt":"id"}') -> str:
    """Signed bytes that no JSON writer would make."""
    text = f"{b64(header)}.{b64(payload)}"
    return f"{text}.{b64(pair('esia').private.sign(text.encode(), PKCS1v15(), SHA256()))}"


@pytest.mark.security("9")
@pytest.mark.parametrize("extra", [b'"sub":1,', b'"iss":"x",', b'"x":NaN,', b'"x":Infinity,'])
def test_a_name_given_twice_or_a_number_that_is_none_is_refused(extra: bytes) -> None:
    body = json.dumps(claims()).encode()
    assert check(signed_text(body))
    assert why(signed_text(b"{" + extra + body[1:])) == "token_malformed"
    assert why(signed_text(body, header=b'{"alg":"RS256","alg":"RS256"}')) == "token_malformed"


@pytest.mark.parametrize("payload", [b"[]", b"null", b'"text"', b"{", b"\xff\xfe", b"[" * 3000])
def test_a_signed_body_that_is_no_object_is_refused(payload: bytes) -> None:
    assert why(signed_text(payload)) == "token_malformed"


@pytest.mark.security("10")
def test_a_changed_byte_anywhere_is_refused() -> None:
    header, body, signature = token().split(".")
    other = token(claims(sub=2)).split(".")
    for text in (f"{other[0]}x.{body}.{signature}", f"{header}.{other[1]}.{signature}", f"{header}.{body}.{other[2]}", f"{header}.{body}."):
        assert why(text) in {"token_signature", "token_malformed"}


CORPUS = [
    claims(),
    claims(sub="1000299654"),
    claims(nonce="n"),
    claims(name="Ёлкина-Ünïcode «»"),
    claims(aud=[CLIENT]),
    claims(deep={"a": [1, 2.5, {"b": None}]}),
    claims(exp=at(30), iat=at(-30), nbf=at(-30), auth_time=at(-40)),
]


@pytest.mark.security("10")
@pytest.mark.parametrize("told", CORPUS)
def test_tokens_of_either_library_read_the_same(told: dict[str, Any]) -> None:
    by_joserfc = jws.serialize_compact({"alg": "RS256", "typ": "JWT"}, json.dumps(told).encode(), RSAKey.import_key(pair("esia").key_pem))
    assert check(by_joserfc) == check(token(told)) == told


def test_a_rule_can_name_another_lifetime() -> None:
    assert check(token(claims(exp=at(86401))), rules=replace(RULES, max_life_s=90_000))
