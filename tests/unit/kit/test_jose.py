"""Claims, clocks, sizes and shapes of tokens: what is believed only when both libraries and our own rules agree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from jose import jwe, jwt
from joserfc import jws
from joserfc.jwk import RSAKey

from tests.unit.kit.forge import CLIENT, ISSUER, NOW, RULES, STRICT, at, b64, check, claims, pair, part, token, why


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
        ({"auth_time": -(10**30)}, "token_malformed"),
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
