"""Addresses and forms that nobody writes by hand: a name longer than any file's, a code of control characters."""

from __future__ import annotations

import base64

import pytest

from tests.flows.chat_kit import open_class
from tests.flows.kit import PUBLIC, Hub


async def test_a_name_longer_than_any_file_is_no_file(hub: Hub) -> None:
    assert (await hub.browser().get(f"/static/{'a' * 400}.css")).status_code == 404


@pytest.mark.parametrize("code", ["%01", "%7F", "%C2%85", "%E2%80%A8", "%D1%8F", "a%0D%0Ab"])
async def test_a_link_with_what_no_header_carries_leaves_no_cookie(hub: Hub, code: str) -> None:
    answer = await hub.browser().get(f"/console/enter/{code}")
    assert answer.status_code == 303 and "Set-Cookie" not in answer.headers


async def test_a_token_is_asked_for_in_plain_text_or_the_question_is_wrong(hub: Hub) -> None:
    form = {"grant_type": "client_credentials", "client_id": "a\0b", "client_secret": "x"}
    answer = await hub.browser().client.post("/fgis/token", form=form, headers={"Host": "localhost:8000", "Origin": PUBLIC})
    assert (answer.status_code, await answer.get_json()) == (400, {"error": "invalid_request"})


NAMELESS = "Basic " + base64.b64encode(b"a\0b:secret").decode()
DOORS = ("/ingest/v1/events", "/ingest/v1/till/check", "/ingest/v1/till/pupils", "/kiosk/v1/hello")


@pytest.mark.security("7")
@pytest.mark.parametrize("door", DOORS)
async def test_a_device_with_a_name_that_no_database_keeps_is_a_stranger(hub: Hub, door: str) -> None:
    headers = {"Host": "localhost:8000", "Authorization": NAMELESS}
    assert (await hub.app.test_client().post(door, data=b"{}", headers=headers)).status_code == 401


@pytest.mark.security("7")
@pytest.mark.parametrize("pair", [b"a\0b:secret", b"a%00b:secret"])
async def test_a_client_with_a_name_that_no_database_keeps_is_no_client(hub: Hub, pair: bytes) -> None:
    headers = {"Host": "localhost:8000", "Authorization": "Basic " + base64.b64encode(pair).decode()}
    answer = await hub.app.test_client().post("/fgis/token", form={"grant_type": "client_credentials"}, headers=headers)
    assert (answer.status_code, await answer.get_json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("token", ["ключ от бота", "a\u2028b", "a\tb", "токен"])
async def test_a_token_that_no_header_carries_is_refused_before_anybody_is_asked(hub: Hub, token: str) -> None:
    made = await open_class(hub)
    for name in ("vkapi", "max"):
        refused = await made.desk.nina.send("PUT", f"/api/v1/office/messengers/{name}", json={"token": token, "account": "1"})
        assert refused.status_code == 400
        assert "латинские буквы" in (await refused.get_json())["detail"]
