"""The way back from VK ID: the callback in both its shapes, the exchange of the code, and every lie among them."""

from __future__ import annotations

import json

import httpx
import pytest

from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, Rejected, Unavailable
from tests.unit.vkid.stub import BACK, CLIENT, DEVICE, STATE, USER_ID, Stub, arrival, id_token

GOOD = {"code": "c", "state": STATE, "device_id": DEVICE}


@pytest.mark.security("2")
async def test_the_code_is_exchanged_with_device_and_verifier_and_without_a_secret(stub: Stub) -> None:
    await stub.port().finish(arrival(verifier="w" * 43))
    form = stub.form("/oauth2/auth")
    assert form == {
        "grant_type": "authorization_code",
        "code": "vk2.a.c0de",
        "code_verifier": "w" * 43,
        "client_id": CLIENT,
        "device_id": DEVICE,
        "redirect_uri": BACK,
        "state": form["state"],
    }
    assert "code_challenge" not in form and "client_secret" not in form
    assert stub.form("/oauth2/user_info") == {"client_id": CLIENT, "access_token": "vk2.a.access"}


async def test_each_token_request_has_a_state_of_its_own(stub: Stub) -> None:
    states = set()
    for _ in range(3):
        await stub.port().finish(arrival())
        states.add(stub.form("/oauth2/auth")["state"])
    assert len(states) == 3 and STATE not in states
    assert all(len(state) >= 32 for state in states)


@pytest.mark.security("7")
@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({**GOOD, "state": "another"}, "state"),
        ({**GOOD, "state": "\ud800"}, "state"),
        ({**GOOD, "code": ""}, "no_code"),
        ({"state": STATE, "device_id": DEVICE}, "no_code"),
        ({"state": STATE, "code": "c"}, "no_device_id"),
        ({**GOOD, "device_id": ""}, "no_device_id"),
        ({**GOOD, "code": "x" * 9000}, "code"),
        ({**GOOD, "code": "a b"}, "code"),
        ({**GOOD, "code": "a\n"}, "code"),
        ({**GOOD, "device_id": "ключ"}, "device_id"),
        ({**GOOD, "payload": "{"}, "payload"),
        ({**GOOD, "payload": "[]"}, "payload"),
        ({**GOOD, "payload": json.dumps({"code": "another"})}, "payload"),
        ({}, "no_code"),
    ],
)
async def test_a_callback_that_is_not_ours_asks_nothing(stub: Stub, params: dict[str, str], reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        await stub.port().finish(arrival(params))
    assert caught.value.reason == reason
    assert caught.value.text
    assert stub.seen == []


async def test_the_parameters_may_come_as_one_payload(stub: Stub) -> None:
    payload = {"code": "from-payload", "state": STATE, "device_id": DEVICE, "type": "code_v2", "expires_in": 600}
    assert await stub.port().finish(arrival({"payload": json.dumps(payload)}))
    assert stub.form("/oauth2/auth")["code"] == "from-payload"
    assert await stub.port().finish(arrival({"payload": json.dumps(payload), "code": "from-payload", "expires_in": "600"}))


async def test_what_widgets_add_is_ignored(stub: Stub) -> None:
    assert await stub.port().finish(arrival({**GOOD, "ext_id": "1", "type": "code_v2", "expires_in": "600", "uuid": "x"}))


@pytest.mark.parametrize("more", [{}, GOOD])
async def test_a_refusal_by_the_person_is_friendly_also_beside_a_code(stub: Stub, more: dict[str, str]) -> None:
    with pytest.raises(AccessDenied) as caught:
        await stub.port().finish(arrival({**more, "error": "access_denied", "error_description": "<b>x</b>", "state": STATE}))
    assert "Ничего не изменилось" in caught.value.text
    assert stub.seen == []


@pytest.mark.security("6")
@pytest.mark.parametrize(
    ("echo", "error"), [("another", Rejected), (STATE, Rejected), ("", Rejected), ("\ud800", Drifted), (None, Drifted), ([], Drifted)]
)
async def test_the_echo_of_state_is_verified(stub: Stub, echo: object, error: type[ConnectorError]) -> None:
    stub.token = {"state": echo}
    with pytest.raises(error):
        await stub.port().finish(arrival())
    assert stub.paths == ["/oauth2/auth"]


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": None},
        {"access_token": ""},
        {"refresh_token": None},
        {"user_id": None},
        {"user_id": "id1"},
        {"user_id": 0},
        {"user_id": -5},
        {"user_id": 1.5},
        {"user_id": True},
        {"user_id": 10**20},
        {"token_type": "mac"},
        {"access_token": 5},
        {"expires_in": "soon"},
    ],
)
async def test_a_token_answer_of_another_shape_is_drifted(stub: Stub, changes: dict[str, object]) -> None:
    stub.token = changes
    with pytest.raises(Drifted) as caught:
        await stub.port().finish(arrival())
    assert caught.value.text
    assert stub.paths == ["/oauth2/auth"]


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_in": "3600"},
        {"expires_in": None},
        {"expires_in": 10**30},
        {"token_type": "bearer"},
        {"token_type": None},
        {"scope": None},
        {"user_id": str(USER_ID)},
        {"id_token": None},
        {"id_token": "opaque"},
        {"id_token": id_token(sub=str(USER_ID), app=CLIENT)},
    ],
)
async def test_small_differences_are_tolerated(stub: Stub, changes: dict[str, object]) -> None:
    stub.token = {name: value for name, value in changes.items() if value is not None}
    assert (await stub.port().finish(arrival())).subject == str(USER_ID)


@pytest.mark.security("13")
@pytest.mark.parametrize("told", [id_token(sub=1), id_token(sub=None), id_token(sub=""), id_token(app=1)])
async def test_an_id_token_of_another_person_or_application_ends_the_sign_in(stub: Stub, told: str) -> None:
    stub.token = {"id_token": told}
    with pytest.raises(Rejected, match="subject_differs"):
        await stub.port().finish(arrival())
    assert stub.paths == ["/oauth2/auth"]


async def test_the_exchange_of_a_code_is_never_repeated(stub: Stub) -> None:
    stub.replies["/oauth2/auth"] = httpx.ConnectError("x")
    with pytest.raises(Unavailable):
        await stub.port().finish(arrival())
    assert len(stub.seen) == 1


async def test_reading_the_person_is_tried_again(stub: Stub) -> None:
    stub.replies["/oauth2/user_info"] = httpx.Response(503)
    with pytest.raises(Unavailable):
        await stub.port().finish(arrival())
    assert stub.paths == ["/oauth2/auth"] + ["/oauth2/user_info"] * 3
