"""Apps, switches, faults, the reset, the log, and the real hosts' names."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.vkid.conftest import BACK, CLIENT, VkId, is_refused, sent_back


async def test_an_app_is_registered_shown_replaced_and_removed(vkid: VkId) -> None:
    answer = await vkid.register(title="Школьный хаб", scopes=["phone"])
    assert (answer.status_code, answer.json()["scopes"]) == (201, ["vkid.personal_info", "phone"])
    listed = (await vkid.http.get("/_sandbox/vkid/apps")).json()["apps"]
    assert [(one["client_id"], one["title"]) for one in listed] == [(CLIENT, "Школьный хаб")]
    assert (await vkid.http.delete(f"/_sandbox/vkid/apps/{CLIENT}")).status_code == 200
    assert (await vkid.http.delete(f"/_sandbox/vkid/apps/{CLIENT}")).status_code == 404
    assert (await vkid.authorize()).status_code == 400


async def test_a_numeric_client_id_is_the_same_app(vkid: VkId) -> None:
    assert (await vkid.register(client_id=77)).json()["client_id"] == "77"
    assert "code" in await vkid.back(client_id="77")


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": ""},
        {"redirect_uris": []},
        {"redirect_uris": [""]},
        {"redirect_uris": "http://x"},
        {"scopes": ["shoe_size"]},
        {"more": 1},
    ],
)
async def test_a_wrong_registration_is_422_and_changes_nothing(vkid: VkId, changes: dict[str, Any]) -> None:
    before = (await vkid.http.get("/_sandbox/vkid/apps")).json()
    assert (await vkid.register(**changes)).status_code == 422
    assert (await vkid.http.get("/_sandbox/vkid/apps")).json() == before


async def test_scopes_may_be_left_out(vkid: VkId) -> None:
    answer = await vkid.http.post("/_sandbox/vkid/apps", json={"client_id": "3", "redirect_uris": [BACK]})
    assert answer.json()["scopes"] == ["vkid.personal_info", "email", "phone"]


async def test_switches_are_shown_and_only_known_ones_are_set(vkid: VkId) -> None:
    await vkid.switch(errors_with_200=True)
    told = (await vkid.http.get("/_sandbox/vkid/switches")).json()
    assert (told["errors_with_200"], told["access_life_s"], told["callback"]) == (True, 3600, "parameters")
    for wrong in ({"nonsense": 1}, {"callback": "fragment"}, {"phone_format": "9"}):
        assert (await vkid.http.post("/_sandbox/vkid/switches", json=wrong)).status_code == 422


async def test_a_reset_keeps_apps_and_forgets_the_rest(vkid: VkId) -> None:
    told, back = await vkid.tokens(), await vkid.back()
    await vkid.switch(errors_with_200=True)
    assert (await vkid.control("reset")).status_code == 200
    assert (await vkid.http.get("/_sandbox/vkid/switches")).json()["errors_with_200"] is False
    assert (await vkid.exchange(back)).status_code == 400
    assert (await vkid.refresh(told["refresh_token"], told["device_id"])).status_code == 400
    assert (await vkid.ask("user_info", told["access_token"])).status_code == 401
    assert await vkid.tokens()


async def test_sign_in_as_works_through_the_control_call(vkid: VkId) -> None:
    pupil = vkid.person("pupil")
    assert (await vkid.control("vkid/sign_in_as", person=pupil.id)).status_code == 200
    for _ in range(2):
        told = (await vkid.exchange(sent_back(await vkid.authorize()))).json()
        assert pupil.vkid is not None
        assert told["user_id"] == pupil.vkid["user_id"]
    await vkid.control("vkid/sign_in_as")
    assert (await vkid.authorize()).headers["location"].startswith("/vkid/auth?flow=")


async def test_the_log_masks_every_secret(vkid: VkId) -> None:
    told = await vkid.tokens()
    again = (await vkid.refresh(told["refresh_token"], told["device_id"])).json()
    await vkid.user(again["access_token"])
    await vkid.http.post("/vkid/oauth2/public_info", params={"client_id": CLIENT, "id_token": told["id_token"]})
    shown = str(await vkid.log())
    for secret in (told["access_token"], told["refresh_token"], told["id_token"], told["device_id"], again["access_token"], vkid.verifier):
        assert secret not in shown
    assert CLIENT in shown


async def test_verdicts_tell_what_was_right(vkid: VkId) -> None:
    back = await vkid.back()
    assert (await vkid.last_verdicts())["pkce"] == "S256"
    await vkid.exchange(back, code_verifier="w" * 43)
    assert await vkid.last_verdicts() == {
        "grant_type": "authorization_code", "device_id": "ok", "code": "ok", "pkce": "bad",
        "error": "invalid_request", "error_description": "verifier is missing or invalid",
    }  # fmt: skip
    await vkid.exchange(back, device_id="x")
    assert (await vkid.last_verdicts())["device_id"] == "bad"
    await vkid.exchange(back)
    assert await vkid.last_verdicts() == {"grant_type": "authorization_code", "device_id": "ok", "code": "ok", "pkce": "ok"}


async def test_an_expired_sign_in_refuses_token_refresh_and_profile(vkid: VkId) -> None:
    told = await vkid.tokens()
    back = await vkid.back()
    await vkid.control("faults", system="vkid", kind="auth_expired")
    assert is_refused(await vkid.exchange(back), "invalid_request", "code is missing or invalid", 400)
    dead = await vkid.refresh(told["refresh_token"], told["device_id"])
    assert is_refused(dead, "invalid_request", "refresh_token is missing or invalid", 400)
    assert is_refused(await vkid.ask("user_info", told["access_token"]), "invalid_token", "access_token is missing or invalid", 401)
    await vkid.http.delete("/_sandbox/faults")
    assert (await vkid.refresh(told["refresh_token"], told["device_id"])).status_code == 200
    assert (await vkid.exchange(back)).status_code == 200


async def test_a_rate_limit_is_slow_down_with_the_time_to_wait(vkid: VkId) -> None:
    await vkid.control("faults", system="vkid", kind="rate_limit", value=7)
    answer = await vkid.refresh("x", "y")
    assert is_refused(answer, "slow_down", "Too many requests", 429)
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["state"] == "refresh"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert sent_back(await vkid.authorize())["error"] == "slow_down"


@pytest.mark.parametrize(
    ("value", "error", "status"),
    [("temporarily_unavailable", "temporarily_unavailable", 503), ("invalid_client", "invalid_client", 401), ("x", "server_error", 500),
     (None, "server_error", 500), (["x"], "server_error", 500)],
)  # fmt: skip
async def test_a_wanted_error_comes_in_the_envelope(vkid: VkId, value: Any, error: str, status: int) -> None:
    await vkid.control("faults", system="vkid", kind="error", value=value)
    answer = await vkid.ask("user_info", "x")
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    back = sent_back(await vkid.authorize())
    assert (back["error"], back["state"]) == (error, "s" * 40)


async def test_a_fault_does_not_lead_to_an_address_of_nobodys(vkid: VkId) -> None:
    await vkid.control("faults", system="vkid", kind="error")
    answer = await vkid.authorize(redirect_uri="https://evil.example/")
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_by_the_switch_worded_faults_come_with_200(vkid: VkId) -> None:
    await vkid.switch(errors_with_200=True)
    await vkid.control("faults", system="vkid", kind="error", value="server_error")
    assert (await vkid.ask("user_info", "x")).status_code == 200


async def test_a_drift_renames_what_clients_need(vkid: VkId) -> None:
    back = await vkid.back()
    await vkid.control("faults", system="vkid", kind="drift")
    told = (await vkid.exchange(back)).json()
    assert "access_token" not in told
    assert "access_token_v2" in told


@pytest.mark.parametrize("host", ["id.vk.ru", "id.vk.com", "ID.VK.RU:443"])
async def test_the_real_hosts_lead_here_over_tls(vkid: VkId, host: str) -> None:
    transport = httpx.ASGITransport(app=vkid.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://id.vk.ru", headers={"Host": host}) as http:
        page = await http.get("/authorize", params=vkid.asking())
        assert page.headers["location"].startswith("/vkid/auth?flow=")
        assert "Вход в VK ID" in (await http.get(page.headers["location"])).text
        answer = await http.post("/oauth2/user_info", data={"client_id": CLIENT})
        assert answer.json() == {"error": "invalid_token", "error_description": "access_token is missing or invalid"}


@pytest.mark.parametrize(("address", "answer"), [("stat_events_vkid_sdk", 1), ("vkid_sdk_get_config", {})])
async def test_what_the_web_sdk_asks_besides_is_answered_to_its_page(vkid: VkId, address: str, answer: Any) -> None:
    told = await vkid.http.post(f"/vkid/{address}", params={"app_id": CLIENT}, headers={"Origin": "http://localhost:8000"})
    assert told.json() == {"response": answer}
    assert told.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert told.headers["access-control-allow-credentials"] == "true"
