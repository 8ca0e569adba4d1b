"""How a call is understood: version, token, limits, faults and execute."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.vkapi.vk import Vk


@pytest.mark.parametrize("version", ["", "5.80", "4.9", "abc"])
async def test_a_missing_or_old_version_is_error_8(vk: Vk, version: str) -> None:
    assert await vk.bot("users.get", v=version) == 8


@pytest.mark.parametrize("version", ["5.81", "5.92", "5.131", "5.199", "5.223"])
async def test_versions_from_5_81_on_are_served(vk: Vk, version: str) -> None:
    assert (await vk.person(0, "users.get", v=version))[0]["id"] == vk.id(0)


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [("", "users.get", 5), ("vk1.a.none", "users.get", 5), ("vk2.a.of-vk-id", "messages.send", 15), ("any", "messages.fly", 3)],
)
async def test_a_token_that_is_none_is_refused(vk: Vk, token: str, method: str, code: int) -> None:
    assert (await vk.raw(method, token))["error"]["error_code"] == code


async def test_an_error_repeats_what_was_asked_without_the_token(vk: Vk) -> None:
    error = (await vk.raw("messages.editChat", vk.group_token, chat_id="99"))["error"]
    assert error["error_code"] == 927
    asked = {one["key"]: one["value"] for one in error["request_params"]}
    assert asked == {"v": "5.199", "chat_id": "99", "method": "messages.editChat", "oauth": "1"}


async def test_the_token_may_come_in_the_query_or_as_bearer(vk: Vk) -> None:
    token = vk.people[0]["token"]
    by_query = await vk.desk.http.get("/vkapi/method/users.get", params={"access_token": token, "v": "5.199"})
    by_header = await vk.desk.http.get("/vkapi/method/users.get?v=5.199", headers={"Authorization": f"Bearer {token}"})
    assert by_query.json() == by_header.json() != {}


async def test_a_person_asks_three_times_a_second_and_a_community_twenty(vk: Vk) -> None:
    assert [await vk.person(0, "utils.getServerTime") == 6 for _ in range(4)] == [False, False, False, True]
    assert await vk.person(1, "utils.getServerTime") != 6
    assert [await vk.bot("utils.getServerTime") == 6 for _ in range(21)].count(True) == 1
    await vk.desk.later(seconds=2)
    assert await vk.person(0, "utils.getServerTime") != 6


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"kind": "rate_limit"}, 6), ({"kind": "auth_expired"}, 5), ({"kind": "error", "value": 9}, 9), ({"kind": "error"}, 10)],
)
async def test_a_fault_comes_as_vk_words_it(vk: Vk, fault: dict[str, Any], code: int) -> None:
    await vk.desk.fault(**fault)
    assert await vk.bot("utils.getServerTime") == code


async def test_a_captcha_names_its_picture(vk: Vk) -> None:
    await vk.desk.fault("error", value=14, times=1)
    error = (await vk.raw("messages.send", vk.group_token))["error"]
    assert error["error_code"] == 14
    assert {"captcha_sid", "captcha_img", "captcha_ts", "captcha_attempt", "is_sound_captcha_available"} <= error.keys()


async def test_execute_makes_several_calls_and_tells_of_the_refused_ones(vk: Vk) -> None:
    code = 'var g = API.groups.getById({}); return [g.groups@.id, API.messages.addChatUser({"chat_id": 1}), {a: g.groups[0].id + 1}];'
    shown = await vk.raw("execute", vk.group_token, code=code)
    assert shown["response"] == [[vk.group], False, {"a": vk.group + 1}]
    assert [(one["method"], one["error_code"]) for one in shown["execute_errors"]] == [("messages.addChatUser", 27)]


@pytest.mark.parametrize(("code", "number"), [("return [", 12), ("while (true) {}", 12), ("return 'a", 12), ("", 100)])
async def test_a_script_that_makes_no_sense_is_refused(vk: Vk, code: str, number: int) -> None:
    assert await vk.bot("execute", code=code) == number


async def test_execute_makes_no_more_than_25_calls(vk: Vk) -> None:
    assert await vk.bot("execute", code=f"return [{','.join(['API.utils.getServerTime()'] * 26)}];") == 13


async def test_a_token_ended_by_hand_is_dead(vk: Vk) -> None:
    await vk.desk.control("vkapi/tokens/end", {"token": vk.group_token})
    assert await vk.bot("utils.getServerTime") == 5


async def test_no_secret_is_in_the_request_log(vk: Vk) -> None:
    _, link = await vk.chat()
    await vk.person(0, "messages.joinChatByInviteLink", link=link)
    shown = str(await vk.desk.log())
    assert vk.group_token not in shown
    assert link not in shown


async def test_the_web_token_has_a_profile_of_school_and_ends_after_ten_minutes(vk: Vk) -> None:
    vk.desk.http.cookies.set("remixdsid", str(vk.people[0]["token"]))
    found = (await vk.desk.http.get("/vkweb/?act=web_token&app_id=8202606")).json()
    assert [(one["profile_type"], one["user_id"] == vk.id(0)) for one in found] == [(1, True), (2, False)]
    shown = await vk.raw("users.get", found[1]["access_token"], fields="edu_roles")
    assert shown["response"][0]["edu_roles"]["main_roles"] == "parent"
    await vk.desk.later(minutes=11)
    assert (await vk.raw("users.get", found[1]["access_token"]))["error"]["error_code"] == 5
