"""Whatever a provider answers, a sign-in ends with claims or with one of the eight."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.errors import ALL, ConnectorError
from identity.claims import Claims
from tests.unit.openid.stub import Provider

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TOLD = ["sub", "name", "family_name", "given_name", "birthdate", "gender", "phone_number", "email", "email_verified"]
TOKEN = ["sub", "aud", "azp", "exp", "iat", "nbf", "auth_time", "nonce", "at_hash", "acr", "sid", "events", "name"]
HEADER = ["alg", "kid", "typ", "crit", "x5t", "jku", "cty"]


async def ends_well(op: Provider) -> None:
    try:
        told = await op.finish()
    except ConnectorError as error:
        assert type(error) in ALL
        assert error.text
        return
    assert isinstance(told, Claims)
    assert told.subject == "anna-1"
    json.dumps([told.last_name, told.first_name, told.middle_name], ensure_ascii=False).encode()


@given(changed=st.dictionaries(st.sampled_from(TOLD), JSON, min_size=1, max_size=3))
@FEW
async def test_any_userinfo(changed: dict[str, Any]) -> None:
    op = Provider()
    op.userinfo |= changed
    await ends_well(op)


@given(changed=st.dictionaries(st.sampled_from(TOKEN).filter(lambda name: name != "sub"), JSON, min_size=1, max_size=2))
@FEW
@pytest.mark.security("9")
async def test_any_signed_claims(changed: dict[str, Any]) -> None:
    await ends_well(Provider(claims=changed))


@given(changed=st.dictionaries(st.sampled_from(HEADER), JSON, min_size=1, max_size=2))
@FEW
@pytest.mark.security("11")
async def test_any_header(changed: dict[str, Any]) -> None:
    await ends_well(Provider(header=changed))


@given(
    keys=st.lists(st.dictionaries(st.sampled_from(["kty", "n", "e", "crv", "x", "y", "kid", "use", "alg", "key_ops"]), JSON), max_size=3)
)
@FEW
@pytest.mark.security("11")
async def test_any_published_keys_beside_the_right_one(keys: list[dict[str, Any]]) -> None:
    op = Provider()
    op.keys += keys
    await ends_well(op)


@given(path=st.sampled_from(["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"]), body=JSON, status=st.integers(200, 599))
@FEW
@pytest.mark.security("19")
async def test_any_answer(path: str, body: object, status: int) -> None:
    op = Provider()
    op.replies[path] = httpx.Response(status, content=json.dumps(body).encode("utf-8", "surrogatepass"))
    await ends_well(op)


@given(name=st.sampled_from(["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]), value=JSON)
@FEW
@pytest.mark.security("19")
async def test_any_description(name: str, value: object) -> None:
    op = Provider(metadata={name: value})
    op.router.route().respond(404)
    await ends_well(op)


@given(address=st.text(max_size=30).map(lambda text: f"https://{text}"))
@FEW
@pytest.mark.security("19")
async def test_any_address(address: str) -> None:
    op = Provider(metadata={"token_endpoint": address})
    op.router.route().respond(404)
    await ends_well(op)
