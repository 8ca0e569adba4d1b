"""Whatever VK ID answers, a sign-in ends with claims or with one of the eight errors and a sentence."""

from __future__ import annotations

from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.errors import ConnectorError
from identity.claims import Claims
from tests.unit.vkid.stub import STATE, USER, Stub, arrival

VALUE = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=20) | st.lists(st.integers(), max_size=2)
VALUE |= st.sampled_from(["\ud800", "01.01.0000", "\x00", "+7", "@", "99.99.9999", {}, {"a": {}}, 1.5, "²", "+٧٩"])
STATUSES = [200, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503]
TOKEN_FIELDS = ["access_token", "refresh_token", "user_id", "state", "expires_in", "token_type", "scope", "id_token", "error"]
QUIET = settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])


async def ends_well(stub: Stub, params: dict[str, str] | None = None) -> None:
    try:
        assert isinstance(await stub.port().finish(arrival(params)), Claims)
    except ConnectorError as error:
        assert error.text


@QUIET
@given(st.dictionaries(st.sampled_from(sorted(USER)), VALUE, min_size=1, max_size=3))
async def test_any_field_of_the_person(changed: dict[str, Any]) -> None:
    await ends_well(Stub(user={**USER, **changed}))


@QUIET
@given(VALUE)
async def test_any_person(user: Any) -> None:
    await ends_well(Stub(user=user))


@QUIET
@given(st.dictionaries(st.sampled_from(TOKEN_FIELDS), VALUE, min_size=1, max_size=3))
async def test_any_field_of_the_token_answer(changed: dict[str, Any]) -> None:
    await ends_well(Stub(token=changed))


@QUIET
@given(body=st.binary(max_size=40), status=st.sampled_from(STATUSES), where=st.sampled_from(["/oauth2/auth", "/oauth2/user_info"]))
async def test_any_bytes_with_any_status(body: bytes, status: int, where: str) -> None:
    await ends_well(Stub(replies={where: httpx.Response(status, content=body)}))


@QUIET
@given(st.dictionaries(st.sampled_from(["code", "device_id", "error", "error_description", "payload", "state"]), st.text(max_size=30)))
async def test_any_callback(params: dict[str, str]) -> None:
    await ends_well(Stub(), {"state": STATE, **params})
