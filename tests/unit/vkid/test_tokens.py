"""The tokens of a profile that stays bound: kept with their device_id, renewed once, given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, Rejected, Unavailable
from connectors.vkid import errors
from tests.unit.vkid.stub import CLIENT, DEVICE, NOW, OLD, USER_ID, Stub, arrival, as_json, id_token


async def test_the_device_id_is_kept_beside_the_refresh_token(stub: Stub) -> None:
    access = (await stub.port().open(arrival())).access
    assert access.refresh is not None
    assert (access.token.reveal(), access.refresh.reveal(), access.owner) == ("vk2.a.access", "vk2.a.refresh", str(USER_ID))
    assert access.extra == {"device_id": DEVICE, "scope": "vkid.personal_info phone email"}
    assert access.expires_at == NOW + timedelta(hours=1)


async def test_a_refresh_sends_the_device_and_brings_both_tokens_anew(stub: Stub) -> None:
    stub.token = {"access_token": "vk2.a.new", "refresh_token": "vk2.a.newer"}
    renewed = await stub.port().refresh(OLD)
    form = stub.form("/oauth2/auth")
    assert form == {
        "grant_type": "refresh_token",
        "refresh_token": "vk2.a.spent",
        "client_id": CLIENT,
        "device_id": DEVICE,
        "state": form["state"],
    }
    assert renewed.refresh is not None
    assert (renewed.token.reveal(), renewed.refresh.reveal(), renewed.owner) == ("vk2.a.new", "vk2.a.newer", OLD.owner)
    assert renewed.extra["device_id"] == DEVICE


async def test_a_refresh_that_says_no_scope_keeps_the_former(stub: Stub) -> None:
    stub.token = {"scope": None}
    assert (await stub.port().refresh(OLD)).extra["scope"] == "phone"


@pytest.mark.parametrize("gone", [replace(OLD, refresh=None), replace(OLD, extra={}), replace(OLD, extra={"device_id": ""})])
async def test_without_device_id_or_refresh_token_the_person_signs_in_again(stub: Stub, gone: object) -> None:
    with pytest.raises(AuthExpired) as caught:
        await stub.port().refresh(gone)  # type: ignore[arg-type]  # an Access, whatever its fields
    assert caught.value.text == errors.SIGN_IN_AGAIN
    assert stub.seen == []


@pytest.mark.parametrize(
    "description", ["refresh_token is missing or invalid", "device_id is invalid", "access_token is missing or invalid"]
)
@pytest.mark.parametrize("status", [200, 400, 401])
async def test_a_dead_refresh_token_is_known_by_its_description(stub: Stub, description: str, status: int) -> None:
    stub.replies["/oauth2/auth"] = as_json({"error": "invalid_request", "error_description": description}, status)
    with pytest.raises(AuthExpired):
        await stub.port().refresh(OLD)
    assert len(stub.seen) == 1


async def test_a_refresh_is_never_repeated_for_a_spent_token_ends_the_session(stub: Stub) -> None:
    stub.replies["/oauth2/auth"] = httpx.Response(503)
    with pytest.raises(Unavailable):
        await stub.port().refresh(OLD)
    assert len(stub.seen) == 1


@pytest.mark.security("15")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"user_id": 1}, Rejected),
        ({"id_token": id_token(sub=1)}, Rejected),
        ({"state": "x"}, Rejected),
        ({"refresh_token": ""}, Drifted),
    ],
)
async def test_tokens_of_somebody_else_are_refused(stub: Stub, changes: dict[str, object], error: type[ConnectorError]) -> None:
    stub.token = changes
    with pytest.raises(error):
        await stub.port().refresh(OLD)


async def test_revoking_and_signing_out_send_the_access_token(stub: Stub) -> None:
    await stub.port().revoke(OLD)
    await stub.port().log_out(OLD)
    assert stub.paths == ["/oauth2/revoke", "/oauth2/logout"]
    assert stub.form("/oauth2/revoke") == stub.form("/oauth2/logout") == {"client_id": CLIENT, "access_token": "vk2.a.old"}


async def test_a_token_that_is_dead_already_says_so(stub: Stub) -> None:
    stub.replies["/oauth2/revoke"] = as_json({"error": "invalid_token", "error_description": "access_token is missing or invalid"})
    with pytest.raises(AuthExpired):
        await stub.port().revoke(OLD)


async def test_any_other_word_than_done_is_drifted(stub: Stub) -> None:
    stub.replies["/oauth2/logout"] = as_json({"response": 0})
    with pytest.raises(Drifted):
        await stub.port().log_out(OLD)


async def test_a_check_reads_the_person_and_wants_the_same_one(stub: Stub) -> None:
    await stub.port().check(OLD)
    assert stub.form("/oauth2/user_info") == {"client_id": CLIENT, "access_token": "vk2.a.old"}
    stub.user = {**stub.user, "user_id": "1"}
    with pytest.raises(Rejected, match="subject_differs"):
        await stub.port().check(OLD)
    stub.replies["/oauth2/user_info"] = as_json({"error": "invalid_token", "error_description": "access_token is missing or invalid"})
    with pytest.raises(AuthExpired):
        await stub.port().check(OLD)
