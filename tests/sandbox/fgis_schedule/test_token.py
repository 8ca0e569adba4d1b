"""A token for a registered system, by Basic or by the form, and every refusal of RFC 6749."""

from __future__ import annotations

import base64
from urllib.parse import quote_plus

import pytest

from tests.sandbox.fgis_schedule.conftest import CLIENT, Federal


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


async def test_a_client_is_named_by_the_form_or_by_basic(federal: Federal) -> None:
    by_form = await federal.grant()
    by_basic = await federal.http.post(
        "/fgis/token", data={"grant_type": "client_credentials"}, headers=basic(CLIENT["client_id"], CLIENT["client_secret"])
    )
    for answer in (by_form, by_basic):
        body = answer.json()
        assert (answer.status_code, body["token_type"], body["expires_in"], answer.headers["cache-control"]) == (
            200,
            "Bearer",
            3600,
            "no-store",
        )
    assert by_form.json()["access_token"] != by_basic.json()["access_token"]


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "NOBODY001"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"scope": "everything"}, 400, "invalid_scope"),
    ],
)
async def test_a_refusal_is_of_rfc_6749(federal: Federal, form: dict[str, str], status: int, error: str) -> None:
    answer = await federal.grant(**form)
    assert (answer.status_code, answer.json()["error"], answer.headers["cache-control"]) == (status, error, "no-store")
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_two_ways_at_once_a_doubled_parameter_and_json_are_refused(federal: Federal) -> None:
    ways = (
        {"data": {"grant_type": "client_credentials", "client_secret": "x"}, "headers": basic("SHUB01001", "x")},
        {"content": "grant_type=client_credentials&grant_type=a", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"json": {"grant_type": "client_credentials"}},
    )
    for way in ways:
        answer = await federal.http.post("/fgis/token", **way)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("credentials", ["", "%%%", base64.b64encode(b"no colon").decode(), base64.b64encode(b"\xff:x").decode()])
async def test_a_broken_basic_header_is_an_unknown_client(federal: Federal, credentials: str) -> None:
    answer = await federal.http.post(
        "/fgis/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {credentials}"}
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_ten_wrong_secrets_in_a_minute_close_the_door_for_the_right_one_too(federal: Federal) -> None:
    for _ in range(10):
        assert (await federal.grant(client_secret="wrong")).status_code == 401
    answer = await federal.grant()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    await federal.stand.later(seconds=61)
    assert (await federal.grant()).status_code == 200


async def test_a_token_lives_an_hour(federal: Federal) -> None:
    assert (await federal.get()).status_code == 200
    await federal.stand.later(minutes=60)
    answer = await federal.get()
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (401, "expired")


async def test_a_new_secret_ends_the_old_tokens_and_a_reset_keeps_the_client(federal: Federal) -> None:
    assert (await federal.get()).status_code == 200
    await federal.stand.control("fgis/clients", CLIENT | {"client_secret": "another"})
    assert (await federal.get()).json()["issue"][0]["code"] == "expired"
    federal.stand.app.systems["fgis"].reset()
    assert (await federal.grant(client_secret="another")).status_code == 200
    await federal.stand.control("fgis/clients", CLIENT)


async def test_a_withdrawn_registration_is_forbidden_and_gets_no_token(federal: Federal) -> None:
    assert (await federal.get()).status_code == 200
    await federal.stand.control("fgis_schedule/clients", {"client_id": CLIENT["client_id"], "active": False})
    assert (await federal.get()).json()["issue"][0]["code"] == "forbidden"
    assert (await federal.grant()).json()["error"] == "invalid_client"
    assert (await federal.http.get("/_sandbox/fgis/clients")).json()["clients"] == [{"client_id": "SHUB01001", "active": False}]


@pytest.mark.parametrize(
    "body", [{}, {"client_id": "A"}, {"client_id": "", "client_secret": "x"}, {"client_id": "A", "client_secret": "x", "active": "yes"}]
)
async def test_a_senseless_registration_is_refused(federal: Federal, body: dict[str, str]) -> None:
    assert (await federal.http.post("/_sandbox/fgis/clients", json=body)).status_code == 400


async def test_the_request_log_shows_neither_secret_nor_token(federal: Federal) -> None:
    await federal.get()
    shown = str(await federal.stand.log())
    assert CLIENT["client_secret"] not in shown and federal.key not in shown
