"""Whatever comes in the place of a token, the answer is its claims or `Rejected`, and never another error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.kit.answers import any_json, decode
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.jose import algorithm, unverified_claims
from tests.unit.kit.forge import b64, check, claims, token

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
NAMES = sorted({*claims(), "azp", "nonce", "at_hash", "events", "jti"})
HEADERS = ["alg", "typ", "sbt", "kid", "x5t", "crit", "jku", "jwk", "x5c", "b64", "cty"]
GOOD = token()


def believed(text: str, **more: Any) -> dict[str, Any] | None:
    try:
        return check(text, **more)
    except Rejected as error:
        assert error.reason.startswith("token_")
        return None


@pytest.mark.security("10")
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="abcdefghijABC0189-_.=\x00é", max_size=200))
def test_any_text(text: str) -> None:
    assert believed(text) is None
    assert isinstance(algorithm(text), str)
    assert isinstance(unverified_claims(text), dict)


@pytest.mark.security("10")
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(place=st.integers(0, len(GOOD) - 1), other=st.characters(min_codepoint=33, max_codepoint=126))
def test_any_one_character_changed(place: int, other: str) -> None:
    changed = GOOD[:place] + other + GOOD[place + 1 :]
    # The last character of a part carries bits that belong to no byte: there another spelling says the same.
    assert believed(changed) in (None, claims())
    if changed.rpartition(".")[0] != GOOD.rpartition(".")[0] and place + 1 < len(GOOD) and GOOD[place + 1] != ".":
        assert believed(changed) is None


@pytest.mark.security("9")
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, min_size=1, max_size=4))
def test_any_value_of_any_signed_claim(changed: dict[str, Any]) -> None:
    told = {**claims(), **changed}
    read = believed(token(told), nonce="n", access_token="a")
    assert read is None or read == told


@pytest.mark.security("11")
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(st.sampled_from(HEADERS), JSON, min_size=1, max_size=4))
def test_any_value_of_any_header_of_a_stolen_body(header: dict[str, Any]) -> None:
    _, body, signature = GOOD.split(".")
    assert believed(f"{b64(json.dumps(header).encode())}.{body}.{signature}") is None


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_read_or_drifted(body: bytes) -> None:
    any_json(body)
    try:
        decode("mes", body, dict[str, list[int]])
    except Drifted as error:
        assert error.where.startswith("$")
