"""`/authorize`: what is trusted, what comes back, what is refused and how."""

from __future__ import annotations

import json
import re

import pytest

from tests.sandbox.vkid.conftest import BACK, CLIENT, VkId, challenge_of, sent_back


async def test_the_browser_brings_code_state_device_id_type_and_life(vkid: VkId) -> None:
    back = await vkid.back()
    assert set(back) == {"code", "state", "device_id", "type", "expires_in"}
    assert (back["state"], back["type"], back["expires_in"]) == ("s" * 40, "code_v2", "600")
    assert back["code"].startswith("vk2.a.")
    assert re.fullmatch(r"[A-Za-z0-9_-]{86}", back["device_id"])


async def test_each_authorisation_has_its_own_code_and_device(vkid: VkId) -> None:
    first, second = await vkid.back(), await vkid.back()
    assert first["code"] != second["code"]
    assert first["device_id"] != second["device_id"]


@pytest.mark.parametrize("method", ["s256", "S256", "sha256", "SHA256"])
async def test_the_challenge_method_is_read_in_any_case(vkid: VkId, method: str) -> None:
    back = await vkid.back(code_challenge_method=method)
    assert (await vkid.exchange(back)).status_code == 200


@pytest.mark.parametrize("state", ["a" * 16, "short", "with.dots", "привет", None])
async def test_a_short_or_absent_state_is_taken_and_comes_back_as_it_was(vkid: VkId, state: str | None) -> None:
    assert (await vkid.back(state=state)).get("state") == state


@pytest.mark.parametrize("state", ["a" * 31, "with.dots" * 5, None])
async def test_the_strict_switch_wants_32_characters_of_the_documented_alphabet(vkid: VkId, state: str | None) -> None:
    await vkid.switch(strict_state=True)
    back = sent_back(await vkid.authorize(state=state))
    assert (back["error"], back["error_description"]) == ("invalid_request", "state is missing or invalid")
    assert "code" in await vkid.back(state="a" * 32)


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"response_type": "token"}, "invalid_request", "response_type is missing or invalid"),
        ({"response_type": None}, "invalid_request", "response_type is missing or invalid"),
        ({"code_challenge": None}, "invalid_request", "code_challenge is missing or invalid"),
        ({"code_challenge": "short"}, "invalid_request", "code_challenge is missing or invalid"),
        ({"code_challenge": "a" * 42 + "="}, "invalid_request", "code_challenge is missing or invalid"),
        ({"code_challenge_method": "plain"}, "invalid_request", "code_challenge_method is missing or invalid"),
        ({"code_challenge_method": None}, "invalid_request", "code_challenge_method is missing or invalid"),
        ({"code_verifier": "v" * 43}, "invalid_request", "code_verifier and code_challenge in one request are forbidden"),
        ({"scope": "vkid.personal_info shoe_size"}, "invalid_scope", "scope is invalid"),
        ({"prompt": "always"}, "invalid_request", "prompt is missing or invalid"),
        ({"prompt": "none login"}, "invalid_request", "prompt is missing or invalid"),
    ],
)
async def test_a_wrong_request_goes_back_with_error_text_and_state(
    vkid: VkId, changes: dict[str, str | None], error: str, description: str
) -> None:
    back = sent_back(await vkid.authorize(**changes))
    assert back == {"error": error, "error_description": description, "state": "s" * 40}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "1"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": BACK + "/more"},
        {"redirect_uri": BACK + "?more=1"},
        {"redirect_uri": BACK.upper()},
        {"redirect_uri": "http://evil@localhost:8000/auth/vkid/return"},
        {"redirect_uri": "vk999://vk.com/blank.html"},
    ],
)
async def test_an_unknown_app_or_address_gets_a_page_and_no_redirect(vkid: VkId, changes: dict[str, str | None]) -> None:
    answer = await vkid.authorize(**changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "Войти не получилось" in answer.text


async def test_every_app_has_its_mobile_address(vkid: VkId) -> None:
    vkid.app.sandbox.sign_in_as.choose("vkid", vkid.person().id, 1)
    answer = await vkid.authorize(redirect_uri=f"vk{CLIENT}://vk.com/blank.html?oauth2_params=x")
    assert answer.headers["location"].startswith(f"vk{CLIENT}://vk.com/blank.html?oauth2_params=x&code=vk2.a.")


async def test_what_the_sdks_send_besides_is_passed_over(vkid: VkId) -> None:
    noise: dict[str, str | None] = {
        "app_id": CLIENT, "v": "2.6.7", "stats_info": "e30=", "origin": "http://localhost", "uuid": "u", "lang_id": "0", "screen": "",
        "scheme": "dark", "action": "eyJuYW1lIjoic2RrX29hdXRoIn0=", "provider": "mail_ru",
    }  # fmt: skip
    assert "code" in await vkid.back(None, **noise)


async def test_a_widget_gets_an_ext_id_besides(vkid: VkId) -> None:
    assert "ext_id" in await vkid.back(sdk_type="vkid")


async def test_the_payload_form_of_the_way_back_holds_the_same_keys(vkid: VkId) -> None:
    await vkid.switch(callback="payload")
    back = await vkid.back()
    assert set(back) == {"payload"}
    payload = json.loads(back["payload"])
    assert set(payload) == {"code", "state", "device_id", "type", "expires_in"}
    assert (await vkid.exchange(payload)).status_code == 200


async def test_an_address_with_a_query_keeps_it(vkid: VkId) -> None:
    await vkid.register(redirect_uris=[BACK + "?from=vk"])
    back = await vkid.back(redirect_uri=BACK + "?from=vk")
    assert back["from"] == "vk"
    assert back["code"]


async def test_a_chosen_person_without_vk_is_denied(vkid: VkId) -> None:
    stranger = next(one for one in vkid.app.sandbox.town.people.values() if one.vkid is None)
    back = await vkid.back(stranger)
    assert (back["error"], back["error_description"]) == ("access_denied", "User denied access")


async def test_rights_that_the_app_was_not_given_are_left_out(vkid: VkId) -> None:
    await vkid.register(scopes=["vkid.personal_info"])
    told = await vkid.tokens(scope="vkid.personal_info email phone friends")
    assert told["scope"] == "vkid.personal_info"


@pytest.mark.parametrize(("asked", "given"), [(None, "vkid.personal_info"), ("email", "vkid.personal_info email")])
async def test_the_basic_right_is_always_there(vkid: VkId, asked: str | None, given: str) -> None:
    assert (await vkid.tokens(scope=asked))["scope"] == given


async def test_nothing_of_the_way_back_is_kept_by_caches(vkid: VkId) -> None:
    answer = await vkid.authorize(response_type="token")
    assert answer.headers["cache-control"] == "no-store"


async def test_slashes_too_many_change_nothing(vkid: VkId) -> None:
    vkid.app.sandbox.sign_in_as.choose("vkid", vkid.person().id, 1)
    answer = await vkid.http.get("/vkid//authorize/", params=vkid.asking())
    assert "code" in sent_back(answer)


def test_the_challenge_of_the_rfc() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
