"""`/oauth2/auth`: codes, refresh tokens, device_id, PKCE, echoes, replays and the clock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.sandbox.vkid.conftest import BACK, CLIENT, VkId, is_refused

DEAD = "refresh_token is missing or invalid"


async def test_a_code_becomes_tokens_with_a_numeric_user_id(vkid: VkId) -> None:
    person = vkid.person()
    assert person.vkid is not None
    back = await vkid.back(person)
    answer = await vkid.exchange(back)
    told = answer.json()
    assert set(told) == {"access_token", "refresh_token", "id_token", "token_type", "expires_in", "user_id", "state", "scope"}
    assert (told["token_type"], told["expires_in"], told["user_id"]) == ("Bearer", 3600, person.vkid["user_id"])
    assert isinstance(told["user_id"], int)
    assert told["scope"] == "vkid.personal_info email phone"
    assert answer.headers["cache-control"] == "no-store"


async def test_each_answer_echoes_the_state_of_its_own_request(vkid: VkId) -> None:
    back = await vkid.back(state="a" * 40)
    told = (await vkid.exchange(back, state="b")).json()
    assert told["state"] == "b"
    again = await vkid.refresh(told["refresh_token"], back["device_id"], state="c")
    assert again.json()["state"] == "c"
    dead = await vkid.refresh("nonsense", back["device_id"], state="d")
    assert dead.json()["state"] == "d"


async def test_a_request_without_state_is_answered_without_one(vkid: VkId) -> None:
    answer = await vkid.exchange(await vkid.back(), state=None)
    assert answer.status_code == 200
    assert "state" not in answer.json()


async def test_the_strict_switch_wants_a_state_here_too(vkid: VkId) -> None:
    back = await vkid.back()
    await vkid.switch(strict_state=True)
    assert is_refused(await vkid.exchange(back, state=None), "invalid_request", "state is missing or invalid", 400)
    assert (await vkid.exchange(back, state="e" * 32)).status_code == 200


@pytest.mark.parametrize(
    "in_body", [{"code"}, set(), {"code", "grant_type", "client_id", "code_verifier", "device_id", "redirect_uri", "state"}]
)
async def test_query_and_body_are_one(vkid: VkId, in_body: set[str]) -> None:
    params = vkid.exchanging(await vkid.back())
    query = {name: value for name, value in params.items() if name not in in_body}
    body = {name: value for name, value in params.items() if name in in_body}
    answer = await vkid.http.post("/vkid/oauth2/auth", params=query, data=body)
    assert answer.status_code == 200, answer.text


async def test_a_client_secret_is_not_needed_and_not_looked_at(vkid: VkId) -> None:
    assert (await vkid.exchange(await vkid.back(), client_secret="anything")).status_code == 200


async def test_a_json_body_is_no_form(vkid: VkId) -> None:
    answer = await vkid.http.post("/vkid/oauth2/auth", json=vkid.exchanging(await vkid.back()))
    assert is_refused(answer, "invalid_request", "grant_type is missing or invalid", 400)


@pytest.mark.parametrize(
    ("changes", "error", "description", "status"),
    [
        ({"grant_type": "password"}, "invalid_request", "grant_type is missing or invalid", 400),
        ({"grant_type": None}, "invalid_request", "grant_type is missing or invalid", 400),
        ({"client_id": "1"}, "invalid_client", "client_id is missing or invalid", 401),
        ({"client_id": None}, "invalid_client", "client_id is missing or invalid", 401),
        ({"device_id": "other"}, "invalid_request", "device_id is invalid", 400),
        ({"device_id": None}, "invalid_request", "device_id is invalid", 400),
        ({"code": "vk2.a.nonsense"}, "invalid_request", "device_id is invalid", 400),
        ({"redirect_uri": BACK + "/"}, "invalid_request", "redirect_uri is missing or invalid", 400),
        ({"redirect_uri": None}, "invalid_request", "redirect_uri is missing or invalid", 400),
        ({"code_verifier": None}, "invalid_request", "verifier is missing or invalid", 400),
        ({"code_verifier": "w" * 43}, "invalid_request", "verifier is missing or invalid", 400),
        ({"code_verifier": "short"}, "invalid_request", "verifier is missing or invalid", 400),
        ({"code_challenge": "c" * 43}, "invalid_request", "verifier is missing or invalid", 400),
    ],
)
async def test_a_wrong_exchange_is_refused_in_vks_words_and_the_code_lives_on(
    vkid: VkId, changes: dict[str, str | None], error: str, description: str, status: int
) -> None:
    back = await vkid.back()
    answer = await vkid.exchange(back, **changes)
    assert is_refused(answer, error, description, status)
    assert answer.json()["state"] == "exchange"
    assert (await vkid.exchange(back)).status_code == 200


async def test_the_challenge_itself_is_no_verifier(vkid: VkId) -> None:
    back = await vkid.back()
    asked = vkid.asking()
    answer = await vkid.exchange(back, code_verifier=asked["code_challenge"])
    assert is_refused(answer, "invalid_request", "verifier is missing or invalid", 400)


async def test_another_apps_code_is_unknown(vkid: VkId) -> None:
    await vkid.register(client_id="2")
    back = await vkid.back()
    assert is_refused(await vkid.exchange(back, client_id="2"), "invalid_request", "code is missing or invalid", 400)


async def test_a_device_of_another_sign_in_is_refused(vkid: VkId) -> None:
    first, second = await vkid.back(), await vkid.back()
    answer = await vkid.exchange(first, device_id=second["device_id"])
    assert is_refused(answer, "invalid_request", "device_id is invalid", 400)


async def test_a_code_used_twice_ends_what_came_of_it(vkid: VkId) -> None:
    back = await vkid.back()
    told = (await vkid.exchange(back)).json()
    assert is_refused(await vkid.exchange(back), "invalid_request", "code is missing or invalid", 400)
    assert (await vkid.ask("user_info", told["access_token"])).json()["error"] == "invalid_token"
    assert is_refused(await vkid.refresh(told["refresh_token"], back["device_id"]), "invalid_request", DEAD, 400)
    assert (await vkid.last_verdicts())["refresh_token"] == "revoked"


async def test_by_the_switch_a_second_use_of_a_code_harms_nobody(vkid: VkId) -> None:
    await vkid.switch(code_replay_kills=False)
    back = await vkid.back()
    told = (await vkid.exchange(back)).json()
    assert (await vkid.exchange(back)).status_code == 400
    assert await vkid.user(told["access_token"])


async def test_a_code_lives_ten_minutes(vkid: VkId) -> None:
    early, late = await vkid.back(), await vkid.back()
    vkid.pass_seconds(599)
    assert (await vkid.exchange(early)).status_code == 200
    vkid.pass_seconds(1)
    assert is_refused(await vkid.exchange(late), "invalid_request", "code is missing or invalid", 400)
    assert (await vkid.last_verdicts())["code"] == "expired"


async def test_of_twenty_exchanges_at_once_one_wins(vkid: VkId) -> None:
    await vkid.switch(code_replay_kills=False)
    back = await vkid.back()
    answers = await asyncio.gather(*(vkid.exchange(back) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


async def test_a_refresh_gives_a_new_pair_without_id_token(vkid: VkId) -> None:
    told = await vkid.tokens()
    answer = await vkid.refresh(told["refresh_token"], told["device_id"])
    again = answer.json()
    assert set(again) == {"access_token", "refresh_token", "token_type", "expires_in", "user_id", "state", "scope"}
    assert again["access_token"] != told["access_token"]
    assert again["refresh_token"] != told["refresh_token"]
    assert (again["user_id"], again["scope"]) == (told["user_id"], told["scope"])


async def test_the_id_token_on_refresh_is_a_switch(vkid: VkId) -> None:
    await vkid.switch(id_token_on_refresh=True)
    told = await vkid.tokens()
    assert "id_token" in (await vkid.refresh(told["refresh_token"], told["device_id"])).json()


@pytest.mark.parametrize("device", ["other", None])
async def test_a_wrong_device_does_not_spend_the_refresh_token(vkid: VkId, device: str | None) -> None:
    told = await vkid.tokens()
    answer = await vkid.refresh(told["refresh_token"], "", device_id=device)
    assert is_refused(answer, "invalid_request", "device_id is invalid", 400)
    assert (await vkid.refresh(told["refresh_token"], told["device_id"])).status_code == 200


async def test_another_app_does_not_spend_the_refresh_token(vkid: VkId) -> None:
    await vkid.register(client_id="2")
    told = await vkid.tokens()
    assert is_refused(await vkid.refresh(told["refresh_token"], told["device_id"], client_id="2"), "invalid_request", DEAD, 400)
    assert (await vkid.refresh(told["refresh_token"], told["device_id"])).status_code == 200


@pytest.mark.parametrize("token", ["vk2.a.nonsense", "", None])
async def test_an_unknown_refresh_token_is_told_word_for_word(vkid: VkId, token: str | None) -> None:
    told = await vkid.tokens()
    answer = await vkid.refresh("", told["device_id"], refresh_token=token)
    assert is_refused(answer, "invalid_request", DEAD, 400)


async def test_a_spent_refresh_token_ends_the_whole_family(vkid: VkId) -> None:
    told = await vkid.tokens()
    second = (await vkid.refresh(told["refresh_token"], told["device_id"])).json()
    third = (await vkid.refresh(second["refresh_token"], told["device_id"])).json()
    assert is_refused(await vkid.refresh(told["refresh_token"], told["device_id"]), "invalid_request", DEAD, 400)
    verdicts = await vkid.last_verdicts()
    assert (verdicts["refresh_token"], verdicts["family"]) == ("replay", "ended")
    assert is_refused(await vkid.refresh(third["refresh_token"], told["device_id"]), "invalid_request", DEAD, 400)
    for token in (told, second, third):
        assert (await vkid.ask("user_info", token["access_token"])).json()["error"] == "invalid_token"


async def test_another_sign_in_of_the_same_person_survives_a_replay(vkid: VkId) -> None:
    told, other = await vkid.tokens(), await vkid.tokens()
    await vkid.refresh(told["refresh_token"], told["device_id"])
    await vkid.refresh(told["refresh_token"], told["device_id"])
    assert (await vkid.refresh(other["refresh_token"], other["device_id"])).status_code == 200


async def test_two_refreshes_at_once_end_the_family(vkid: VkId) -> None:
    told = await vkid.tokens()
    answers = await asyncio.gather(*(vkid.refresh(told["refresh_token"], told["device_id"]) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert is_refused(await vkid.refresh(won["refresh_token"], told["device_id"]), "invalid_request", DEAD, 400)


async def test_a_refresh_token_lives_180_days_from_its_issue(vkid: VkId) -> None:
    first, second = await vkid.tokens(), await vkid.tokens()
    vkid.pass_seconds(180 * 86400 - 1)
    renewed = (await vkid.refresh(first["refresh_token"], first["device_id"])).json()
    vkid.pass_seconds(1)
    assert is_refused(await vkid.refresh(second["refresh_token"], second["device_id"]), "invalid_request", DEAD, 400)
    assert (await vkid.refresh(renewed["refresh_token"], first["device_id"])).status_code == 200


async def test_a_refresh_may_name_its_rights_but_no_more(vkid: VkId) -> None:
    told = await vkid.tokens(scope="email")
    wider = await vkid.refresh(told["refresh_token"], told["device_id"], scope="email phone")
    assert is_refused(wider, "invalid_scope", "scope is invalid", 400)
    assert (await vkid.refresh(told["refresh_token"], told["device_id"], scope="email")).status_code == 200


async def test_the_redirect_uri_of_a_refresh_is_optional(vkid: VkId) -> None:
    told = await vkid.tokens()
    again = (await vkid.refresh(told["refresh_token"], told["device_id"], redirect_uri=BACK)).json()
    assert (await vkid.refresh(again["refresh_token"], told["device_id"])).status_code == 200


@pytest.mark.parametrize("call", [{"grant_type": "nonsense"}, {"client_id": "1"}, {"device_id": "x"}, {"code_verifier": "x"}])
async def test_by_the_switch_every_error_comes_with_200(vkid: VkId, call: dict[str, str | None]) -> None:
    back = await vkid.back()
    await vkid.switch(errors_with_200=True)
    answer = await vkid.exchange(back, **call)
    assert answer.status_code == 200
    assert answer.json()["error"]


async def test_an_old_token_buys_a_code_for_the_named_device(vkid: VkId) -> None:
    person = vkid.person()
    asked: dict[str, Any] = {
        "response_type": "code", "grant_type": "access_token", "access_token": person.accounts["vkapi"]["token"], "client_id": CLIENT,
        "device_id": "phone-7", "state": "m", **{name: vkid.asking()[name] for name in ("code_challenge", "code_challenge_method")},
    }  # fmt: skip
    answer = await vkid.http.post("/vkid/oauth2/auth", data=asked)
    told = answer.json()
    assert (set(told), told["device_id"], told["state"]) == ({"code", "device_id", "state"}, "phone-7", "m")
    assert (await vkid.exchange(told)).status_code == 200
    for name, error in (("access_token", "invalid_token"), ("device_id", "invalid_request"), ("response_type", "invalid_request")):
        answer = await vkid.http.post("/vkid/oauth2/auth", data=asked | {name: ""})
        assert answer.json()["error"] == error


async def test_only_post_is_answered(vkid: VkId) -> None:
    assert (await vkid.http.get("/vkid/oauth2/auth")).status_code == 405
    assert (await vkid.http.get("/vkid/oauth2/user_info")).status_code == 405
