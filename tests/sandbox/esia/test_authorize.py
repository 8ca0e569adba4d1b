"""The authorisation endpoint of both dialects, and every error that it tells."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.sandbox.esia.conftest import BACK, Esia, claims, sent_back

DIALECTS = pytest.mark.parametrize("dialect", ["v1", "current"])
OK_PERMISSION = {"sysname": "CREDIT", "expire": 10, "actions": [{"sysname": "ALL"}], "purposes": [{"sysname": "P"}], "scopes": []}


def permissions(*found: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(found).encode()).rstrip(b"=").decode()


@DIALECTS
async def test_a_good_request_comes_back_with_a_long_code_and_its_state(esia: Esia, dialect: str) -> None:
    esia.sign_in_as(esia.person())
    back = sent_back(await esia.authorize(dialect, state="11111111-2222-3333-4444-555555555555"))
    assert back["state"] == "11111111-2222-3333-4444-555555555555"
    assert len(back["code"]) > 1024
    assert await esia.last_verdicts() == {"dialect": dialect, "signature": "ok", "order": "ok", "timestamp": "ok"} | (
        {"hash": "ok"} if dialect == "current" else {}
    )


@DIALECTS
@pytest.mark.parametrize("name", ["client_secret", "response_type", "state", "timestamp"])
async def test_a_missing_parameter_is_named_in_007014(esia: Esia, dialect: str, name: str) -> None:
    params = esia.signed(esia.asking(dialect), dialect)
    del params[name]
    back = sent_back(await esia.http.get(esia.ac(dialect), params=params))
    assert back["error"] == "invalid_request"
    assert back["error_description"] == f"ESIA-007014: The request doesn't contain the mandatory parameter [{name}]."


async def test_the_current_dialect_demands_the_certificate_hash(esia: Esia) -> None:
    back = sent_back(await esia.authorize("current", client_certificate_hash=None))
    assert back["error_description"] == "ESIA-007014: The request doesn't contain the mandatory parameter [client_certificate_hash]."


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"scope": None}, "invalid_scope", "007013"),
        ({"response_type": "token"}, "unsupported_response_type", "007009"),
        ({"scope": "openid shoe_size"}, "invalid_scope", "007006"),
        ({"scope": "fullname,snils"}, "invalid_scope", "007006"),
        ({"access_type": "forever"}, "invalid_request", "007003"),
        ({"timestamp": "2020.01.01 10:00:00 +0300"}, "invalid_request", "007015"),
        ({"timestamp": "2026-11-20T09:00:00Z"}, "invalid_request", "007015"),
        ({"timestamp": "2026.13.20 09:00:00 +0000"}, "invalid_request", "007015"),
        ({"person_filter": "nobody"}, "invalid_request", "007003"),
        ({"person_filter": "acc_kid acc_not_kid"}, "invalid_request", "007003"),
        ({"obj_type": "Z"}, "invalid_request", "007061"),
        ({"roles": "<b>"}, "invalid_request", "007060"),
        ({"code_challenge": "short"}, "invalid_request", "007003"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "MD5"}, "invalid_request", "007003"),
        ({"permissions": "%%%"}, "invalid_request", "007003"),
        ({"permissions": permissions("text")}, "invalid_request", "007003"),
        ({"permissions": permissions(OK_PERMISSION | {"sysname": ""})}, "invalid_request", "036700"),
        ({"permissions": permissions(OK_PERMISSION | {"actions": []})}, "invalid_request", "036705"),
        ({"permissions": permissions(OK_PERMISSION | {"purposes": []})}, "invalid_request", "036707"),
        ({"permissions": permissions(OK_PERMISSION | {"purposes": [{}, {}]})}, "invalid_request", "036727"),
        ({"permissions": permissions(OK_PERMISSION | {"expire": -1})}, "invalid_request", "036716"),
    ],
)
async def test_errors_go_back_with_error_description_and_state(esia: Esia, changes: dict[str, str | None], error: str, code: str) -> None:
    esia.sign_in_as(esia.person())
    back = sent_back(await esia.authorize("v1", state="the-state", **changes))
    assert (back["error"], back["error_description"][:11], back["state"]) == (error, f"ESIA-{code}", "the-state")
    assert "code" not in back


async def test_the_order_of_an_error_redirect_is_that_of_the_real_one(esia: Esia) -> None:
    answer = await esia.authorize("v1", state="s1", scope="nope")
    query = answer.headers["location"].partition("?")[2]
    assert [part.partition("=")[0] for part in query.split("&")] == ["error_description", "state", "error"]
    assert query.startswith("error_description=ESIA-007006%3A+")


@pytest.mark.parametrize("name", ["state", "scope", "timestamp", "client_secret"])
async def test_a_repeated_parameter_is_007003(esia: Esia, name: str) -> None:
    params = esia.signed(esia.asking(), "v1")
    answer = await esia.http.get(esia.ac("v1"), params=[*params.items(), (name, params[name])])
    back = sent_back(answer)
    assert back["error_description"].startswith("ESIA-007003")
    assert ("state" in back) == (name != "state")


@DIALECTS
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uri": "https://evil.example/"}, "007023"),
        ({"redirect_uri": BACK + "/"}, "007023"),
        ({"redirect_uri": BACK + "?x=1"}, "007023"),
        ({"redirect_uri": None}, "007014"),
        ({"client_id": None}, "007014"),
        ({"client_id": "NOBODY"}, "007002"),
    ],
)
async def test_what_cannot_be_sent_back_safely_is_told_on_a_page(
    esia: Esia, dialect: str, changes: dict[str, str | None], code: str
) -> None:
    esia.sign_in_as(esia.person())
    answer = await esia.authorize(dialect, **changes)
    assert answer.status_code == 400
    assert f"ESIA-{code}" in answer.text
    assert "location" not in answer.headers


async def test_a_repeated_redirect_address_is_told_on_a_page(esia: Esia) -> None:
    params = esia.signed(esia.asking(), "v1")
    answer = await esia.http.get(esia.ac("v1"), params=[*params.items(), ("redirect_uri", "https://evil.example/")])
    assert answer.status_code == 400
    assert "ESIA-007003" in answer.text


async def test_a_dialect_that_the_system_is_not_registered_for_is_007005(esia: Esia) -> None:
    await esia.register(dialect="current")
    back = sent_back(await esia.authorize("v1"))
    assert back["error"] == "unauthorized_client"
    assert back["error_description"] == "ESIA-007005: The client is not authorized to request an access token using this method."


async def test_a_scope_that_the_system_was_not_given_is_007019(esia: Esia) -> None:
    await esia.register(scopes=["fullname"])
    back = sent_back(await esia.authorize("v1", scope="openid fullname foreign_passport_doc"))
    assert back["error_description"] == "ESIA-007019: OAuthErrorEnum.noGrants"


async def test_a_scope_refused_by_the_switch_is_007019(esia: Esia) -> None:
    await esia.switch(refused_scopes=["snils"])
    assert sent_back(await esia.authorize())["error_description"].startswith("ESIA-007019")


async def test_the_old_address_shaped_scope_is_known(esia: Esia) -> None:
    told = await esia.tokens(esia.person(), scope="openid http://esia.gosuslugi.ru/usr_inf")
    assert claims(told["access_token"])["scope"].startswith("openid http://esia.gosuslugi.ru/usr_inf?oid=")


@pytest.mark.parametrize("level", ["simplified", "standard"])
async def test_an_unconfirmed_account_is_007055_where_confirmation_is_required(esia: Esia, level: str) -> None:
    esia.sign_in_as(esia.person(level))
    assert "code" in sent_back(await esia.authorize())
    back = sent_back(await esia.authorize(person_filter="conf_acc"))
    assert (back["error"], back["error_description"][:11]) == ("access_denied", "ESIA-007055")
    await esia.register(confirmed_only=True)
    assert sent_back(await esia.authorize())["error_description"].startswith("ESIA-007055")


async def test_the_filter_for_child_accounts_works_both_ways(esia: Esia) -> None:
    child = next(one for one in esia.people if one.esia is not None and one.esia.is_child)
    esia.sign_in_as(child)
    assert "code" in sent_back(await esia.authorize(person_filter="acc_kid"))
    assert sent_back(await esia.authorize(person_filter="acc_not_kid"))["error_description"].startswith("ESIA-007062")
    esia.sign_in_as(esia.person())
    assert "code" in sent_back(await esia.authorize(person_filter="acc_not_kid"))
    assert sent_back(await esia.authorize(person_filter="acc_kid"))["error_description"].startswith("ESIA-007062")


async def test_sign_in_as_someone_without_gosuslugi_is_refused(esia: Esia) -> None:
    esia.sign_in_as(next(one for one in esia.people if one.esia is None))
    assert sent_back(await esia.authorize())["error_description"].startswith("ESIA-007004")


async def test_sign_in_as_counts_its_times(esia: Esia) -> None:
    esia.sign_in_as(esia.person(), times=1)
    assert "code" in sent_back(await esia.authorize())
    assert (await esia.authorize()).headers["location"].startswith("/esia/login?flow=")


@pytest.mark.parametrize("shift_s", [-3599, 3599])
async def test_a_clock_within_the_hour_is_accepted(esia: Esia, shift_s: int) -> None:
    esia.sign_in_as(esia.person())
    params = esia.signed(esia.asking(), "v1")
    esia.pass_seconds(shift_s)
    assert "code" in sent_back(await esia.http.get(esia.ac("v1"), params=params))


@pytest.mark.parametrize("shift_s", [-3601, 3601])
async def test_a_clock_wrong_by_more_than_an_hour_is_007015(esia: Esia, shift_s: int) -> None:
    esia.sign_in_as(esia.person())
    params = esia.signed(esia.asking(), "v1")
    esia.pass_seconds(shift_s)
    back = sent_back(await esia.http.get(esia.ac("v1"), params=params))
    assert back["error_description"].startswith("ESIA-007015")
    assert (await esia.last_verdicts())["timestamp"] == "bad"


async def test_the_window_of_the_request_time_is_a_switch(esia: Esia) -> None:
    await esia.switch(timestamp_window_s=10)
    params = esia.signed(esia.asking(), "v1")
    esia.pass_seconds(11)
    assert sent_back(await esia.http.get(esia.ac("v1"), params=params))["error_description"].startswith("ESIA-007015")


async def test_the_zone_of_the_request_time_counts(esia: Esia) -> None:
    esia.sign_in_as(esia.person())
    assert "code" in sent_back(await esia.authorize(timestamp="2026.11.20 12:00:00 +0300"))
    assert sent_back(await esia.authorize(timestamp="2026.11.20 12:00:00 +0000"))["error_description"].startswith("ESIA-007015")


@pytest.mark.parametrize("path", ["/esia//aas/oauth2/ac", "/esia/aas/oauth2/ac/", "//esia/aas//oauth2/ac/"])
async def test_doubled_and_trailing_slashes_do_no_harm(esia: Esia, path: str) -> None:
    esia.sign_in_as(esia.person())
    params = esia.signed(esia.asking(), "v1")
    assert "code" in sent_back(await esia.http.get(f"http://localhost:9000{path}", params=params))


async def test_the_redirect_address_keeps_its_own_query(esia: Esia) -> None:
    await esia.register(redirect_uris=[f"{BACK}?from=esia"])
    esia.sign_in_as(esia.person())
    answer = await esia.authorize(redirect_uri=f"{BACK}?from=esia")
    assert answer.headers["location"].startswith(f"{BACK}?from=esia&code=")


async def test_answers_of_the_authorisation_are_not_stored(esia: Esia) -> None:
    assert (await esia.authorize()).headers["cache-control"] == "no-store"
